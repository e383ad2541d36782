package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs that speak HTTP, beside those of the JDK and one another. */
@Timeout(180)
class WebProgramsTest {
  private static final int SIZE = 3_000_000;

  @TempDir private Path folder;

  static Stream<String> engines() {
    return EventBase.supportedMethods().stream().filter(MethodInfo::usable).map(MethodInfo::name);
  }

  private byte[] file(final String name) throws IOException {
    final byte[] bytes = new byte[SIZE];
    new Random(name.length()).nextBytes(bytes);
    Files.write(folder.resolve(name), bytes);
    return bytes;
  }

  private static HttpResponse<byte[]> ask(final String url, final String... fields)
      throws Exception {
    final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (fields.length > 0) {
      request.headers(fields);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String url(final Program server) {
    return "http://127.0.0.1:" + server.port();
  }

  private static Program fetch(final String... arguments) throws IOException {
    final String[] all = new String[arguments.length + 1];
    all[0] = "http-fetch";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Program.start(all);
  }

  private static void stop(final Program server) throws Exception {
    server.signal("TERM");
    assertThat(server.exit()).as(server.errors()).isZero();
    assertThat(server.errors()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("engines")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "sends POSIX signals")
  void filesAreServedFetchedAndPassedOn(final String engine) throws Exception {
    final byte[] content = file("content.bin");
    try (Program server =
            Program.server(
                "http-server", "--root", folder.toString(), "--port", "0", "--engine", engine);
        Program proxy =
            Program.server(
                "http-proxy", "--to", url(server), "--port", "0", "--engine", engine, "--log")) {
      assertThat(server.engine()).isEqualTo(engine);
      for (final Program each : new Program[] {server, proxy}) {
        final String place = url(each) + "/content.bin";
        assertThat(ask(place).body()).isEqualTo(content);
        final HttpResponse<byte[]> part = ask(place, "Range", "bytes=100-199");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 100, 200));
        final String tag = part.headers().firstValue("etag").orElseThrow();
        assertThat(ask(place, "If-None-Match", tag).statusCode()).isEqualTo(304);
        assertThat(ask(url(each) + "/none").statusCode()).isEqualTo(404);
        try (Program client = fetch("--engine", engine, place)) {
          assertThat(client.outputBytes()).isEqualTo(content);
          assertThat(client.exit()).as(client.errors()).isZero();
        }
      }
      stop(proxy);
      assertThat(proxy.output())
          .contains("GET /content.bin 200 3000000", "GET /none 404", "5 lines");
      stop(server);
      assertThat(server.output()).contains("10 lines");
    }
  }

  @Test
  void bodiesPassTheProxyBothWays() throws Exception {
    final byte[] sent = file("sent.bin");
    final HttpServer origin =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    final AtomicInteger requests = new AtomicInteger();
    origin.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          final byte[] body = exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("X-Method", exchange.getRequestMethod());
          exchange
              .getResponseHeaders()
              .add("X-Host", exchange.getRequestHeaders().getFirst("Host"));
          exchange.sendResponseHeaders(
              200, exchange.getRequestURI().getPath().equals("/l") ? body.length : 0);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    origin.start();
    try (Program proxy =
        Program.server(
            "http-proxy",
            "--to",
            "http://127.0.0.1:" + origin.getAddress().getPort(),
            "--port",
            "0")) {
      for (final String path : new String[] {"/l", "/chunks"}) {
        for (final boolean chunked : new boolean[] {false, true}) {
          final HttpRequest.BodyPublisher body =
              chunked
                  ? HttpRequest.BodyPublishers.ofInputStream(
                      () -> new java.io.ByteArrayInputStream(sent))
                  : HttpRequest.BodyPublishers.ofByteArray(sent);
          final HttpResponse<byte[]> answer =
              HttpClient.newHttpClient()
                  .send(
                      HttpRequest.newBuilder(URI.create(url(proxy) + path)).PUT(body).build(),
                      HttpResponse.BodyHandlers.ofByteArray());
          assertThat(answer.body()).as(path + chunked).isEqualTo(sent);
          assertThat(answer.headers().firstValue("x-method")).hasValue("PUT");
          assertThat(answer.headers().firstValue("x-host"))
              .hasValue("127.0.0.1:" + origin.getAddress().getPort());
        }
      }
      assertThat(requests).hasValue(4);
      origin.stop(0);
      assertThat(ask(url(proxy) + "/gone").statusCode()).isEqualTo(502);
      final Path taken = folder.resolve("taken");
      try (Program client = fetch("--output", taken.toString(), url(proxy) + "/gone")) {
        assertThat(client.exit()).isEqualTo(1);
      }
    } finally {
      origin.stop(0);
    }
  }

  @Test
  void aClientThatLeavesEarlyDoesNotStopTheProxy() throws Exception {
    file("big.bin");
    try (Program server =
            Program.server("http-server", "--root", folder.toString(), "--port", "0");
        Program proxy = Program.server("http-proxy", "--to", url(server), "--port", "0")) {
      for (int i = 0; i < 10; i++) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
          socket
              .getOutputStream()
              .write(
                  "GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
      }
      assertThat(ask(url(proxy) + "/big.bin").body()).hasSize(SIZE);
    }
  }

  @Test
  void theClientFollowsWritesAndReports() throws Exception {
    Files.createDirectories(folder.resolve("site"));
    Files.writeString(folder.resolve("site").resolve("index.html"), "page\n");
    try (Program server =
        Program.server(
            "http-server", "--root", folder.toString(), "--port", "0", "--max-age", "60")) {
      try (Program client = fetch("--include", url(server) + "/site")) {
        assertThat(client.output())
            .startsWith("HTTP/1.1 200 OK\n")
            .contains("cache-control: max-age=60\n")
            .endsWith("\npage\n");
        assertThat(client.exit()).isZero();
      }
      try (Program client = fetch("--redirects", "0", "--include", url(server) + "/site")) {
        assertThat(client.output()).startsWith("HTTP/1.1 301 ").contains("location: ./site/");
      }
      try (Program client = fetch("--method", "DELETE", url(server) + "/site/")) {
        assertThat(client.output()).contains("405");
        assertThat(client.exit()).isEqualTo(1);
      }
    }
    try (Program client = fetch("ftp://localhost/")) {
      assertThat(client.exit()).isEqualTo(1);
      assertThat(client.errors()).startsWith("http-fetch: ");
    }
    try (Program client = fetch("http://127.0.0.1:1/")) {
      assertThat(client.exit()).isEqualTo(1);
      assertThat(client.errors()).startsWith("http-fetch: ").contains("127.0.0.1");
    }
  }

  @Test
  void overTls() throws Exception {
    final byte[] content = file("content.bin");
    final TlsPrograms programs = new TlsPrograms(folder);
    try (Program server = programs.server("http-server", "--root", folder.toString());
        Program proxy =
            programs.server(
                "http-proxy",
                "--to",
                "https://localhost:" + server.port(),
                "--trust",
                programs.certificate())) {
      for (final Program each : new Program[] {server, proxy}) {
        final String place = "https://localhost:" + each.port() + "/content.bin";
        try (Program client = fetch("--trust", programs.certificate(), place)) {
          assertThat(client.outputBytes()).isEqualTo(content);
          assertThat(client.exit()).as(client.errors()).isZero();
        }
        try (Program client = fetch(place)) {
          assertThat(client.exit()).isEqualTo(1);
          assertThat(client.errors()).contains("CERTIFICATE");
        }
      }
    }
  }

  @Test
  void wrongOptionsAreNamed() throws Exception {
    try (Program program = Program.start("http-server", "--root", "/no/such/place")) {
      assertThat(program.exit()).isEqualTo(2);
      assertThat(program.errors()).contains("/no/such/place");
    }
    try (Program program = Program.start("http-proxy", "--to", "http://[")) {
      assertThat(program.exit()).isEqualTo(2);
      assertThat(program.errors()).contains("http://[");
    }
  }
}
