package org.jevent.internal.engine;

import java.util.function.Supplier;

/**
 * The machine that a thread works for. While a thread is in a scope, all bases that it makes are on
 * the scope's engines, whatever they ask for but for a name.
 */
public final class EngineScope {
  private static final ThreadLocal<EngineProvider> CURRENT = new ThreadLocal<>();

  private EngineScope() {}

  /** The provider of the calling thread's scope, or null. */
  public static EngineProvider current() {
    return CURRENT.get();
  }

  /** The calling thread is in that scope from now on; null: in none. Returns the former one. */
  public static EngineProvider enter(final EngineProvider next) {
    final EngineProvider former = CURRENT.get();
    if (next == null) {
      CURRENT.remove();
    } else if (next != former) {
      CURRENT.set(next);
    }
    return former;
  }

  /** Runs an action in a scope. */
  public static <T> T in(final EngineProvider scope, final Supplier<T> action) {
    final EngineProvider former = enter(scope);
    try {
      return action.get();
    } finally {
      enter(former);
    }
  }
}
