package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs with {@code --tls}, against one another. */
@Timeout(180)
class TlsProgramsTest {
  @TempDir static Path folder;

  private static TlsPrograms programs;

  @BeforeAll
  static void makeCertificate() throws Exception {
    programs = new TlsPrograms(folder);
  }

  @Test
  void rot13OverTls() throws Exception {
    try (Program server = programs.server("rot13-server", "--style", "bufferevent")) {
      assertThat(programs.turned(server.port(), "Hello\n".repeat(1000)))
          .isEqualTo("Uryyb\n".repeat(1000));
    }
  }

  @Test
  void aProxyWithTlsOnBothSides() throws Exception {
    try (Program echo = programs.server("echo-server");
        Program proxy =
            programs.server(
                "tcp-proxy",
                "--to",
                "localhost:" + echo.port(),
                "--to-tls",
                "--trust",
                programs.certificate())) {
      assertThat(programs.turned(proxy.port(), "through both\n")).isEqualTo("through both\n");
    }
  }

  @Test
  void aServerThatIsNotTrustedIsNamed() throws Exception {
    try (Program server = programs.server("echo-server");
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
}
