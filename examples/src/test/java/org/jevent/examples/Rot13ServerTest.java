package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.jevent.SignalMask;
import org.jevent.TestSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The book's server in each of its styles, those of the library on each engine. Each is a separate
 * process, driven over loopback, every byte of its answers checked.
 */
@Timeout(120)
class Rot13ServerTest {
  private static final int MAX_LINE = 16_384;
  private static final Map<String, Program> RUNNING = new LinkedHashMap<>();

  static Stream<String> styles() {
    final List<String> styles = new ArrayList<>(List.of("threads", "busy-poll", "select"));
    if (Runtime.version().feature() >= 21) {
      styles.add("threads --virtual");
    }
    EventBase.supportedMethods().stream()
        .filter(MethodInfo::usable)
        .forEach(
            method -> {
              styles.add("event --engine " + method.name());
              styles.add("bufferevent --engine " + method.name());
            });
    styles.add("bufferevent --lossless --engine nio");
    return styles.stream();
  }

  private static Program start(final String style, final String... more) throws IOException {
    final List<String> arguments = new ArrayList<>(List.of("rot13-server", "--port", "0"));
    arguments.add("--style");
    arguments.addAll(List.of(style.split(" ")));
    arguments.addAll(List.of(more));
    return Program.server(arguments.toArray(String[]::new));
  }

  /** One that serves all tests of its style, as servers do. */
  private static Program running(final String style) throws IOException {
    Program server = RUNNING.get(style);
    if (server == null) {
      server = start(style);
      RUNNING.put(style, server);
    }
    return server;
  }

  @AfterAll
  static void stopAll() throws IOException {
    for (final Map.Entry<String, Program> running : RUNNING.entrySet()) {
      try (Program server = running.getValue()) {
        assertThat(server.isAlive()).as(running.getKey()).isTrue();
        assertThat(unexpected(running.getKey(), server.errors())).as(running.getKey()).isEmpty();
      }
    }
    RUNNING.clear();
  }

  /**
   * A client that vanishes before it is accepted is an error of the JDK's accept on Windows. On NIO
   * under Wine, which has no message for it, the error cannot be distinguished from others.
   */
  private static String unexpected(final String style, final String errors) {
    if (TestSystem.wine() && style.contains("nio")) {
      return "";
    }
    return TestSystem.WINDOWS ? errors.replaceAll("accept: Accept failed\\R", "") : errors;
  }

  private static Socket connect(final Program server) throws IOException {
    final Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    return socket;
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void expectAnswer(final Socket socket, final byte[] sent) throws IOException {
    assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(Turned.bytes(sent));
  }

  private static void converse(final Socket socket, final byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    expectAnswer(socket, bytes);
  }

  private static byte[] lines(final int count, final int seed) {
    final Random random = new Random(seed);
    final StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      for (int left = random.nextInt(120); left > 0; left--) {
        text.append((char) (' ' + random.nextInt(95)));
      }
      text.append('\n');
    }
    return ascii(text.toString());
  }

  @ParameterizedTest
  @MethodSource("styles")
  void theReadyLineNamesStyleAndEngine(final String style) throws IOException {
    final Program server = running(style);
    assertThat(server.style()).isEqualTo(style.split(" ")[0]);
    final String engine =
        style.contains("--engine") ? style.substring(style.lastIndexOf(' ') + 1) : "-";
    assertThat(server.engine()).isEqualTo(engine);
  }

  @ParameterizedTest
  @MethodSource("styles")
  void eachLineIsAnsweredWithItsRot13(final String style) throws IOException {
    try (Socket socket = connect(running(style))) {
      socket.getOutputStream().write(ascii("Hello, World!\r\n"));
      assertThat(socket.getInputStream().readNBytes(15)).isEqualTo(ascii("Uryyb, Jbeyq!\r\n"));
      converse(socket, ascii("\n"));
      converse(socket, lines(500, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void aLineMayComeByteByByte(final String style) throws IOException {
    try (Socket socket = connect(running(style))) {
      final byte[] line = ascii("one byte at a time\n");
      for (final byte one : line) {
        socket.getOutputStream().write(one);
      }
      expectAnswer(socket, line);
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void allByteValuesArePassedOn(final String style) throws IOException {
    final byte[] all = new byte[512];
    for (int i = 0; i < all.length - 1; i++) {
      all[i] = (byte) i;
    }
    all[all.length - 1] = '\n';
    try (Socket socket = connect(running(style))) {
      converse(socket, all);
    }
  }

  /** No newline within it. */
  private static byte[] line(final int length) {
    final byte[] line = new byte[length];
    new Random(length).nextBytes(line);
    for (int i = 0; i < length; i++) {
      line[i] = line[i] == '\n' ? (byte) 'x' : line[i];
    }
    line[length - 1] = '\n';
    return line;
  }

  private static boolean addsNewlines(final String style) {
    return style.startsWith("bufferevent") && !style.contains("--lossless");
  }

  /** What the book's last listing makes of it, as far as it is answered. */
  private static byte[] inPieces(final byte[] sent) {
    final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    int length = 0;
    for (final byte each : sent) {
      pieces.write(each);
      length = each == '\n' ? 0 : length + 1;
      if (length == MAX_LINE) {
        pieces.write('\n');
        length = 0;
      }
    }
    return Arrays.copyOf(pieces.toByteArray(), pieces.size() - length);
  }

  @ParameterizedTest
  @MethodSource("styles")
  void linesThatAreTooLongAreAnsweredInPieces(final String style) throws IOException {
    final boolean book = addsNewlines(style);
    try (Socket socket = connect(running(style))) {
      for (final int length : new int[] {16_383, 16_384, 16_385, 16_386, 32_769, 100_000}) {
        final byte[] sent = line(length);
        socket.getOutputStream().write(sent);
        expectAnswer(socket, book ? inPieces(sent) : sent);
      }
    }
  }

  /** Whatever else comes in the same call, and in however many calls it comes. */
  @ParameterizedTest
  @MethodSource("styles")
  void linesThatAreTooLongComeBetweenOthers(final String style) throws IOException {
    final boolean book = addsNewlines(style);
    final ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (final int length : new int[] {5, 20_000, 1, 16_385, 70_000, 16_384, 40, 300_000, 3}) {
      text.write(line(length));
    }
    final byte[] sent = text.toByteArray();
    for (final int atOnce : new int[] {sent.length, 16_384, 9_999}) {
      try (Socket socket = connect(running(style))) {
        final CompletableFuture<byte[]> answer =
            CompletableFuture.supplyAsync(() -> allThatComes(socket));
        for (int from = 0; from < sent.length; from += atOnce) {
          socket.getOutputStream().write(sent, from, Math.min(atOnce, sent.length - from));
        }
        socket.shutdownOutput();
        assertThat(answer.join()).isEqualTo(Turned.bytes(book ? inPieces(sent) : sent));
      }
    }
  }

  private static byte[] allThatComes(final Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At the end of the client's stream only what was flushed before has an answer. */
  @ParameterizedTest
  @MethodSource("styles")
  void ofALineWithoutAnEndTheWholePiecesAreAnswered(final String style) throws IOException {
    final boolean book = addsNewlines(style);
    final byte[] sent = Arrays.copyOf(line(40_000), 39_999);
    try (Socket socket = connect(running(style))) {
      socket.getOutputStream().write(sent);
      expectAnswer(socket, book ? inPieces(sent) : Arrays.copyOf(sent, 2 * MAX_LINE));
      socket.shutdownOutput();
      assertThat(allThatComes(socket)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void manyClientsAreServedInTurns(final String style) throws IOException {
    final Program server = running(style);
    final List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        sockets.add(connect(server));
      }
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < sockets.size(); i++) {
          sockets.get(i).getOutputStream().write(lines(3, round * 100 + i));
        }
        for (int i = sockets.size() - 1; i >= 0; i--) {
          expectAnswer(sockets.get(i), lines(3, round * 100 + i));
        }
      }
    } finally {
      for (final Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void aClientThatHasFinishedSendingStillGetsItsAnswers(final String style) throws IOException {
    try (Socket socket = connect(running(style))) {
      final byte[] sent = lines(200, 3);
      socket.getOutputStream().write(sent);
      socket.getOutputStream().write(ascii("what is left without a newline is not answered"));
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(Turned.bytes(sent));
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void clientsThatVanishDisturbNoOthers(final String style) throws IOException {
    final Program server = running(style);
    try (Socket faithful = connect(server)) {
      converse(faithful, lines(1, 4));
      for (int moment = 0; moment < 40; moment++) {
        final Socket vanishing = connect(server);
        vanishing.setSoLinger(true, 0); // a reset instead of an orderly end
        final byte[] sent = lines(moment % 4 == 3 ? 400 : 1, moment);
        if (moment % 4 > 0) {
          vanishing.getOutputStream().write(sent);
        }
        if (moment % 4 == 2) {
          expectAnswer(vanishing, sent);
        }
        vanishing.close();
        converse(faithful, lines(1, moment));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void aClientThatDoesNotReadDelaysNoOtherAndLosesNothing(final String style) throws Exception {
    final Program server = running(style);
    final byte[] sent = lines(120_000, 5);
    try (Socket slow = connect(server);
        Socket other = connect(server)) {
      final OutputStream out = slow.getOutputStream();
      final List<IOException> failures = new ArrayList<>();
      final Thread writer =
          new Thread(
              () -> {
                try {
                  out.write(sent);
                } catch (final IOException e) {
                  failures.add(e);
                }
              },
              "writer");
      writer.start();
      writer.join(300); // by now every buffer on the way is full
      for (int i = 0; i < 20; i++) {
        converse(other, lines(5, i));
      }
      final InputStream in = slow.getInputStream();
      assertThat(in.readNBytes(sent.length)).isEqualTo(Turned.bytes(sent));
      writer.join();
      assertThat(failures).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void aSignalEndsTheServerWithItsCounts(final String style) throws Exception {
    for (final String signal : List.of("TERM", "INT")) {
      if (SignalMask.ignores(signal.equals("INT") ? 2 : 15)) {
        continue; // also by the server, which inherits that
      }
      try (Program server = start(style);
          Socket socket = connect(server)) {
        converse(socket, ascii("one\ntwo\n"));
        server.signal(signal);
        assertThat(server.exit()).as(server.errors()).isZero();
        assertThat(server.output().lines())
            .containsExactly("served 1 connections, 2 lines, 8 bytes in, 8 bytes out");
        assertThat(socket.getInputStream().readAllBytes()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void anotherAddressFamilyWorksToo(final String style) throws IOException {
    try (Program server = start(style, "--host", "::1");
        Socket socket = new Socket("::1", server.port())) {
      socket.setSoTimeout(30_000);
      converse(socket, ascii("six\n"));
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void aPortThatIsTakenIsAClearError(final String style) throws Exception {
    final Program first = running(style);
    final String[] arguments = style.split(" ");
    final List<String> command = new ArrayList<>(List.of("rot13-server", "--style"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--port", "" + first.port()));
    try (Program second = Program.start(command.toArray(String[]::new))) {
      assertThat(second.exit()).isEqualTo(1);
      assertThat(second.errors()).startsWith("rot13-server: ").containsIgnoringCase("in use");
      assertThat(second.output()).isEmpty();
    }
  }
}
