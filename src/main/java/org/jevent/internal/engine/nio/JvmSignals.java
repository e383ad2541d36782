package org.jevent.internal.engine.nio;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/**
 * Signals through the JVM: {@code sun.misc.Signal}, which module jdk.unsupported exports for want
 * of another interface (JEP 260). It is looked up by name because the compiler warns of each
 * mention. Any number of engines may watch one signal. Signals that the JVM keeps to itself are
 * refused.
 *
 * <p>When the last engine leaves, the former handler is restored, if the JVM still calls this one.
 * Otherwise another copy of this class, or a later handler, holds this one and may put it back. It
 * stays then, and passes on signals without a watcher.
 */
final class JvmSignals {
  private static final String[] NAMES = {
    "HUP", "INT", "QUIT", "USR1", "USR2", "PIPE", "ALRM", "TERM", "CHLD", "CONT", "TSTP", "WINCH",
    "IO", "URG", "BREAK"
  };

  /** Their default action does not end the process. */
  private static final Set<String> HARMLESS = Set.of("CHLD", "CONT", "TSTP", "WINCH", "URG");

  /** The exit code of a process that a signal has ended, as shells have it, less the signal. */
  private static final int KILLED_BY = 128;

  private static final Map<Integer, JvmSignals> WATCHED = new HashMap<>();

  private final Object signal;
  private final Object handler;

  /** The handler that this one replaced first, and passes signals on to. */
  private final Object former;

  /** The handler that it replaced last, which is restored. */
  private Object replaced;

  private List<IntConsumer> sinks = List.of();

  private JvmSignals(final int number, final Object signal) throws Throwable {
    this.signal = signal;
    final MethodHandle raised =
        MethodHandles.insertArguments(
            MethodHandles.lookup()
                .findVirtual(
                    JvmSignals.class, "raised", MethodType.methodType(void.class, int.class)),
            0,
            this,
            number);
    handler =
        MethodHandleProxies.asInterfaceInstance(
            Api.HANDLER, MethodHandles.dropArguments(raised, 0, Api.SIGNAL));
    former = Api.HANDLE.invoke(signal, handler);
    replaced = former;
    if (Api.HANDLE.invoke(signal, handler) != handler) {
      throw new IgnoredException();
    }
  }

  /** The last engine has left while another handler was installed over this one. */
  private void installAgain() {
    try {
      final Object current = Api.HANDLE.invoke(signal, handler);
      if (current != handler) {
        replaced = current;
      }
    } catch (final Throwable e) {
      throw failed(signal, e);
    }
  }

  /**
   * The JVM silently keeps ignoring a signal that was ignored when it was started, as under nohup.
   * The handler is then not the one that was installed.
   */
  private static final class IgnoredException extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** The few members of {@code sun.misc.Signal}. */
  private static final class Api {
    static final Class<?> SIGNAL;
    static final Class<?> HANDLER;
    static final MethodHandle NEW;
    static final MethodHandle NUMBER;
    static final MethodHandle HANDLE;
    static final MethodHandle CALL;
    static final Object DEFAULT;
    static final Object IGNORE;

    static {
      try {
        final MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        SIGNAL = Class.forName("sun.misc.Signal");
        HANDLER = Class.forName("sun.misc.SignalHandler");
        NEW = lookup.findConstructor(SIGNAL, MethodType.methodType(void.class, String.class));
        NUMBER = lookup.findVirtual(SIGNAL, "getNumber", MethodType.methodType(int.class));
        HANDLE =
            lookup.findStatic(SIGNAL, "handle", MethodType.methodType(HANDLER, SIGNAL, HANDLER));
        CALL = lookup.findVirtual(HANDLER, "handle", MethodType.methodType(void.class, SIGNAL));
        DEFAULT = lookup.findStaticGetter(HANDLER, "SIG_DFL", HANDLER).invoke();
        IGNORE = lookup.findStaticGetter(HANDLER, "SIG_IGN", HANDLER).invoke();
      } catch (final Throwable e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private Api() {}
  }

  @SuppressWarnings("UnusedMethod") // found by name, above
  private void raised(final int number) throws Throwable {
    final List<IntConsumer> now;
    final boolean passes;
    synchronized (WATCHED) {
      now = sinks;
      passes = now.isEmpty() && WATCHED.get(number) == this;
    }
    for (final IntConsumer sink : now) {
      sink.accept(number);
    }
    if (passes && former != Api.IGNORE) {
      passOn(number);
    }
  }

  /** Handlers in Java are called; for others the JVM can only be given the handler. */
  private void passOn(final int number) throws Throwable {
    try {
      Api.CALL.invoke(former, signal);
    } catch (final UnsupportedOperationException notInJava) {
      synchronized (WATCHED) {
        final Object current = Api.HANDLE.invoke(signal, former);
        if (current == handler) {
          WATCHED.remove(number);
        } else {
          Api.HANDLE.invoke(signal, current);
        }
      }
      if (former == Api.DEFAULT && !HARMLESS.contains(name(number))) {
        Runtime.getRuntime().halt(KILLED_BY + number);
      }
    }
  }

  /** The number of a signal by its name without SIG, or -1. */
  static int number(final String name) {
    try {
      return (int) Api.NUMBER.invoke(Api.NEW.invoke(name));
    } catch (final IllegalArgumentException unknown) {
      return -1;
    } catch (final Throwable e) {
      throw failed(name, e);
    }
  }

  private static UnsupportedOperationException failed(final Object signal, final Throwable cause) {
    return new UnsupportedOperationException("this JVM offers no signals; signal " + signal, cause);
  }

  private static String name(final int number) {
    for (final String name : NAMES) {
      if (number(name) == number) {
        return name;
      }
    }
    throw new ErrnoException(
        "watch signal " + number + ", as method nio knows only " + String.join(", ", NAMES),
        Errno.EINVAL,
        0);
  }

  /**
   * Gives a signal to {@code sink}, which is called by a thread of the JVM, until {@link #leave}.
   */
  static void watch(final int number, final IntConsumer sink) {
    synchronized (WATCHED) {
      JvmSignals watched = WATCHED.get(number);
      if (watched == null) {
        watched = install(number);
        WATCHED.put(number, watched);
      } else if (watched.sinks.isEmpty()) {
        watched.installAgain();
      }
      final List<IntConsumer> more = new ArrayList<>(watched.sinks);
      more.add(sink);
      watched.sinks = List.copyOf(more);
    }
  }

  private static JvmSignals install(final int number) {
    final String name = name(number);
    try {
      return new JvmSignals(number, Api.NEW.invoke(name));
    } catch (final IllegalArgumentException keptByJvm) {
      throw new ErrnoException(
          "watch signal " + name + ", which the JVM keeps to itself", Errno.EINVAL, 0, keptByJvm);
    } catch (final IgnoredException e) {
      throw new ErrnoException(
          "watch signal " + name + ", which this JVM was started to ignore", Errno.EINVAL, 0);
    } catch (final Throwable e) {
      throw failed(name, e);
    }
  }

  static void leave(final int number, final IntConsumer sink) {
    synchronized (WATCHED) {
      final JvmSignals watched = WATCHED.get(number);
      if (watched == null) {
        return;
      }
      final List<IntConsumer> fewer = new ArrayList<>(watched.sinks);
      fewer.remove(sink);
      watched.sinks = List.copyOf(fewer);
      if (fewer.isEmpty() && watched.restore()) {
        WATCHED.remove(number);
      }
    }
  }

  /** False: another handler was installed over this one, which stays installed. */
  private boolean restore() {
    try {
      final Object current =
          Api.HANDLE.invoke(signal, handler); // the only way to query the handler
      Api.HANDLE.invoke(signal, current == handler ? replaced : current);
      return current == handler && replaced == former;
    } catch (final Throwable e) {
      throw failed(signal, e);
    }
  }
}
