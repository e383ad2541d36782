package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpQuery;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;
import org.jevent.http.StaticFiles;

/** Routes, hosts, bodies in both directions, files, and an end that loses no answer. */
public final class HttpService {
  private static final long MAX_UPLOAD = 1L << 30;
  private static final int NUMBERS = 1_000_000;

  private HttpService() {}

  /** Needs the directory of the files. */
  public static void main(final String[] arguments) {
    try (EventBase base = new EventBase();
        HttpServer server = new HttpServer(base);
        Event terminate =
            base.newSignal(
                Signals.TERM.number(base),
                (event, what) -> server.drain(Duration.ofSeconds(10), base::loopExit))) {
      server.limits(HttpServerLimits.DEFAULT.body(64 * 1024).idle(Duration.ofSeconds(30)));
      server.allowedMethods("GET", "POST", "PUT");
      server.handle("/greet", HttpService::greet, "GET");
      server.handle("/form", exchange -> exchange.readBody(HttpService::form), "POST");
      server.handle("/count", HttpService::count, "PUT");
      server.handle("/numbers", HttpService::numbers, "GET");
      server.handle("/echo", HttpService::echo, "GET");
      server.host("files.example.*").handle("/", new StaticFiles(Path.of(arguments[0])));
      server.errorPage((status, reason, fields, body) -> body.add(status + " " + reason + "\n"));
      server.onComplete(access -> System.out.println(access.status() + " " + access.target()));
      terminate.add();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080));
      base.dispatch();
    }
  }

  private static void greet(final HttpExchange exchange) {
    final String name = HttpQuery.parse(exchange.query()).first("name");
    exchange.header("cache-control", "no-store");
    exchange.respond(200, "hello " + (name == null ? "you" : name) + "\n");
  }

  /** The whole body is there. */
  private static void form(final HttpExchange exchange) {
    final HttpQuery form = HttpQuery.parseForm(exchange.body());
    exchange.respond(200, form.size() + " fields\n");
  }

  /** A large body, in parts; it is never held whole. */
  private static void count(final HttpExchange exchange) {
    final long[] bytes = {0};
    exchange.maxBody(MAX_UPLOAD);
    exchange.readBody(
        (self, part) -> bytes[0] += part.length(),
        self -> self.respond(200, bytes[0] + " bytes\n"));
  }

  /** A large answer, as fast as the client takes it. */
  private static void numbers(final HttpExchange exchange) {
    final int[] next = {0};
    exchange.header("content-type", "text/plain");
    exchange.start(200);
    exchange.onWritable(
        self -> {
          while (self.isWritable() && next[0] < NUMBERS) {
            self.write(next[0]++ + "\n");
          }
          if (next[0] == NUMBERS) {
            self.end();
          }
        });
  }

  /** Another protocol on the same connection. */
  private static void echo(final HttpExchange exchange) {
    if ("echo".equals(exchange.header("upgrade"))) {
      final BufferEvent stream = exchange.takeOver("echo");
      stream.pipeTo(stream);
    } else {
      exchange.respond(400, "ask for the protocol echo\n");
    }
  }
}
