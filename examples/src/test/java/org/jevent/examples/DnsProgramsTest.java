package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The name server and what asks it, as programs. */
@Timeout(120)
class DnsProgramsTest {
  @TempDir private Path directory;

  private static String ask(final Program server, final String... arguments) throws Exception {
    final String[] all = new String[arguments.length + 3];
    all[0] = "dns-lookup";
    all[1] = "--server";
    all[2] = "127.0.0.1:" + server.port();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    try (Program client = Program.start(all)) {
      return client.output();
    }
  }

  @Test
  void oneAnswersTheOther() throws Exception {
    final Path zone = directory.resolve("z.test.zone");
    Files.writeString(zone, "@ SOA ns root 1 2 3 4 60\nwww A 192.0.2.1\nalias CNAME www\n");
    try (Program server = Program.server("dns-server", "--port", "0", "--zone", zone.toString())) {
      assertThat(ask(server, "alias.z.test"))
          .contains("alias.z.test. 3600 IN CNAME www.z.test.")
          .contains("IN A 192.0.2.1")
          .contains("from SERVER 127.0.0.1:" + server.port());
      assertThat(ask(server, "--options", "use-vc", "www.z.test")).contains("1 of them by TCP");
      assertThat(ask(server, "no.z.test")).contains("NXDOMAIN");
      assertThat(ask(server, "--trace", "www.z.test"))
          .contains("UDP", "try 1", "REPLY", "NOERROR", "127.0.0.1:" + server.port());
    }
  }

  @Test
  void whatCannotBeReadIsSaid() throws Exception {
    final Path zone = directory.resolve("bad.zone");
    Files.writeString(zone, "www A nonsense\n");
    try (Program server = Program.start("dns-server", "--zone", zone.toString())) {
      assertThat(server.exit()).isEqualTo(1);
      assertThat(server.errors()).contains("line 1");
    }
  }
}
