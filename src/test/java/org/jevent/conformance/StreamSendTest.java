package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;

/**
 * What is added at an odd moment leaves, too, although nothing else ends the wait: the peer is not
 * in the loop and says nothing.
 */
class StreamSendTest {
  private static final int SIZE = 100;
  private static final int MILLIS = 10_000;
  private static final int TRIES = 1000;

  /** What does not leave before a wait leaves after that time at the earliest. */
  private static final Duration SHORT = Duration.ofMillis(200);

  private static byte[] bytes(final char letter) {
    final byte[] bytes = new byte[SIZE];
    Arrays.fill(bytes, (byte) letter);
    return bytes;
  }

  /** The system alone answers: no program accepts or reads before {@link #received}. */
  private static NetSocket listen(final Bases bases, final EventBase base) {
    return bases.later(base.sockets().listen(Streams.ANY_PORT, 1));
  }

  /** What has come, once the loop has ended. */
  private static byte[] received(final Bases bases, final NetSocket server) {
    final NetSocket peer = bases.later(server.accept());
    final ByteBuffer target = ByteBuffer.allocate(2 * SIZE);
    for (int i = 0; i < TRIES && target.hasRemaining(); i++) {
      peer.read(target);
      bases.spend(1);
    }
    return Arrays.copyOf(target.array(), target.position());
  }

  private static SocketBufferEvent client(
      final Bases bases, final EventBase base, final int options) {
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, options | BufferEvent.CLOSE_ON_FREE));
    client.enable(Event.READ);
    return client;
  }

  private static byte[] both() {
    final byte[] both = Arrays.copyOf(bytes('a'), 2 * SIZE);
    System.arraycopy(bytes('b'), 0, both, SIZE, SIZE);
    return both;
  }

  @EngineTest
  void whatTheConnectedCallbackAddsFollowsWhatWasAddedBefore(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket server = listen(bases, base);
    final SocketBufferEvent client = client(bases, base, 0);
    client.setCallbacks(null, null, (self, what) -> self.write(bytes('b')));
    client.write(bytes('a'));
    client.connect(server.localAddress());
    base.loopExit(SHORT);
    base.dispatch();
    assertThat(received(bases, server)).isEqualTo(both());
  }

  @EngineTest
  void whatAPrepareWatcherAddsLeavesBeforeTheWait(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket server = listen(bases, base);
    final SocketBufferEvent client = client(bases, base, 0);
    client.connect(server.localAddress());
    client.setCallbacks(null, null, (self, what) -> base.loopBreak());
    base.dispatch();
    final AtomicBoolean added = new AtomicBoolean();
    bases.later(
        base.watchPrepare(
            (watcher, timeout) -> {
              if (!added.getAndSet(true)) {
                client.write(bytes('b'));
              }
            }));
    client.write(bytes('a'));
    base.loopExit(SHORT);
    base.dispatch();
    assertThat(received(bases, server)).isEqualTo(both());
  }

  /** Accepts a connection and expects two parts of it, which end the loop. */
  private static CompletableFuture<byte[]> twoParts(final ServerSocket server, final EventBase base)
      throws IOException {
    server.setSoTimeout(MILLIS);
    return CompletableFuture.supplyAsync(
        () -> {
          try (Socket socket = server.accept()) {
            socket.setSoTimeout(MILLIS);
            return socket.getInputStream().readNBytes(2 * SIZE);
          } catch (final IOException tooLate) {
            return new byte[0];
          } finally {
            base.loopBreak();
          }
        },
        Threads.EACH);
  }

  @EngineTest
  void whatAnotherThreadAddsWhileTheLoopWaitsLeavesAtOnce(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final CompletableFuture<byte[]> received = twoParts(server, base);
      final SocketBufferEvent client = client(bases, base, BufferEvent.THREADSAFE);
      client.connect(server.getLocalSocketAddress());
      final CompletableFuture<Void> connected = new CompletableFuture<>();
      client.setCallbacks(
          null,
          null,
          (self, what) -> {
            self.write(bytes('a'));
            connected.complete(null);
          });
      final CompletableFuture<Void> other =
          connected.thenRunAsync(
              () -> client.write(bytes('b')),
              CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS, Threads.EACH));
      base.dispatch();
      other.join();
      assertThat(received.join()).isEqualTo(both());
    }
  }

  @EngineTest
  void aWriteCallbackThatIsSetInTheLastMomentRuns(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket server = listen(bases, base);
    final SocketBufferEvent client = client(bases, base, 0);
    client.connect(server.localAddress());
    client.setCallbacks(null, null, (self, what) -> base.loopBreak());
    base.dispatch();
    final AtomicBoolean written = new AtomicBoolean();
    final BufferEvent.DataCallback callback =
        self -> {
          written.set(true);
          base.loopBreak();
        };
    bases.later(base.watchPrepare((watcher, timeout) -> client.setCallbacks(null, callback, null)));
    client.write(bytes('a'));
    base.loopExit(Duration.ofMillis(MILLIS));
    base.dispatch();
    assertThat(written).isTrue();
  }
}
