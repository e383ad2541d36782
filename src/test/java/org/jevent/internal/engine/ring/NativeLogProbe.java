package org.jevent.internal.engine.ring;

import java.nio.charset.StandardCharsets;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.Logging;
import org.jevent.internal.engine.Memory;

/**
 * A program that listens to the native library's messages and then has it fail. It runs in a
 * separate JVM.
 */
final class NativeLogProbe {
  private NativeLogProbe() {}

  /** Arguments: the method, and what to do. */
  public static void main(final String[] arguments) {
    final String method = arguments[0];
    switch (arguments[1]) {
      case "debug" -> debug(method);
      case "fatal" -> {
        Logging.setFatalCallback(message -> System.out.println("fatal " + message));
        fail(method);
      }
      case "fatal-throws" -> {
        Logging.setFatalCallback(
            message -> {
              throw new IllegalStateException("thrown");
            });
        fail(method);
      }
      case "fatal-exits" -> {
        Logging.setFatalCallback(message -> Runtime.getRuntime().halt(3));
        fail(method);
      }
      case "fatal-unset" -> {
        Logging.setFatalCallback(message -> System.out.println("fatal " + message));
        openAndClose(method);
        Logging.setFatalCallback(null);
        fail(method);
      }
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  private static void debug(final String method) {
    Logging.setCallback((severity, message, cause) -> System.out.println(severity + " " + message));
    openAndClose(method); // not asked for
    Logging.debug(true);
    openAndClose(method);
    Logging.setCallback(
        (severity, message, cause) -> {
          throw new IllegalStateException("thrown");
        });
    openAndClose(method);
    Logging.debug(false);
    openAndClose(method);
    System.out.println("end");
  }

  private static void openAndClose(final String method) {
    new EventBase(new EventConfig().method(method)).close();
  }

  private static void fail(final String method) {
    openAndClose(method);
    final Memory text = ShimMemory.allocate(64);
    text.buffer().put(0, "nothing is wrong\0".getBytes(StandardCharsets.US_ASCII));
    Shim.fail(text.address());
  }
}
