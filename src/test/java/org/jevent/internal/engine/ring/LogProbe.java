package org.jevent.internal.engine.ring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jevent.EventBase;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/**
 * A program whose loop has something to log while logging cannot do it. It prints what it did after
 * that.
 */
final class LogProbe {
  private static final int CLIENTS = 8;

  private static final List<NetSocket> KEPT = new ArrayList<>();

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

  /**
   * The first message of the process is that of the listener, which has none left. The JVM opens
   * files for a moment, so that one may be free again for some of the clients; there are more
   * clients than that.
   */
  private static void acceptWithoutDescriptors(final EventBase base) {
    final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    final List<NetSocket> open = new ArrayList<>();
    final ConnectionListener listener =
        ConnectionListener.bind(base, any, ConnectionListener.CLOSE_ON_FREE, -1, LogProbe::accept);
    for (int i = 0; i < CLIENTS; i++) {
      open.add(base.sockets().stream(listener.address()));
    }
    final List<NetSocket> clients = List.copyOf(open);
    fill(base, listener, open);
    clients.forEach(client -> client.connect(listener.address()));
    listener.setErrorCallback(
        (self, problem) -> {
          self.setCallback(LogProbe::acceptLast);
          // Behind the message, which comes when this has thrown.
          base.execute(() -> open.stream().skip(CLIENTS).forEach(NetSocket::close));
          throw problem;
        });
    base.dispatch();
    clients.forEach(NetSocket::close);
  }

  private static void accept(
      final ConnectionListener listener, final NetSocket socket, final SocketAddress peer) {
    // It stays open, for there to be none left.
    KEPT.add(socket);
  }

  private static void acceptLast(
      final ConnectionListener listener, final NetSocket socket, final SocketAddress peer) {
    socket.close();
    KEPT.forEach(NetSocket::close);
    listener.close();
    System.out.println("accepted");
  }

  private static void fill(
      final EventBase base, final ConnectionListener listener, final List<NetSocket> all) {
    try {
      while (true) {
        all.add(base.sockets().stream(listener.address()));
      }
    } catch (final RuntimeException none) {
      System.out.println(none.getMessage().contains("EMFILE") ? "full" : none.toString());
    }
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
