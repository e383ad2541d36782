package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.jevent.TestSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client, with each kind of standard input, on each engine. */
@Timeout(120)
class Rot13ClientTest {
  private static Program server;

  static Stream<String> engines() {
    return EventBase.supportedMethods().stream().filter(MethodInfo::usable).map(MethodInfo::name);
  }

  @BeforeAll
  static void startServer() throws IOException {
    server = Program.server("rot13-server", "--port", "0", "--style", "threads");
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  private static String[] arguments(final String engine, final int port) {
    return new String[] {"rot13-client", "--engine", engine, "--port", "" + port};
  }

  /** Complete lines: the server answers nothing else. */
  private static byte[] text(final int size) {
    final byte[] bytes = new byte[size];
    final Random random = new Random(size);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (random.nextInt(60) == 0 ? '\n' : ' ' + random.nextInt(95));
    }
    bytes[size - 1] = '\n';
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatComesThroughAPipeIsSentAndTheAnswerPrinted(final String engine) throws Exception {
    final byte[] sent = text(2_000_000);
    try (Program client = Program.start(arguments(engine, server.port()))) {
      final CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try (OutputStream in = client.input()) {
                  in.write(sent);
                } catch (final IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      assertThat(client.outputBytes()).isEqualTo(Turned.bytes(sent));
      writing.join();
      assertThat(client.exit()).as(client.errors()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aConversationGoesLineByLine(final String engine) throws Exception {
    try (Program client = Program.start(arguments(engine, server.port()))) {
      for (int i = 0; i < 3; i++) {
        client.input().write("ping\n".getBytes(StandardCharsets.US_ASCII));
        client.input().flush();
        assertThat(client.readLine()).isEqualTo("cvat");
      }
      client.input().close();
      assertThat(client.exit()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aFileIsSentToItsEnd(final String engine, @TempDir final Path directory) throws Exception {
    final byte[] sent = text(300_000);
    final Path file = Files.write(directory.resolve("input"), sent);
    try (Program client = Program.startWithInput(file, arguments(engine, server.port()))) {
      assertThat(client.outputBytes()).isEqualTo(Turned.bytes(sent));
      assertThat(client.exit()).as(client.errors()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void noInputEndsAtOnce(final String engine) throws Exception {
    final Path nothing = Path.of("/dev/null");
    try (Program client = Program.startWithInput(nothing, arguments(engine, server.port()))) {
      assertThat(client.outputBytes()).isEmpty();
      assertThat(client.exit()).as(client.errors()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  @EnabledOnOs(OS.LINUX)
  void standardInputIsLeftInTheModeItWasIn(final String engine) throws Exception {
    // The shell shares its standard input with the client, and goes on with it afterwards.
    final String client = String.join(" ", Program.command(arguments(engine, server.port())));
    final Process shell =
        new ProcessBuilder("sh", "-c", client + "; cat /proc/self/fdinfo/0")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (OutputStream in = shell.getOutputStream()) {
      in.write("mode\n".getBytes(StandardCharsets.US_ASCII));
    }
    final String said =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(shell.waitFor()).isZero();
    assertThat(said).startsWith("zbqr\n");
    final int flags =
        said.lines()
            .filter(line -> line.startsWith("flags:"))
            .mapToInt(line -> Integer.parseInt(line.substring(6).trim(), 8))
            .findFirst()
            .orElseThrow();
    assertThat(flags & 04000).as("O_NONBLOCK of " + said).isZero();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aServerThatClosesEndsTheClient(final String engine) throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Program client = Program.start(arguments(engine, listener.getLocalPort()))) {
      try (Socket socket = listener.accept()) {
        socket.getOutputStream().write("bye\n".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(client.output()).isEqualTo("bye\n");
      assertThat(client.exit()).as(client.errors()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aRefusedConnectionIsAClearError(final String engine) throws Exception {
    final int free;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = listener.getLocalPort();
    }
    try (Program client = Program.start(arguments(engine, free))) {
      assertThat(client.exit()).isEqualTo(1);
      assertThat(client.errors()).startsWith("rot13-client: ").contains("ECONNREFUSED");
      assertThat(client.output()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aResetIsAClearError(final String engine) throws Exception {
    TestSystem.notUnderWine("a recv() after a reset sees an orderly end");
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Program client = Program.start(arguments(engine, listener.getLocalPort()))) {
      final Socket socket = listener.accept();
      socket.setSoLinger(true, 0);
      socket.close();
      assertThat(client.exit()).isEqualTo(1);
      assertThat(client.errors()).startsWith("rot13-client: ").contains("ECONNRESET");
    }
  }
}
