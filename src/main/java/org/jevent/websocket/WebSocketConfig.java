package org.jevent.websocket;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jevent.http.HttpHeaders;
import org.jevent.http.h1.FieldRules;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.loop.Durations;

/**
 * Limits and settings of WebSockets, for servers and clients. It does not change; each method makes
 * another one.
 */
public final class WebSocketConfig implements Cloneable {
  /** Safe limits, no subprotocols, no compression, origins of the same host. */
  public static final WebSocketConfig DEFAULT = new WebSocketConfig();

  private static final int MAX_REDIRECTS = 10;

  private List<String> protocols = List.of();
  private boolean requiresProtocol;
  private OriginCheck origin = OriginCheck.SAME_HOST;
  private long maxFrame = 1 << 20;
  private long maxMessage = 1 << 20;
  private long maxQueued = 16 << 20;
  private int maxFragments = 1000;
  private Duration handshake = Duration.ofSeconds(10);
  private Duration close = Duration.ofSeconds(5);
  private Duration pings = Duration.ofSeconds(30);
  private DeflateConfig deflate;
  private HttpHeaders headers = new HttpHeaders();
  private int redirects;

  private WebSocketConfig() {}

  private WebSocketConfig copy() {
    try {
      return (WebSocketConfig) clone();
    } catch (final CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The same with subprotocols. A client offers them in this order; a server takes the first of the
   * client's that is among them.
   *
   * @throws IllegalArgumentException if one is no token, or is there twice
   */
  public WebSocketConfig protocols(final String... names) {
    final List<String> list = List.of(Objects.requireNonNull(names, "names"));
    for (final String name : list) {
      FieldRules.checkToken("the subprotocol", name);
    }
    if (list.stream().distinct().count() != list.size()) {
      throw new IllegalArgumentException("a subprotocol is there twice: " + list);
    }
    final WebSocketConfig other = copy();
    other.protocols = list;
    return other;
  }

  public List<String> protocols() {
    return protocols;
  }

  /**
   * The same with what happens when no subprotocol is common to both. Unless set, the connection
   * has none; where one is required, a server answers 400, and a client fails.
   */
  public WebSocketConfig requireProtocol(final boolean required) {
    final WebSocketConfig other = copy();
    other.requiresProtocol = required;
    return other;
  }

  public boolean requiresProtocol() {
    return requiresProtocol;
  }

  /** The same with another check of a browser's origin; servers. {@link OriginCheck#SAME_HOST}. */
  public WebSocketConfig origin(final OriginCheck check) {
    Objects.requireNonNull(check, "check");
    final WebSocketConfig other = copy();
    other.origin = check;
    return other;
  }

  public OriginCheck origin() {
    return origin;
  }

  /**
   * The same with another limit: the payload of a frame of the peer's, 125 bytes or more; a longer
   * one ends the connection with 1009 when its length is seen. 1 MiB unless set.
   */
  public WebSocketConfig maxFrame(final long bytes) {
    Arguments.atLeast("bytes", bytes, WebSocket.MAX_CONTROL);
    final WebSocketConfig other = copy();
    other.maxFrame = bytes;
    return other;
  }

  public long maxFrame() {
    return maxFrame;
  }

  /**
   * The same with another limit: a whole message of the peer's, after decompression, 1 byte or
   * more; a longer one ends the connection with 1009. Where fragments are taken as they come, it
   * bounds their sum. 1 MiB unless set.
   */
  public WebSocketConfig maxMessage(final long bytes) {
    Arguments.atLeast("bytes", bytes, 1);
    final WebSocketConfig other = copy();
    other.maxMessage = bytes;
    return other;
  }

  public long maxMessage() {
    return maxMessage;
  }

  /**
   * The same with another limit: what waits to be sent, 1 byte or more; a message beyond it is not
   * sent, and the connection is dropped with 1008. 16 MiB unless set.
   */
  public WebSocketConfig maxQueued(final long bytes) {
    Arguments.atLeast("bytes", bytes, 1);
    final WebSocketConfig other = copy();
    other.maxQueued = bytes;
    return other;
  }

  public long maxQueued() {
    return maxQueued;
  }

  /**
   * The same with another limit: the fragments of a message, 1 or more; more end the connection
   * with 1008, as do more than 100 empty ones in a row. 1,000 unless set.
   */
  public WebSocketConfig maxFragments(final int count) {
    Arguments.atLeast("count", count, 1);
    final WebSocketConfig other = copy();
    other.maxFragments = count;
    return other;
  }

  public int maxFragments() {
    return maxFragments;
  }

  /**
   * The same with another limit of time of a client's handshake, from the call on, more than zero.
   * A server's handshake is bounded as any request is. 10 s unless set.
   */
  public WebSocketConfig handshakeTimeout(final Duration time) {
    final WebSocketConfig other = copy();
    other.handshake = positive(time);
    return other;
  }

  public Duration handshakeTimeout() {
    return handshake;
  }

  /**
   * The same with another limit of time for the peer's answer to a close frame, and for what waits
   * to be sent then, more than zero. 5 s unless set.
   */
  public WebSocketConfig closeTimeout(final Duration time) {
    final WebSocketConfig other = copy();
    other.close = positive(time);
    return other;
  }

  public Duration closeTimeout() {
    return close;
  }

  /**
   * The same with another time between pings. A peer that has sent nothing for that long gets a
   * ping; after twice the time the connection is lost, unless the peer still takes what waits for
   * it. 30 s unless set.
   *
   * @param time zero: no pings, and a silent peer is kept for ever
   */
  public WebSocketConfig pingInterval(final Duration time) {
    Durations.nanos("time", time);
    final WebSocketConfig other = copy();
    other.pings = time;
    return other;
  }

  public Duration pingInterval() {
    return pings;
  }

  /**
   * The same with compression of messages (RFC 7692), which a client offers and a server accepts.
   *
   * @param settings null for none, as it is unless set
   */
  public WebSocketConfig deflate(final DeflateConfig settings) {
    final WebSocketConfig other = copy();
    other.deflate = settings;
    return other;
  }

  /** The settings of compression, or null. */
  public DeflateConfig deflate() {
    return deflate;
  }

  /**
   * The same with fields that a client sends besides those of the handshake, such as {@code origin}
   * and {@code authorization}.
   *
   * @param more which must not change any more
   */
  public WebSocketConfig headers(final HttpHeaders more) {
    Objects.requireNonNull(more, "more");
    final WebSocketConfig other = copy();
    other.headers = more;
    return other;
  }

  HttpHeaders headers() {
    return headers;
  }

  /**
   * The same with the number of redirects that a client follows; 0 unless set. One from wss to ws
   * is never followed.
   *
   * @param most from 0 to 10
   */
  public WebSocketConfig followRedirects(final int most) {
    Arguments.within("most", most, 0, MAX_REDIRECTS);
    final WebSocketConfig other = copy();
    other.redirects = most;
    return other;
  }

  public int followRedirects() {
    return redirects;
  }

  private static Duration positive(final Duration time) {
    if (Durations.nanos("time", time) == 0) {
      throw new IllegalArgumentException("time " + time + " is not positive");
    }
    return time;
  }
}
