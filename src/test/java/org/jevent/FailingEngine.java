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
          "sockets",
          "onThrown",
          "onReenter",
          "signalSink",
          "wakeup",
          "close");

  private final int failing;
  private boolean armed = true;
  private final Supplier<Throwable> problem;
  private int calls;
  private String failed;

  /**
   * @param failing the number of the call, from 1
   */
  FailingEngine(final int failing, final Supplier<Throwable> problem) {
    this.failing = failing;
    this.problem = problem;
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
      return around(inner.open());
    }
  }

  private Engine around(final Engine engine) {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> {
              if (armed && !NEVER.contains(method.getName()) && ++calls == failing) {
                failed = method.getName();
                throw problem.get();
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
