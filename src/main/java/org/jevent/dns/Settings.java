package org.jevent.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jevent.net.Addresses;

/** How a resolver asks; changed before it is made, and by the options of a file. */
final class Settings implements Cloneable {
  private static final long MILLIS = 1_000_000;
  private static final long SECONDS = 1000 * MILLIS;
  private static final int MAX_NDOTS = 15;
  private static final int MAX_STALE = 7 * 86_400;
  private static final Duration MAX_DURATION = Duration.ofHours(1);

  int ndots = 1;
  long timeoutNanos = 5 * SECONDS;
  long minTimeoutNanos = 300 * MILLIS;
  int rounds = 3;
  long deadlineNanos = 10 * SECONDS;
  int maxTimeouts = 3;
  int maxInFlight = 64;
  int maxQueue = 10_000;
  long firstProbeNanos = 5 * SECONDS;
  long maxProbeNanos = 60 * SECONDS;
  int probeFactor = 2;
  int udpSize = 1232;
  boolean randomCase = true;
  boolean cookies = true;
  boolean tcpOnly;

  /** How long after its time an answer may still be given when the servers fail; 0: not at all. */
  long staleNanos;

  /** Whether answers that are asked for often are renewed before their time is over. */
  boolean prefetch = true;

  /** Queries are filled up to a multiple of this, a power of two; 0: they are not. */
  int paddingBlock;

  boolean ignoreTruncation;
  boolean rotate;
  boolean noIpv6;
  boolean trustAuthentic;
  long tcpIdleNanos = 5 * SECONDS;
  int receiveBuffer;
  int sendBuffer;
  InetAddress bindTo;
  int maxTtl = 86_400;
  int cacheEntries = 10_000;
  long cacheBytes = 4L << 20;

  Settings copy() {
    try {
      return (Settings) clone();
    } catch (final CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Sets an option; one that is not known changes nothing.
   *
   * @throws IllegalArgumentException if its value is none
   */
  void set(final String option) {
    final int colon = option.indexOf(':');
    final String name = (colon < 0 ? option : option.substring(0, colon)).toLowerCase(Locale.ROOT);
    final String value = colon < 0 ? "" : option.substring(colon + 1).strip();
    switch (name) {
      case "ndots" -> ndots = number(name, value, 0, MAX_NDOTS);
      case "timeout" -> timeoutNanos = seconds(name, value);
      case "attempts" -> rounds = number(name, value, 1, 255);
      case "deadline" -> deadlineNanos = seconds(name, value);
      case "max-timeouts" -> maxTimeouts = number(name, value, 1, 255);
      case "max-inflight" -> maxInFlight = number(name, value, 1, 65_000);
      case "initial-probe-timeout" -> firstProbeNanos = seconds(name, value);
      case "max-probe-timeout" -> maxProbeNanos = seconds(name, value);
      case "probe-backoff-factor" -> probeFactor = number(name, value, 1, 255);
      case "edns-udp-size" -> udpSize = number(name, value, 512, 65_535);
      case "edns0" -> udpSize = Math.max(udpSize, 1232);
      case "randomize-case" -> randomCase = number(name, value, 0, 1) == 1;
      case "cookies" -> cookies = number(name, value, 0, 1) == 1;
      case "serve-stale" -> staleNanos = number(name, value, 0, MAX_STALE) * SECONDS;
      case "prefetch" -> prefetch = number(name, value, 0, 1) == 1;
      case "use-vc" -> tcpOnly = true;
      case "ignore-tc" -> ignoreTruncation = true;
      case "rotate" -> rotate = true;
      case "no-aaaa" -> noIpv6 = true;
      case "trust-ad" -> trustAuthentic = true;
      case "tcp-idle-timeout" -> tcpIdleNanos = seconds(name, value);
      case "so-rcvbuf" -> receiveBuffer = number(name, value, 0, Integer.MAX_VALUE);
      case "so-sndbuf" -> sendBuffer = number(name, value, 0, Integer.MAX_VALUE);
      case "bind-to" -> bindTo = address(name, value);
      default -> {}
    }
  }

  private static IllegalArgumentException refused(final String name, final String value) {
    return new IllegalArgumentException("option " + name + ": \"" + value + "\" is no value of it");
  }

  private static int number(final String name, final String value, final int min, final int max) {
    try {
      final int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (final NumberFormatException e) {
      // refused below, with the name
    }
    throw refused(name, value);
  }

  private static long seconds(final String name, final String value) {
    try {
      final double seconds = Double.parseDouble(value);
      if (seconds > 0 && seconds <= 3600) {
        return (long) (seconds * SECONDS);
      }
    } catch (final NumberFormatException e) {
      // refused below, with the name
    }
    throw refused(name, value);
  }

  private static InetAddress address(final String name, final String value) {
    try {
      return ((InetSocketAddress) Addresses.parse(value)).getAddress();
    } catch (final IllegalArgumentException | ClassCastException e) {
      throw new IllegalArgumentException(refused(name, value).getMessage(), e);
    }
  }

  static long nanos(final String name, final Duration duration) {
    final Duration required = Objects.requireNonNull(duration, name);
    if (required.compareTo(Duration.ofNanos(1)) < 0 || required.compareTo(MAX_DURATION) > 0) {
      throw new IllegalArgumentException(
          name + " is " + required + ": within PT0.000000001S.." + MAX_DURATION);
    }
    return required.toNanos();
  }
}
