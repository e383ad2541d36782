package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A certificate, programs that use it, and programs of others. */
final class TlsPrograms {
  private final Path folder;

  /** Makes the certificate. */
  TlsPrograms(final Path folder) throws Exception {
    this.folder = folder;
    try (Program program = Program.start("certificate", folder.toString())) {
      assertThat(program.exit()).as(program.errors()).isZero();
    }
  }

  String certificate() {
    return folder.resolve("certificate.pem").toString();
  }

  String key() {
    return folder.resolve("key.pem").toString();
  }

  Program server(final String... arguments) throws IOException {
    final List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--port", "0", "--tls", "--certificate", certificate(), "--key", key()));
    return Program.server(all.toArray(new String[0]));
  }

  /** What a client of TLS gets for a text. */
  String turned(final int port, final String text) throws Exception {
    return answer(text, "" + port, "--tls", "--trust", certificate());
  }

  /** What the client gets for a text. */
  static String answer(final String text, final String port, final String... options)
      throws Exception {
    final List<String> all =
        new ArrayList<>(List.of("rot13-client", "--host", "localhost", "--port", port));
    all.addAll(List.of(options));
    try (Program client = Program.start(all.toArray(new String[0]))) {
      try (OutputStream input = client.input()) {
        input.write(text.getBytes(StandardCharsets.US_ASCII));
      }
      final String output = client.output();
      assertThat(client.exit()).as(client.errors()).isZero();
      return output;
    }
  }

  /** How a program of others has ended. */
  record Run(int status, String output) {}

  /** Ends the test as not applicable, with the reason, where that program is missing. */
  static void require(final String program) {
    final Path tool = Path.of("/usr/bin", program);
    Assumptions.assumeTrue(tool.toFile().canExecute(), () -> "there is no " + tool);
  }

  /** Runs a program of others; each line of the input comes later than the one before. */
  static Run run(final String input, final String... command) throws Exception {
    require(command[0]);
    final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream out = process.getOutputStream()) {
      for (final String line : input.lines().toList()) {
        out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        Thread.sleep(700); // a command is the first byte of a read, and the tools end with it
      }
      Thread.sleep(input.isEmpty() ? 0 : 1500);
    }
    final String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), output);
  }

  /** A port that nothing listens on now, for programs that do not choose one. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts a server of others, and waits until it says that it listens. */
  static Process listening(final String says, final String... command) throws IOException {
    require(command[0]);
    final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    final var lines = process.inputReader();
    final StringBuilder said = new StringBuilder();
    String line = lines.readLine();
    while (line != null && !line.contains(says)) {
      said.append(line).append('\n');
      line = lines.readLine();
    }
    assertThat(line).as("%s", said).isNotNull();
    return process;
  }
}
