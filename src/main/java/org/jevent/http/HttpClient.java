package org.jevent.http;

import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.h1.FieldRules;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Arguments;
import org.jevent.net.Resolver;
import org.jevent.tls.TlsContext;

/**
 * A client of HTTP/1.1 with connections that are kept; libevent's {@code evhttp_connection} and
 * {@code evhttp_make_request}.
 *
 * <pre>{@code
 * client.get("http://localhost:8080/").send((response, problem) -> ...);
 * }</pre>
 *
 * <p>A request gets an idle connection, the one used last, or a new one, or waits for one. Each
 * call has exactly one end, a response or an {@link HttpException}, unless it is cancelled. No
 * callback runs within {@code send}.
 *
 * <p>A request is repeated without being asked only if the connection was used before and has ended
 * without a byte of response, and only once. Its method has to be one that may be repeated (GET,
 * HEAD, OPTIONS, TRACE, PUT, DELETE), or nothing of it has been sent.
 *
 * <p>An idle connection is watched, and closed at once when anything comes. It keeps the loop alive
 * until it is closed, as {@link HttpClientLimits} say or with the client.
 *
 * <p>Threads: the loop's while the loop runs, any one thread while it does not. Callbacks run in
 * the loop's thread, but those of calls that {@link #close} ends.
 */
public final class HttpClient implements AutoCloseable {
  /** What the client is made of. */
  public static final class Builder {
    final EventBase base;
    final List<String> sensitive =
        new ArrayList<>(List.of("authorization", "cookie", "proxy-authorization", "host"));
    HttpClientLimits limits = HttpClientLimits.DEFAULT;
    HttpTimeouts timeouts = HttpTimeouts.DEFAULT;
    Resolver resolver;
    TlsContext tls;
    Function<HttpUri, HttpUri> proxy = uri -> null;
    HttpClientStreamFactory streams = socket -> socket;
    InetSocketAddress localAddress;
    ProtocolFamily family;
    int redirects;

    private Builder(final EventBase base) {
      this.base = Objects.requireNonNull(base, "base");
    }

    public Builder limits(final HttpClientLimits most) {
      limits = Objects.requireNonNull(most, "most");
      return this;
    }

    /** Limits of time, for requests that have no others. */
    public Builder timeouts(final HttpTimeouts times) {
      timeouts = Objects.requireNonNull(times, "times");
      return this;
    }

    /** What looks names up; that of the base if none is given. */
    public Builder resolver(final Resolver names) {
      resolver = Objects.requireNonNull(names, "names");
      return this;
    }

    /** Makes the streams of connections, before TLS; the socket's unless set. */
    public Builder streamFactory(final HttpClientStreamFactory factory) {
      streams = Objects.requireNonNull(factory, "factory");
      return this;
    }

    /** Certificates and settings of https; without it the JDK's certificates are trusted. */
    public Builder tls(final TlsContext context) {
      if (!Objects.requireNonNull(context, "context").isClient()) {
        throw new IllegalArgumentException("the context is that of a server");
      }
      tls = context;
      return this;
    }

    /**
     * Chooses the proxy of a URI: {@code http://host:port}, or null for none. A user and a password
     * in it become Basic credentials, for the proxy only.
     */
    public Builder proxy(final Function<HttpUri, HttpUri> choice) {
      proxy = Objects.requireNonNull(choice, "choice");
      return this;
    }

    /**
     * How many redirects a call follows, 0 by default.
     *
     * @param most 0 or more
     */
    public Builder followRedirects(final int most) {
      redirects = Arguments.atLeast("most", most, 0);
      return this;
    }

    /**
     * Fields that are not sent to another origin after a redirect, besides {@code authorization},
     * {@code cookie} and {@code proxy-authorization}.
     */
    public Builder sensitive(final String... names) {
      for (final String name : Objects.requireNonNull(names, "names")) {
        FieldRules.checkName(name);
        sensitive.add(name.toLowerCase(Locale.ROOT));
      }
      return this;
    }

    /**
     * The address of this end; {@code evhttp_connection_set_local_address}. Only hosts of its
     * family can be reached then.
     *
     * @param local port 0 lets the system choose
     */
    public Builder localAddress(final InetSocketAddress local) {
      if (Objects.requireNonNull(local, "local").isUnresolved()) {
        throw new IllegalArgumentException("the address " + local + " is unresolved");
      }
      localAddress = local;
      return this;
    }

    /**
     * Connects to addresses of one family only; {@code evhttp_connection_set_family}.
     *
     * @param only {@link StandardProtocolFamily#INET} or {@link StandardProtocolFamily#INET6}
     */
    public Builder family(final ProtocolFamily only) {
      Objects.requireNonNull(only, "only");
      if (only != StandardProtocolFamily.INET && only != StandardProtocolFamily.INET6) {
        throw new IllegalArgumentException("the family " + only + " is other than INET and INET6");
      }
      family = only;
      return this;
    }

    /**
     * Makes the client.
     *
     * @throws IllegalStateException if the base is closed
     */
    public HttpClient build() {
      return new HttpClient(new ClientContext(this));
    }
  }

  /** The JDK's certificates, made when the first client needs them. */
  private static TlsContext defaultTls;

  private final ClientContext context;

  private HttpClient(final ClientContext context) {
    this.context = context;
  }

  /** With default settings. */
  public HttpClient(final EventBase base) {
    this(new ClientContext(builder(base)));
  }

  /** A client with other settings. */
  public static Builder builder(final EventBase base) {
    BaseAccess.services(base).requireOpen("make a client");
    return new Builder(base);
  }

  /**
   * Trusts the JDK's certificates.
   *
   * @throws IllegalStateException if they cannot be read
   */
  static synchronized TlsContext defaultTls() {
    if (defaultTls == null) {
      try {
        defaultTls = TlsContext.client().build();
      } catch (final GeneralSecurityException e) {
        throw new IllegalStateException("the JDK's certificates cannot be read: " + e, e);
      }
    }
    return defaultTls;
  }

  /**
   * A GET.
   *
   * @throws IllegalArgumentException if no request can be sent there
   */
  public HttpRequest get(final String uri) {
    return request("GET", Objects.requireNonNull(uri, "uri"));
  }

  /**
   * A request.
   *
   * @param method any token, as it is: {@code get} is another one than {@code GET}
   * @param uri http or https, or {@code http://unix:/path/of/socket:/path}
   * @throws IllegalArgumentException if no request can be sent there
   */
  public HttpRequest request(final String method, final String uri) {
    Objects.requireNonNull(method, "method");
    return request(method, HttpUri.parse(Objects.requireNonNull(uri, "uri"), HttpUri.Mode.UNIX));
  }

  /** A request. */
  public HttpRequest request(final String method, final HttpUri uri) {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(uri, "uri");
    return new HttpRequest(context, null, method, uri, null);
  }

  /**
   * A CONNECT, which asks a proxy for a tunnel. After a response of 200 to 299 {@link
   * HttpCall#takeOver} gives the stream.
   *
   * @param proxy {@code http://host:port}; a user in it becomes Basic credentials
   * @param target {@code host:port}
   */
  public HttpRequest tunnel(final String proxy, final String target) {
    Objects.requireNonNull(proxy, "proxy");
    Objects.requireNonNull(target, "target");
    FieldRules.checkTarget(target);
    final HttpUri to = HttpUri.parse("http://" + target);
    if (!(to.host() + ":" + to.port()).equals(target)) {
      throw new IllegalArgumentException("the target " + target + " is other than host:port");
    }
    return new HttpRequest(
        context, null, "CONNECT", HttpUri.parse(proxy, HttpUri.Mode.UNIX), target);
  }

  /**
   * A connection over a stream that is open already; {@code
   * evhttp_connection_base_bufferevent_reuse_new}. Its requests go over that stream and no other,
   * in order. It stays open while it is idle, whatever {@link HttpClientLimits#idle} says, until
   * the peer, the program or {@link #close} ends it.
   *
   * @param stream of the client's base; its callbacks, watermarks and its end are the client's from
   *     now on
   */
  public HttpClientConnection over(final BufferEvent stream) {
    Objects.requireNonNull(stream, "stream");
    context.requireOpen("take a stream");
    if (stream.base() != context.base) {
      throw new IllegalArgumentException("the stream is another base's");
    }
    return new HttpClientConnection(context, stream);
  }

  /** The base whose loop runs it. */
  public EventBase base() {
    return context.base;
  }

  /** How many connections there are, idle ones included. */
  public int connections() {
    return context.pool.connections();
  }

  /** How many connections are idle, without those of {@link #over}. */
  public int idleConnections() {
    return context.pool.idleConnections();
  }

  /** How many calls wait for a connection. */
  public int waitingCalls() {
    return context.pool.waiting();
  }

  /** Closes the connections that are idle, but those of {@link #over}, which the program closes. */
  public void closeIdle() {
    context.requireOpen("close connections");
    context.pool.closeIdle();
  }

  /**
   * Closes all connections. Calls that are not over end with {@link HttpException.Kind#CLOSED}, by
   * callbacks within this method. A second call does nothing.
   */
  @Override
  public void close() {
    if (!context.isClosed()) {
      context.services.requireLoopThread("an HTTP client");
      context.close();
    }
  }

  public boolean isClosed() {
    return context.isClosed();
  }
}
