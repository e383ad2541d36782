package org.jevent.soak;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpServer;
import org.jevent.net.NetOption;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/**
 * Requests with bodies both ways, by HTTP and HTTPS, some of them cancelled; and peers that send
 * half a request or none that is one, and reset the connection.
 */
final class HttpChurn extends Churn {
  private static final int LARGE = 200_000;
  private static final int SMALL = 1000;
  private static final int SEED = 11;
  private static final long PAUSE = 2_000_000;

  private static final String[] HOSTILE = {
    "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nfew",
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "\u0016\u0003\u0001",
    "GET  / HTTP/9\r\n\r\n",
    ""
  };

  private final HttpServer server;
  private final HttpServer secure;
  private final HttpClient client;
  private final String[] origins;
  private final InetSocketAddress address;

  HttpChurn(final Ground ground) {
    super(ground);
    server = served(new HttpServer(base));
    address = (InetSocketAddress) server.bind(Ground.ANY_PORT).address();
    final TlsContext context = Identity.server("TLSv1.3");
    secure =
        served(
            new HttpServer(base)
                .scheme("https")
                .streamFactory(
                    (loop, socket) ->
                        Tls.socket(
                            loop,
                            socket,
                            context,
                            Tls.State.ACCEPTING,
                            BufferEvent.CLOSE_ON_FREE)));
    final InetSocketAddress other = (InetSocketAddress) secure.bind(Ground.ANY_PORT).address();
    client = HttpClient.builder(base).tls(Identity.client("TLSv1.3")).build();
    origins =
        new String[] {
          "http://127.0.0.1:" + address.getPort(), "https://localhost:" + other.getPort()
        };
  }

  private HttpServer served(final HttpServer made) {
    made.handle("/echo", exchange -> exchange.readBody(this::echo), "POST");
    made.handle("/file", this::file, "GET");
    made.handle("/parts", this::parts, "GET");
    return made;
  }

  private void echo(final HttpExchange exchange) {
    exchange.respond(200, exchange.body());
  }

  private void file(final HttpExchange exchange) {
    try (FileSegment file = FileSegment.open(base, ground.file())) {
      exchange.respond(200, file);
    }
  }

  /** A body of unknown length, as fast as the peer takes it. */
  private void parts(final HttpExchange exchange) {
    final int total = Integer.parseInt(exchange.query());
    exchange.start(200);
    more(exchange, 0, total);
  }

  private void more(final HttpExchange exchange, final int from, final int total) {
    int at = from;
    while (at < total && exchange.isWritable()) {
      final int count = Math.min(total - at, some(LARGE / 10));
      exchange.write(Pattern.bytes(SEED, at, count));
      at += count;
    }
    if (at == total) {
      exchange.end();
    } else {
      final int reached = at;
      exchange.onWritable(self -> more(self, reached, total));
    }
  }

  @Override
  long pause() {
    return PAUSE;
  }

  @Override
  void round() {
    if (random.nextInt(20) == 0) {
      attack();
    } else {
      new Call().begin();
    }
  }

  /** What the server says to it is not looked at. */
  private void attack() {
    final SocketBufferEvent peer = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    peer.setCallbacks(
        self -> self.input().drain(self.input().length()),
        null,
        (self, what) -> {
          if (what == BufferEvent.CONNECTED) {
            self.write(
                HOSTILE[random.nextInt(HOSTILE.length)].getBytes(StandardCharsets.ISO_8859_1));
          }
        });
    peer.enable(Event.READ);
    peer.connect(address);
    base.newTimer(
            (event, what) -> {
              if (random.nextBoolean() && peer.handle() != null && peer.handle().isOpen()) {
                peer.handle().set(NetOption.LINGER, 0);
              }
              peer.close();
              over();
            })
        .addNanos(some(20_000_000));
  }

  private final class Call {
    private final int size = random.nextInt(4) == 0 ? some(LARGE) : some(SMALL);
    private final int kind = random.nextInt(3);
    private boolean ended;

    void begin() {
      final String origin = origins[random.nextInt(4) == 0 ? 1 : 0];
      final HttpRequest request =
          switch (kind) {
            case 0 -> client.request("POST", origin + "/echo").body(Pattern.bytes(SEED, 0, size));
            case 1 -> client.get(origin + "/parts?" + size);
            default -> client.get(origin + "/file");
          };
      final HttpCall call = request.maxBody(2L * LARGE).send(this::ended);
      if (random.nextInt(10) == 0) {
        base.newTimer((event, what) -> cancel(call)).addNanos(some(2_000_000));
      }
    }

    private void cancel(final HttpCall call) {
      if (!ended) {
        ended = true;
        call.cancel();
        over();
      }
    }

    private void ended(final HttpResponse response, final HttpException problem) {
      if (ended) {
        fail("a callback after the end");
        return;
      }
      ended = true;
      if (problem != null || response.status() != 200) {
        fail("kind " + kind + " of " + size + ": " + response + " " + problem);
      } else {
        check(response.body());
      }
      over();
    }

    private void check(final EventBuffer body) {
      final boolean isFile = kind == 2;
      final byte[] bytes = body.toByteArray();
      if (bytes.length != (isFile ? Ground.FILE_SIZE : size)
          || Pattern.mismatch(isFile ? Ground.FILE_SEED : SEED, 0, bytes, bytes.length) >= 0) {
        fail("kind " + kind + " of " + size + ": " + bytes.length + " bytes, or others");
      }
      checked(bytes.length);
    }
  }

  @Override
  void close() {
    client.close();
    server.close();
    secure.close();
  }
}
