package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.net.NetSocket;
import org.jevent.sim.PacketFile.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packets of a failing run are a file that others read. */
class PacketFileTest {
  private static final int BYTES = 20_000;
  private static final byte[] QUESTION = "question".getBytes(StandardCharsets.US_ASCII);
  private static final int TEXT_LIMIT = 200;

  /** A failing run with lost segments, both versions of IP, TCP and UDP, and a refused connect. */
  private static byte[] capture(final Path directory) throws IOException {
    final SimulationFailure failure =
        catchThrowableOfType(
            SimulationFailure.class,
            () ->
                Campaign.of("packets", PacketFileTest::talk)
                    .directory(directory)
                    .shrink(false)
                    .run(7));
    assertThat(failure).hasMessageContaining("on purpose");
    return Files.readAllBytes(file(directory));
  }

  private static Path file(final Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".pcapng")).findFirst().orElseThrow();
    }
  }

  private static void talk(final World world) {
    final Host server = world.host("server", "10.0.0.1", "fd00::1");
    final Host client = world.host("client", "10.0.0.2", "fd00::2");
    server.start(host -> host.addresses().forEach(address -> echo(new EventBase(), address)));
    world.link(client, server).loss(0.2);
    for (final InetAddress address : server.addresses()) {
      client.start(host -> send(new EventBase(), new InetSocketAddress(address, Servers.PORT)));
      client.start(host -> send(new EventBase(), new InetSocketAddress(address, 9)));
      client.start(host -> ask(new EventBase(), address));
    }
    world.run(Duration.ofMinutes(2));
    throw new IllegalStateException("on purpose");
  }

  private static void echo(final EventBase base, final InetAddress address) {
    ConnectionListener.bind(
        base,
        new InetSocketAddress(address, Servers.PORT),
        ConnectionListener.CLOSE_ON_FREE,
        NetSocket.DEFAULT_BACKLOG,
        (listener, socket, peer) -> {
          final BufferEvent stream = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
          stream.setCallbacks(
              self -> self.output().add(self.input()),
              null,
              (self, what) -> self.closeAfterFlush());
          stream.enable(Event.READ | Event.WRITE);
        });
  }

  private static void send(final EventBase base, final InetSocketAddress to) {
    final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    final byte[] message = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      message[i] = (byte) (i * 7);
    }
    stream.setCallbacks(self -> {}, null, (self, what) -> {});
    stream.enable(Event.READ | Event.WRITE);
    stream.connect(to);
    stream.write(message);
    stream.shutdownOutput();
  }

  private static void ask(final EventBase base, final InetAddress to) {
    final boolean inet = to.getAddress().length == 4;
    final DatagramEvent socket =
        DatagramEvent.bind(
            base, new InetSocketAddress(inet ? "0.0.0.0" : "::", 0), (self, data, from, cut) -> {});
    socket.send(ByteBuffer.wrap(QUESTION), new InetSocketAddress(to, 4242));
  }

  @Test
  void anotherReaderFindsThePacketsWhole(@TempDir final Path directory) throws IOException {
    final List<Packet> packets = PacketFile.read(capture(directory));
    assertThat(packets).extracting(Packet::host).contains("server", "client");
    assertThat(packets).extracting(Packet::comment).contains("lost");
    assertThat(packets.stream().map(Packet::nanos).toList()).isSorted();
    assertThat(packets.stream().filter(packet -> packet.protocol() == PacketFile.UDP))
        .hasSize(2)
        .allMatch(packet -> Arrays.equals(packet.payload(), QUESTION));
    final Map<String, ByteArrayOutputStream> streams = followed(packets);
    final List<Integer> sizes = new ArrayList<>();
    streams.values().forEach(stream -> sizes.add(stream.size()));
    // two connections of two directions each, and two that were refused
    assertThat(sizes.stream().filter(size -> size == BYTES)).hasSize(4);
    assertThat(sizes.stream().filter(size -> size != BYTES)).containsOnly(0).hasSize(4);
  }

  /** The bytes of each direction of each connection. */
  private static Map<String, ByteArrayOutputStream> followed(final List<Packet> packets) {
    final Map<String, Long> ends = new HashMap<>();
    final Map<String, Long> acknowledged = new HashMap<>();
    final Map<String, ByteArrayOutputStream> streams = new HashMap<>();
    for (final Packet packet : packets) {
      if (packet.protocol() != PacketFile.TCP) {
        continue;
      }
      final String way = packet.from() + " - " + packet.to();
      final String back = packet.to() + " - " + packet.from();
      final long end = ends.getOrDefault(way, 0L);
      assertThat(packet.sequence()).as("a gap in %s: %s", way, packet).isLessThanOrEqualTo(end);
      assertThat(packet.has(PacketFile.SYN) || end > 0 || packet.has(PacketFile.RST))
          .as("the first of %s: %s", way, packet)
          .isTrue();
      if (packet.has(PacketFile.ACK)) {
        assertThat(packet.acknowledged())
            .as("what %s acknowledges: %s", way, packet)
            .isBetween(acknowledged.getOrDefault(way, 0L), ends.getOrDefault(back, 0L));
        acknowledged.put(way, packet.acknowledged());
      }
      final ByteArrayOutputStream stream =
          streams.computeIfAbsent(way, key -> new ByteArrayOutputStream());
      final int known = (int) Math.min(packet.payload().length, end - packet.sequence());
      for (int i = known; i < packet.payload().length; i++) {
        assertThat(packet.payload()[i]).isEqualTo((byte) (stream.size() * 7));
        stream.write(packet.payload()[i]);
      }
      ends.put(way, Math.max(end, packet.end()));
    }
    return streams;
  }

  @Test
  void tsharkReadsIt(@TempDir final Path directory) throws Exception {
    assumeTrue(isInstalled(), "tshark is not installed");
    capture(directory);
    final String[] lines =
        run(
                "tshark",
                "-r",
                file(directory).toString(),
                "-o",
                "ip.check_checksum:TRUE",
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "udp.check_checksum:TRUE",
                "-T",
                "fields",
                "-e",
                "_ws.malformed",
                "-e",
                "ip.checksum.status",
                "-e",
                "tcp.checksum.status",
                "-e",
                "udp.checksum.status",
                "-e",
                "tcp.analysis.lost_segment",
                "-e",
                "tcp.analysis.ack_lost_segment")
            .split("\n", -1);
    final int packets = PacketFile.read(Files.readAllBytes(file(directory))).size();
    assertThat(lines).hasSize(packets + 1);
    for (int i = 0; i < packets; i++) {
      // nothing is malformed, each checksum is good (1), nothing was seen of a segment that is not
      // there
      assertThat(lines[i]).as("packet %d", i + 1).matches("\t1?\t1?\t1?\t\t");
    }
    assertThat(run("tshark", "-r", file(directory).toString(), "-Y", "frame.comment == \"lost\""))
        .isNotEmpty();
  }

  private static boolean isInstalled() {
    try {
      return run("tshark", "--version").contains("TShark");
    } catch (final IOException e) {
      return false;
    }
  }

  private static String run(final String... command) throws IOException {
    final Path errors = Files.createTempFile("tshark", ".txt");
    final Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try {
      final String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      final String said = Files.readString(errors);
      assertThat(process.exitValue())
          .as(said.substring(0, Math.min(TEXT_LIMIT, said.length())))
          .isZero();
      return output;
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      process.destroyForcibly();
      Files.delete(errors);
    }
  }
}
