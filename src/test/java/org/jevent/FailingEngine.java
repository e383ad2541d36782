package org.jevent;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.providers.Providers;

/** Stands before an engine and throws in place of the n-th call of what can fail. */
final class FailingEngine {
  /** What is called once when a base is made. */
  private static final Set<String> MAKING = Set.of("onThrown", "onReenter", "onLoop", "signalSink");

  /** What only asks, or is called once when a base is made or closed. */
  private static final Set<String> NEVER =
      Set.of(
          "name",
          "features",
          "counters",
          "binding",
          "needsAddresses",
          "datagramsAtOnce",
          "nanoTime",
          "wallTime",
          "random",
          "newUnpredictableRandom",
          "nameConfiguration",
          "sockets",
          "onThrown",
          "onReenter",
          "onLoop",
          "signalSink",
          "resolver",
          "takesUnhandled",
          "isClosing",
          "watchesDescriptors",
          "wakeup",
          "close");

  private final int failing;
  private boolean armed = true;
  private final Supplier<Throwable> problem;
  private final boolean making;
  private int calls;
  private int opened;
  private int closed;
  private String failed;

  /**
   * @param failing the number of the call, from 1
   */
  FailingEngine(final int failing, final Supplier<Throwable> problem) {
    this(failing, problem, false);
  }

  private FailingEngine(
      final int failing, final Supplier<Throwable> problem, final boolean making) {
    this.failing = failing;
    this.problem = problem;
    this.making = making;
  }

  /** Only calls count that are made once when a base is made. */
  static FailingEngine whenMade(final int failing, final Supplier<Throwable> problem) {
    return new FailingEngine(failing, problem, true);
  }

  private boolean counts(final String method) {
    return making ? MAKING.contains(method) : !NEVER.contains(method);
  }

  /** How many of its engines are open. */
  int open() {
    return opened - closed;
  }

  /** Each provider, with this before the engines that it opens. */
  List<EngineProvider> providers() {
    return Providers.ALL.stream().<EngineProvider>map(Wrapping::new).toList();
  }

  /** A provider with this before its engines. */
  private final class Wrapping implements EngineProvider {
    private final EngineProvider inner;

    Wrapping(final EngineProvider inner) {
      this.inner = inner;
    }

    @Override
    public String name() {
      return inner.name();
    }

    @Override
    public int preference() {
      return inner.preference();
    }

    @Override
    public String reason() {
      return inner.reason();
    }

    @Override
    public int features() {
      return inner.features();
    }

    @Override
    public boolean emulated() {
      return inner.emulated();
    }

    @Override
    public Engine open() {
      final Engine engine = around(inner.open());
      opened++;
      return engine;
    }
  }

  private Engine around(final Engine engine) {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> {
              if (armed && counts(method.getName()) && ++calls == failing) {
                failed = method.getName();
                throw problem.get();
              }
              if (method.getName().equals("close")) {
                closed++;
              }
              try {
                return method.invoke(engine, arguments);
              } catch (final InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Whether calls are counted, and the n-th of them fails. */
  FailingEngine arm(final boolean on) {
    armed = on;
    return this;
  }

  /** The method that has failed, or null when there were fewer calls. */
  String failed() {
    return failed;
  }
}
