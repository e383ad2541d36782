package org.jevent.dns;

import java.time.Duration;

/**
 * What clients of a server may take.
 *
 * @param udpSize the largest reply in a datagram, 512 to 65,535 bytes; the client's own limit holds
 *     besides
 * @param requests how many may wait for their reply at once; others are dropped
 * @param clients how many connections there may be at once; others are closed
 * @param requestsPerClient how many requests of a connection may wait; no more is read then
 * @param outputPerClient how many bytes a connection may have waiting to be sent; no more is read
 *     then
 * @param idle how long a connection may rest
 * @param message how long a message of a connection may take, from its first byte to its last
 * @param reply how long a handler may take; then the request is dropped
 * @param repliesPerSecond how many datagrams a second go to addresses of one network (/24 or /56),
 *     each second one beyond that with TC and nothing else; 0 is without a limit
 */
public record DnsServerLimits(
    int udpSize,
    int requests,
    int clients,
    int requestsPerClient,
    int outputPerClient,
    Duration idle,
    Duration message,
    Duration reply,
    int repliesPerSecond) {
  /** 1,232 bytes; 10,000 requests; 256 clients, 64 requests and 1 MiB each; 10, 5 and 30 s. */
  public static final DnsServerLimits DEFAULT =
      new DnsServerLimits(
          1232,
          10_000,
          256,
          64,
          1 << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          0);

  public DnsServerLimits {
    within("udpSize", udpSize, 512, 65_535);
    within("requests", requests, 1, Integer.MAX_VALUE);
    within("clients", clients, 1, Integer.MAX_VALUE);
    within("requestsPerClient", requestsPerClient, 1, Integer.MAX_VALUE);
    within("outputPerClient", outputPerClient, 1, Integer.MAX_VALUE);
    within("repliesPerSecond", repliesPerSecond, 0, Integer.MAX_VALUE);
    Settings.nanos("idle", idle);
    Settings.nanos("message", message);
    Settings.nanos("reply", reply);
  }

  private static void within(final String name, final int value, final int min, final int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + " " + value + ": not within " + min + ".." + max);
    }
  }

  /** The same with another number of clients. */
  public DnsServerLimits withClients(final int count) {
    return new DnsServerLimits(
        udpSize,
        requests,
        count,
        requestsPerClient,
        outputPerClient,
        idle,
        message,
        reply,
        repliesPerSecond);
  }

  /** The same with other times for connections. */
  public DnsServerLimits withTimes(final Duration rest, final Duration whole) {
    return new DnsServerLimits(
        udpSize,
        requests,
        clients,
        requestsPerClient,
        outputPerClient,
        rest,
        whole,
        reply,
        repliesPerSecond);
  }

  /** The same with another size of datagrams. */
  public DnsServerLimits withUdpSize(final int bytes) {
    return new DnsServerLimits(
        bytes,
        requests,
        clients,
        requestsPerClient,
        outputPerClient,
        idle,
        message,
        reply,
        repliesPerSecond);
  }

  /** The same with a limit of datagrams to one network. */
  public DnsServerLimits withRepliesPerSecond(final int count) {
    return new DnsServerLimits(
        udpSize,
        requests,
        clients,
        requestsPerClient,
        outputPerClient,
        idle,
        message,
        reply,
        count);
  }
}
