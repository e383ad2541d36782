package org.jevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A base is closed with streams in each state, while the n-th call of its engine throws, for every
 * n. Every part of the closing is carried out, and received bytes can still be read.
 */
@Timeout(300)
class FailingCloseTest {
  private static final String UNREAD = "0123456789abcdef".repeat(256);

  static Stream<String> engines() {
    return FailingEngineTest.engines();
  }

  /** How the reading stream is set up. */
  private enum Setting {
    PLAIN,
    DEFERRED,
    TIMEOUTS,
    LIMITED,
    FULL,
    FILTERED,
    OBSERVED,
    CLOSED_BEFORE,
    FLUSHING
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyPartOfTheClosingIsCarriedOut(final String method) {
    final List<Supplier<Throwable>> problems =
        List.of(
            () -> new ErrnoException("on purpose", Errno.ENOMEM, 0),
            () -> new OutOfMemoryError("on purpose"));
    for (final Setting setting : Setting.values()) {
      for (final Supplier<Throwable> problem : problems) {
        int failing = 0;
        while (closesWhile(method, setting, new FailingEngine(++failing, problem).arm(false))) {
          assertThat(failing).isLessThan(1000);
        }
      }
    }
  }

  /** Whether the engine was called as often as it takes to fail. */
  private static boolean closesWhile(
      final String method, final Setting setting, final FailingEngine failing) {
    final List<Throwable> reported = new ArrayList<>();
    final EventConfig config =
        new EventConfig().method(method).exceptionHandler((source, thrown) -> reported.add(thrown));
    config.providers = failing.providers();
    final EventBase base = new EventBase(config);
    final NetSocket[] pair = base.sockets().pair();
    final SocketBufferEvent writer = BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
    final int options = setting == Setting.DEFERRED ? BufferEvent.DEFER_CALLBACKS : 0;
    final SocketBufferEvent bottom =
        BufferEvent.socket(base, pair[1], BufferEvent.CLOSE_ON_FREE | options);
    final BufferEvent reader =
        setting == Setting.FILTERED
            ? BufferEvent.filter(bottom, null, null, BufferEvent.CLOSE_ON_FREE)
            : bottom;
    reader.enable(Event.READ);
    writer.write(UNREAD.getBytes(StandardCharsets.US_ASCII));
    while (reader.input().length() < UNREAD.length()) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    set(setting, reader, writer);
    failing.arm(true);
    Throwable thrown = null;
    try {
      base.close();
    } catch (final ErrnoException | OutOfMemoryError e) {
      thrown = e;
    }
    assertThat(base.isClosed()).isTrue();
    if (failing.failed() == null && setting != Setting.OBSERVED) {
      assertThat(reported).isEmpty();
      assertThat(thrown).isNull();
    }
    if (!reader.isClosed()) {
      final byte[] bytes = new byte[UNREAD.length()];
      assertThat(reader.input().remove(bytes)).isEqualTo(bytes.length);
      assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo(UNREAD);
    }
    reader.close();
    writer.close();
    assertThat(pair[0].isOpen() || pair[1].isOpen()).isFalse();
    return failing.failed() != null;
  }

  /** What closes itself in the loop while detaching it fails. */
  private enum Kind {
    DATAGRAM,
    LISTENER,
    STREAM;

    AutoCloseable make(final EventBase base, final NetSocket socket) {
      return switch (this) {
        case DATAGRAM -> {
          final DatagramEvent event =
              new DatagramEvent(base, socket, 100, (self, bytes, from, cut) -> {});
          event.enable();
          yield event;
        }
        case LISTENER ->
            new ConnectionListener(
                base, socket, ConnectionListener.CLOSE_ON_FREE, -1, (self, made, peer) -> {});
        case STREAM -> {
          final SocketBufferEvent stream =
              BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
          stream.enable(Event.READ);
          yield stream;
        }
      };
    }

    NetSocket socket(final EventBase base) {
      final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      if (this == STREAM) {
        final NetSocket[] pair = base.sockets().pair();
        pair[1].close();
        return pair[0];
      }
      if (this == DATAGRAM) {
        return base.sockets().datagram(any);
      }
      final NetSocket listener = base.sockets().listener(any);
      listener.bind(any);
      return listener;
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aSocketIsClosedThoughDetachingFails(final String method) {
    for (final Kind kind : Kind.values()) {
      final FailingEngine failing =
          new FailingEngine(1, () -> new ErrnoException("on purpose", Errno.ENOMEM, 0)).arm(false);
      final List<Throwable> reported = new ArrayList<>();
      final EventConfig config =
          new EventConfig()
              .method(method)
              .exceptionHandler((source, thrown) -> reported.add(thrown));
      config.providers = failing.providers();
      try (EventBase base = new EventBase(config)) {
        final NetSocket socket = kind.socket(base);
        final AutoCloseable subject = kind.make(base, socket);
        base.loop(EventBase.LOOP_NONBLOCK);
        base.loop(EventBase.LOOP_NONBLOCK);
        base.execute(
            () -> {
              failing.arm(true);
              try {
                subject.close();
              } catch (final Exception e) {
                reported.add(e);
              }
            });
        base.dispatch(); // nothing keeps the loop
        assertThat(failing.failed()).as("%s", kind).isNotNull();
        assertThat(reported).as("%s", kind).isNotEmpty();
        assertThat(socket.isOpen()).as("%s", kind).isFalse();
      }
    }
  }

  private static void set(
      final Setting setting, final BufferEvent reader, final BufferEvent writer) {
    reader.setCallbacks(self -> {}, self -> {}, (self, what) -> {});
    switch (setting) {
      case TIMEOUTS -> reader.setTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5));
      case LIMITED -> reader.limits().set(new TokenBucketConfig(10, 10, 10, 10));
      case FULL -> reader.setWatermarks(Event.READ, 0, UNREAD.length());
      case OBSERVED ->
          reader.input().addCallback((buffer, before, added, removed) -> failOnPurpose(added));
      case CLOSED_BEFORE -> reader.close();
      case FLUSHING -> reader.closeAfterFlush();
      default -> {}
    }
    writer.write(new byte[5000]); // arrives while the base is being closed
    writer.base().execute(() -> writer.write(new byte[5000]));
  }

  private static void failOnPurpose(final long added) {
    if (added > 0) {
      throw new ErrnoException("on purpose", Errno.EIO, 0);
    }
  }
}
