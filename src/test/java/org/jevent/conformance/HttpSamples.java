package org.jevent.conformance;

import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.Errno;
import org.jevent.http.HttpAccess;
import org.jevent.http.HttpBodyHandler;
import org.jevent.http.HttpBodySource;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpClientConnection;
import org.jevent.http.HttpClientLimits;
import org.jevent.http.HttpClientStreamFactory;
import org.jevent.http.HttpCloseHandler;
import org.jevent.http.HttpConnection;
import org.jevent.http.HttpErrorPage;
import org.jevent.http.HttpException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpForwardHandler;
import org.jevent.http.HttpHandler;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpHost;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpResponseCallback;
import org.jevent.http.HttpResponseHandler;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;
import org.jevent.http.HttpStreamFactory;
import org.jevent.http.HttpTimeouts;
import org.jevent.http.HttpUpgraded;

/** Samples of servers and clients of HTTP, and of what they take. */
final class HttpSamples {
  private HttpSamples() {}

  /** Takes a response and says nothing. */
  private static final class Silent implements HttpResponseHandler {
    @Override
    public void onBody(final HttpCall call, final EventBuffer bytes) {}

    @Override
    public void onEnd(
        final HttpCall call, final HttpResponse response, final HttpException problem) {}
  }

  /** Another protocol on a connection, which nothing ends. */
  private static final class Endless implements HttpUpgraded {
    @Override
    public void drain() {}

    @Override
    public void cut() {}
  }

  static void put(final Bases bases, final EventBase base, final DnsSamples.Sink sink) {
    sink.put(Consumer.class, () -> value -> {});
    sink.put(Function.class, () -> value -> value);
    sink.put(ProtocolFamily.class, () -> StandardProtocolFamily.INET);
    sink.put(HttpHeaders.class, () -> new HttpHeaders().add("name", "value").add("text", "two"));
    sink.put(
        HttpException.class,
        () ->
            new HttpException(
                HttpException.Kind.CUT, HttpException.Phase.BODY, Errno.NONE, "on purpose"));
    sink.put(HttpException.Kind.class, () -> HttpException.Kind.CUT);
    sink.put(HttpException.Phase.class, () -> HttpException.Phase.BODY);
    server(bases, base, sink);
    client(bases, base, sink);
  }

  private static void server(final Bases bases, final EventBase base, final DnsSamples.Sink sink) {
    sink.put(HttpServer.class, () -> bases.later(new HttpServer(base)));
    sink.put(HttpHost.class, () -> bases.later(new HttpServer(base)).host("*.example"));
    sink.put(HttpServerLimits.class, () -> HttpServerLimits.DEFAULT);
    sink.put(HttpHandler.class, () -> exchange -> {});
    sink.put(HttpBodyHandler.class, () -> (exchange, bytes) -> {});
    sink.put(HttpCloseHandler.class, () -> (exchange, problem) -> {});
    sink.put(HttpForwardHandler.class, () -> new HttpForwardHandler() {});
    sink.put(HttpUpgraded.class, HttpSamples::upgraded);
    sink.put(HttpErrorPage.class, () -> (status, reason, fields, body) -> {});
    sink.put(
        HttpStreamFactory.class,
        () -> (loop, socket) -> BufferEvent.socket(loop, socket, BufferEvent.CLOSE_ON_FREE));
    sink.put(HttpUpgraded.class, Endless::new);
    sink.put(HttpExchange.class, () -> exchange(bases, base));
    sink.put(HttpConnection.class, () -> exchange(bases, base).connection());
    sink.put(HttpAccess.class, () -> new HttpAccess(null, "GET", "/", 200, 0, 0, 0, 0, 0, null));
  }

  private static HttpUpgraded upgraded() {
    return new HttpUpgraded() {
      @Override
      public void drain() {}

      @Override
      public void cut() {}
    };
  }

  /** One whose answer has not begun. */
  private static HttpExchange exchange(final Bases bases, final EventBase base) {
    final HttpExchange[] got = new HttpExchange[1];
    final HttpServer server = bases.later(new HttpServer(base));
    server.handle("/", exchange -> got[0] = exchange);
    final BufferEvent[] ends = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    bases.later(ends[0]);
    bases.later(ends[1]);
    server.serve(ends[0]);
    ends[1].enable(Event.READ);
    ends[1].write(HttpKit.get("/").getBytes(StandardCharsets.US_ASCII));
    Streams.run(base, () -> got[0] != null);
    return got[0];
  }

  private static void client(final Bases bases, final EventBase base, final DnsSamples.Sink sink) {
    sink.put(HttpClient.class, () -> bases.later(new HttpClient(base)));
    sink.put(HttpClient.Builder.class, () -> HttpClient.builder(base));
    sink.put(HttpClientStreamFactory.class, () -> socket -> socket);
    sink.put(HttpClientLimits.class, () -> HttpClientLimits.DEFAULT);
    sink.put(HttpTimeouts.class, () -> HttpTimeouts.DEFAULT);
    sink.put(HttpRequest.class, () -> request(bases, base));
    sink.put(
        HttpCall.class,
        () -> {
          final HttpCall call = request(bases, base).send((response, problem) -> {});
          bases.later(call::cancel);
          return call;
        });
    sink.put(HttpResponse.class, () -> response(bases, base));
    sink.put(HttpResponseCallback.class, () -> (response, problem) -> {});
    sink.put(HttpResponseHandler.class, Silent::new);
    sink.put(HttpBodySource.class, () -> (call, into) -> false);
    sink.put(
        HttpClientConnection.class,
        () -> {
          final BufferEvent[] ends = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
          bases.later(ends[0]);
          bases.later(ends[1]);
          return bases.later(bases.later(new HttpClient(base)).over(ends[0]));
        });
  }

  private static HttpRequest request(final Bases bases, final EventBase base) {
    final ConnectionListener listener =
        Streams.serve(bases, base, BufferEvent.CLOSE_ON_FREE, stream -> {});
    final InetSocketAddress address = (InetSocketAddress) listener.address();
    return bases.later(new HttpClient(base)).get("http://127.0.0.1:" + address.getPort() + "/");
  }

  private static HttpResponse response(final Bases bases, final EventBase base) {
    final HttpServer server = bases.later(new HttpServer(base));
    server.handle("/", exchange -> exchange.respond(200, "text"));
    final InetSocketAddress address = (InetSocketAddress) server.bind(Streams.ANY_PORT).address();
    final HttpResponse[] got = new HttpResponse[1];
    bases
        .later(new HttpClient(base))
        .get("http://127.0.0.1:" + address.getPort() + "/")
        .timeouts(HttpTimeouts.DEFAULT)
        .send((response, problem) -> got[0] = response);
    Streams.run(base, () -> got[0] != null);
    return got[0];
  }
}
