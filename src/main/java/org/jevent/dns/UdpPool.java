package org.jevent.dns;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsMessage;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * The sockets for datagrams to one server, each connected, so that only its datagrams come and its
 * absence is an error. Ports change often: what guesses one has little use of it. A socket that
 * gets too much that is no reply is closed, and its queries go on over TCP: its port is known to
 * one who guesses ids.
 */
final class UdpPool {
  private static final int MAX_SOCKETS = 16;
  private static final int MAX_USES = 16;
  private static final long MAX_AGE = 10_000_000_000L;
  private static final int ROOM = 2048;

  /** How many queries that have ended a socket remembers: their replies may be late or double. */
  private static final int REMEMBERED = 64;

  private final Context context;
  private final NameServer server;
  private final List<Port> ports = new ArrayList<>(MAX_SOCKETS);
  private final ByteBuffer room = ByteBuffer.allocate(ROOM);

  UdpPool(final Context context, final NameServer server) {
    this.context = context;
    this.server = server;
  }

  /**
   * Sends a query.
   *
   * @throws ErrnoException if there is no socket for it
   */
  void send(final Attempt attempt) {
    final Port port = port(attempt.startedAt);
    port.add(attempt);
    room.clear();
    attempt.write(context, room);
    context.counters.queries++;
    if (!port.event.send(room.flip())) {
      context.later(() -> port.failAll("too much waits to be sent"));
    }
  }

  private Port port(final long now) {
    for (int i = ports.size() - 1; i >= 0; i--) {
      if (ports.get(i).isSpent(now) && ports.get(i).waiting.isEmpty()) {
        ports.get(i).close();
      }
    }
    if (ports.size() >= MAX_SOCKETS) {
      return ports.get(context.random(ports.size()));
    }
    try {
      final Port made = new Port(now);
      ports.add(made);
      return made;
    } catch (final ErrnoException e) {
      if (ports.isEmpty()) {
        throw e;
      }
      return ports.get(context.random(ports.size()));
    }
  }

  void close() {
    while (!ports.isEmpty()) {
      ports.get(ports.size() - 1).close();
    }
  }

  /** One socket and the queries on it. */
  private final class Port implements Attempt.Carrier {
    private final DatagramEvent event;
    private final long openedAt;
    private final Map<Integer, Attempt> waiting = new HashMap<>();
    private int uses;

    /** What has come that was no reply; at the limit of an exchange the socket is given up. */
    private int mismatches;

    /** The ids of the queries that have ended last; null before the first one has. */
    private char[] ended;

    private int remembered;
    private int oldest;

    Port(final long now) {
      openedAt = now;
      event = open();
      context.counters.openSockets++;
      event.reuseBuffers();
      event.countsAsWork(false);
      event.setErrorCallback((self, problem) -> failAll(problem.getMessage()));
      event.enable();
    }

    private DatagramEvent open() {
      final Settings settings = context.settings;
      final DatagramEvent made = connect(settings);
      try {
        if (settings.receiveBuffer > 0) {
          made.handle().set(NetOption.RECEIVE_BUFFER, settings.receiveBuffer);
        }
        if (settings.sendBuffer > 0) {
          made.handle().set(NetOption.SEND_BUFFER, settings.sendBuffer);
        }
        return made;
      } catch (final RuntimeException e) {
        made.close();
        throw e;
      }
    }

    private DatagramEvent connect(final Settings settings) {
      if (settings.bindTo == null) {
        return DatagramEvent.connect(context.base, server.address, this::received);
      }
      final NetSocket socket =
          context.base.sockets().datagram(new InetSocketAddress(settings.bindTo, 0));
      try {
        socket.connect(server.address);
        return new DatagramEvent(
            context.base, socket, DatagramEvent.DEFAULT_MAX_SIZE, this::received);
      } catch (final RuntimeException e) {
        socket.close();
        throw e;
      }
    }

    boolean isSpent(final long now) {
      return uses >= MAX_USES || now - openedAt > MAX_AGE;
    }

    void add(final Attempt attempt) {
      uses++;
      int id = context.random16();
      while (waiting.containsKey(id)) {
        id = context.random16();
      }
      attempt.id = id;
      attempt.carrier = this;
      waiting.put(id, attempt);
    }

    @Override
    public void forget(final Attempt attempt) {
      if (waiting.remove(attempt.id, attempt)) {
        if (ended == null) {
          ended = new char[REMEMBERED];
        }
        ended[oldest] = (char) attempt.id;
        oldest = (oldest + 1) % REMEMBERED;
        remembered = Math.min(remembered + 1, REMEMBERED);
      }
    }

    /** Whether an id is that of a query that has ended on this socket a short while ago. */
    private boolean hasEnded(final int id) {
      for (int i = 0; i < remembered; i++) {
        if (ended[i] == id) {
          return true;
        }
      }
      return false;
    }

    private void received(
        final DatagramEvent self,
        final ByteBuffer data,
        final SocketAddress from,
        final boolean truncated) {
      if (data.remaining() < DnsMessage.HEADER) {
        context.counters.malformed++;
        return;
      }
      final int id = data.getShort(data.position()) & 0xffff;
      final Attempt attempt = waiting.get(id);
      if (attempt == null || !server.address.equals(from)) {
        context.counters.mismatches++;
        if (!hasEnded(id)) {
          mismatched();
        }
        return;
      }
      final int limit = attempt.extended ? context.settings.udpSize : DnsMessage.MAX_PLAIN_UDP;
      if (data.remaining() > limit || truncated) {
        context.counters.mismatches++;
        attempt.exchange.mismatch(attempt);
        mismatched();
        return;
      }
      final DnsMessage reply;
      try {
        reply = DnsMessage.read(data);
      } catch (final DnsFormatException e) {
        context.counters.malformed++;
        attempt.exchange.malformed(attempt, e.getMessage());
        return;
      }
      switch (attempt.match(reply)) {
        case YES -> attempt.exchange.replied(attempt, reply);
        case OTHER_CASE -> {
          context.counters.mismatches++;
          attempt.exchange.caseChanged(attempt);
        }
        case NO -> {
          context.counters.mismatches++;
          attempt.exchange.mismatch(attempt);
          mismatched();
        }
      }
    }

    /**
     * Something has come that is no reply to a query on this socket. The one who sends it knows the
     * port, and may guess the id next: after a few of them the socket ends. So a flood of them
     * costs no more than its first ones.
     */
    private void mismatched() {
      if (++mismatches != Exchange.MAX_MISMATCHES || !ports.contains(this)) {
        return;
      }
      final List<Attempt> left = new ArrayList<>(waiting.values());
      close();
      left.forEach(each -> each.exchange.guessed(each));
    }

    void failAll(final String why) {
      final List<Attempt> failed = new ArrayList<>(waiting.values());
      failed.forEach(each -> each.exchange.unreachable(each, why));
    }

    void close() {
      ports.remove(this);
      waiting.clear();
      context.counters.openSockets--;
      event.close();
    }
  }
}
