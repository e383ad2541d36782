package org.jevent.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jevent.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The blocking client that the book begins with, against servers that answer in several ways. */
@Timeout(120)
class HttpGetTest {
  private static ServerSocket listen(final String host) throws IOException {
    return new ServerSocket(0, 5, InetAddress.getByName(host));
  }

  private static Program get(final ServerSocket server, final String... path) throws IOException {
    final String host = server.getInetAddress().getHostAddress();
    return path.length == 0
        ? Program.start("http-get", host, "" + server.getLocalPort())
        : Program.start("http-get", host, "" + server.getLocalPort(), path[0]);
  }

  /** The lines of a request, up to the empty one. */
  private static String request(final Socket socket) throws IOException {
    final StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      final int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("the request ends early: " + text);
      }
      text.append((char) next);
    }
    return text.toString();
  }

  @Test
  void theWholeResponseIsPrintedByteForByte() throws Exception {
    final byte[] body = new byte[100_000];
    new Random(1).nextBytes(body);
    try (ServerSocket server = listen("127.0.0.1");
        Program program = get(server, "/some/page?x=1")) {
      final String head = "HTTP/1.0 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
      try (Socket socket = server.accept()) {
        assertThat(request(socket))
            .isEqualTo("GET /some/page?x=1 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
      }
      final byte[] printed = program.outputBytes();
      assertThat(new String(printed, 0, head.length(), StandardCharsets.US_ASCII)).isEqualTo(head);
      assertThat(java.util.Arrays.copyOfRange(printed, head.length(), printed.length))
          .isEqualTo(body);
      assertThat(program.exit()).isZero();
    }
  }

  @Test
  void aResponseMayComeSlowlyAndHaveNoLength() throws Exception {
    try (ServerSocket server = listen("127.0.0.1");
        Program program = get(server)) {
      try (Socket socket = server.accept()) {
        assertThat(request(socket)).startsWith("GET / HTTP/1.0\r\n");
        for (final byte one : "HTTP/1.0 200 OK\r\n\r\nslow".getBytes(StandardCharsets.US_ASCII)) {
          socket.getOutputStream().write(one);
          Thread.sleep(2);
        }
      }
      assertThat(program.output()).isEqualTo("HTTP/1.0 200 OK\r\n\r\nslow");
      assertThat(program.exit()).isZero();
    }
  }

  @Test
  void anIpv6HostIsNamedInBrackets() throws Exception {
    try (ServerSocket server = listen("::1");
        Program program = Program.start("http-get", "::1", "" + server.getLocalPort())) {
      try (Socket socket = server.accept()) {
        assertThat(request(socket)).contains("\r\nHost: [::1]\r\n");
        socket.getOutputStream().write("six".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(program.output()).isEqualTo("six");
      assertThat(program.exit()).isZero();
    }
  }

  @Test
  void aConnectionThatIsRefusedIsAClearError() throws Exception {
    final int free;
    try (ServerSocket server = listen("127.0.0.1")) {
      free = server.getLocalPort();
    }
    try (Program program = Program.start("http-get", "127.0.0.1", "" + free)) {
      assertThat(program.exit()).isEqualTo(1);
      assertThat(program.errors()).startsWith("http-get: 127.0.0.1 port " + free + ": ");
    }
  }

  @Test
  void aConnectionThatIsResetIsAClearError() throws Exception {
    TestSystem.notUnderWine("a recv() after a reset sees an orderly end");
    try (ServerSocket server = listen("127.0.0.1");
        Program program = get(server)) {
      final Socket socket = server.accept();
      request(socket);
      socket.setSoLinger(true, 0);
      socket.close();
      assertThat(program.exit()).isEqualTo(1);
      assertThat(program.errors()).startsWith("http-get: 127.0.0.1 port ").contains("reset");
    }
  }

  @Test
  void anUnknownNameIsAClearError() throws Exception {
    try (Program program = Program.start("http-get", "no-such-host.invalid")) {
      assertThat(program.exit()).isEqualTo(1);
      assertThat(program.errors()).startsWith("http-get: no-such-host.invalid port 80: ");
    }
  }

  @Test
  void aPortThatIsNoneIsRefused() throws Exception {
    try (Program program = Program.start("http-get", "127.0.0.1", "70000")) {
      assertThat(program.exit()).isEqualTo(1);
      assertThat(program.errors()).contains("70000");
    }
    try (Program program = Program.start("http-get", "127.0.0.1", "eighty")) {
      assertThat(program.exit()).isEqualTo(2);
      assertThat(program.errors()).contains("eighty").contains("Usage: ");
    }
  }

  /** One family of the name has no server, the other one has. */
  @Test
  void theRaceOfAddressesIsShown() throws Exception {
    try (ServerSocket server = listen("127.0.0.1");
        Program program =
            Program.start(
                "http-get", "--happy-eyeballs", "localhost", "" + server.getLocalPort(), "/x")) {
      try (Socket socket = server.accept()) {
        assertThat(request(socket)).isEqualTo("GET /x HTTP/1.0\r\nHost: localhost\r\n\r\n");
        socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nbody".getBytes(US_ASCII));
      }
      assertThat(program.output()).isEqualTo("HTTP/1.0 200 OK\r\n\r\nbody");
      assertThat(program.exit()).isZero();
      assertThat(program.errors())
          .contains("tried 127.0.0.1:" + server.getLocalPort(), "CONNECTED");
    }
  }
}
