package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jevent.OtherServers;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The programs of HTTP against other implementations, where these are installed. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the peers are programs of Unix")
class HttpPeersTest {
  private static final int SIZE = 1_000_000;
  private static final String HELLO = "Hello\n";

  @TempDir private Path folder;
  private Path root;

  @BeforeEach
  void makeFiles() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(root.resolve("index.html"), HELLO);
    final byte[] bytes = new byte[SIZE];
    new Random(1).nextBytes(bytes);
    Files.write(root.resolve("large"), bytes);
  }

  private Program server(final String... more) throws IOException {
    final String[] all = new String[5 + more.length];
    System.arraycopy(
        new String[] {"http-server", "--root", "" + root, "--port", "0"}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return Program.server(all);
  }

  private static String url(final int port) {
    return "http://127.0.0.1:" + port + "/";
  }

  private static String run(final String... command) throws Exception {
    final TlsPrograms.Run run = TlsPrograms.run("", command);
    assertThat(run.status()).as(run.output()).isZero();
    return run.output();
  }

  private static long number(final String pattern, final String text) {
    final Matcher found = Pattern.compile(pattern).matcher(text);
    assertThat(found.find()).as("%s in %s", pattern, text).isTrue();
    return Long.parseLong(found.group(1));
  }

  // ---- clients ----

  @Test
  void curlGetsRangesResumesAndReuses() throws Exception {
    try (Program server = server()) {
      final String place = url(server.port());
      final Path copy = folder.resolve("copy");
      run("curl", "-sSf", "-o", "" + copy, place + "large");
      assertThat(copy).hasSameBinaryContentAs(root.resolve("large"));
      Files.write(copy, Arrays.copyOf(Files.readAllBytes(copy), 1000));
      run("curl", "-sSf", "-C", "-", "-o", "" + copy, place + "large");
      assertThat(copy).hasSameBinaryContentAs(root.resolve("large"));
      assertThat(run("curl", "-sS", "-r", "1-3", place)).isEqualTo("ell");
      assertThat(run("curl", "-sS", "-I", place)).contains("200 OK").doesNotContain(HELLO);
      final String twice = run("curl", "-sSv", place, place);
      assertThat(twice).contains("Re-using existing connection");
      assertThat(run("curl", "-sS", "-w", "%{http_code}", "-o", "/dev/null", place + "nothing"))
          .isEqualTo("404");
      assertThat(run("curl", "-sS", "--http1.0", place)).isEqualTo(HELLO);
    }
  }

  @Test
  void wrk() throws Exception {
    try (Program server = server()) {
      final String said = run("wrk", "-t1", "-c32", "-d2", url(server.port()));
      assertThat(number("(\\d+) requests in", said)).isPositive();
      assertThat(said).doesNotContain("Non-2xx").doesNotContain("Socket errors");
    }
  }

  @Test
  void h2loadSpeakingHttp1() throws Exception {
    try (Program server = server()) {
      final String said =
          run("h2load", "--h1", "-n", "1000", "-c", "8", "-m", "1", url(server.port()));
      assertThat(number("(\\d+) succeeded", said)).isEqualTo(1000);
      assertThat(number("(\\d+) failed", said)).isZero();
    }
  }

  @Test
  void ab() throws Exception {
    try (Program server = server()) {
      for (final String kept : new String[] {"-k", "-q"}) {
        final String said = run("ab", "-q", kept, "-n", "1000", "-c", "8", url(server.port()));
        assertThat(number("Complete requests: +(\\d+)", said)).isEqualTo(1000);
        assertThat(number("Failed requests: +(\\d+)", said)).isZero();
      }
    }
  }

  /** Slow heads, slow bodies and slow readers leave the server available. */
  @Test
  void slowhttptest() throws Exception {
    try (Program server = server()) {
      for (final String kind : new String[] {"-H", "-B", "-R", "-X"}) {
        final String said =
            TlsPrograms.run(
                    "",
                    "slowhttptest",
                    kind,
                    "-c",
                    "30",
                    "-r",
                    "30",
                    "-i",
                    "1",
                    "-l",
                    "5",
                    "-p",
                    "2",
                    "-u",
                    url(server.port()) + (kind.equals("-X") ? "large" : ""))
                .output()
                .replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "");
        assertThat(said).as(kind).contains("service available:");
        assertThat(said).as(kind).doesNotContainPattern("service available: +NO");
      }
    }
  }

  @Test
  void nodesClient() throws Exception {
    try (Program server = server()) {
      final String script =
          "const h=require('http'),a=new h.Agent({keepAlive:true,maxSockets:1});let n=0;"
              + "const get=()=>h.get({port:"
              + server.port()
              + ",path:'/',agent:a},r=>{let t='';r.on('data',d=>t+=d);r.on('end',()=>{"
              + "process.stdout.write(t);++n<3?get():a.destroy()})});get()";
      assertThat(run("node", "-e", script)).isEqualTo(HELLO.repeat(3));
    }
  }

  // ---- servers ----

  private static void require(final String program) {
    Assumptions.assumeTrue(OtherServers.program(program) != null, "there is no " + program);
  }

  private static byte[] fetched(final String... arguments) throws Exception {
    final String[] all = new String[arguments.length + 1];
    all[0] = "http-fetch";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    try (Program fetch = Program.start(all)) {
      final byte[] output = fetch.outputBytes();
      assertThat(fetch.exit()).as(fetch.errors()).isZero();
      return output;
    }
  }

  @Test
  void nginxBehindTheClientAndTheProxy() throws Exception {
    require("nginx");
    try (OtherServers servers = new OtherServers(folder)) {
      final int port = servers.nginx("location / { root " + root + "; gzip on; gzip_types *; }");
      try (Program proxy = Program.server("http-proxy", "--to", url(port), "--port", "0")) {
        for (final int each : new int[] {port, proxy.port()}) {
          assertThat(fetched(url(each) + "large"))
              .isEqualTo(Files.readAllBytes(root.resolve("large")));
          assertThat(fetched("--compressed", url(each) + "index.html"))
              .isEqualTo(HELLO.getBytes(StandardCharsets.US_ASCII));
        }
      }
    }
  }

  @Test
  void nginxBeforeTheServer() throws Exception {
    require("nginx");
    try (Program server = server();
        OtherServers servers = new OtherServers(folder)) {
      passesOn(
          servers.nginx(
              "location / { proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_pass "
                  + url(server.port())
                  + "; }"));
    }
  }

  @Test
  void haproxyBeforeTheServer() throws Exception {
    require("haproxy");
    try (Program server = server();
        OtherServers servers = new OtherServers(folder)) {
      passesOn(servers.haproxy(server.port()));
    }
  }

  /** What the server has comes through another one. */
  private void passesOn(final int port) throws Exception {
    assertThat(run("curl", "-sSf", url(port), url(port))).isEqualTo(HELLO.repeat(2));
    final Path copy = folder.resolve("copy");
    run("curl", "-sSf", "-o", "" + copy, url(port) + "large");
    assertThat(copy).hasSameBinaryContentAs(root.resolve("large"));
  }
}
