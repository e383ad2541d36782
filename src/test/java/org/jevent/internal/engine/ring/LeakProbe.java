package org.jevent.internal.engine.ring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.diagnostics.LeakDetection;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.net.NetSocket;

/**
 * A program that makes one thing of each kind again and again and closes it or does not. It prints
 * each report, as message and places in this class, and at the end how many leaks were found.
 */
final class LeakProbe {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final int COLLECTIONS = 400;

  /** Collections in a row that have found nothing new. */
  private static final int QUIET = 10;

  private final EventBase base = new EventBase();

  private LeakProbe() {}

  /** KINDS, HOW (lose, close or delete), how many of each. */
  public static void main(final String[] arguments) throws InterruptedException {
    System.out.println(LeakDetection.level() + " " + LeakDetection.samplingInterval());
    LeakDetection.log(
        (severity, message, site) ->
            System.out.println(severity + " " + message + " | " + places(site)));
    final LeakProbe probe = new LeakProbe();
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      for (final String kind : arguments[0].split(",")) {
        probe.make(kind, arguments[1]);
      }
    }
    awaitReports();
    System.out.println("found " + LeakDetection.found());
    probe.base.close();
  }

  private static String places(final Throwable site) {
    return site == null
        ? "unknown"
        : Stream.concat(Stream.of(site), Arrays.stream(site.getSuppressed()))
            .map(part -> part.getMessage() + " in " + place(part))
            .collect(Collectors.joining(", "));
  }

  private static String place(final Throwable part) {
    return Arrays.stream(part.getStackTrace())
        .filter(frame -> frame.getClassName().equals(LeakProbe.class.getName()))
        .map(StackTraceElement::getMethodName)
        .findFirst()
        .orElse("none");
  }

  private static void awaitReports() throws InterruptedException {
    long before = -1;
    for (int i = 0, quiet = 0; i < COLLECTIONS && quiet < QUIET; i++) {
      System.gc();
      Thread.sleep(10);
      quiet = LeakDetection.found() == before ? quiet + 1 : 0;
      before = LeakDetection.found();
    }
  }

  private void make(final String kind, final String how) {
    switch (kind) {
      case "base" -> end(base(), how);
      case "event" -> event(how);
      case "stream" -> stream(how);
      case "buffer" -> end(buffer(), how);
      case "socket" -> end(socket(), how);
      case "listener" -> listener(how);
      case "datagrams" -> datagrams(how);
      default -> throw new IllegalArgumentException(kind);
    }
  }

  private static void end(final AutoCloseable made, final String how) {
    if (!how.equals("lose")) {
      try {
        made.close();
      } catch (final Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static EventBase base() {
    return new EventBase();
  }

  /** An event that is pending is lost with its base only. */
  private static void event(final String how) {
    final EventBase around = base();
    final Event event = around.newTimer((self, what) -> {});
    event.add(Duration.ofDays(1));
    if (how.equals("delete")) {
      event.delete();
    } else {
      end(event, how);
    }
    end(around, how);
  }

  private void stream(final String how) {
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    pair[0].enable(Event.READ);
    end(pair[0], how);
    pair[1].close();
  }

  private EventBuffer buffer() {
    return new EventBuffer(base).add("text");
  }

  private NetSocket socket() {
    return base.sockets().stream(ANY_PORT);
  }

  private void listener(final String how) {
    end(
        ConnectionListener.bind(
            base,
            ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE | ConnectionListener.DISABLED,
            -1,
            (self, socket, peer) -> {}),
        how);
  }

  private void datagrams(final String how) {
    end(DatagramEvent.bind(base, ANY_PORT, (self, data, from, truncated) -> {}), how);
  }
}
