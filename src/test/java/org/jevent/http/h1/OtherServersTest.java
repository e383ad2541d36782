package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jevent.EventBase;
import org.jevent.OtherServers;
import org.jevent.http.HttpServer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Requests of the tables, sent to this server and to those of others. */
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the others are programs of Unix")
class OtherServersTest {
  private static final int EACH_ROW = 100;
  private static final int SILENCE_MILLIS = 2000;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([2-5]\\d\\d)");

  /** A tab around a value is a blank by RFC 9110, 5.6.3; nginx and Node know only spaces. */
  private static final Pattern TAB_AROUND_A_VALUE =
      Pattern.compile("(?i)(content-length|transfer-encoding):[ \\w]*\t");

  /** Answers when a request has come whole, whatever it is. */
  private static final String ANSWERS =
      """
      const server = require('http').createServer((request, response) => {
        request.resume();
        request.on('end', () => response.end('ok'));
      });
      server.listen(Number(process.argv[2]), '127.0.0.1');
      """;

  /** What has become of a request. */
  private enum Fate {
    ACCEPTED,
    REFUSED,
    /** No answer came: more is waited for, or the machine is slow. */
    SILENT
  }

  /** Why this server decides otherwise than some others about requests of a row. */
  private record Difference(Fate here, String row, Set<String> others, String reason) {}

  private static Difference accepts(final String row, final String others, final String reason) {
    return new Difference(Fate.ACCEPTED, row, Set.of(others.split(" ")), reason);
  }

  private static Difference refuses(final String row, final String others, final String reason) {
    return new Difference(Fate.REFUSED, row, Set.of(others.split(" ")), reason);
  }

  private static final List<Difference> DIFFERENCES =
      List.of(
          accepts("length", "node nginx", "a tab is a blank as well"),
          accepts("coding", "node nginx", "a tab is a blank as well"),
          accepts("host", "nginx", "a tab is a blank as well"),
          accepts("a line ends at the first CRLF", "node", "a quote is no reason to read on"),
          accepts("extension", "node", "what is dropped needs no grammar"),
          accepts("size", "node", "what is dropped needs no grammar"),
          accepts("expect", "node haproxy", "an empty list expects nothing"),
          accepts("connection", "node", "Node looks at what is behind a last request"),
          accepts("no host", "node", "Node looks at what is behind a last request"),
          accepts("version", "node", "HTTP/1.2 to 1.9 mean what 1.1 means"),
          accepts("absolute", "haproxy", "an authority needs no path behind it"),
          accepts("asterisk", "nginx", "nginx has no OPTIONS of the whole server"),
          refuses("length", "node nginx haproxy", "the next reader could take another one"),
          refuses("two lengths", "haproxy", "the next reader could take the other one"),
          refuses("length and coding", "node haproxy", "the next reader could take the length"),
          refuses("coding", "node nginx", "chunked alone is known, and CR alone ends no line"),
          refuses("two codings", "node haproxy", "the next reader could take the first one"),
          refuses("coding in HTTP/1.0", "haproxy", "HTTP/1.0 has no codings"),
          refuses("size", "node nginx haproxy", "no blanks, and no more digits than 16"),
          refuses("extension", "nginx haproxy", "controls have no place there"),
          refuses("line of a chunk", "nginx haproxy", "LF alone ends no line"),
          refuses("behind data", "nginx haproxy", "LF alone ends no line"),
          refuses("end of a line", "nginx haproxy", "LF alone ends no line"),
          refuses("no end", "nginx haproxy", "what is behind the last chunk is a trailer"),
          refuses("trailers", "node nginx haproxy", "some fields are none of trailers"),
          refuses("fold", "haproxy", "a line that goes on is obsolete"),
          refuses("name", "nginx haproxy", "a name is a token"),
          refuses("value", "nginx", "controls have no place there"),
          refuses("expect", "node nginx haproxy", "what is not understood gets 417"),
          refuses("blanks", "node nginx haproxy", "one blank is between the parts of a line"),
          refuses("empty lines", "node nginx haproxy", "CR or LF alone is no empty line"),
          refuses("method", "node nginx haproxy", "methods that are not allowed get 405 or 501"),
          refuses("version", "nginx haproxy", "a version has two digits, and is that of HTTP/1"),
          refuses("two hosts", "node haproxy", "the next reader could take the other one"),
          refuses("host", "node nginx haproxy", "a host has a grammar"),
          refuses("absolute", "node nginx haproxy", "host and target have to agree"),
          refuses("asterisk", "node haproxy", "an asterisk stands alone"),
          refuses("bytes of a target", "node nginx haproxy", "what no URI has is no target"),
          refuses("path", "node nginx haproxy", "paths have no NUL, and end below the root"));

  @TempDir private Path folder;

  /** Requests of each row, from all over it. */
  private static List<RequestVectors.Vector> chosen() {
    final Map<String, List<RequestVectors.Vector>> rows =
        RequestVectors.all().stream()
            .filter(each -> each.bytes().contains(RequestVectors.NEXT))
            .collect(
                Collectors.groupingBy(
                    RequestVectors.Vector::row, LinkedHashMap::new, Collectors.toList()));
    final List<RequestVectors.Vector> chosen = new ArrayList<>();
    for (final List<RequestVectors.Vector> row : rows.values()) {
      final int count = Math.min(EACH_ROW, row.size());
      for (int i = 0; i < count; i++) {
        chosen.add(row.get(i * row.size() / count));
      }
    }
    return chosen;
  }

  /** The answer to the first request of a connection; others follow it there. */
  private static Fate fate(final int port, final String bytes) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
      socket.setSoTimeout(SILENCE_MILLIS);
      final StringBuilder got = new StringBuilder();
      final byte[] buffer = new byte[4096];
      try {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        while (true) {
          final int count = socket.getInputStream().read(buffer);
          if (count < 0) {
            return Fate.REFUSED;
          }
          got.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
          final Matcher status = STATUS.matcher(got);
          if (status.find()) {
            return status.group(1).charAt(0) == '2' ? Fate.ACCEPTED : Fate.REFUSED;
          }
        }
      } catch (final SocketTimeoutException silent) {
        return Fate.SILENT;
      } catch (final IOException reset) {
        return Fate.REFUSED;
      }
    }
  }

  private static List<Fate> fates(final int port, final List<RequestVectors.Vector> vectors)
      throws IOException {
    final List<Fate> all = new ArrayList<>();
    for (final RequestVectors.Vector each : vectors) {
      all.add(fate(port, each.bytes()));
    }
    return all;
  }

  /** This server, which answers any path. */
  private static final class OwnServer implements AutoCloseable {
    private final EventBase base = new EventBase();
    private final HttpServer server = new HttpServer(base);
    private final int port;
    private final Thread thread = new Thread(base::dispatch, "server");

    OwnServer() {
      server.handle("/", exchange -> exchange.readBody(whole -> whole.respond(200, "ok")));
      port =
          ((InetSocketAddress) server.bind(new InetSocketAddress("127.0.0.1", 0)).address())
              .getPort();
      thread.start();
    }

    @Override
    public void close() {
      base.execute(
          () -> {
            server.close();
            base.loopBreak();
          });
      try {
        thread.join();
      } catch (final InterruptedException e) {
        throw new IllegalStateException("interrupted while the server ends", e);
      }
      base.close();
    }
  }

  private static boolean isKnown(final Fate here, final String row, final String other) {
    return DIFFERENCES.stream()
        .anyMatch(
            each -> each.here() == here && each.row().equals(row) && each.others().contains(other));
  }

  @Test
  void nothingIsAcceptedThatOthersRefuse() throws Exception {
    for (final String each : new String[] {"node", "nginx", "haproxy"}) {
      Assumptions.assumeTrue(OtherServers.program(each) != null, () -> "there is no " + each);
    }
    final List<RequestVectors.Vector> vectors = chosen();
    assertThat(vectors).hasSizeGreaterThan(150);
    final Map<String, List<Fate>> fates = new LinkedHashMap<>();
    final ExecutorService senders = Executors.newFixedThreadPool(4);
    try (OtherServers others = new OtherServers(folder);
        OwnServer own = new OwnServer()) {
      final int node = others.node(ANSWERS);
      final int nginx =
          others.nginx(
              "location / { proxy_http_version 1.1; proxy_pass http://127.0.0.1:" + node + "; }");
      final int haproxy = others.haproxy(node);
      final Map<String, Future<List<Fate>>> running = new LinkedHashMap<>();
      running.put("here", senders.submit(() -> fates(own.port, vectors)));
      running.put("node", senders.submit(() -> fates(node, vectors)));
      running.put("nginx", senders.submit(() -> fates(nginx, vectors)));
      running.put("haproxy", senders.submit(() -> fates(haproxy, vectors)));
      for (final Map.Entry<String, Future<List<Fate>>> each : running.entrySet()) {
        fates.put(each.getKey(), each.getValue().get());
      }
    } finally {
      senders.shutdownNow();
    }
    final List<String> alone = new ArrayList<>();
    final List<String> without = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      final RequestVectors.Vector vector = vectors.get(i);
      final Fate here = fates.get("here").get(i);
      for (final String other : new String[] {"node", "nginx", "haproxy"}) {
        final Fate there = fates.get(other).get(i);
        if (here != there && there != Fate.SILENT && !isKnown(here, vector.row(), other)) {
          without.add(here + ", by " + other + " " + there + ": " + vector);
        }
      }
      if (here == Fate.ACCEPTED
          && fates.get("node").get(i) == Fate.REFUSED
          && fates.get("nginx").get(i) == Fate.REFUSED
          && !TAB_AROUND_A_VALUE.matcher(vector.bytes()).find()) {
        alone.add(vector.toString());
      }
    }
    assertThat(alone).as("accepted here, and refused by nginx and by Node").isEmpty();
    assertThat(fates.get("here")).as("each is answered").doesNotContain(Fate.SILENT);
    assertThat(without).as("differs for no reason that is given").isEmpty();
  }
}
