package org.jevent;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.providers.Providers;

/**
 * An engine whose time does not pass: {@link #advance} steps it, and so does a wait that finds
 * nothing to report. Its random numbers come from a seed. Input and output are those of nio.
 */
final class SteppedEngine implements EngineProvider {
  static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");

  private final EngineProvider real =
      Providers.ALL.stream().filter(one -> one.name().equals("nio")).findFirst().orElseThrow();
  private final Random random;
  private long now;

  SteppedEngine(final long seed) {
    random = new Random(seed);
  }

  /** A base under this engine's time. */
  EventBase newBase() {
    final EventConfig config = new EventConfig().ignoreEnvironment().method(name());
    config.providers = List.of(this);
    return new EventBase(config);
  }

  void advance(final Duration by) {
    now += by.toNanos();
  }

  Duration elapsed() {
    return Duration.ofNanos(now);
  }

  @Override
  public String name() {
    return "stepped";
  }

  @Override
  public int preference() {
    return 0;
  }

  @Override
  public String reason() {
    return "";
  }

  @Override
  public int features() {
    return 0;
  }

  @Override
  public boolean emulated() {
    return true;
  }

  @Override
  public Engine open() {
    final Engine engine = real.open();
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "name" -> name();
                  case "nanoTime" -> now;
                  case "wallTime" -> BEGIN.plusNanos(now);
                  case "random" -> random;
                  case "enter" -> enter(engine, (Long) arguments[0]);
                  default -> call(engine, method, arguments);
                });
  }

  /** A wait without limit is left to another thread, which ends it. */
  private int enter(final Engine engine, final long timeout) {
    final int delivered = engine.enter(Math.min(timeout, 0));
    if (delivered == 0 && timeout > 0) {
      now += timeout;
    }
    return delivered;
  }

  private static Object call(final Engine engine, final Method method, final Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(engine, arguments);
    } catch (final InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
