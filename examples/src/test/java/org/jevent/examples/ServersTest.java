package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The servers on buffer events and datagram events, each as a process, on each engine. */
@Timeout(120)
class ServersTest {
  static Stream<String> engines() {
    return EventBase.supportedMethods().stream().filter(MethodInfo::usable).map(MethodInfo::name);
  }

  private static Program start(final String engine, final String... words) throws IOException {
    final List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("--port", "0", "--engine", engine));
    return Program.server(command.toArray(String[]::new));
  }

  private static Socket connect(final int port) throws IOException {
    final Socket socket = new Socket();
    socket.setSoTimeout(30_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private static byte[] random(final int size) {
    final byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static CompletableFuture<Void> sending(final Socket socket, final byte[] bytes) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
          } catch (final IOException e) {
            throw new IllegalStateException(e);
          }
        },
        ServersTest::inItsOwnThread);
  }

  private static void inItsOwnThread(final Runnable task) {
    new Thread(task, "test").start();
  }

  private static void stop(final Program server) throws Exception {
    server.signal("TERM");
    assertThat(server.exit()).as(server.errors()).isZero();
    assertThat(server.errors()).isEmpty();
  }

  // ---- echo-server ----

  @ParameterizedTest
  @MethodSource("engines")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void theEchoServerSendsEverythingBack(final String engine) throws Exception {
    try (Program server = start(engine, "echo-server")) {
      assertThat(server.style()).isEqualTo("echo");
      assertThat(server.engine()).isEqualTo(engine);
      final byte[] sent = random(3_000_000);
      try (Socket socket = connect(server.port())) {
        final CompletableFuture<Void> sending = sending(socket, sent);
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
        sending.join();
      }
      stop(server);
      assertThat(server.output())
          .startsWith("served 1 connections")
          .contains("3000000 bytes in, 3000000 bytes out");
    }
  }

  // ---- tcp-proxy ----

  @ParameterizedTest
  @MethodSource("engines")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void theProxyPassesBothDirectionsAndTheirEnds(final String engine) throws Exception {
    try (Program echo = start(engine, "echo-server");
        Program proxy = start(engine, "tcp-proxy", "--to", "localhost:" + echo.port())) {
      final byte[] sent = random(5_000_000);
      try (Socket socket = connect(proxy.port());
          Socket other = connect(proxy.port())) {
        final CompletableFuture<Void> sending = sending(socket, sent);
        other.getOutputStream().write(1);
        assertThat(other.getInputStream().read()).isEqualTo(1);
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
        sending.join();
        other.shutdownOutput();
        assertThat(other.getInputStream().read()).isEqualTo(-1);
      }
      stop(proxy);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theProxyClosesWhomItCannotConnect(final String engine) throws Exception {
    final int free;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = listener.getLocalPort();
    }
    try (Program proxy = start(engine, "tcp-proxy", "--to", "127.0.0.1:" + free);
        Socket socket = connect(proxy.port())) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theProxyNeedsToKnowWhereTo(final String engine) throws Exception {
    for (final String wrong : List.of("nowhere", "host:", "host:0", "host:70000", ":1")) {
      try (Program proxy =
          Program.start("tcp-proxy", "--engine", engine, "--port", "0", "--to", wrong)) {
        assertThat(proxy.exit()).isEqualTo(2);
        assertThat(proxy.errors()).contains("HOST:PORT");
      }
    }
  }

  // ---- chat-server ----

  /** A participant of the chat. */
  private static final class Guest implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Guest(final Program server) throws IOException {
      socket = connect(server.port());
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(in.readLine()).startsWith("* you are guest");
    }

    void say(final String line) throws IOException {
      socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void expect(final String... lines) throws IOException {
      for (final String line : lines) {
        assertThat(in.readLine()).isEqualTo(line);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void whatOneSaysAllOthersHear(final String engine) throws Exception {
    try (Program server = start(engine, "chat-server");
        Guest one = new Guest(server);
        Guest two = new Guest(server)) {
      one.expect("* guest2 has come");
      one.say("hello");
      two.expect("guest1: hello");
      two.say("/nick Zoë");
      two.expect("* you are Zoë");
      one.expect("* guest2 is Zoë now");
      one.say("/nick Zoë");
      one.expect("* that is no name, or it is taken");
      one.say("/nick two words");
      one.expect("* that is no name, or it is taken");
      two.say("grüß dich");
      one.expect("Zoë: grüß dich");
      one.say("/who");
      one.expect("* guest1, Zoë");
      try (Guest three = new Guest(server)) {
        one.expect("* guest3 has come");
        two.expect("* guest3 has come");
        three.say("bye");
      }
      one.expect("guest3: bye", "* guest3 has left");
      two.expect("guest3: bye", "* guest3 has left");
      two.say("x".repeat(3000));
      two.expect("* good-bye: the line is too long", null);
      one.expect("* Zoë was sent away");
      stop(server);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whoDoesNotListenIsDropped(final String engine) throws Exception {
    try (Program server = start(engine, "chat-server");
        Guest deaf = new Guest(server);
        Guest speaker = new Guest(server)) {
      final String line = "x".repeat(1000);
      final CompletableFuture<Void> talking =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 20_000; i++) {
                    speaker.say(line);
                  }
                  speaker.say("/who");
                } catch (final IOException e) {
                  throw new IllegalStateException(e);
                }
              },
              ServersTest::inItsOwnThread);
      speaker.expect("* guest2");
      talking.join();
      assertThat(deaf.socket.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whoAsksAndDoesNotListenIsDropped(final String engine) throws Exception {
    try (Program server = start(engine, "chat-server");
        Socket deaf = connect(server.port())) {
      final byte[] questions = "/who\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  deaf.getOutputStream().write(questions);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  // ---- file-server ----

  private static byte[] get(final Program server, final String path) throws IOException {
    try (Socket socket = connect(server.port())) {
      socket
          .getOutputStream()
          .write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().readAllBytes();
    }
  }

  private static String status(final byte[] answer) {
    final String text = new String(answer, StandardCharsets.ISO_8859_1);
    return text.substring("HTTP/1.0 ".length(), text.indexOf("\r\n"));
  }

  private static byte[] body(final byte[] answer) {
    final String text = new String(answer, StandardCharsets.ISO_8859_1);
    return Arrays.copyOfRange(answer, text.indexOf("\r\n\r\n") + 4, answer.length);
  }

  @ParameterizedTest
  @MethodSource("engines")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void filesAreSentWhole(final String engine, @TempDir final Path directory) throws Exception {
    final byte[] large = random(7_000_000);
    final Path root = Files.createDirectory(directory.resolve("root"));
    Files.write(root.resolve("large file"), large);
    Files.write(root.resolve("empty"), new byte[0]);
    Files.writeString(directory.resolve("secret"), "secret");
    Files.createSymbolicLink(root.resolve("link"), directory.resolve("secret"));
    try (Program server = start(engine, "file-server", "--root", root.toString())) {
      assertThat(body(get(server, "/large%20file"))).isEqualTo(large);
      assertThat(status(get(server, "/empty"))).isEqualTo("200 OK");
      assertThat(body(get(server, "/empty"))).isEmpty();
      for (final String path :
          List.of(
              "/missing", "/", "/../secret", "/%2e%2e/secret", "/link", "secret", "/%00", "/%")) {
        assertThat(status(get(server, path))).as(path).isEqualTo("404 Not Found");
      }
      assertThat(status(get(server, "/a b"))).isEqualTo("400 Bad Request");
      assertThat(status(get(server, "/" + "x".repeat(9000)))).startsWith("431");
      stop(server);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void filesAreNotSentFasterThanAllowed(final String engine, @TempDir final Path directory)
      throws Exception {
    final byte[] file = random(300_000);
    Files.write(directory.resolve("file"), file);
    try (Program server =
        start(engine, "file-server", "--root", directory.toString(), "--rate", "600000")) {
      final long start = System.nanoTime();
      assertThat(body(get(server, "/file"))).isEqualTo(file);
      assertThat(System.nanoTime() - start).isGreaterThan(350_000_000);
    }
    try (Program server =
        start(engine, "file-server", "--root", directory.toString(), "--total-rate", "1200000")) {
      final long start = System.nanoTime();
      final List<CompletableFuture<byte[]>> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return body(get(server, "/file"));
                  } catch (final IOException e) {
                    throw new IllegalStateException(e);
                  }
                },
                ServersTest::inItsOwnThread));
      }
      for (final CompletableFuture<byte[]> client : clients) {
        assertThat(client.join()).isEqualTo(file);
      }
      assertThat(System.nanoTime() - start).isGreaterThan(550_000_000);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void wrongOptionsOfTheFileServerAreRefused(final String engine) throws Exception {
    for (final String[] wrong : new String[][] {{"--rate", "-1"}, {"--root", "/does/not/exist"}}) {
      try (Program server =
          Program.start("file-server", "--engine", engine, "--port", "0", wrong[0], wrong[1])) {
        assertThat(server.exit()).isEqualTo(2);
        assertThat(server.errors()).contains("rate").contains("--root");
      }
    }
  }

  // ---- udp-echo ----

  @ParameterizedTest
  @MethodSource("engines")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void datagramsComeBackToTheirSenders(final String engine) throws Exception {
    try (Program server = start(engine, "udp-echo");
        DatagramSocket one = new DatagramSocket();
        DatagramSocket other = new DatagramSocket()) {
      assertThat(server.style()).isEqualTo("udp");
      final InetSocketAddress to =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
      for (int i = 0; i < 20; i++) {
        for (final DatagramSocket socket : List.of(one, other)) {
          socket.setSoTimeout(10_000);
          final byte[] sent = random(100 * i + (socket == one ? 1 : 2));
          socket.send(new DatagramPacket(sent, sent.length, to));
          final DatagramPacket answer = new DatagramPacket(new byte[5000], 5000);
          socket.receive(answer);
          assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(sent);
        }
      }
      stop(server);
      assertThat(server.output()).contains("40 lines");
    }
  }
}
