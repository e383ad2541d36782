package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs with {@code --tls}, against one another and against other implementations. */
@Timeout(180)
class TlsProgramsTest {
  @TempDir static Path folder;

  @BeforeAll
  static void makeCertificate() throws Exception {
    try (Program program = Program.start("certificate", folder.toString())) {
      assertThat(program.exit()).as(program.errors()).isZero();
    }
  }

  private static String certificate() {
    return folder.resolve("certificate.pem").toString();
  }

  private static Program server(final String... arguments) throws IOException {
    final List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--port", "0", "--tls", "--certificate", certificate(), "--key"));
    all.add(folder.resolve("key.pem").toString());
    return Program.server(all.toArray(new String[0]));
  }

  private static String turned(final int port, final String text) throws Exception {
    try (Program client =
        Program.start(
            "rot13-client",
            "--host",
            "localhost",
            "--port",
            "" + port,
            "--tls",
            "--trust",
            certificate())) {
      try (OutputStream input = client.input()) {
        input.write(text.getBytes(StandardCharsets.US_ASCII));
      }
      final String output = client.output();
      assertThat(client.exit()).as(client.errors()).isZero();
      return output;
    }
  }

  @Test
  void rot13OverTls() throws Exception {
    try (Program server = server("rot13-server", "--style", "bufferevent")) {
      assertThat(turned(server.port(), "Hello\n".repeat(1000))).isEqualTo("Uryyb\n".repeat(1000));
    }
  }

  @Test
  void aProxyWithTlsOnBothSides() throws Exception {
    try (Program echo = server("echo-server");
        Program proxy =
            server(
                "tcp-proxy",
                "--to",
                "localhost:" + echo.port(),
                "--to-tls",
                "--trust",
                certificate())) {
      assertThat(turned(proxy.port(), "through both\n")).isEqualTo("through both\n");
    }
  }

  @Test
  void aServerThatIsNotTrustedIsNamed() throws Exception {
    try (Program server = server("echo-server");
        Program client =
            Program.start(
                "rot13-client", "--host", "localhost", "--port", "" + server.port(), "--tls")) {
      assertThat(client.exit()).isEqualTo(1);
      assertThat(client.errors()).contains("CERTIFICATE");
    }
  }

  @Test
  void tlsNeedsACertificateAndTheRightStyle() throws Exception {
    try (Program program = Program.start("echo-server", "--tls")) {
      assertThat(program.exit()).isEqualTo(2);
      assertThat(program.errors()).contains("--certificate and --key");
    }
  }

  @Test
  void theDoctorNamesProviders() throws Exception {
    try (Program program = Program.start("doctor")) {
      assertThat(program.output()).contains("providers of TLS:").contains("SunJSSE");
    }
  }

  // ---- other implementations ----

  private record Run(int status, String output) {}

  private static Run run(final String input, final String... command) throws Exception {
    final Path tool = Path.of("/usr/bin", command[0]);
    Assumptions.assumeTrue(tool.toFile().canExecute(), () -> "there is no " + tool);
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

  @Test
  void opensslsClient() throws Exception {
    try (Program server = server("rot13-server", "--style", "bufferevent")) {
      for (final String version : List.of("-tls1_3", "-tls1_2")) {
        final Run run =
            run(
                "Hello\n",
                "openssl",
                "s_client",
                "-connect",
                "localhost:" + server.port(),
                version,
                "-CAfile",
                certificate(),
                "-verify_return_error",
                "-verify_hostname",
                "localhost",
                "-servername",
                "localhost",
                "-quiet",
                "-no_ign_eof");
        assertThat(run.output()).as(version).contains("Uryyb");
      }
      final Run old =
          run("", "openssl", "s_client", "-connect", "localhost:" + server.port(), "-tls1_1");
      assertThat(old.status()).as("TLS 1.1 is refused").isNotZero();
    }
  }

  /** K and k replace keys while the connection goes on. */
  @Test
  void opensslsKeyUpdates() throws Exception {
    try (Program server = server("rot13-server", "--style", "bufferevent")) {
      final Run run =
          run(
              "K\nk\nHello\n",
              "openssl",
              "s_client",
              "-connect",
              "localhost:" + server.port(),
              "-tls1_3",
              "-CAfile",
              certificate());
      assertThat(run.output()).contains("KEYUPDATE").contains("Uryyb");
    }
  }

  @Test
  void gnutlssClient() throws Exception {
    try (Program server = server("rot13-server", "--style", "bufferevent")) {
      final Run run =
          run(
              "Hello\n",
              "gnutls-cli",
              "--x509cafile",
              certificate(),
              "-p",
              "" + server.port(),
              "localhost");
      assertThat(run.output()).contains("Handshake was completed").contains("Uryyb");
    }
  }

  @Test
  void curlAgainstAnEchoOfItsRequest() throws Exception {
    try (Program server = server("echo-server")) {
      final Run run =
          run(
              "",
              "curl",
              "-sS",
              "--http0.9",
              "--max-time",
              "3",
              "--cacert",
              certificate(),
              "https://localhost:" + server.port() + "/page");
      assertThat(run.output()).contains("GET /page HTTP/1.1");
      final Run distrusting =
          run("", "curl", "-sS", "--max-time", "3", "https://localhost:" + server.port() + "/");
      assertThat(distrusting.status()).as(distrusting.output()).isEqualTo(60);
    }
  }

  @Test
  void nodesClient() throws Exception {
    try (Program server = server("rot13-server", "--style", "bufferevent")) {
      final String script =
          "const c=require('tls').connect({port:"
              + server.port()
              + ",host:'localhost',ca:require('fs').readFileSync('"
              + certificate()
              + "')},()=>c.write('Hello\\n'));"
              + "c.on('data',d=>{process.stdout.write(d);c.end()});";
      final Run run = run("", "node", "-e", script);
      assertThat(run.status()).as(run.output()).isZero();
      assertThat(run.output()).isEqualTo("Uryyb\n");
    }
  }

  @Test
  void sslscansVerdict() throws Exception {
    try (Program server = server("echo-server")) {
      final Run run = run("", "sslscan", "--no-colour", "localhost:" + server.port());
      assertThat(run.output())
          .containsPattern("TLSv1\\.3\\s+enabled")
          .containsPattern("TLSv1\\.2\\s+enabled")
          .containsPattern("TLSv1\\.1\\s+disabled")
          .containsPattern("TLSv1\\.0\\s+disabled")
          .containsPattern("SSLv3\\s+disabled")
          .contains("not vulnerable to heartbleed")
          .contains("Session renegotiation not supported");
    }
  }

  @Test
  void opensslsServer() throws Exception {
    final Path tool = Path.of("/usr/bin/openssl");
    Assumptions.assumeTrue(tool.toFile().canExecute(), () -> "there is no " + tool);
    final Process server =
        new ProcessBuilder(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                certificate(),
                "-key",
                folder.resolve("key.pem").toString(),
                "-rev")
            .redirectErrorStream(true)
            .start();
    try {
      final var lines = server.inputReader();
      String line = lines.readLine();
      while (line != null && !line.startsWith("ACCEPT 127.0.0.1:")) {
        line = lines.readLine();
      }
      assertThat(line).isNotNull();
      final int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
      assertThat(turned(port, "abc\n")).isEqualTo("cba\n");
    } finally {
      server.destroy();
    }
  }
}
