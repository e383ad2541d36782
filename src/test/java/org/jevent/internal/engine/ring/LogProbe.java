package org.jevent.internal.engine.ring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/**
 * A program whose loop has something to log while logging cannot do it. It prints what it did after
 * that.
 */
final class LogProbe {
  private LogProbe() {}

  public static void main(final String[] arguments) {
    try (EventBase base = new EventBase()) {
      System.out.println(base.method());
      if (arguments[0].equals("descriptors")) {
        acceptWithoutDescriptors(base);
      } else {
        throwInCallback(base);
      }
    }
  }

  /** The first message of the process is that of the listener, which has none left. */
  private static void acceptWithoutDescriptors(final EventBase base) {
    final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    final ConnectionListener listener =
        ConnectionListener.bind(
            base,
            any,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> {
              socket.close();
              self.close();
              System.out.println("accepted");
            });
    final NetSocket client = base.sockets().stream(listener.address());
    final List<NetSocket> others = fill(base, listener);
    client.connect(listener.address());
    final Event room = base.newTimer((event, what) -> others.forEach(NetSocket::close));
    room.addNanos(150_000_000);
    base.dispatch();
    client.close();
  }

  private static List<NetSocket> fill(final EventBase base, final ConnectionListener listener) {
    final List<NetSocket> all = new ArrayList<>();
    try {
      while (true) {
        all.add(base.sockets().stream(listener.address()));
      }
    } catch (final RuntimeException none) {
      System.out.println(none.getMessage().contains("EMFILE") ? "full" : none.toString());
    }
    return all;
  }

  private static void throwInCallback(final EventBase base) {
    base.execute(
        () -> {
          throw new IllegalStateException("the callback's own");
        });
    base.execute(() -> System.out.println("goes on"));
    base.dispatch();
  }

  /** Finds loggers that throw, or finds none. */
  public static final class Finder extends System.LoggerFinder {
    /** The file of a class path that names it, as a provider of this service. */
    static final Path SERVICE = Path.of("META-INF", "services", "java.lang.System$LoggerFinder");

    @Override
    public System.Logger getLogger(final String name, final Module module) {
      if ("finder".equals(System.getProperty("fails"))) {
        throw new LinkageError("no logger");
      }
      return new Failing();
    }
  }

  /** Cannot log. */
  private static final class Failing implements System.Logger {
    @Override
    public String getName() {
      return "failing";
    }

    @Override
    public boolean isLoggable(final Level level) {
      throw new StackOverflowError("isLoggable");
    }

    @Override
    public void log(
        final Level level,
        final ResourceBundle bundle,
        final String message,
        final Throwable thrown) {
      throw new StackOverflowError("log");
    }

    @Override
    public void log(
        final Level level,
        final ResourceBundle bundle,
        final String format,
        final Object... parameters) {
      throw new StackOverflowError("log");
    }
  }
}
