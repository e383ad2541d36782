package org.jevent.internal.engine;

import java.util.function.Supplier;
import org.jevent.internal.leak.Leaks;

/**
 * The machine that a thread works for. While a thread is in a scope, all bases that it makes are on
 * the scope's engines, whatever they ask for but for a name. What it makes there is not watched for
 * leaks.
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
    if (next == former) {
      return former;
    }
    if (next == null) {
      CURRENT.remove();
      Leaks.suspend(false);
    } else {
      CURRENT.set(next);
      if (former == null) {
        Leaks.suspend(true);
      }
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
