package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.ring.RingEngines;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** As many connections as there are descriptors, and more. */
class ManyStreamsTest {
  private static final int MANY = 10_000;

  /** What a JVM and its tests need besides. */
  private static final int OTHER_DESCRIPTORS = 500;

  private static int asManyAsPossible() {
    final long limit =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount()
            : TestSystem.descriptors(MANY + OTHER_DESCRIPTORS);
    return (int) Math.min(MANY, limit - OTHER_DESCRIPTORS);
  }

  @EngineTest
  void tenThousandConnectionsAreOpenAtOnceAndServed(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final int count = asManyAsPossible();
    final Set<BufferEvent> open = new HashSet<>();
    final int[] max = {0};
    final int[] lines = {0};
    final ConnectionListener listener =
        bases.later(
            ConnectionListener.bind(
                base,
                Streams.ANY_PORT,
                ConnectionListener.CLOSE_ON_FREE,
                4096,
                (self, socket, peer) -> {
                  final SocketBufferEvent stream =
                      BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
                  open.add(stream);
                  max[0] = Math.max(max[0], open.size());
                  stream.setCallbacks(
                      s -> {
                        lines[0]++;
                        s.write(s.input());
                      },
                      null,
                      (s, what) -> {
                        s.close();
                        open.remove(s);
                      });
                  stream.enable(Event.READ);
                }));
    final int port = ((InetSocketAddress) listener.address()).getPort();
    try (Peer clients = Peer.start(Clients.class, port, count)) {
      Streams.run(base, 50, () -> clients.hasLine());
      assertThat(clients.readLine()).isEqualTo("answered " + count);
      assertThat(max[0]).isEqualTo(count);
      assertThat(open).hasSize(count);
      assertThat(lines[0]).isEqualTo(count);
      clients.say("go");
      Streams.run(base, 50, () -> open.isEmpty());
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void manyReadersThatDoNotReadHoldNoMoreThanTheirHighWatermarks(final Bases bases) {
    final int count = 300;
    final int high = 2048;
    final long aChunkMore = 4096;
    final long sparesOfThePool = 8 << 20;
    final byte[] much = new byte[1 << 20];
    final EventBase base = bases.base();
    final List<BufferEvent> readers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      ends[0].output().addReference(much, 0, much.length, null);
      ends[1].setWatermarks(Event.READ, 0, high);
      ends[1].enable(Event.READ);
      readers.add(ends[1]);
    }
    final long before = RingEngines.allocatedBytes();
    Streams.run(base, () -> readers.stream().allMatch(reader -> reader.input().length() >= high));
    Streams.runFor(base, 50);
    assertThat(readers).allMatch(reader -> reader.input().length() == high);
    assertThat(RingEngines.allocatedBytes() - before)
        .isLessThan(count * (high + aChunkMore) + sparesOfThePool);
    readers.forEach(reader -> reader.input().drain(high));
    Streams.run(base, () -> readers.stream().allMatch(reader -> reader.input().length() == high));
  }

  /** Opens many connections, sends a line on each, and expects it back on each. */
  static final class Clients {
    private Clients() {}

    public static void main(final String[] arguments) throws IOException {
      final InetSocketAddress server =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
      final int count = Integer.parseInt(arguments[1]);
      final List<SocketChannel> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        final SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        all.add(channel);
      }
      int right = 0;
      for (int i = 0; i < count; i++) {
        all.get(i).write(line(i));
      }
      for (int i = 0; i < count; i++) {
        final ByteBuffer answer = ByteBuffer.allocate(line(i).capacity());
        int read = 0;
        while (answer.hasRemaining() && read >= 0) {
          read = all.get(i).read(answer);
        }
        right += answer.flip().equals(line(i)) ? 1 : 0;
      }
      System.out.println("answered " + right);
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }

    private static ByteBuffer line(final int number) {
      return ByteBuffer.wrap(("line " + number + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sockets are not counted there")
  void withoutDescriptorsAcceptingPausesAndGoesOnWhenThereAreSome(final Bases bases)
      throws Exception {
    final int count = 300;
    final List<SocketChannel> clients = new ArrayList<>();
    try (Peer server = Peer.startWithin(150, ScarceServer.class, bases.method())) {
      final int port = Integer.parseInt(server.readLine());
      for (int i = 0; i < count; i++) {
        clients.add(
            bases.later(
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))));
      }
      final String error = server.readLine();
      assertThat(error).startsWith("EMFILE").contains("accept on ");
      for (final SocketChannel client : clients) {
        final ByteBuffer greeting = ByteBuffer.allocate(1);
        assertThat(client.read(greeting)).isEqualTo(1);
      }
    }
  }

  /** Greets whom it accepts and keeps all, until it cannot accept any more. */
  static final class ScarceServer {
    private ScarceServer() {}

    public static void main(final String[] arguments) throws Exception {
      loadClasses();
      final EventBase base = new EventBase(new EventConfig().method(arguments[0]));
      final List<BufferEvent> kept = new ArrayList<>();
      final ConnectionListener listener =
          ConnectionListener.bind(
              base,
              Streams.ANY_PORT,
              ConnectionListener.CLOSE_ON_FREE,
              1000,
              (self, socket, peer) -> {
                final SocketBufferEvent stream =
                    BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
                stream.write(new byte[1]);
                kept.add(stream);
              });
      listener.setErrorCallback(
          (self, error) -> {
            kept.forEach(BufferEvent::closeAfterFlush);
            kept.clear();
            say(error);
          });
      System.out.println(((InetSocketAddress) listener.address()).getPort());
      base.dispatch();
    }

    /** All of the library's: without descriptors none can be read from a directory. */
    private static void loadClasses() throws Exception {
      final Path classes =
          Path.of(EventBase.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(classes)) {
        loadClasses(classes);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(classes)) {
          loadClasses(jar.getPath("/"));
        }
      }
    }

    private static void loadClasses(final Path root) throws Exception {
      try (Stream<Path> files = Files.walk(root.resolve("org"))) {
        for (final Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
          final String name = root.relativize(file).toString().replaceAll("[/\\\\]", ".");
          Class.forName(name.substring(0, name.length() - ".class".length()));
        }
      }
    }

    private static void say(final ErrnoException error) {
      System.out.println(error.errno() + " " + error.getMessage());
    }
  }
}
