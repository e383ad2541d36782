package org.jevent.http;

import java.time.Duration;
import org.jevent.http.h1.ParserLimits;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.loop.Durations;

/**
 * What clients of a server may take; libevent's {@code evhttp_set_max_headers_size} and others. It
 * does not change; each method makes another one.
 */
public final class HttpServerLimits implements Cloneable {
  /** Safe ones; each method says which. */
  public static final HttpServerLimits DEFAULT = new HttpServerLimits();

  private int requestLine = 8192;
  private int head = 32_768;
  private int fields = 128;
  private int trailerFields = 32;
  private int chunkLine = 256;
  private int chunkExtensions = 16_384;
  private long body = 1_048_576;
  private int connections = 8192;
  private int requests = 0;
  private int turns = 16;
  private int minRate = 240;
  private Duration headTime = Duration.ofSeconds(20);
  private Duration idle = Duration.ofSeconds(60);
  private Duration bodySilence = Duration.ofSeconds(30);
  private Duration answerSilence = Duration.ofSeconds(30);
  private Duration handling = Duration.ofSeconds(0);
  private Duration linger = Duration.ofSeconds(2);
  private Duration drainGrace = Duration.ofSeconds(1);

  private HttpServerLimits() {}

  private HttpServerLimits copy() {
    try {
      return (HttpServerLimits) clone();
    } catch (final CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The same with another limit: a request line, without its end, 16 bytes or more; longer ones get
   * 414. 8,192 unless set.
   */
  public HttpServerLimits requestLine(final int bytes) {
    Arguments.within("bytes", bytes, 16, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.requestLine = bytes;
    return other;
  }

  public int requestLine() {
    return requestLine;
  }

  /**
   * The same with another limit: all lines of a head, 64 bytes or more; longer ones get 431. 32,768
   * unless set.
   */
  public HttpServerLimits head(final int bytes) {
    Arguments.within("bytes", bytes, 64, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.head = bytes;
    return other;
  }

  public int head() {
    return head;
  }

  /** The same with another limit: the fields of a head, 1 or more; more get 431. 128 unless set. */
  public HttpServerLimits fields(final int count) {
    Arguments.within("count", count, 1, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.fields = count;
    return other;
  }

  public int fields() {
    return fields;
  }

  /**
   * The same with another limit: the fields behind a chunked body, 0 or more; more get 400. 32
   * unless set.
   */
  public HttpServerLimits trailerFields(final int count) {
    Arguments.within("count", count, 0, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.trailerFields = count;
    return other;
  }

  public int trailerFields() {
    return trailerFields;
  }

  /**
   * The same with another limit: the line before a chunk, with its extensions, 16 bytes or more;
   * longer ones get 400. 256 unless set.
   */
  public HttpServerLimits chunkLine(final int bytes) {
    Arguments.within("bytes", bytes, 16, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.chunkLine = bytes;
    return other;
  }

  public int chunkLine() {
    return chunkLine;
  }

  /**
   * The same with another limit: all extensions of a body's chunks, 0 or more; more get 400. 16,384
   * unless set.
   */
  public HttpServerLimits chunkExtensions(final int bytes) {
    Arguments.within("bytes", bytes, 0, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.chunkExtensions = bytes;
    return other;
  }

  public int chunkExtensions() {
    return chunkExtensions;
  }

  /**
   * The same with another limit: the body of a request, 0 or more; longer ones get 413. An exchange
   * may set its own. 1,048,576 unless set.
   */
  public HttpServerLimits body(final long bytes) {
    Arguments.atLeast("bytes", bytes, 0);
    final HttpServerLimits other = copy();
    other.body = bytes;
    return other;
  }

  public long body() {
    return body;
  }

  /**
   * The same with another limit: the connections at once, 1 or more; others get 503. 8,192 unless
   * set.
   */
  public HttpServerLimits connections(final int count) {
    Arguments.within("count", count, 1, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.connections = count;
    return other;
  }

  public int connections() {
    return connections;
  }

  /**
   * The same with another limit: the requests of a connection, 0 for no limit. The last answer ends
   * the connection. 0 unless set.
   */
  public HttpServerLimits requests(final int count) {
    Arguments.within("count", count, 0, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.requests = count;
    return other;
  }

  public int requests() {
    return requests;
  }

  /**
   * The same with another limit: the requests of a connection in a turn of the loop, 1 or more;
   * others wait for the next. 16 unless set.
   */
  public HttpServerLimits turns(final int count) {
    Arguments.within("count", count, 1, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.turns = count;
    return other;
  }

  public int turns() {
    return turns;
  }

  /**
   * The same with another limit: the least rate, in bytes a second, of a body that is sent and of
   * an answer that is taken, after the first ten seconds; 0 for none. 240 unless set.
   */
  public HttpServerLimits minRate(final int bytes) {
    Arguments.within("bytes", bytes, 0, Integer.MAX_VALUE);
    final HttpServerLimits other = copy();
    other.minRate = bytes;
    return other;
  }

  public int minRate() {
    return minRate;
  }

  /**
   * The same with another limit: how long a head may take, from the connection or its first byte,
   * more than zero; 408 then. 20 seconds unless set.
   */
  public HttpServerLimits headTime(final Duration time) {
    final HttpServerLimits other = copy();
    other.headTime = positive(time);
    return other;
  }

  public Duration headTime() {
    return headTime;
  }

  /**
   * The same with another limit: how long a connection may wait for its next request, when its last
   * answer has left; it is closed then, with zero at once. 60 seconds unless set.
   */
  public HttpServerLimits idle(final Duration time) {
    final HttpServerLimits other = copy();
    other.idle = checked(time);
    return other;
  }

  public Duration idle() {
    return idle;
  }

  /**
   * The same with another limit: how long no byte of a body may come, more than zero; 408 then. 30
   * seconds unless set.
   */
  public HttpServerLimits bodySilence(final Duration time) {
    final HttpServerLimits other = copy();
    other.bodySilence = positive(time);
    return other;
  }

  public Duration bodySilence() {
    return bodySilence;
  }

  /**
   * The same with another limit: how long the client may take no byte of an answer, more than zero;
   * it is reset then. 30 seconds unless set.
   */
  public HttpServerLimits answerSilence(final Duration time) {
    final HttpServerLimits other = copy();
    other.answerSilence = positive(time);
    return other;
  }

  public Duration answerSilence() {
    return answerSilence;
  }

  /**
   * The same with another limit: how long a handler may take to begin its answer, from the head or
   * the last bytes of the body that it reads; 503 then. Zero, for any time, unless set.
   */
  public HttpServerLimits handling(final Duration time) {
    final HttpServerLimits other = copy();
    other.handling = checked(time);
    return other;
  }

  public Duration handling() {
    return handling;
  }

  /**
   * The same with another limit: how long a connection is read on that was closed before all its
   * bytes were read. With zero it is closed when its answer has left; what its client still sends
   * may then cost it the answer. 2 seconds unless set.
   */
  public HttpServerLimits linger(final Duration time) {
    final HttpServerLimits other = copy();
    other.linger = checked(time);
    return other;
  }

  public Duration linger() {
    return linger;
  }

  /**
   * The same with another limit: how long idle connections may go on when the server drains; zero
   * ends them at once. 1 second unless set.
   */
  public HttpServerLimits drainGrace(final Duration time) {
    final HttpServerLimits other = copy();
    other.drainGrace = checked(time);
    return other;
  }

  public Duration drainGrace() {
    return drainGrace;
  }

  private static Duration checked(final Duration time) {
    Durations.nanos("time", time);
    return time;
  }

  private static Duration positive(final Duration time) {
    if (checked(time).isZero()) {
      throw new IllegalArgumentException("time " + time + " is not positive");
    }
    return time;
  }

  /** What the parser asks for. */
  ParserLimits forParser() {
    return new ParserLimits(requestLine, head, fields, trailerFields, chunkLine, chunkExtensions);
  }
}
