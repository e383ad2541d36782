package org.jevent.dns;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsMessage;
import org.jevent.tls.Tls;

/**
 * The stream to one server: many queries at once, whose replies come in any order. It is kept for
 * the next ones for a while; an idle one does not keep the loop alive.
 */
final class TcpPipe implements Attempt.Carrier {
  private static final int PREFIX = 2;
  private static final int ROOM = 2048;

  private final Context context;
  private final NameServer server;
  private final Map<Integer, Attempt> waiting = new HashMap<>();

  /** Ids whose queries were cancelled: their replies are skipped. */
  private final Map<Integer, Boolean> forgotten = new HashMap<>();

  private final ByteBuffer room = ByteBuffer.allocate(ROOM);
  private final RestTimer idle;
  private BufferEvent stream;
  private State state = State.CURRENT;

  private enum State {
    /** Queries are sent over it. */
    CURRENT,
    /** Nothing came over it in time: it waits for late replies, and ends with the last of them. */
    SILENT,
    CLOSED;

    boolean leadsTo(final State next) {
      return next == SILENT ? this == CURRENT : next == CLOSED && this != CLOSED;
    }
  }

  /** When something has come over the stream, or shortly before its first query was made. */
  private long heard;

  TcpPipe(final Context context, final NameServer server) {
    this.context = context;
    this.server = server;
    idle = new RestTimer(context, this::closeStream);
  }

  /**
   * Sends a query.
   *
   * @throws org.jevent.error.ErrnoException if there is no socket for it
   */
  void send(final Attempt attempt) {
    assert state == State.CURRENT : state;
    idle.stop();
    if (stream == null) {
      stream = context.streams.open(context.base, server.address);
      stream.setCallbacks(this::readable, null, this::event);
      heard = attempt.startedAt - 1;
    }
    int id = context.random16();
    while (waiting.containsKey(id) || forgotten.containsKey(id)) {
      id = context.random16();
    }
    attempt.id = id;
    attempt.carrier = this;
    waiting.put(id, attempt);
    room.clear().position(PREFIX);
    attempt.write(context, room);
    room.putShort(0, (short) (room.position() - PREFIX));
    context.counters.queries++;
    context.counters.tcpQueries++;
    stream.output().add(room.flip());
    stream.enable(Event.READ | Event.WRITE);
  }

  @Override
  public void forget(final Attempt attempt) {
    if (waiting.remove(attempt.id, attempt)) {
      if (stream != null && forgotten.size() < 1024) {
        forgotten.put(attempt.id, true);
      }
      rest();
    }
  }

  /** Without queries nothing is received, and so the loop is not kept alive. */
  private void rest() {
    if (waiting.isEmpty() && state == State.SILENT) {
      close();
    } else if (waiting.isEmpty() && stream != null) {
      stream.disable(Event.READ);
      idle.start(context.settings.tcpIdleNanos);
    }
  }

  private void readable(final BufferEvent self) {
    heard = context.now();
    while (stream == self && self.input().length() >= PREFIX) {
      final int length = (int) self.input().getUnsigned(0, PREFIX);
      if (length < DnsMessage.HEADER) {
        broken("a message of " + length + " bytes");
        return;
      }
      if (self.input().length() < PREFIX + length) {
        return;
      }
      final byte[] bytes = new byte[PREFIX + length];
      self.input().remove(bytes);
      received(ByteBuffer.wrap(bytes, PREFIX, length).slice());
    }
  }

  private void received(final ByteBuffer bytes) {
    final int id = bytes.getShort(0) & 0xffff;
    if (forgotten.remove(id) != null) {
      return;
    }
    final Attempt attempt = waiting.get(id);
    if (attempt == null) {
      context.counters.mismatches++;
      broken("a reply to query " + id + ", which was not sent");
      return;
    }
    final DnsMessage reply;
    try {
      reply = DnsMessage.read(bytes);
    } catch (final DnsFormatException e) {
      context.counters.malformed++;
      attempt.malformed++; // there is no other one to wait for
      attempt.exchange.malformed(attempt, e.getMessage());
      rest();
      return;
    }
    if (attempt.match(reply) == Attempt.Match.NO) {
      context.counters.mismatches++;
      broken("a reply to another question");
      return;
    }
    waiting.remove(id);
    attempt.carrier = null;
    attempt.exchange.replied(attempt, reply);
    rest();
  }

  private void event(final BufferEvent self, final int what) {
    if (stream == self
        && (what & (BufferEvent.EOF | BufferEvent.ERROR | BufferEvent.TIMEOUT)) != 0) {
      broken((what & BufferEvent.EOF) != 0 ? "the connection was closed" : reason(self));
    }
  }

  private static String reason(final BufferEvent failed) {
    final Tls tls = Tls.of(failed);
    return tls == null || tls.error() == null ? failed.error().toString() : "TLS: " + tls.error();
  }

  /** Whether a query was sent over it that was not answered in time, and nothing came since. */
  boolean isSilentFor(final Attempt attempt) {
    return stream != null && attempt.carrier == this && heard - attempt.startedAt < 0;
  }

  /** The next queries have another connection: the system may take minutes to say what is wrong. */
  void replaced(final Attempt asked) {
    become(State.SILENT);
    for (final Attempt each : new ArrayList<>(waiting.values())) {
      if (each != asked) {
        each.exchange.silent(each);
      }
    }
  }

  private void become(final State next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** What was not answered goes out once more, if a connection could be had before. */
  private void broken(final String why) {
    final boolean current = state == State.CURRENT;
    final List<Attempt> left = new ArrayList<>(waiting.values());
    waiting.clear();
    if (current) {
      closeStream();
    } else {
      close();
    }
    for (final Attempt each : left) {
      each.carrier = null;
      if (current) {
        each.exchange.disconnected(each, why);
      } else {
        each.exchange.lost(each);
      }
    }
  }

  private void closeStream() {
    idle.stop();
    if (stream != null) {
      stream.close();
      stream = null;
      forgotten.clear();
    }
  }

  void close() {
    if (state != State.CLOSED) {
      become(State.CLOSED);
      closeStream();
      idle.close();
      waiting.clear();
    }
  }
}
