package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.OtherServers;
import org.jevent.bufferevent.BufferEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Node's clients, undici among them, at the server. */
@Timeout(180)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the others are programs of Unix")
class ClientsOfOthersTest {
  /** undici as it was installed, or the one that Node has for fetch. */
  private static final String UNDICI =
      """
      const agent = async options => {
        let Agent;
        try {
          Agent = require('undici').Agent;
        } catch {
          await fetch('data:,');
          Agent = globalThis[Symbol.for('undici.globalDispatcher.1')].constructor;
        }
        return new Agent(options);
      };
      const origin = 'http://127.0.0.1:' + process.argv[2];
      const ask = (from, options) => new Promise((yes, no) => {
        const parts = [];
        from.dispatch({origin, blocking: false, ...options}, {
          onConnect() {},
          onError: no,
          onHeaders: () => true,
          onData: part => parts.push(part) > 0,
          onComplete: () => yes(Buffer.concat(parts))
        });
      });
      """;

  @TempDir private Path folder;
  private EventBase base;
  private HttpServer server;
  private int port;
  private Thread thread;
  private final List<Throwable> thrown = new ArrayList<>();
  private int accepted;

  @BeforeEach
  void open() {
    Assumptions.assumeTrue(OtherServers.program("node") != null, "there is no node");
    base = new EventBase();
    base.exceptionHandler((source, problem) -> thrown.add(problem));
    server =
        new HttpServer(base)
            .limits(HttpServerLimits.DEFAULT.body(10_000_000))
            .onConnection(
                peer -> {
                  accepted++;
                  return true;
                });
    port =
        ((InetSocketAddress) server.bind(new InetSocketAddress("127.0.0.1", 0)).address())
            .getPort();
    thread = new Thread(base::dispatch, "server");
  }

  @AfterEach
  void close() throws InterruptedException {
    if (thread != null) {
      base.execute(
          () -> {
            server.close();
            base.loopBreak();
          });
      thread.join();
      base.close();
    }
    assertThat(thrown).isEmpty();
  }

  private String node(final String script) throws Exception {
    thread.start();
    final Path file = Files.writeString(folder.resolve("client.js"), script);
    final Process process =
        new ProcessBuilder(OtherServers.program("node"), file.toString(), "" + port)
            .redirectErrorStream(true)
            .start();
    try {
      final String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }

  /** The first answer waits until the client has sent more, so there is a queue. */
  @Test
  void undiciSendsTenRequestsAtOnce() throws Exception {
    final boolean[] waited = new boolean[1];
    server.handle(
        "/",
        exchange -> {
          final BufferEvent stream = exchange.connection().stream();
          if (waited[0]) {
            exchange.respond(200, exchange.target());
            return;
          }
          final Event[] timer = new Event[1];
          timer[0] =
              base.newPeriodicTimer(
                  (self, what) -> {
                    if (!stream.input().isEmpty()) {
                      waited[0] = true;
                      timer[0].close();
                      exchange.respond(200, exchange.target());
                    }
                  });
          timer[0].addNanos(1_000_000);
        });
    final String said =
        node(
            UNDICI
                + """
                (async () => {
                  const one = await agent({connections: 1, pipelining: 10});
                  const paths = [...Array(50).keys()].map(i => '/' + i);
                  const all = paths.map(path => ask(one, {path, method: 'GET'}));
                  console.log((await Promise.all(all)).join(''));
                  await one.close();
                })();
                """);
    final StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      expected.append('/').append(i);
    }
    assertThat(said.strip()).isEqualTo(expected.toString());
    assertThat(waited[0]).isTrue();
    assertThat(accepted).isEqualTo(1);
  }

  @Test
  void undiciSendsAndGetsBodies() throws Exception {
    server.handle("/", exchange -> exchange.readBody(whole -> whole.respond(200, whole.body())));
    final String said =
        node(
            UNDICI
                + """
                (async () => {
                  const two = await agent({connections: 2, pipelining: 10});
                  const {Readable} = require('stream');
                  for (const length of [0, 1, 65536, 3000000]) {
                    const body = Buffer.alloc(length, 'abcdefg');
                    const chunked = Readable.from(
                        (function* () { for (let i = 0; i < length; i += 50000)
                            yield body.subarray(i, i + 50000); })());
                    for (const each of [body, chunked]) {
                      const got = await ask(two, {path: '/', method: 'PUT', body: each});
                      console.log(length, got.equals(body));
                    }
                  }
                  await two.close();
                })();
                """);
    assertThat(said.lines())
        .containsExactly(
            "0 true",
            "0 true",
            "1 true",
            "1 true",
            "65536 true",
            "65536 true",
            "3000000 true",
            "3000000 true");
  }

  @Test
  void nodeExpectsAContinue() throws Exception {
    server.handle("/", exchange -> exchange.readBody(whole -> whole.respond(200, whole.body())));
    server.handle("/no", exchange -> exchange.respond(403, "no"));
    final String said =
        node(
            """
            const http = require('http');
            const agent = new http.Agent({keepAlive: true, maxSockets: 1});
            const ask = (path, next) => {
              const request = http.request({
                port: process.argv[2], host: '127.0.0.1', path, method: 'PUT', agent,
                headers: {'expect': '100-continue', 'content-length': 5}
              });
              request.on('continue', () => { console.log('continue'); request.end('hello'); });
              request.on('response', response => {
                let text = '';
                response.on('data', part => text += part);
                response.on('end', () => {
                  console.log(response.statusCode, text);
                  request.destroy();
                  next();
                });
              });
              request.on('error', () => {});
              request.flushHeaders();
            };
            ask('/', () => ask('/', () => ask('/no', () => agent.destroy())));
            """);
    assertThat(said.lines())
        .containsExactly("continue", "200 hello", "continue", "200 hello", "403 no");
  }
}
