package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Descriptors and sockets in blocking mode, as who started the process or the program itself has
 * left them: nothing of the loop waits for them.
 */
class AdoptTest {
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_RDWR_NOCTTY = 0x102;
  private static final ByteBuffer ROOM = ByteBuffer.allocate(16);

  private static boolean waits(final int descriptor) {
    return (Native.call("fcntl", descriptor, F_GETFL) & O_NONBLOCK) == 0;
  }

  private static void makeBlocking(final int descriptor) {
    final int flags = Native.call("fcntl", descriptor, F_GETFL);
    Native.call("fcntl", descriptor, F_SETFL, flags & ~O_NONBLOCK);
    assertThat(waits(descriptor)).isTrue();
  }

  /** A descriptor of the same open file, in blocking mode, adopted. */
  private static NetSocket adopted(
      final Bases bases, final EventBase base, final NetSocket original) {
    final int descriptor = Native.duplicate(original.descriptor());
    makeBlocking(descriptor);
    return bases.later(base.sockets().adopt(descriptor));
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void whateverIsAdoptedDoesNotWait(final Bases bases, @TempDir final Path directory) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final SocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
    final NetSocket[] pipe = bases.pipe(base);
    assertThat(adopted(bases, base, bases.pair(base)[0]).read(ROOM.duplicate()))
        .isEqualTo(NetSocket.WOULD_BLOCK);
    assertThat(adopted(bases, base, pipe[0]).read(ROOM.duplicate()))
        .isEqualTo(NetSocket.WOULD_BLOCK);
    final NetSocket full = adopted(bases, base, pipe[1]);
    while (full.write(ByteBuffer.allocate(4096)) > 0) {
      continue;
    }
    for (final SocketAddress address : new SocketAddress[] {Streams.ANY_PORT, path}) {
      final NetSocket listening = bases.later(base.sockets().listen(address, -1));
      assertThat(adopted(bases, base, listening).accept()).isNull();
    }
    final NetSocket datagrams = bases.later(base.sockets().datagram(Streams.ANY_PORT));
    assertThat(adopted(bases, base, datagrams).receive(ROOM.duplicate())).isNull();
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void aDescriptorThatIsNotOpenIsNotAdopted(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    assertThatThrownBy(() -> base.sockets().adopt(1_000_000))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF))
        .hasMessageContaining("fd 1000000");
    assertThatThrownBy(() -> base.sockets().adopt(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  /** Others share it: the shell, and the program's own output. */
  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void aTerminalKeepsItsModeAndABufferEventOfItDoesNotWait(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final int master = Native.call("posix_openpt", O_RDWR_NOCTTY);
    Native.call("grantpt", master);
    Native.call("unlockpt", master);
    final byte[] name = new byte[64];
    Native.call("ptsname_r", master, name, (long) name.length);
    final int slave = Native.call("open", name, O_RDWR_NOCTTY);
    final NetSocket program = bases.later(base.sockets().adopt(slave));
    assertThat(waits(slave)).isTrue();
    final SocketBufferEvent stream = bases.later(BufferEvent.socket(base, program, 0));
    stream.enable(Event.READ);
    Streams.runFor(base, 5);
    assertThat(stream.input().length()).isZero();
    final byte[] line = "hello\n".getBytes(StandardCharsets.US_ASCII);
    Native.call("write", master, line, (long) line.length);
    Streams.run(base, () -> stream.input().length() == line.length);
    Native.close(master);
  }

  private static void acceptsAndGoesOn(
      final Bases bases, final EventBase base, final NetSocket listening) {
    final List<SocketAddress> peers = new ArrayList<>();
    bases.later(
        new ConnectionListener(
            base,
            listening,
            0,
            0,
            (self, socket, peer) -> {
              peers.add(peer);
              socket.close();
            }));
    for (int i = 1; i <= 3; i++) {
      final int connections = i;
      final NetSocket client = bases.later(base.sockets().connect(listening.localAddress()));
      Streams.run(base, () -> peers.size() == connections);
      Streams.runFor(base, 5);
      assertThat(client.finishConnect()).isTrue();
    }
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void aListeningSocketThatIsAdoptedInBlockingModeDoesNotStopTheLoop(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket listening = bases.later(base.sockets().listen(Streams.ANY_PORT, -1));
    acceptsAndGoesOn(bases, base, adopted(bases, base, listening));
  }

  /** By who shares it: it is one open file. */
  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void norDoesOneWhoseModeIsChangedLater(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket listening = bases.later(base.sockets().listen(Streams.ANY_PORT, -1));
    makeBlocking(listening.descriptor());
    acceptsAndGoesOn(bases, base, listening);
  }

  private static void echoes(
      final EventBase base, final BufferEvent stream, final BufferEvent client) {
    stream.setCallbacks((self) -> self.output().add(self.input()), null, null);
    stream.enable(Event.READ);
    client.enable(Event.READ);
    Streams.runFor(base, 5);
    client.write("hello".getBytes(StandardCharsets.US_ASCII));
    Streams.run(base, () -> client.input().length() == 5);
    Streams.runFor(base, 5);
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void aStreamThatIsAdoptedInBlockingModeDoesNotStopTheLoop(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    echoes(
        base,
        bases.later(BufferEvent.socket(base, adopted(bases, base, pair[0]), 0)),
        bases.later(BufferEvent.socket(base, pair[1], 0)));
  }

  /** On every method, with channels too. */
  @EngineTest
  void norDoesAConnectionThatAListenerHasLeftBlocking(final Bases bases) {
    final EventBase base = bases.base();
    final List<BufferEvent> accepted = new ArrayList<>();
    final ConnectionListener listener =
        bases.later(
            ConnectionListener.bind(
                base,
                Streams.ANY_PORT,
                ConnectionListener.LEAVE_SOCKETS_BLOCKING | ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) ->
                    accepted.add(
                        bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)))));
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.connect(listener.address());
    Streams.run(base, () -> !accepted.isEmpty());
    echoes(base, accepted.get(0), client);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void aDatagramSocketThatIsAdoptedInBlockingModeDoesNotStopTheLoop(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket original = bases.later(base.sockets().datagram(Streams.ANY_PORT));
    final List<Integer> sizes = new ArrayList<>();
    final DatagramEvent event =
        bases.later(
            new DatagramEvent(
                base,
                adopted(bases, base, original),
                100,
                (self, data, from, truncated) -> sizes.add(data.remaining())));
    event.enable();
    Streams.runFor(base, 5);
    event.send(ByteBuffer.allocate(7), event.address());
    Streams.run(base, () -> sizes.size() == 1);
    Streams.runFor(base, 5);
    assertThat(sizes).containsExactly(7);
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void connectingASocketThatIsInBlockingModeDoesNotStopTheLoop(
      final Bases bases, @TempDir final Path directory) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final SocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
    final NetSocket listening = bases.later(base.sockets().listen(path, 1));
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    for (int i = 0; i < 5; i++) { // more than may wait to be accepted
      final NetSocket socket = base.sockets().stream(path);
      final SocketBufferEvent stream =
          bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE));
      stream.setCallbacks(null, null, recorded::event);
      makeBlocking(socket.descriptor());
      stream.connect(path);
    }
    Streams.run(base, () -> recorded.events.size() == 5);
    assertThat(recorded.events).contains("CONNECTED", "ERROR");
    assertThat(listening.isOpen()).isTrue();
  }
}
