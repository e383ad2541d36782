package org.jevent.dns;

import java.time.Duration;
import org.jevent.internal.engine.Arguments;

/** What clients of a server may take. It does not change; each method makes another one. */
public final class DnsServerLimits implements Cloneable {
  /** 1,232 bytes; 10,000 requests; 256 clients, 64 requests and 1 MiB each; 10, 5 and 30 s. */
  public static final DnsServerLimits DEFAULT = new DnsServerLimits();

  private int udpSize = 1232;
  private int requests = 10_000;
  private int clients = 256;
  private int requestsPerClient = 64;
  private int outputPerClient = 1 << 20;
  private int repliesPerSecond = 0;
  private Duration idle = Duration.ofSeconds(10);
  private Duration message = Duration.ofSeconds(5);
  private Duration reply = Duration.ofSeconds(30);

  private DnsServerLimits() {}

  private DnsServerLimits copy() {
    try {
      return (DnsServerLimits) clone();
    } catch (final CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The same with another limit: the largest reply in a datagram, 512 to 65,535 bytes; the client's
   * own limit holds besides.
   */
  public DnsServerLimits udpSize(final int bytes) {
    Arguments.within("bytes", bytes, 512, 65_535);
    final DnsServerLimits other = copy();
    other.udpSize = bytes;
    return other;
  }

  public int udpSize() {
    return udpSize;
  }

  /**
   * The same with another limit: how many may wait for their reply at once, 1 or more; others are
   * dropped.
   */
  public DnsServerLimits requests(final int count) {
    Arguments.within("count", count, 1, Integer.MAX_VALUE);
    final DnsServerLimits other = copy();
    other.requests = count;
    return other;
  }

  public int requests() {
    return requests;
  }

  /**
   * The same with another limit: how many connections there may be at once, 1 or more; others are
   * closed.
   */
  public DnsServerLimits clients(final int count) {
    Arguments.within("count", count, 1, Integer.MAX_VALUE);
    final DnsServerLimits other = copy();
    other.clients = count;
    return other;
  }

  public int clients() {
    return clients;
  }

  /**
   * The same with another limit: how many requests of a connection may wait, 1 or more; no more is
   * read then.
   */
  public DnsServerLimits requestsPerClient(final int count) {
    Arguments.within("count", count, 1, Integer.MAX_VALUE);
    final DnsServerLimits other = copy();
    other.requestsPerClient = count;
    return other;
  }

  public int requestsPerClient() {
    return requestsPerClient;
  }

  /**
   * The same with another limit: how many bytes a connection may have waiting to be sent, 1 or
   * more; no more is read then.
   */
  public DnsServerLimits outputPerClient(final int bytes) {
    Arguments.within("bytes", bytes, 1, Integer.MAX_VALUE);
    final DnsServerLimits other = copy();
    other.outputPerClient = bytes;
    return other;
  }

  public int outputPerClient() {
    return outputPerClient;
  }

  /**
   * The same with another limit: how many datagrams a second go to addresses of one network (/24 or
   * /56). Each second one beyond that is cut, the others are not sent. 0 is without a limit.
   */
  public DnsServerLimits repliesPerSecond(final int count) {
    Arguments.within("count", count, 0, Integer.MAX_VALUE);
    final DnsServerLimits other = copy();
    other.repliesPerSecond = count;
    return other;
  }

  public int repliesPerSecond() {
    return repliesPerSecond;
  }

  /**
   * The same with another limit: how long a connection may rest, up to an hour. A client that has
   * ended its side gets its last replies for as long at most.
   */
  public DnsServerLimits idle(final Duration duration) {
    Settings.nanos("duration", duration);
    final DnsServerLimits other = copy();
    other.idle = duration;
    return other;
  }

  public Duration idle() {
    return idle;
  }

  /**
   * The same with another limit: how long a message of a connection may take, from its first byte
   * to its last, up to an hour.
   */
  public DnsServerLimits message(final Duration duration) {
    Settings.nanos("duration", duration);
    final DnsServerLimits other = copy();
    other.message = duration;
    return other;
  }

  public Duration message() {
    return message;
  }

  /**
   * The same with another limit: how long a handler may take, up to an hour; then the request is
   * dropped.
   */
  public DnsServerLimits reply(final Duration duration) {
    Settings.nanos("duration", duration);
    final DnsServerLimits other = copy();
    other.reply = duration;
    return other;
  }

  public Duration reply() {
    return reply;
  }
}
