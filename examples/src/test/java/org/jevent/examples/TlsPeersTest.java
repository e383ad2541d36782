package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs with {@code --tls} against other implementations, where these are installed. */
@Timeout(180)
class TlsPeersTest {
  @TempDir static Path folder;

  private static TlsPrograms programs;

  @BeforeAll
  static void makeCertificate() throws Exception {
    programs = new TlsPrograms(folder);
  }

  @Test
  void opensslsClient() throws Exception {
    try (Program server = programs.server("rot13-server", "--style", "bufferevent")) {
      for (final String version : List.of("-tls1_3", "-tls1_2")) {
        final TlsPrograms.Run run =
            TlsPrograms.run(
                "Hello\n",
                "openssl",
                "s_client",
                "-connect",
                "localhost:" + server.port(),
                version,
                "-CAfile",
                programs.certificate(),
                "-verify_return_error",
                "-verify_hostname",
                "localhost",
                "-servername",
                "localhost",
                "-quiet",
                "-no_ign_eof");
        assertThat(run.output()).as(version).contains("Uryyb");
      }
      final TlsPrograms.Run old =
          TlsPrograms.run(
              "", "openssl", "s_client", "-connect", "localhost:" + server.port(), "-tls1_1");
      assertThat(old.status()).as("TLS 1.1 is refused").isNotZero();
    }
  }

  /** K and k replace keys while the connection goes on. */
  @Test
  void opensslsKeyUpdates() throws Exception {
    try (Program server = programs.server("rot13-server", "--style", "bufferevent")) {
      final TlsPrograms.Run run =
          TlsPrograms.run(
              "K\nk\nHello\n",
              "openssl",
              "s_client",
              "-connect",
              "localhost:" + server.port(),
              "-tls1_3",
              "-CAfile",
              programs.certificate());
      assertThat(run.output()).contains("KEYUPDATE").contains("Uryyb");
    }
  }

  @Test
  void gnutlssClient() throws Exception {
    try (Program server = programs.server("rot13-server", "--style", "bufferevent")) {
      final TlsPrograms.Run run =
          TlsPrograms.run(
              "Hello\n",
              "gnutls-cli",
              "--x509cafile",
              programs.certificate(),
              "-p",
              "" + server.port(),
              "localhost");
      assertThat(run.output()).contains("Handshake was completed").contains("Uryyb");
    }
  }

  @Test
  void curlAgainstAnEchoOfItsRequest() throws Exception {
    try (Program server = programs.server("echo-server")) {
      final TlsPrograms.Run run =
          TlsPrograms.run(
              "",
              "curl",
              "-sS",
              "--http0.9",
              "--max-time",
              "3",
              "--cacert",
              programs.certificate(),
              "https://localhost:" + server.port() + "/page");
      assertThat(run.output()).contains("GET /page HTTP/1.1");
      final TlsPrograms.Run distrusting =
          TlsPrograms.run(
              "", "curl", "-sS", "--max-time", "3", "https://localhost:" + server.port() + "/");
      assertThat(distrusting.status()).as(distrusting.output()).isEqualTo(60);
    }
  }

  @Test
  void nodesClient() throws Exception {
    try (Program server = programs.server("rot13-server", "--style", "bufferevent")) {
      final String script =
          "const c=require('tls').connect({port:"
              + server.port()
              + ",host:'localhost',ca:require('fs').readFileSync('"
              + programs.certificate()
              + "')},()=>c.write('Hello\\n'));"
              + "c.on('data',d=>{process.stdout.write(d);c.end()});";
      final TlsPrograms.Run run = TlsPrograms.run("", "node", "-e", script);
      assertThat(run.status()).as(run.output()).isZero();
      assertThat(run.output()).isEqualTo("Uryyb\n");
    }
  }

  @Test
  void sslscansVerdict() throws Exception {
    try (Program server = programs.server("echo-server")) {
      final TlsPrograms.Run run =
          TlsPrograms.run("", "sslscan", "--no-colour", "localhost:" + server.port());
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
    TlsPrograms.require("openssl");
    final Process server =
        new ProcessBuilder(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                programs.certificate(),
                "-key",
                programs.key(),
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
      assertThat(programs.turned(port, "abc\n")).isEqualTo("cba\n");
    } finally {
      server.destroy();
    }
  }

  /** Records of at most 512 bytes of data, which are padded to 1,000. */
  @Test
  void opensslsSmallAndPaddedRecords() throws Exception {
    try (Program server = programs.server("rot13-server", "--style", "bufferevent")) {
      final TlsPrograms.Run run =
          TlsPrograms.run(
              "a".repeat(3000) + "\nHello\n",
              "openssl",
              "s_client",
              "-connect",
              "localhost:" + server.port(),
              "-tls1_3",
              "-max_send_frag",
              "512",
              "-record_padding",
              "1000",
              "-CAfile",
              programs.certificate(),
              "-quiet",
              "-no_ign_eof");
      assertThat(run.output()).contains("n".repeat(3000) + "\nUryyb\n");
    }
  }

  /** Handshakes for a second, new ones and resumed ones. */
  @Test
  void opensslsHandshakes() throws Exception {
    try (Program server = programs.server("echo-server")) {
      for (final String way : List.of("-new", "-reuse")) {
        final TlsPrograms.Run run =
            TlsPrograms.run(
                "",
                "openssl",
                "s_time",
                "-connect",
                "localhost:" + server.port(),
                way,
                "-time",
                "1",
                "-tls1_2",
                "-CAfile",
                programs.certificate());
        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.output())
            .containsPattern("\\n[1-9][0-9]* connections in")
            .doesNotContain("ERROR");
        if (way.equals("-reuse")) {
          assertThat(run.output()).as("resumed sessions").contains("rrr");
        }
      }
    }
  }

  @Test
  void gnutlssNewKeys() throws Exception {
    try (Program server = programs.server("rot13-server", "--style", "bufferevent")) {
      final TlsPrograms.Run run =
          TlsPrograms.run(
              "Hello\n^rekey^\nThere\n",
              "gnutls-cli",
              "--inline-commands",
              "--x509cafile",
              programs.certificate(),
              "-p",
              "" + server.port(),
              "localhost");
      assertThat(run.output()).contains("Uryyb").contains("Rekey was completed").contains("Gurer");
    }
  }

  @Test
  void gnutlssServer() throws Exception {
    final int port = TlsPrograms.freePort();
    final String key = folder.resolve("with-public-key.pem").toString(); // as GnuTLS wants it
    assertThat(TlsPrograms.run("", "openssl", "ec", "-in", programs.key(), "-out", key).status())
        .isZero();
    final Process server =
        TlsPrograms.listening(
            "IPv4",
            "gnutls-serv",
            "--echo",
            "--x509certfile",
            programs.certificate(),
            "--x509keyfile",
            key,
            "-p",
            "" + port);
    try {
      assertThat(programs.turned(port, "as it was\n")).isEqualTo("as it was\n");
    } finally {
      server.destroy();
    }
  }

  private Process stunnel(final String... lines) throws IOException {
    TlsPrograms.require("stunnel4");
    final Path file = folder.resolve("stunnel-" + lines.length + ".conf");
    Files.writeString(file, "foreground = yes\npid =\n[x]\n" + String.join("\n", lines) + "\n");
    return TlsPrograms.listening("Configuration successful", "stunnel4", file.toString());
  }

  /** An old program, whose bytes another one encrypts. */
  @Test
  void stunnelsClient() throws Exception {
    final int port = TlsPrograms.freePort();
    try (Program server = programs.server("rot13-server", "--style", "bufferevent")) {
      final Process stunnel =
          stunnel(
              "client = yes",
              "accept = 127.0.0.1:" + port,
              "connect = localhost:" + server.port(),
              "verifyChain = yes",
              "checkHost = localhost",
              "CAfile = " + programs.certificate());
      try {
        assertThat(TlsPrograms.answer("Hello\n", "" + port)).isEqualTo("Uryyb\n");
      } finally {
        stunnel.destroy();
      }
    }
  }

  @Test
  void stunnelsServer() throws Exception {
    final int port = TlsPrograms.freePort();
    try (Program plain = Program.server("rot13-server", "--style", "bufferevent", "--port", "0")) {
      final Process stunnel =
          stunnel(
              "accept = 127.0.0.1:" + port,
              "connect = 127.0.0.1:" + plain.port(),
              "cert = " + programs.certificate(),
              "key = " + programs.key());
      try {
        assertThat(programs.turned(port, "Hello\n")).isEqualTo("Uryyb\n");
      } finally {
        stunnel.destroy();
      }
    }
  }

  /** It tries the attacks that are known. */
  @Test
  void testsslsVerdict() throws Exception {
    try (Program server = programs.server("echo-server")) {
      final TlsPrograms.Run run =
          TlsPrograms.run(
              "",
              "testssl",
              "--quiet",
              "--color",
              "0",
              "--warnings",
              "batch",
              "--nodns",
              "min",
              "--ip",
              "one",
              "-p",
              "-U",
              "localhost:" + server.port());
      assertThat(run.output())
          .containsPattern("SSLv2 +not offered \\(OK\\)")
          .containsPattern("SSLv3 +not offered \\(OK\\)")
          .containsPattern("TLS 1 +not offered")
          .containsPattern("TLS 1.1 +not offered")
          .containsPattern("TLS 1.2 +offered \\(OK\\)")
          .containsPattern("TLS 1.3 +offered \\(OK\\)")
          .containsPattern("Heartbleed .* not vulnerable \\(OK\\)")
          .containsPattern("CCS .* not vulnerable \\(OK\\)")
          .containsPattern("Secure Renegotiation \\(RFC 5746\\) +supported \\(OK\\)")
          .containsPattern("Secure Client-Initiated Renegotiation +not vulnerable \\(OK\\)")
          .containsPattern("CRIME.* not vulnerable \\(OK\\)");
      // each server that offers CBC suites is suspected of LUCKY13
      assertThat(run.output().lines().filter(line -> line.contains("VULNERABLE")).toList())
          .allMatch(line -> line.contains("LUCKY13"));
    }
  }
}
