package org.jevent.examples;

import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpBodySource;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpResponseHandler;
import org.jevent.http.HttpUri;

/** One request, passed on to another server. Bodies pass both ways as fast as the slower end. */
final class WebProxy implements HttpBodySource, HttpResponseHandler {
  /** Fields that concern one connection, or are written anew for the other one. */
  private static final Set<String> OF_ONE_CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final int MAX_WAITING = 256 * 1024;

  private final HttpExchange exchange;
  private final EventBuffer waiting;
  private final long length;
  private HttpCall call;
  private boolean ended;
  private boolean paused;
  private boolean answering;

  private WebProxy(final HttpExchange exchange) {
    this.exchange = exchange;
    length = exchange.announcedLength();
    waiting = new EventBuffer(exchange.connection().stream().base());
  }

  /** Passes a request on. */
  static void pass(final HttpExchange exchange, final HttpClient client, final HttpUri server) {
    final WebProxy proxy = new WebProxy(exchange);
    final HttpUri uri = server.withPath(exchange.rawPath()).withQuery(exchange.query());
    final HttpRequest request = client.request(exchange.method(), uri);
    copy(exchange.headers(), request::header);
    request.header("x-forwarded-proto", exchange.scheme());
    request.header("via", "1.1 jevent");
    if (proxy.length != 0) {
      exchange.maxBody(Long.MAX_VALUE);
      request.body(proxy);
    }
    proxy.call = request.send(proxy);
    exchange.onClose((self, problem) -> proxy.call.cancel());
    if (proxy.length != 0) {
      exchange.readBody((self, bytes) -> proxy.came(bytes), self -> proxy.end());
    }
  }

  private static void copy(final HttpHeaders from, final BiConsumer<String, String> to) {
    final String named = String.join(",", from.all("connection")).toLowerCase(Locale.ROOT);
    final Set<String> more = Set.of(named.replaceAll("\\s", "").split(",", -1));
    from.forEach(
        (name, value) -> {
          if (!OF_ONE_CONNECTION.contains(name) && !more.contains(name)) {
            to.accept(name, value);
          }
        });
  }

  // ---- the request's body ----

  private void came(final EventBuffer bytes) {
    waiting.add(bytes);
    if (waiting.length() > MAX_WAITING) {
      paused = true;
      exchange.pauseBody();
    }
    call.resumeUpload();
  }

  private void end() {
    ended = true;
    call.resumeUpload();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public boolean pull(final HttpCall self, final EventBuffer into) {
    into.add(waiting);
    if (paused) {
      paused = false;
      exchange.resumeBody();
    }
    return !ended;
  }

  @Override
  public void released() {
    waiting.close();
  }

  // ---- the response ----

  @Override
  public void onHead(final HttpCall self, final HttpResponse response) {
    copy(response.headers(), exchange::header);
    final String announced = response.headers().first("content-length");
    if (announced != null && response.status() != 204) {
      exchange.length(Long.parseLong(announced));
    }
    answering = true;
    exchange.start(response.status());
  }

  @Override
  public void onBody(final HttpCall self, final EventBuffer bytes) {
    exchange.write(bytes);
    if (!exchange.isWritable()) {
      self.pauseBody();
      exchange.onWritable(
          again -> {
            again.onWritable(null);
            self.resumeBody();
          });
    }
  }

  @Override
  public void onEnd(final HttpCall self, final HttpResponse response, final HttpException problem) {
    exchange.onClose(null);
    if (problem == null) {
      exchange.end(response.trailers().isEmpty() ? null : response.trailers());
    } else if (answering) {
      exchange.reset(); // the client is to see that something is missing
    } else {
      final boolean late = problem.kind() == HttpException.Kind.TIMEOUT;
      exchange.respond(late ? 504 : 502, problem.getMessage() + "\n");
    }
  }
}
