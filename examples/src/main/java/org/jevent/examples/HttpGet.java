package org.jevent.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jevent.tls.TlsContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code http-get}: the blocking client that the book begins with. */
@Command(
    name = "http-get",
    description = "Fetches a page with HTTP/1.0, blocking, and prints the whole response.",
    mixinStandardHelpOptions = true)
final class HttpGet implements Callable<Integer> {
  private static final int CONNECT_MILLIS = 10_000;

  @Parameters(index = "0", paramLabel = "HOST", description = "a name or an IPv4 or IPv6 address")
  private String host;

  @Parameters(index = "1", paramLabel = "PORT", defaultValue = "80", description = "default: 80")
  private int port;

  @Parameters(index = "2", paramLabel = "PATH", defaultValue = "/", description = "default: /")
  private String path;

  @Mixin private TlsClientOptions tls;

  @Option(
      names = "--happy-eyeballs",
      description =
          "tries all addresses of the host, in a loop, and prints what became of each (RFC 8305)")
  private boolean races;

  @Override
  public Integer call() {
    final String named = host.contains(":") ? "[" + host + "]" : host;
    final String request = "GET " + path + " HTTP/1.0\r\nHost: " + named + "\r\n\r\n";
    try {
      if (races) {
        new RacingGet(host).run(port, tls.context(), request);
      } else {
        fetch(request);
      }
      return 0;
    } catch (final IOException | IllegalArgumentException e) {
      System.err.println("http-get: " + host + " port " + port + ": " + e.getMessage());
      return 1;
    }
  }

  private void fetch(final String request) throws IOException {
    try (Socket socket = secured(connect(), tls.context())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      final InputStream in = socket.getInputStream();
      try (OutputStream out = new StandardOutput()) {
        in.transferTo(out);
      }
    }
  }

  /** The same connection with TLS, blocking, where that is asked for. */
  private Socket secured(final Socket socket, final TlsContext context) throws IOException {
    if (context == null) {
      return socket;
    }
    try {
      final SSLSocket made =
          (SSLSocket)
              context.sslContext().getSocketFactory().createSocket(socket, host, port, true);
      final SSLParameters parameters = made.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      made.setSSLParameters(parameters);
      made.startHandshake();
      return made;
    } catch (final IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The first address of the host that answers. */
  private Socket connect() throws IOException {
    final IOException failures = new IOException("no address answers");
    for (final InetAddress address : InetAddress.getAllByName(host)) {
      final Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
        return socket;
      } catch (final IOException e) {
        socket.close();
        failures.addSuppressed(e);
      }
    }
    throw failures.getSuppressed().length == 1
        ? (IOException) failures.getSuppressed()[0]
        : failures;
  }
}
