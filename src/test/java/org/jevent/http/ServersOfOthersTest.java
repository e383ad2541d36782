package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.OtherServers;
import org.jevent.TestSystem;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client before Node's server, alone, and behind nginx and HAProxy. */
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the others are programs of Unix")
class ServersOfOthersTest {
  private static final int CHUNKS = 100;
  private static final int CHUNK = 10_000;
  private static final int LARGE = 5_000_000;

  private static final String SCRIPT =
      """
      const zlib = require('zlib');
      let sockets = 0;
      const whole = (q, then) => {
        const parts = [];
        q.on('data', part => parts.push(part));
        q.on('end', () => then(Buffer.concat(parts)));
      };
      const answers = {
        '/': (q, r) => r.end('socket ' + q.socket.number),
        // behind the whole body: nginx sends no more of it when the head of an answer has come
        '/echo': (q, r) => whole(q, body => r.end(body)),
        '/length': (q, r) => whole(q, body => r.end('' + body.length)),
        '/large': (q, r) => r.end(Buffer.alloc(5000000, 'x')),
        '/chunked': (q, r) => {
          let left = 100;
          const more = () => left-- > 0 ? r.write('y'.repeat(10000), more) : r.end();
          more();
        },
        '/redirect': (q, r) => r.writeHead(302, {location: '/large'}).end('elsewhere'),
        '/moved': (q, r) => r.writeHead(307, {location: '/length'}).end('elsewhere'),
        '/loop': (q, r) => r.writeHead(302, {location: '/loop'}).end(),
        '/close': (q, r) => r.writeHead(200, {connection: 'close'}).end('last'),
        '/early': (q, r) => r.writeHead(413, {connection: 'close'}).end('too large'),
        '/cut': (q, r) => {
          r.writeHead(200, {'content-length': 100});
          r.write('begun', () => setTimeout(() => q.socket.destroy(), 20));
        },
        '/cutchunks': (q, r) => r.write('begun', () => setTimeout(() => q.socket.destroy(), 20)),
        '/nothing': (q, r) => q.socket.destroy(),
        '/gzip': (q, r) => r.writeHead(200, {'content-encoding': 'gzip'})
          .end(zlib.gzipSync('z'.repeat(100000))),
        '/hints': (q, r) => r.writeEarlyHints({link: '</a>; rel=preload'}, () => r.end('hinted')),
        '/trailers': (q, r) => {
          r.writeHead(200, {trailer: 'x-sum'});
          r.write('body');
          r.addTrailers({'x-sum': '4'});
          r.end();
        },
        '/empty': (q, r) => r.writeHead(204).end()
      };
      const server = require('http').createServer((q, r) => {
        q.socket.number ??= ++sockets;
        answers[q.url](q, r);
      });
      server.on('clientError', () => {});
      server.keepAliveTimeout = 60000;
      server.listen(Number(process.argv[2]), '127.0.0.1');
      """;

  /** What the client connects to. */
  enum Front {
    NODE {
      @Override
      int port(final OtherServers servers, final int node) {
        return node;
      }
    },
    NGINX {
      @Override
      int port(final OtherServers servers, final int node) throws IOException {
        return servers.nginx(
            "client_max_body_size 0; location / { proxy_http_version 1.1;"
                + " proxy_set_header Connection \"\"; proxy_request_buffering off;"
                + " proxy_pass http://127.0.0.1:"
                + node
                + "; }");
      }
    },
    HAPROXY {
      @Override
      int port(final OtherServers servers, final int node) throws IOException {
        return servers.haproxy(node);
      }
    };

    abstract int port(OtherServers servers, int node) throws IOException;
  }

  /** The end of a call. */
  private static final class Seen implements HttpResponseHandler {
    final StringBuilder body = new StringBuilder();
    final List<Integer> interim = new ArrayList<>();
    HttpResponse response;
    HttpException problem;
    boolean reused;
    boolean over;

    @Override
    public void onInterim(final HttpCall call, final int status, final HttpHeaders headers) {
      interim.add(status);
    }

    @Override
    public void onHead(final HttpCall call, final HttpResponse came) {
      response = came;
      reused = call.isReused();
    }

    @Override
    public void onBody(final HttpCall call, final EventBuffer bytes) {
      body.append(new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public void onEnd(final HttpCall call, final HttpResponse came, final HttpException wrong) {
      problem = wrong;
      over = true;
    }
  }

  @TempDir private Path folder;
  private EventBase base;
  private HttpClient client;
  private OtherServers servers;
  private int port;

  @BeforeEach
  void open() {
    base = new EventBase();
    client = HttpClient.builder(base).followRedirects(3).build();
    servers = new OtherServers(folder);
  }

  @AfterEach
  void close() {
    client.close();
    base.close();
    servers.close();
  }

  private void start(final Front front) throws IOException {
    for (final String each :
        new String[] {"node", front.name().toLowerCase(java.util.Locale.ROOT)}) {
      Assumptions.assumeTrue(OtherServers.program(each) != null, () -> "there is no " + each);
    }
    port = front.port(servers, servers.node(SCRIPT));
  }

  private HttpRequest request(final String method, final String path) {
    return client.request(method, "http://127.0.0.1:" + port + path);
  }

  private Seen run(final HttpRequest request) {
    final Seen seen = new Seen();
    request.send(seen);
    final long end = System.nanoTime() + TestSystem.patience(60) * 1_000_000_000L;
    try (Event tick = base.newPeriodicTimer((self, what) -> {})) {
      tick.addNanos(50_000_000);
      while (!seen.over) {
        assertThat(System.nanoTime()).as("%s takes too long", request).isLessThan(end);
        base.loop(EventBase.LOOP_ONCE);
      }
    }
    return seen;
  }

  private Seen get(final String path) {
    final Seen seen = run(request("GET", path));
    assertThat(seen.problem).as(path).isNull();
    return seen;
  }

  @ParameterizedTest
  @EnumSource
  void connectionsAreKept(final Front front) throws IOException {
    start(front);
    for (int i = 0; i < 5; i++) {
      final Seen seen = get("/");
      assertThat(seen.body.toString()).startsWith("socket ");
      assertThat(seen.reused).isEqualTo(i > 0);
    }
    assertThat(get("/empty").response.status()).isEqualTo(204);
    final Seen head = run(request("HEAD", "/large"));
    assertThat(head.response.status()).isEqualTo(200);
    assertThat(head.body).isEmpty();
    assertThat(get("/").reused).isTrue();
    assertThat(get("/close").body.toString()).isEqualTo("last");
    assertThat(client.connections()).isEqualTo(front == Front.NODE ? 0 : 1);
    assertThat(get("/").reused).isEqualTo(front != Front.NODE);
  }

  @ParameterizedTest
  @EnumSource
  void bodies(final Front front) throws IOException {
    start(front);
    assertThat(get("/chunked").body.toString()).isEqualTo("y".repeat(CHUNKS * CHUNK));
    assertThat(get("/large").body.toString()).isEqualTo("x".repeat(LARGE));
    final byte[] bytes = new byte[LARGE];
    new Random(1).nextBytes(bytes);
    final Seen echoed = run(request("PUT", "/echo").body(bytes));
    assertThat(echoed.problem).isNull();
    assertThat(echoed.body.toString()).isEqualTo(new String(bytes, StandardCharsets.ISO_8859_1));
    final int[] left = {200};
    final Seen counted =
        run(
            request("POST", "/length")
                .body(
                    (call, into) -> {
                      into.add(new byte[CHUNK]);
                      return --left[0] > 0;
                    }));
    assertThat(counted.body.toString()).as("in chunks").isEqualTo("" + 200 * CHUNK);
    final Seen unzipped = run(request("GET", "/gzip").decompress());
    assertThat(unzipped.body.toString()).isEqualTo("z".repeat(100_000));
    assertThat(client.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void redirects(final Front front) throws IOException {
    start(front);
    assertThat(get("/redirect").body).hasSize(LARGE);
    final Seen moved = run(request("POST", "/moved").body(new byte[3]));
    assertThat(moved.body.toString()).isEqualTo("3");
    assertThat(run(request("GET", "/loop")).problem.kind()).isEqualTo(HttpException.Kind.REDIRECT);
    assertThat(get("/").response.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void earlyEnds(final Front front) throws IOException {
    start(front);
    final Seen early = run(request("PUT", "/early").body(new byte[LARGE]));
    if (early.problem == null) {
      // nginx and HAProxy have their own answer where theirs was cut while they sent
      assertThat(early.response.status()).isIn(413, 502);
    } else {
      assertThat(early.problem.kind()).isIn(HttpException.Kind.CUT, HttpException.Kind.CONNECTION);
    }
    for (final String path : new String[] {"/cut", "/cutchunks"}) {
      final Seen cut = run(request("GET", path));
      assertThat(cut.response.status()).isEqualTo(200);
      assertThat(cut.body.toString()).isEqualTo("begun");
      assertThat(cut.problem.phase()).isEqualTo(HttpException.Phase.BODY);
      assertThat(cut.problem.kind()).isIn(HttpException.Kind.CUT, HttpException.Kind.CONNECTION);
    }
    final Seen nothing = run(request("GET", "/nothing"));
    if (front == Front.NODE) {
      assertThat(nothing.problem.kind())
          .isIn(HttpException.Kind.CUT, HttpException.Kind.CONNECTION);
    } else {
      assertThat(nothing.response.status()).isEqualTo(502);
    }
    assertThat(get("/").response.status()).isEqualTo(200);
  }

  /** nginx passes on neither interim responses nor trailers. */
  @ParameterizedTest
  @EnumSource(names = "NGINX", mode = EnumSource.Mode.EXCLUDE)
  void interimResponsesAndTrailers(final Front front) throws IOException {
    start(front);
    final Seen hinted = get("/hints");
    assertThat(hinted.interim).containsExactly(103);
    assertThat(hinted.body.toString()).isEqualTo("hinted");
    final Seen seen = get("/trailers");
    assertThat(seen.body.toString()).isEqualTo("body");
    assertThat(seen.response.trailers().first("x-sum")).isEqualTo("4");
    assertThat(client.connections()).isEqualTo(1);
  }
}
