package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** The cases of libevent's {@code regress_ssl.c}, under their names. */
class LibeventTlsTest {
  private static final int LAST = 1001;
  private static final int RENEGOTIATION = 600;

  private enum Flavour {
    SOCKETPAIR,
    FILTER
  }

  /** Two ends that send numbers to one another: each answers with the next. */
  private static final class Game {
    final EventBase base;
    final Flavour flavour;
    final NetSocket[] sockets;
    final List<String> clientEvents = new ArrayList<>();
    final List<String> serverEvents = new ArrayList<>();
    final int options;
    private final Bases bases;
    private final SocketBufferEvent[] below = new SocketBufferEvent[2];
    BufferEvent client;
    BufferEvent server;
    int reached;
    int renegotiateAt;

    Game(final Bases bases, final Flavour flavour, final int options) {
      this.bases = bases;
      base = bases.base();
      this.flavour = flavour;
      this.options = options;
      sockets = bases.pair(base);
      for (int i = 0; i < 2 && flavour == Flavour.FILTER; i++) {
        below[i] = bases.later(BufferEvent.socket(base, sockets[i], BufferEvent.CLOSE_ON_FREE));
      }
    }

    Game shakingHands(final TlsContext near, final TlsContext far) {
      final boolean filter = flavour == Flavour.FILTER;
      client =
          filter
              ? Tls.filter(below[0], near, Tls.State.CONNECTING, options)
              : Tls.socket(base, sockets[0], near, Tls.State.CONNECTING, options);
      Tls.of(client).peer("localhost", -1);
      server =
          filter
              ? Tls.filter(below[1], far, Tls.State.ACCEPTING, options)
              : Tls.socket(base, sockets[1], far, Tls.State.ACCEPTING, options);
      return ready();
    }

    Game shakingHands(final TlsKit.Kind kind) {
      return shakingHands(kind.trusting(), kind.localhost());
    }

    /** Both begin with the engines of ends that have shaken hands, and were closed. */
    Game startOpen(final TlsKit.Kind kind) {
      final Game former = new Game(bases, flavour, 0, sockets, base, below);
      former.shakingHands(kind);
      Streams.run(base, () -> former.clientEvents.size() + former.serverEvents.size() == 2);
      Streams.runFor(base, 20); // until the tickets are read
      final SSLEngine near = Tls.of(former.client).engine();
      final SSLEngine far = Tls.of(former.server).engine();
      former.client.close();
      former.server.close();
      final boolean filter = flavour == Flavour.FILTER;
      client =
          filter
              ? Tls.filter(below[0], near, Tls.State.OPEN, options)
              : Tls.socket(base, sockets[0], near, Tls.State.OPEN, options);
      server =
          filter
              ? Tls.filter(below[1], far, Tls.State.OPEN, options)
              : Tls.socket(base, sockets[1], far, Tls.State.OPEN, options);
      return ready();
    }

    private Game(
        final Bases bases,
        final Flavour flavour,
        final int options,
        final NetSocket[] sockets,
        final EventBase base,
        final SocketBufferEvent... below) {
      this.bases = bases;
      this.base = base;
      this.flavour = flavour;
      this.options = options;
      this.sockets = sockets;
      System.arraycopy(below, 0, this.below, 0, 2);
    }

    private Game ready() {
      bases.later(client);
      bases.later(server);
      client.setCallbacks(this::answer, null, (self, what) -> clientEvents.add(Streams.text(what)));
      server.setCallbacks(this::answer, null, (self, what) -> serverEvents.add(Streams.text(what)));
      client.enable(Event.READ);
      server.enable(Event.READ);
      return this;
    }

    private void answer(final BufferEvent self) {
      while (self.input().length() >= 4) {
        final byte[] bytes = new byte[4];
        self.read(bytes);
        reached = ByteBuffer.wrap(bytes).getInt();
        if (reached == renegotiateAt) {
          Tls.of(self).renegotiate();
        }
        if (reached < LAST) {
          say(self, reached + 1);
        }
      }
    }

    static void say(final BufferEvent stream, final int number) {
      stream.write(ByteBuffer.allocate(4).putInt(number).array());
    }

    /** To the last number. */
    void play() {
      say(client, 1);
      playOn();
    }

    void playOn() {
      Streams.run(base, 30, () -> reached == LAST || isOver());
      assertThat(reached).as("%s, %s", clientEvents, serverEvents).isEqualTo(LAST);
    }

    private boolean isOver() {
      return clientEvents.size() > 1 || serverEvents.size() > 1;
    }

    /** The client closes what is below without a word. */
    void closeBare() {
      final SSLEngine engine = Tls.of(client).engine();
      client.close();
      if (flavour == Flavour.FILTER) {
        below[0].close();
      } else {
        sockets[0].close();
      }
      TlsKit.release(engine);
    }

    /** Without CLOSE_ON_FREE this is what the program does. */
    void release() {
      final SSLEngine engine = Tls.of(server).engine();
      server.close();
      TlsKit.release(engine);
    }

    void forgetHandle(final BufferEvent stream) {
      final int index = stream == client ? 0 : 1;
      final BufferEvent socket = flavour == Flavour.FILTER ? below[index] : stream;
      ((SocketBufferEvent) socket).setHandle(null);
    }

    void forgetEvents() {
      clientEvents.clear();
      serverEvents.clear();
    }

    /** The client closes its end: the other gets one EOF, and nothing else. */
    void closesCleanly() {
      Streams.runFor(base, 20);
      forgetEvents();
      client.close();
      Streams.run(base, () -> !serverEvents.isEmpty());
      Streams.runFor(base, 20);
      assertThat(serverEvents).containsExactly("READING|EOF");
      assertThat(Tls.of(server).error()).isNull();
    }

    /** The client's socket is closed under it: an error, or EOF where that is allowed. */
    void closesDirtily(final boolean allowed) {
      Tls.of(server).allowDirtyShutdown(allowed);
      Streams.runFor(base, 20);
      forgetEvents();
      closeBare();
      Streams.run(base, () -> !serverEvents.isEmpty());
      Streams.runFor(base, 20);
      assertThat(serverEvents).containsExactly(allowed ? "READING|EOF" : "READING|ERROR");
      assertThat(Tls.of(server).error() == null).isEqualTo(allowed);
      release();
    }
  }

  private static void connected(final Game game) {
    assertThat(game.clientEvents).containsExactly("CONNECTED");
    assertThat(game.serverEvents).containsExactly("CONNECTED");
  }

  private static void plays(final Bases bases, final TlsKit.Kind kind, final Flavour flavour) {
    final Game game = new Game(bases, flavour, BufferEvent.CLOSE_ON_FREE).shakingHands(kind);
    game.play();
    connected(game);
    game.closesCleanly();
  }

  @TlsEngineTest
  void socketpair(final Bases bases, final TlsKit.Kind kind) {
    plays(bases, kind, Flavour.SOCKETPAIR);
  }

  @TlsEngineTest
  void filter(final Bases bases, final TlsKit.Kind kind) {
    plays(bases, kind, Flavour.FILTER);
  }

  @TlsEngineTest
  void writeAfterConnect(final Bases bases, final TlsKit.Kind kind) {
    for (final Flavour flavour : Flavour.values()) {
      final Game game = new Game(bases, flavour, BufferEvent.CLOSE_ON_FREE).shakingHands(kind);
      game.client.setCallbacks(
          game.client.readCallback(),
          null,
          (self, what) -> {
            game.clientEvents.add(Streams.text(what));
            if ((what & BufferEvent.CONNECTED) != 0) {
              Game.say(self, 1);
            }
          });
      game.playOn();
      connected(game);
      game.closesCleanly();
    }
  }

  private static Game renegotiating(
      final Bases bases, final TlsKit.Kind kind, final Flavour flavour, final int options) {
    final TlsContext near =
        TlsKit.made(() -> kind.client().trust(TlsKit.AUTHORITY_FILE).peerRenegotiations(1).build());
    final TlsContext far =
        TlsKit.made(
            () ->
                kind.server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .peerRenegotiations(1)
                    .build());
    final Game game = new Game(bases, flavour, options).shakingHands(near, far);
    game.renegotiateAt = RENEGOTIATION;
    game.play();
    connected(game);
    return game;
  }

  /** In TLS 1.3 the keys are replaced. Only the JDK's engines offer either. */
  @EngineTest
  void renegotiate(final Bases bases) {
    for (final TlsKit.Kind kind : List.of(TlsKit.SUN_12, TlsKit.SUN_13)) {
      for (final Flavour flavour : Flavour.values()) {
        renegotiating(bases, kind, flavour, BufferEvent.CLOSE_ON_FREE).closesCleanly();
      }
    }
  }

  @TlsEngineTest
  void startopen(final Bases bases, final TlsKit.Kind kind) {
    for (final Flavour flavour : Flavour.values()) {
      final Game game = new Game(bases, flavour, BufferEvent.CLOSE_ON_FREE).startOpen(kind);
      game.play();
      assertThat(game.clientEvents).as("no CONNECTED").isEmpty();
      assertThat(game.serverEvents).isEmpty();
      game.closesCleanly();
    }
  }

  @TlsEngineTest
  void dirtyShutdown(final Bases bases, final TlsKit.Kind kind) {
    for (final Flavour flavour : Flavour.values()) {
      for (final boolean allowed : new boolean[] {true, false}) {
        final Game game = new Game(bases, flavour, 0).shakingHands(kind);
        game.play();
        game.closesDirtily(allowed);
      }
    }
  }

  @EngineTest
  void renegotiateDirtyShutdown(final Bases bases) {
    for (final Flavour flavour : Flavour.values()) {
      for (final boolean allowed : new boolean[] {true, false}) {
        renegotiating(bases, TlsKit.SUN_12, flavour, 0).closesDirtily(allowed);
      }
    }
  }

  @TlsEngineTest
  void startopenDirtyShutdown(final Bases bases, final TlsKit.Kind kind) {
    for (final Flavour flavour : Flavour.values()) {
      for (final boolean allowed : new boolean[] {true, false}) {
        final Game game = new Game(bases, flavour, 0).startOpen(kind);
        game.play();
        game.closesDirtily(allowed);
      }
    }
  }

  /** The event callback takes the socket away at the end: nothing happens after that. */
  @TlsEngineTest
  void fd(final Bases bases, final TlsKit.Kind kind) {
    for (final Flavour flavour : Flavour.values()) {
      final Game game = new Game(bases, flavour, BufferEvent.CLOSE_ON_FREE).shakingHands(kind);
      game.play();
      game.forgetEvents();
      game.server.setCallbacks(
          null,
          null,
          (self, what) -> {
            game.serverEvents.add(Streams.text(what));
            game.forgetHandle(self);
          });
      game.client.close();
      Streams.run(game.base, () -> !game.serverEvents.isEmpty());
      Streams.runFor(game.base, 20);
      assertThat(game.serverEvents).containsExactly("READING|EOF");
      game.server.close();
      assertThat(bases.exceptions).isEmpty();
    }
  }

  /** Both are freed at the end, with or without their sockets: nothing is pending then. */
  @TlsEngineTest
  void freed(final Bases bases, final TlsKit.Kind kind) {
    for (final Flavour flavour : Flavour.values()) {
      for (final boolean withoutHandle : new boolean[] {false, true}) {
        final Game game = new Game(bases, flavour, BufferEvent.CLOSE_ON_FREE).shakingHands(kind);
        game.play();
        game.server.setCallbacks(
            null,
            null,
            (self, what) -> {
              if (withoutHandle) {
                game.forgetHandle(self);
              }
              self.close();
            });
        game.client.close();
        assertThat(game.base.dispatch()).isEqualTo(LoopResult.EMPTY);
        assertThat(game.server.isClosed()).isTrue();
        assertThat(game.base.eventCount(EventBase.COUNT_ADDED | EventBase.COUNT_ACTIVE)).isZero();
        assertThat(game.base.eventCount(EventBase.COUNT_VIRTUAL)).isZero();
        assertThat(bases.exceptions).isEmpty();
      }
    }
  }

  /** The peer does nothing at all: the time-out comes once, and nothing before it. */
  @TlsEngineTest
  void timeout(final Bases bases, final TlsKit.Kind kind) {
    for (final Flavour flavour : Flavour.values()) {
      for (final boolean freed : new boolean[] {false, true}) {
        final Game game = new Game(bases, flavour, BufferEvent.CLOSE_ON_FREE).shakingHands(kind);
        game.server.disable(Event.READ | Event.WRITE);
        game.client.setTimeouts(Duration.ofMillis(30), null);
        if (freed) {
          game.client.setCallbacks(
              null,
              null,
              (self, what) -> {
                game.clientEvents.add(Streams.text(what));
                game.forgetHandle(self);
                self.close();
              });
        }
        Streams.run(game.base, () -> !game.clientEvents.isEmpty());
        Streams.runFor(game.base, 50);
        assertThat(game.clientEvents).containsExactly("READING|TIMEOUT");
        assertThat(game.serverEvents).doesNotContain("CONNECTED");
        game.client.close();
        game.server.close();
      }
    }
  }

  /** Nothing turns while the other end is not enabled: turns are counted rather than reads. */
  @TlsEngineTest
  void connectSleep(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final List<SocketBufferEvent> accepted = new ArrayList<>();
    final List<String> served = new ArrayList<>();
    final ConnectionListener listener =
        bases.later(
            ConnectionListener.bind(
                base,
                Streams.ANY_PORT,
                ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) -> {
                  final SocketBufferEvent server =
                      bases.later(
                          Tls.socket(
                              base,
                              socket,
                              kind.localhost(),
                              Tls.State.ACCEPTING,
                              BufferEvent.CLOSE_ON_FREE | BufferEvent.DEFER_CALLBACKS));
                  server.setCallbacks(null, null, (stream, what) -> served.add(Streams.text(what)));
                  server.disable(Event.READ | Event.WRITE);
                  accepted.add(server);
                }));
    final SocketBufferEvent client =
        bases.later(
            Tls.socket(
                base, kind.trusting(), BufferEvent.CLOSE_ON_FREE | BufferEvent.DEFER_CALLBACKS));
    final List<String> events = new ArrayList<>();
    client.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    client.connect("localhost", ((InetSocketAddress) listener.address()).getPort());
    client.write(TlsKit.bytes("1\n"));
    client.enable(Event.READ | Event.WRITE);
    final int[] turns = new int[1];
    final boolean[] over = new boolean[1];
    bases.later(base.watchPrepare((self, timeout) -> turns[0]++));
    try (Event later = base.newTimer((event, what) -> over[0] = true)) {
      later.add(Duration.ofMillis(300));
      while (!over[0]) {
        base.loop(EventBase.LOOP_ONCE);
      }
    }
    assertThat(events).isEmpty();
    assertThat(turns[0]).isLessThanOrEqualTo(100);
    accepted.get(0).enable(Event.READ | Event.WRITE);
    Streams.run(base, () -> accepted.get(0).input().length() == 2);
    assertThat(events).containsExactly("CONNECTED");
    assertThat(served).containsExactly("CONNECTED");
    assertThat(Tls.of(client).error()).isNull();
  }
}
