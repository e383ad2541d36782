package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.Errno;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;

/** What a stream is after something has been refused, and which time-outs run in which state. */
class StreamStateTest {
  private static final Duration SHORT = Duration.ofMillis(60);
  private static final Duration LONG = Duration.ofSeconds(50);

  // ---- nothing is left behind by what throws ----

  private static InetSocketAddress unresolved() {
    return InetSocketAddress.createUnresolved("nowhere.invalid", 80);
  }

  private static SocketAddress tooLong() {
    return UnixDomainSocketAddress.of("/tmp/" + "x".repeat(200));
  }

  /** Streams that will make a socket, and that have one. */
  private static List<SocketBufferEvent> clients(final Bases bases, final EventBase base) {
    final NetSocket own = bases.later(base.sockets().stream(Streams.ANY_PORT));
    return List.of(
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE)),
        bases.later(BufferEvent.socket(base, own, 0)),
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE | BufferEvent.THREADSAFE)));
  }

  @EngineTest
  void anAddressThatIsRefusedLeavesNoConnectInProgress(final Bases bases) {
    final EventBase base = bases.base();
    final ConnectionListener listener =
        Streams.serve(bases, base, BufferEvent.CLOSE_ON_FREE, server -> {});
    for (final SocketBufferEvent client : clients(bases, base)) {
      assertThatThrownBy(() -> client.connect(unresolved()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nowhere.invalid");
      final Streams.EventRecorder recorded = new Streams.EventRecorder();
      client.setCallbacks(null, null, recorded::event);
      client.connect(listener.address());
      Streams.run(base, () -> !recorded.events.isEmpty());
      assertThat(recorded.events).containsExactly("CONNECTED");
    }
  }

  @EngineTest
  void anAddressThatTheSystemCannotTakeFailsTheConnect(final Bases bases) {
    TestSystem.notUnderWine("there are no Unix domain sockets");
    final EventBase base = bases.base();
    final ConnectionListener listener =
        Streams.serve(bases, base, BufferEvent.CLOSE_ON_FREE, server -> {});
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect(tooLong());
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("ERROR");
    assertThat(client.error()).isEqualTo(Errno.ENAMETOOLONG);
    client.replaceHandle(null);
    client.connect(listener.address());
    Streams.run(base, () -> recorded.events.size() == 2);
    assertThat(recorded.events).containsExactly("ERROR", "CONNECTED");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aResolverThatThrowsLeavesNoConnectInProgress(final Bases bases) {
    final EventBase base = bases.base();
    final ConnectionListener listener =
        Streams.serve(bases, base, BufferEvent.CLOSE_ON_FREE, server -> {});
    for (final SocketBufferEvent client : clients(bases, base)) {
      for (final Throwable thrown : List.of(new IllegalStateException(), new AssertionError())) {
        assertThatThrownBy(() -> client.connect("a", 1, throwing(thrown))).isSameAs(thrown);
      }
      final Streams.EventRecorder recorded = new Streams.EventRecorder();
      client.setCallbacks(null, null, recorded::event);
      client.connect(listener.address());
      Streams.run(base, () -> !recorded.events.isEmpty());
      assertThat(recorded.events).containsExactly("CONNECTED");
      client.close();
    }
    listener.close();
    assertThat(base.dispatch()).as("nothing keeps the loop").isEqualTo(LoopResult.EMPTY);
  }

  private static Resolver throwing(final Throwable thrown) {
    return (host, result) -> {
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) thrown;
    };
  }

  @EngineTest
  void aStreamWhoseBaseIsClosedRefusesEverythingAndKeepsNoLock(final Bases bases)
      throws InterruptedException {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final BufferEvent[] half = BufferEvent.pair(base, BufferEvent.THREADSAFE);
    final SocketBufferEvent socket =
        bases.later(BufferEvent.socket(base, pair[0], BufferEvent.THREADSAFE));
    final BufferEvent filter =
        bases.later(
            BufferEvent.filter(
                bases.later(BufferEvent.socket(base, pair[1], BufferEvent.THREADSAFE)),
                null,
                null,
                0));
    base.close();
    for (final BufferEvent stream : List.of(socket, bases.later(half[0]), filter)) {
      final List<Runnable> calls =
          List.of(
              () -> stream.write(new byte[5]),
              () -> stream.output().add("x"),
              () -> stream.enable(Event.READ),
              () -> stream.disable(Event.WRITE),
              () -> stream.maxSingleRead(100),
              () -> stream.maxSingleWrite(100),
              () -> stream.setTimeouts(LONG, LONG),
              () -> stream.setWatermarks(Event.READ, 1, 2),
              () -> stream.setCallbacks(null, null, null),
              () -> stream.trigger(Event.READ, 0),
              () -> stream.triggerEvent(BufferEvent.EOF, 0),
              stream::limits,
              stream::closeAfterFlush);
      for (final Runnable call : calls) {
        assertThatThrownBy(call::run)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("base")
            .hasMessageContaining("closed");
      }
      assertThat(stream.output().length()).isZero();
      final AtomicBoolean free = new AtomicBoolean();
      final Thread other =
          new Thread(
              () -> {
                stream.lock();
                free.set(true);
                stream.unlock();
              });
      other.setDaemon(true);
      other.start();
      other.join(10_000);
      assertThat(free).as("the lock is free").isTrue();
    }
    assertThatThrownBy(() -> BufferEvent.socket(base, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("buffer event")
        .hasMessageContaining("closed");
    half[1].close();
  }

  @EngineTest
  void whatBelongsToAStreamStaysItsOwn(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    for (final var buffer : List.of(ends[0].input(), ends[0].output())) {
      assertThatThrownBy(buffer::close)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("belongs to");
    }
    final NetSocket socket = ends[0].handle();
    assertThatThrownBy(() -> BufferEvent.socket(base, socket, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("belongs to");
    assertThatThrownBy(() -> ends[1].setHandle(socket)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ends[1].replaceHandle(socket))
        .isInstanceOf(IllegalStateException.class);
    ends[0].write(new byte[5]);
    Streams.run(base, () -> ends[0].output().isEmpty());
    ends[1].enable(Event.READ);
    Streams.run(base, () -> ends[1].input().length() == 5);
    ends[0].setHandle(null);
    final SocketBufferEvent next =
        bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE));
    next.write(new byte[5]);
    Streams.run(base, () -> ends[1].input().length() == 10);
  }

  // ---- which time-outs run ----

  /** A state of a client, and which of its time-outs pass. */
  private record Row(String state, Setting setting, String readTimeout, String writeTimeout) {}

  private interface Setting {
    BufferEvent make(Bases bases, EventBase base, SocketAddress silent);
  }

  private static BufferEvent connecting(
      final Bases bases, final EventBase base, final SocketAddress silent) {
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.connect(silent);
    return client;
  }

  private static BufferEvent connected(
      final Bases bases, final EventBase base, final SocketAddress silent) {
    final BufferEvent client = connecting(bases, base, silent);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    client.setCallbacks(null, null, recorded::event);
    Streams.run(base, () -> !recorded.events.isEmpty());
    return client;
  }

  private static BufferEvent lookingUp(
      final Bases bases, final EventBase base, final Resolver resolver) {
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.connect("somewhere", 80, resolver);
    return client;
  }

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "no socket",
              (bases, base, silent) -> bases.later(BufferEvent.socket(base, 0)),
              "",
              ""),
          new Row(
              "no socket, READ enabled, output",
              (bases, base, silent) -> with(bases.later(BufferEvent.socket(base, 0)), true, 10),
              "",
              ""),
          new Row("connected later, nothing written", StreamStateTest::connecting, "", ""),
          new Row("connected, nothing written", StreamStateTest::connected, "", ""),
          new Row(
              "connected later, READ enabled before",
              (bases, base, silent) -> with(connecting(bases, base, silent), true, 0),
              "READING|TIMEOUT",
              ""),
          new Row(
              "connected, READ enabled",
              (bases, base, silent) -> with(connected(bases, base, silent), true, 0),
              "READING|TIMEOUT",
              ""),
          new Row(
              "connected later, little written",
              (bases, base, silent) -> with(connecting(bases, base, silent), false, 10),
              "",
              ""),
          new Row(
              "connected later, more written than fits",
              (bases, base, silent) -> with(connecting(bases, base, silent), false, 32 << 20),
              "",
              "WRITING|TIMEOUT"),
          new Row(
              "connected, more written than fits",
              (bases, base, silent) -> with(connected(bases, base, silent), false, 32 << 20),
              "",
              "WRITING|TIMEOUT"),
          new Row(
              "connected, WRITE disabled, output",
              (bases, base, silent) -> {
                final BufferEvent client = connected(bases, base, silent);
                client.disable(Event.WRITE);
                return with(client, false, 32 << 20);
              },
              "",
              ""),
          new Row(
              "connected, READ suspended by its watermark",
              (bases, base, silent) -> {
                final BufferEvent client = connected(bases, base, silent);
                client.setWatermarks(Event.READ, 0, 1);
                client.input().unfreezeBack();
                client.input().add("full");
                client.input().freezeBack();
                return with(client, true, 0);
              },
              "",
              ""),
          new Row(
              "a look-up that hangs",
              (bases, base, silent) -> lookingUp(bases, base, (host, result) -> () -> {}),
              "",
              "WRITING|TIMEOUT"),
          new Row(
              "a look-up that hangs, READ enabled",
              (bases, base, silent) ->
                  with(lookingUp(bases, base, (host, result) -> () -> {}), true, 0),
              "",
              "WRITING|TIMEOUT"),
          new Row(
              "connected after a look-up, READ enabled",
              (bases, base, silent) -> with(lookingUp(bases, base, immediately()), true, 0),
              "",
              ""));

  /** A look-up that gives nothing fails the connect: after that no time-out runs. */
  private static Resolver immediately() {
    return (host, result) -> {
      result.resolved(List.of(), null);
      return () -> {};
    };
  }

  private static BufferEvent with(final BufferEvent stream, final boolean read, final int output) {
    if (read) {
      stream.enable(Event.READ);
    }
    if (output > 0) {
      stream.write(new byte[output]);
    }
    return stream;
  }

  @EngineTest
  void timeoutsFollowTheState(final Bases bases) {
    final EventBase base = bases.base();
    final ConnectionListener listener =
        Streams.serve(bases, base, BufferEvent.CLOSE_ON_FREE, silent -> {});
    for (final Row row : ROWS) {
      assertThat(timeouts(bases, base, listener, row, SHORT, null))
          .as("%s: the read time-out", row.state)
          .isEqualTo(row.readTimeout);
      assertThat(timeouts(bases, base, listener, row, null, SHORT))
          .as("%s: the write time-out", row.state)
          .isEqualTo(row.writeTimeout);
    }
  }

  /** Sets the time-outs before the loop runs on; returns which have passed. */
  private static String timeouts(
      final Bases bases,
      final EventBase base,
      final ConnectionListener listener,
      final Row row,
      final Duration read,
      final Duration write) {
    final BufferEvent client = row.setting.make(bases, base, listener.address());
    final List<String> passed = new ArrayList<>();
    client.setCallbacks(
        null,
        null,
        (self, what) -> {
          if ((what & BufferEvent.TIMEOUT) != 0) {
            passed.add(Streams.text(what));
          }
        });
    client.setTimeouts(read, write);
    if (row.readTimeout.isEmpty() && read != null || row.writeTimeout.isEmpty() && write != null) {
      Streams.runFor(base, 3 * SHORT.toMillis());
    } else {
      Streams.run(base, () -> !passed.isEmpty());
    }
    client.close();
    return String.join(", ", passed);
  }

  @EngineTest
  void theTimeoutOfALookUpFiresAlthoughTheLookUpNeverEnds(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> order = new ArrayList<>();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setTimeouts(null, SHORT);
    client.setCallbacks(
        null,
        null,
        (self, what) -> {
          order.add(Streams.text(what));
          self.close();
        });
    client.connect("somewhere", 80, (host, result) -> () -> order.add("cancelled"));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(order).containsExactly("WRITING|TIMEOUT", "cancelled");
  }

  // ---- no descriptor is left ----

  @EngineTest
  void anAddressWithoutASocketIsPassedOver(final Bases bases) {
    final EventBase base = bases.base();
    final InetAddress here = InetAddress.getLoopbackAddress();
    final int unused;
    try (NetSocket bound = base.sockets().listen(Streams.ANY_PORT, 1)) {
      unused = ((InetSocketAddress) bound.localAddress()).getPort();
    }
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect(
        "somewhere",
        unused,
        (host, result) -> {
          result.resolved(List.of(here, here, here), null);
          return () -> {};
        });
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(recorded.events).containsExactly("ERROR");
    assertThat(client.error()).isEqualTo(Errno.ECONNREFUSED);
    assertThat(bases.exceptions).isEmpty();
  }
}
