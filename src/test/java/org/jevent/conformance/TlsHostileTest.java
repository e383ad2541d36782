package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.Errno;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError;
import org.jevent.tls.TlsError.Kind;
import org.jevent.tls.TlsLimits;

/** What a peer may send that is no TLS, and what it gets. */
class TlsHostileTest {
  private static final byte[] ALERT_UNEXPECTED = {21, 3, 3, 0, 2, 2, 10};

  /** A server's end, and the bare socket of its peer. */
  private static final class Bare {
    final SocketBufferEvent peer;
    final SocketBufferEvent server;
    final List<String> events = new ArrayList<>();

    Bare(final Bases bases, final EventBase base, final TlsContext context) {
      final NetSocket[] pair = bases.pair(base);
      peer = bases.later(BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE));
      server =
          bases.later(
              Tls.socket(base, pair[1], context, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE));
      server.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
      server.enable(Event.READ);
      peer.enable(Event.READ);
    }

    TlsError error() {
      return Tls.of(server).error();
    }
  }

  private static byte[] input(final BufferEvent event) {
    final byte[] bytes = new byte[(int) event.input().length()];
    event.read(bytes);
    return bytes;
  }

  private static void refuses(
      final Bases bases, final TlsKit.Kind kind, final byte[] sent, final Kind expected) {
    final EventBase base = bases.base();
    final Bare bare = new Bare(bases, base, kind.localhost());
    bare.peer.write(sent);
    Streams.run(base, () -> !bare.events.isEmpty());
    assertThat(bare.events).containsExactly("ERROR");
    assertThat(bare.error().kind()).isEqualTo(expected);
    assertThat(bare.server.error()).isEqualTo(Errno.EPROTO);
    Streams.runFor(base, 20);
    assertThat(bare.events).hasSize(1);
    hearsAnAlert(base, bare);
  }

  /** A fatal one, in plaintext as there are no keys yet. */
  private static void hearsAnAlert(final EventBase base, final Bare bare) {
    Streams.run(base, () -> bare.peer.input().length() >= ALERT_UNEXPECTED.length);
    final byte[] alert = Arrays.copyOf(input(bare.peer), ALERT_UNEXPECTED.length);
    assertThat(alert).startsWith(21, 3);
    assertThat(alert[5]).as("fatal").isEqualTo((byte) 2);
    assertThat(alert[6]).as("not close_notify").isNotZero();
  }

  @TlsEngineTest
  void plaintextGetsAnAlert(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final Bare bare = new Bare(bases, base, kind.localhost());
    bare.server.setCallbacks(
        null,
        null,
        (self, what) -> {
          bare.events.add(Streams.text(what));
          self.close();
        });
    bare.peer.write(TlsKit.bytes("GET / HTTP/1.1\r\n\r\n"));
    Streams.run(base, () -> bare.peer.input().length() == ALERT_UNEXPECTED.length);
    assertThat(input(bare.peer)).isEqualTo(ALERT_UNEXPECTED);
    assertThat(bare.events).containsExactly("ERROR");
    assertThat(bare.error().kind()).isEqualTo(Kind.NOT_TLS);
  }

  /** One port serves both: the bytes are there for the next user of the stream. */
  @TlsEngineTest
  void plaintextOverAStreamIsLeftThere(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent tls =
        bases.later(Tls.filter(ends[1], kind.localhost(), Tls.State.ACCEPTING, 0));
    final List<String> events = new ArrayList<>();
    tls.setCallbacks(
        null,
        null,
        (self, what) -> {
          events.add(Streams.text(what));
          self.close();
        });
    ends[0].enable(Event.READ);
    ends[0].write(TlsKit.bytes("hello"));
    Streams.run(base, () -> !events.isEmpty());
    assertThat(events).containsExactly("ERROR");
    assertThat(ends[1].isClosed()).isFalse();
    assertThat(TlsKit.text(ends[1])).isEqualTo("hello");
    ends[1].write(TlsKit.bytes("plain"));
    Streams.run(base, () -> ends[0].input().length() == 5);
    assertThat(TlsKit.text(ends[0])).isEqualTo("plain");
  }

  @TlsEngineTest
  void oneWrongByteIsEnough(final Bases bases, final TlsKit.Kind kind) {
    refuses(bases, kind, new byte[] {'G'}, Kind.NOT_TLS);
  }

  @TlsEngineTest
  void anOversizedHeaderIsRefusedBeforeItsBody(final Bases bases, final TlsKit.Kind kind) {
    refuses(bases, kind, new byte[] {22, 3, 1, 0x41, 0x41}, Kind.RECORD_OVERFLOW);
  }

  @TlsEngineTest
  void anOversizedHeaderIsRefusedWhereTheNameIsRead(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext named = TlsKit.made(() -> kind.server().sni(name -> kind.localhost()).build());
    final Bare bare = new Bare(bases, base, named);
    bare.peer.write(new byte[] {22, 3, 1, 0x41, 0x41});
    Streams.run(base, () -> !bare.events.isEmpty());
    assertThat(bare.error().kind()).isEqualTo(Kind.RECORD_OVERFLOW);
  }

  @TlsEngineTest
  void anEmptyRecordIsRefused(final Bases bases, final TlsKit.Kind kind) {
    refuses(bases, kind, new byte[] {22, 3, 1, 0, 0}, Kind.NOT_TLS);
  }

  @TlsEngineTest
  void garbageInARecordIsRefused(final Bases bases, final TlsKit.Kind kind) {
    final byte[] record = new byte[105];
    new Random(3).nextBytes(record);
    record[0] = 22;
    record[1] = 3;
    record[2] = 1;
    record[3] = 0;
    record[4] = 100;
    record[5] = 99;
    refuses(bases, kind, record, Kind.HANDSHAKE);
  }

  @TlsEngineTest
  void closeNotifyFirstIsRefused(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final Bare bare = new Bare(bases, base, kind.localhost());
    bare.peer.write(new byte[] {21, 3, 3, 0, 2, 1, 0});
    Streams.run(base, () -> !bare.events.isEmpty());
    Streams.runFor(base, 20);
    assertThat(bare.events).containsExactly("ERROR");
    assertThat(bare.error().kind()).isEqualTo(Kind.HANDSHAKE);
  }

  @TlsEngineTest
  void aClientHelloInTinyPiecesIsAFlood(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final Bare bare = new Bare(bases, base, kind.localhost());
    final ByteBuffer pieces = ByteBuffer.allocate(600 * 6);
    for (int i = 0; i < 600; i++) {
      final byte body = (byte) (i == 0 ? 1 : i == 2 ? 8 : 0); // a hello of 2,048 bytes
      pieces.put(new byte[] {22, 3, 1, 0, 1, body});
    }
    bare.peer.write(pieces.array());
    Streams.run(base, () -> !bare.events.isEmpty());
    assertThat(bare.events).containsExactly("ERROR");
    assertThat(bare.error().kind()).isIn(Kind.FLOOD, Kind.HANDSHAKE);
    hearsAnAlert(base, bare);
  }

  /** The limits of the handshake hold while the server still reads what it chooses by. */
  @EngineTest
  void aHelloThatNeverEndsIsAFlood(final Bases bases) {
    final ByteBuffer tiny = ByteBuffer.allocate(600 * 6);
    for (int i = 0; i < 600; i++) {
      final byte body = (byte) (i == 0 ? 1 : i == 2 ? 60 : 0); // a hello of 15,360 bytes
      tiny.put(new byte[] {22, 3, 1, 0, 1, body});
    }
    isAFlood(bases, TlsLimits.DEFAULT, tiny.array());
    final byte[] half = new byte[1500]; // of a record
    System.arraycopy(new byte[] {22, 3, 1, 60, 0, 1, 0, 59}, 0, half, 0, 8);
    isAFlood(bases, new TlsLimits(512, 1000, 32), half);
  }

  private static void isAFlood(final Bases bases, final TlsLimits limits, final byte[] sent) {
    final EventBase base = bases.base();
    final TlsContext chooses =
        TlsKit.made(
            () ->
                TlsKit.SUN_13
                    .server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .applicationProtocols("h2")
                    .limits(limits)
                    .build());
    final Bare bare = new Bare(bases, base, chooses);
    bare.peer.write(sent);
    Streams.run(base, () -> !bare.events.isEmpty());
    assertThat(bare.events).containsExactly("ERROR");
    assertThat(bare.error().kind()).isEqualTo(Kind.FLOOD);
    hearsAnAlert(base, bare);
  }

  @TlsEngineTest
  void aHugeClientHelloIsRefused(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext named = TlsKit.made(() -> kind.server().sni(name -> kind.localhost()).build());
    final Bare bare = new Bare(bases, base, named);
    final byte[] start = new byte[9];
    System.arraycopy(new byte[] {22, 3, 1, 0x40, 0, 1, 1, 0, 0}, 0, start, 0, 9);
    bare.peer.write(start);
    Streams.run(base, () -> !bare.events.isEmpty());
    assertThat(bare.error().kind()).isEqualTo(Kind.HANDSHAKE);
    assertThat(bare.error().cause()).hasMessageContaining("longer than 16384");
    Streams.run(base, () -> bare.peer.input().length() == ALERT_UNEXPECTED.length);
    assertThat(input(bare.peer)).isEqualTo(new byte[] {21, 3, 3, 0, 2, 2, 50});
  }

  @TlsEngineTest
  void anEndBeforeTheHandshakeIsAnError(final Bases bases, final TlsKit.Kind kind) {
    for (final byte[] sent :
        List.of(new byte[0], new byte[] {22}, new byte[] {22, 3, 1, 0, 9, 1})) {
      final EventBase base = bases.base();
      final Bare bare = new Bare(bases, base, kind.localhost());
      Tls.of(bare.server).allowDirtyShutdown(true);
      bare.peer.write(sent);
      bare.peer.closeAfterFlush();
      Streams.run(base, () -> !bare.events.isEmpty());
      assertThat(bare.events).containsExactly("ERROR");
      assertThat(bare.error().kind()).isEqualTo(Kind.TRUNCATED);
    }
  }

  @TlsEngineTest
  void aSilentPeerTimesOut(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext hasty =
        TlsKit.made(
            () ->
                kind.server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .handshakeTimeout(Duration.ofMillis(50))
                    .build());
    final Bare bare = new Bare(bases, base, hasty);
    Streams.run(base, () -> !bare.events.isEmpty());
    assertThat(bare.events).containsExactly("TIMEOUT");
    Streams.runFor(base, 20);
    assertThat(bare.events).hasSize(1);
  }

  @TlsEngineTest
  void aTricklingPeerTimesOut(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final Bare bare = new Bare(bases, base, kind.localhost());
    Tls.of(bare.server).handshakeTimeout(Duration.ofMillis(200));
    bare.peer.write(new byte[] {22, 3, 1, 2, 0});
    final Event trickle =
        bases.later(base.newPeriodicTimer((e, what) -> bare.peer.write(new byte[1])));
    trickle.addNanos(10_000_000);
    Streams.run(base, () -> !bare.events.isEmpty());
    assertThat(bare.events).containsExactly("TIMEOUT");
  }

  /** A handshake over a stream in the middle that the test can bend. */
  private static final class Middle {
    final TlsKit.Ends ends;
    final SocketBufferEvent[] near;
    final SocketBufferEvent[] far;

    Middle(final Bases bases, final EventBase base, final TlsKit.Kind kind) {
      near = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      far = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      near[1].setCallbacks(self -> far[0].write(self.input()), null, null);
      far[0].setCallbacks(self -> near[1].write(self.input()), null, null);
      near[1].enable(Event.READ);
      far[0].enable(Event.READ);
      ends = TlsKit.over(bases, near[0], far[1], kind);
    }
  }

  @TlsEngineTest
  void garbageInAnOpenConnectionIsAnError(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final Middle middle = new Middle(bases, base, kind);
    middle.ends.open(base);
    Streams.runFor(base, 20);
    final byte[] record = new byte[5 + 64];
    record[0] = 23;
    record[1] = 3;
    record[2] = 3;
    record[4] = 64;
    middle.far[0].write(record);
    Streams.run(base, () -> !middle.ends.serverEvents.isEmpty());
    assertThat(middle.ends.serverEvents).containsExactly("READING|ERROR");
    assertThat(Tls.of(middle.ends.server).error().kind()).isEqualTo(Kind.ALERT_SENT);
    if (kind.isSun()) {
      Streams.run(base, () -> !middle.ends.clientEvents.isEmpty());
      assertThat(middle.ends.clientEvents).containsExactly("READING|ERROR");
      assertThat(Tls.of(middle.ends.client).error().alert()).isEqualTo("bad_record_mac");
    }
  }

  @TlsEngineTest
  void aTruncatedRecordIsAnErrorAfterTheData(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final Middle middle = new Middle(bases, base, kind);
    middle.ends.open(base);
    middle.ends.client.write(TlsKit.bytes("whole"));
    Streams.run(base, () -> middle.ends.server.input().length() == 5);
    middle.far[0].write(new byte[] {23, 3, 3, 0, 64, 1, 2, 3});
    middle.far[0].closeAfterFlush();
    Streams.run(base, () -> !middle.ends.serverEvents.isEmpty());
    assertThat(middle.ends.serverEvents).containsExactly("READING|ERROR");
    assertThat(Tls.of(middle.ends.server).error().kind()).isEqualTo(Kind.TRUNCATED);
    assertThat(TlsKit.text(middle.ends.server)).isEqualTo("whole");
  }

  @TlsEngineTest
  void aDirtyEndIsEofWhereItIsAllowed(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final Middle middle = new Middle(bases, base, kind);
    middle.ends.open(base);
    Tls.of(middle.ends.server).allowDirtyShutdown(true);
    Streams.runFor(base, 20); // tickets that are not read would become a reset
    middle.far[0].close();
    Streams.run(base, () -> !middle.ends.serverEvents.isEmpty());
    assertThat(middle.ends.serverEvents).containsExactly("READING|EOF");
  }

  private static byte[] hello(final TlsKit.Kind kind) throws SSLException {
    final SSLEngine engine = kind.trusting().sslContext().createSSLEngine("localhost", 1);
    engine.setUseClientMode(true);
    final ByteBuffer flight = ByteBuffer.allocate(40_000);
    engine.wrap(ByteBuffer.allocate(0), flight);
    final byte[] hello = Arrays.copyOf(flight.array(), flight.position());
    TlsKit.release(engine);
    return hello;
  }

  /**
   * Where the length of the list of cipher suites is: behind versions, a random and the session.
   */
  private static int suites(final byte[] hello) {
    final int session = 5 + 4 + 2 + 32;
    return session + 1 + hello[session];
  }

  /** The engine has found the fault in a task, and nothing else comes that would make it say so. */
  @TlsEngineTest
  void aHelloThatIsMalformedIsRefusedAtOnce(final Bases bases, final TlsKit.Kind kind)
      throws Exception {
    final EventBase base = bases.base();
    final byte[] hello = hello(kind);
    hello[suites(hello)] ^= 0x5a;
    final Bare bare = new Bare(bases, base, kind.localhost());
    bare.peer.write(hello);
    Streams.run(base, 8, () -> !bare.events.isEmpty() && bare.peer.input().length() > 0);
    assertThat(bare.events).containsExactly("ERROR");
    assertThat(bare.error().kind()).isNotEqualTo(Kind.TRUNCATED);
    assertThat(input(bare.peer)[0]).as("an alert").isEqualTo((byte) 21);
  }

  /** Each byte of the first flight is changed in turn: an error, and no exception. */
  @TlsEngineTest
  void bitsThatFlipInTheClientHelloDoNoHarm(final Bases bases, final TlsKit.Kind kind)
      throws Exception {
    final byte[] hello = hello(kind);
    final EventBase base = bases.base();
    final TlsContext server = kind.localhost();
    for (int i = 0; i < hello.length; i += 7) {
      final byte[] bent = hello.clone();
      bent[i] ^= (byte) (1 << (i % 8));
      final Bare bare = new Bare(bases, base, server);
      bare.peer.write(bent);
      bare.peer.closeAfterFlush();
      Streams.run(base, () -> !bare.events.isEmpty());
      assertThat(bare.events).as("byte %d", i).containsExactly("ERROR");
      bare.server.close();
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void keyUpdatesWithoutDataAreAFlood(final Bases bases) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_13);
    for (int i = 0; i < 40 && ends.serverEvents.isEmpty(); i++) {
      Tls.of(ends.client).renegotiate(); // which the server answers with as many
      Streams.runFor(base, 5);
    }
    Streams.run(base, () -> !ends.clientEvents.isEmpty() && !ends.serverEvents.isEmpty());
    assertThat(Tls.of(ends.server).error().kind()).isEqualTo(Kind.FLOOD);
    assertThat(Tls.of(ends.client).error().alert()).isEqualTo("unexpected_message");
  }

  /** New keys of either end, with data that passes one way alone. */
  @EngineTest
  void keysMayBeReplacedAsOftenAsDataPasses(final Bases bases) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_13);
    for (int i = 1; i <= 80; i++) {
      final long expected = 1000L * i;
      ends.server.write(new byte[1000]);
      Tls.of(i % 2 == 0 ? ends.server : ends.client).renegotiate();
      Streams.run(base, () -> ends.client.input().length() == expected);
    }
    assertThat(Tls.of(ends.server).error()).isNull();
    assertThat(Tls.of(ends.client).error()).isNull();
  }

  @EngineTest
  void aRenegotiationByThePeerIsRefused(final Bases bases) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_12);
    Tls.of(ends.client).renegotiate();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("READING|ERROR");
    assertThat(Tls.of(ends.server).error().kind()).isEqualTo(Kind.RENEGOTIATION);
    Streams.run(base, () -> !ends.clientEvents.isEmpty());
    assertThat(ends.clientEvents).containsExactly("READING|ERROR");
    assertThat(Tls.of(ends.client).error().alert()).isEqualTo("unexpected_message");
  }
}
