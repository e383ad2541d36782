package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.Handle;
import org.jevent.net.NetSocket;

/**
 * Events on sockets whose connect is under way, which a selector watches differently from connected
 * ones. Each is called for its interest, and the loop does not spin meanwhile.
 */
class PendingConnectTest {
  private static final int CALLS = 50;

  private static final int ROUNDS = 30;

  /** Iterations beyond the calls themselves, which waiting in vain would need by the hundred. */
  private static final int SPARE = 50;

  private static SocketAddress listen(final Bases bases, final EventBase base) {
    return bases.later(base.sockets().listen(Streams.ANY_PORT, -1)).localAddress();
  }

  private static NetSocket connect(final Bases bases, final EventBase base) {
    return bases.later(base.sockets().connect(listen(bases, base)));
  }

  /** Runs the loop until then; returns in how many iterations. */
  private static int iterations(final EventBase base, final BooleanSupplier until) {
    final AtomicInteger iterations = new AtomicInteger();
    try (var watcher = base.watchPrepare((self, timeout) -> iterations.incrementAndGet());
        Event late = base.newTimer((self, what) -> fail("does not happen"))) {
      assertThat(watcher).isNotNull();
      late.add(Duration.ofSeconds(TestSystem.patience(20)));
      while (!until.getAsBoolean()) {
        base.loop(EventBase.LOOP_ONCE);
      }
    }
    return iterations.get();
  }

  @EngineTest
  void onePersistentEventHearsOfTheConnectAndThenThatItMayWrite(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket client = connect(bases, base);
    final AtomicInteger calls = new AtomicInteger();
    final List<Boolean> connected = new ArrayList<>();
    base.newEvent(
            client,
            Event.WRITE | Event.PERSIST,
            (self, what) -> {
              assertThat(what).isEqualTo(Event.WRITE);
              connected.add(client.finishConnect());
              if (calls.incrementAndGet() == CALLS) {
                self.delete();
              }
            })
        .add();
    assertThat(iterations(base, () -> calls.get() == CALLS)).isLessThan(CALLS + SPARE);
    assertThat(connected).doesNotContain(false);
  }

  @EngineTest
  void anEventGoesOnThoughSomethingElseFinishesTheConnect(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket client = connect(bases, base);
    final AtomicInteger calls = new AtomicInteger();
    base.newEvent(
            client,
            Event.WRITE | Event.PERSIST,
            (self, what) -> {
              if (calls.incrementAndGet() == CALLS) {
                self.delete();
              }
            })
        .add();
    base.execute(
        () -> {
          while (!client.finishConnect()) {
            Thread.onSpinWait();
          }
        });
    assertThat(iterations(base, () -> calls.get() == CALLS)).isLessThan(CALLS + SPARE);
  }

  @EngineTest
  void anEventThatWasAddedBeforeTheConnectHearsOfIt(final Bases bases) {
    final EventBase base = bases.base();
    final SocketAddress address = listen(bases, base);
    final NetSocket client = bases.later(base.sockets().stream(Streams.ANY_PORT));
    final AtomicInteger calls = new AtomicInteger();
    final Event event =
        bases.later(
            base.newEvent(
                client,
                Event.WRITE | Event.PERSIST,
                (self, what) -> {
                  if (client.finishConnect() && calls.incrementAndGet() == CALLS) {
                    self.delete();
                  }
                }));
    event.add();
    base.loop(EventBase.LOOP_NONBLOCK);
    client.connect(address);
    assertThat(iterations(base, () -> calls.get() == CALLS)).isLessThan(CALLS + SPARE);
  }

  @EngineTest
  void whoOnlyReadsHearsOfWhatTheServerSays(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket listener = bases.later(base.sockets().listen(Streams.ANY_PORT, -1));
    final NetSocket client = bases.later(base.sockets().connect(listener.localAddress()));
    final ByteBuffer got = ByteBuffer.allocate(100);
    base.newEvent(
            client,
            Event.READ | Event.PERSIST,
            (self, what) -> {
              assertThat(what).isEqualTo(Event.READ);
              if (client.read(got) > 0) {
                self.delete();
              }
            })
        .add();
    base.newTimer(
            (self, what) ->
                bases
                    .later(listener.accept())
                    .write(ByteBuffer.wrap("220 hello".getBytes(StandardCharsets.US_ASCII))))
        .add(Duration.ofMillis(50));
    assertThat(iterations(base, () -> got.position() > 0)).isLessThan(SPARE);
    assertThat(bases.exceptions).isEmpty();
    assertThat(got.position()).isEqualTo("220 hello".length());
    assertThat(client.finishConnect()).isTrue();
  }

  @EngineTest
  void whoOnlyReadsHearsOfTheRefusal(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket bound = base.sockets().stream(Streams.ANY_PORT);
    bound.bind(Streams.ANY_PORT);
    final SocketAddress unused = bound.localAddress();
    bound.close();
    final List<Errno> errors = new ArrayList<>();
    final NetSocket client = bases.later(base.sockets().connect(unused));
    base.newEvent(
            client,
            Event.READ | Event.PERSIST,
            (self, what) -> {
              try {
                client.read(ByteBuffer.allocate(1));
              } catch (final ErrnoException e) {
                errors.add(e.errno());
                self.delete();
              }
            })
        .add();
    assertThat(iterations(base, () -> !errors.isEmpty())).isLessThan(SPARE);
    assertThat(errors).containsExactly(Errno.ECONNREFUSED);
  }

  private static byte[] take(final BufferEvent stream) {
    final byte[] bytes = new byte[(int) stream.input().length()];
    stream.input().remove(bytes);
    return bytes;
  }

  @EngineTest
  void aStreamOnSuchASocketSendsWhenItIsConnected(final Bases bases) {
    final EventBase base = bases.base();
    final var listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            accepted -> {
              accepted.setCallbacks(self -> self.write(take(self)), null, null);
              accepted.enable(Event.READ);
            });
    final NetSocket socket = base.sockets().connect(listener.address());
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE));
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final List<String> got = new ArrayList<>();
    client.setCallbacks(
        self -> got.add(new String(take(self), StandardCharsets.US_ASCII)), null, recorded::event);
    client.enable(Event.READ);
    client.write("sent before".getBytes(StandardCharsets.US_ASCII));
    Streams.run(base, () -> String.join("", got).equals("sent before"));
    assertThat(recorded.events).isEmpty();
  }

  @EngineTest
  void aStreamOnASocketThatIsRefusedHearsOfIt(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket bound = base.sockets().stream(Streams.ANY_PORT);
    bound.bind(Streams.ANY_PORT);
    final InetSocketAddress unused = (InetSocketAddress) bound.localAddress();
    bound.close();
    final NetSocket socket = base.sockets().connect(unused);
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE));
    final List<Errno> errors = new ArrayList<>();
    client.setCallbacks(null, null, (self, what) -> errors.add(self.error()));
    client.enable(Event.READ);
    Streams.run(base, () -> !errors.isEmpty());
    assertThat(errors).contains(Errno.ECONNREFUSED);
  }

  // ---- channels of the JDK, which native methods watch with a separate thread ----

  private static SocketChannel channel(final Bases bases, final EventBase base) throws IOException {
    final SocketChannel channel = bases.later(SocketChannel.open());
    channel.configureBlocking(false);
    channel.connect(listen(bases, base));
    return channel;
  }

  private static void finish(final SocketChannel channel) {
    try {
      while (!channel.finishConnect()) {
        Thread.onSpinWait();
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @EngineTest
  void aChannelGoesOnOnceItsEventHasFinishedTheConnect(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final SocketChannel client = channel(bases, base);
    final AtomicInteger calls = new AtomicInteger();
    base.newEvent(
            Handle.of(client),
            Event.WRITE | Event.PERSIST,
            (self, what) -> {
              finish(client);
              if (calls.incrementAndGet() == CALLS) {
                self.delete();
              }
            })
        .add();
    iterations(base, () -> calls.get() == CALLS);
  }

  /** Whether the thread that watches channels has seen the connect end before or not. */
  @EngineTest
  void aChannelGoesOnThoughSomethingElseFinishesTheConnect(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    for (int round = 0; round < ROUNDS; round++) {
      final SocketChannel client = channel(bases, base);
      final AtomicInteger calls = new AtomicInteger();
      final Event event =
          bases.later(
              base.newEvent(
                  Handle.of(client),
                  Event.WRITE | Event.PERSIST,
                  (self, what) -> {
                    if (client.isConnected() && calls.incrementAndGet() == CALLS) {
                      self.delete();
                    }
                  }));
      event.add();
      base.loop(EventBase.LOOP_NONBLOCK);
      finish(client);
      iterations(base, () -> calls.get() == CALLS);
    }
  }

  @EngineTest
  void aChannelThatConnectsWhileItIsWatchedIsReported(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final SocketAddress address = listen(bases, base);
    final SocketChannel client = bases.later(SocketChannel.open());
    client.configureBlocking(false);
    client.bind(Streams.ANY_PORT);
    final AtomicInteger calls = new AtomicInteger();
    base.newEvent(
            Handle.of(client),
            Event.WRITE | Event.PERSIST,
            (self, what) -> {
              try {
                if (client.isConnectionPending() && client.finishConnect()) {
                  calls.incrementAndGet();
                } else if (client.isConnected() && calls.incrementAndGet() == CALLS) {
                  self.delete();
                } else if (!client.isConnected() && !client.isConnectionPending()) {
                  client.connect(address);
                }
              } catch (final IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .add();
    iterations(base, () -> calls.get() == CALLS);
    assertThat(bases.exceptions).isEmpty();
  }
}
