package org.jevent.dns;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.RData;

/** A server, whether it answers and how fast, and the ways to it. */
final class NameServer {
  /** Whether it answers. */
  enum State {
    GOOD,
    /** It has failed too often, and is asked for a probe only, or if all are down. */
    DOWN;
  }

  private static final byte[] NONE = {};
  private static final long HOUR = 3_600_000_000_000L;
  private static final long MINUTES_15 = HOUR / 4;
  private static final long FIRST_GUESS = 1_000_000_000L;

  final InetSocketAddress address;
  final UdpPool udp;

  /** The connection for the next query. */
  TcpPipe tcp;

  /** Former connections over which nothing came: a late reply may. */
  private final List<TcpPipe> silent = new ArrayList<>(1);

  private final Context context;
  private State state = State.GOOD;
  private int failures;
  private long probeAt;
  private long probeNanos;

  /** The smoothed time until a reply, or 0 if none has come. */
  private long roundTrip;

  private long plainUntil;
  private long sameCaseUntil;
  private boolean isPlain;
  private boolean keepsNoCase;
  private byte[] clientCookie;
  private byte[] serverCookie = NONE;

  /** What queries have, with the settings that it was made for; or null. */
  private Edns extension;

  private Settings extensionOf;

  NameServer(final Context context, final InetSocketAddress address) {
    this.context = context;
    this.address = address;
    udp = new UdpPool(context, this);
    tcp = new TcpPipe(context, this);
  }

  private void become(final State next) {
    assert next != state : state;
    state = next;
  }

  boolean isDown() {
    return state == State.DOWN;
  }

  /** It is down, and the time for another try has come; the next one is later. */
  boolean takeProbe(final long now) {
    if (state != State.DOWN || now - probeAt < 0) {
      return false;
    }
    probeNanos =
        Math.min(context.settings.maxProbeNanos, probeNanos * context.settings.probeFactor);
    probeAt = now + probeNanos;
    return true;
  }

  /** It has answered. */
  void answered(final long sinceNanos) {
    failures = 0;
    if (state == State.DOWN) {
      become(State.GOOD);
    }
    roundTrip = roundTrip == 0 ? sinceNanos : (roundTrip * 7 + sinceNanos) / 8;
  }

  /** It has not answered in time, or cannot be reached. */
  void failed(final long now) {
    failures++;
    if (state == State.GOOD && failures >= context.settings.maxTimeouts) {
      become(State.DOWN);
      probeNanos = context.settings.firstProbeNanos;
      probeAt = now + probeNanos;
    }
  }

  /** How long to wait for its reply. */
  long patience(final int round) {
    final Settings settings = context.settings;
    final long guess = roundTrip == 0 ? FIRST_GUESS : 4 * roundTrip;
    final long first = Math.max(guess, Math.min(settings.minTimeoutNanos, settings.timeoutNanos));
    return Math.min(settings.timeoutNanos, first << Math.min(round, 10));
  }

  // ---- what it cannot do ----

  boolean takesExtension(final long now) {
    isPlain &= now - plainUntil < 0;
    return !isPlain;
  }

  void refusesExtension(final long now) {
    isPlain = true;
    plainUntil = now + MINUTES_15;
  }

  boolean keepsCase(final long now) {
    keepsNoCase &= now - sameCaseUntil < 0;
    return !keepsNoCase;
  }

  void changesCase(final long now) {
    keepsNoCase = true;
    sameCaseUntil = now + HOUR;
  }

  // ---- cookies (RFC 7873) ----

  /** What queries have until a cookie or the settings change. */
  Edns extension() {
    if (extension == null || extensionOf != context.settings) {
      extensionOf = context.settings;
      extension =
          new Edns(
              extensionOf.udpSize, 0, false, extensionOf.cookies ? List.of(cookie()) : List.of());
    }
    return extension;
  }

  /** This client's cookie for the server, and the server's where it is known. */
  private Edns.Option cookie() {
    if (clientCookie == null) {
      clientCookie = ByteBuffer.allocate(Cookies.CLIENT).putLong(context.random64()).array();
    }
    final byte[] known = serverCookie;
    final byte[] cookie = Arrays.copyOf(clientCookie, Cookies.CLIENT + known.length);
    System.arraycopy(known, 0, cookie, Cookies.CLIENT, known.length);
    return new Edns.Option(Edns.COOKIE, RData.Bytes.of(cookie));
  }

  /** Whether a reply has the cookie that it should have. A new one of the server is kept. */
  boolean takesCookie(final DnsMessage reply) {
    final RData.Bytes cookie = reply.edns() == null ? null : reply.edns().option(Edns.COOKIE);
    if (cookie == null) {
      return serverCookie.length == 0; // it has none, or none any more
    }
    final byte[] bytes = cookie.toArray();
    if (clientCookie == null
        || !Cookies.isPossible(bytes.length)
        || !Arrays.equals(bytes, 0, Cookies.CLIENT, clientCookie, 0, Cookies.CLIENT)) {
      return false;
    }
    if (!Arrays.equals(bytes, Cookies.CLIENT, bytes.length, serverCookie, 0, serverCookie.length)) {
      serverCookie = Arrays.copyOfRange(bytes, Cookies.CLIENT, bytes.length);
      extension = null;
    }
    return true;
  }

  void forgetCookie() {
    serverCookie = NONE;
    extension = null;
  }

  /**
   * Nothing comes over the connection, and what waits for replies goes out over a new one, too.
   *
   * @param asked this one, which has waited long enough, does not
   */
  void replaceConnection(final Attempt asked) {
    final TcpPipe former = tcp;
    tcp = new TcpPipe(context, this);
    silent.removeIf(TcpPipe::isClosed);
    silent.add(former);
    former.replaced(asked);
  }

  void close() {
    udp.close();
    tcp.close();
    silent.forEach(TcpPipe::close);
  }

  @Override
  public String toString() {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
