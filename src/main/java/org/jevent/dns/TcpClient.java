package org.jevent.dns;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.dns.message.DnsMessage;
import org.jevent.error.ErrnoException;
import org.jevent.internal.stream.StreamAccess;
import org.jevent.internal.stream.StreamCore;

/** A connection to a server: messages with their length before them, answered in any order. */
final class TcpClient {
  /** The length before a message. */
  static final int PREFIX = 2;

  private enum State {
    OPEN,
    /** The client says no more; it may wait for replies. */
    ENDED_BY_PEER,
    /** The last replies are on their way, for a time that nothing prolongs; it still counts. */
    FLUSHING,
    CLOSED;

    boolean leadsTo(final State next) {
      return compareTo(next) < 0;
    }
  }

  private final DnsServer server;
  private final BufferEvent stream;
  private final StreamCore core;
  private final InetSocketAddress address;
  private final Event messageTimer;
  private final Set<DnsServerRequest> waiting = new HashSet<>();
  private State state = State.OPEN;

  /** {@link #read} runs: what is answered within it does not call it again. */
  private boolean reading;

  TcpClient(final DnsServer server, final BufferEvent stream, final InetSocketAddress address) {
    this.server = server;
    this.stream = stream;
    core = StreamAccess.of(BufferEvent.class).core(stream);
    core.drainListener(this::streamClosed);
    this.address = address;
    messageTimer = stream.base().newTimer((event, what) -> close());
    stream.setCallbacks(self -> read(), self -> read(), (self, what) -> ended(what));
    stream.setTimeouts(server.limits().idle(), server.limits().idle());
    stream.enable(Event.READ | Event.WRITE);
  }

  private void become(final State next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  /** Nothing that comes, and no reply, matters any more. */
  private boolean isOver() {
    return state.compareTo(State.FLUSHING) >= 0;
  }

  /** The stream is closed, which it is behind what it sends. */
  private void streamClosed() {
    if (state != State.CLOSED) {
      forgetRequests();
      become(State.CLOSED);
      server.left(this);
    }
  }

  private void ended(final int what) {
    if (what == BufferEvent.CONNECTED) {
      return; // the handshake of TLS is over
    }
    final boolean resting =
        (what & BufferEvent.TIMEOUT) != 0
            && (what & BufferEvent.READING) != 0
            && (!waiting.isEmpty() || !stream.output().isEmpty());
    if (resting) {
      stream.enable(Event.READ); // it waits for replies, and need not say more
    } else if ((what & BufferEvent.EOF) != 0) {
      if (state == State.OPEN) {
        become(State.ENDED_BY_PEER);
      }
      stream.setTimeouts(null, server.limits().idle());
      closeIfAnswered();
    } else {
      close();
    }
  }

  /** A client that says no more gets the replies that it waits for. */
  private void closeIfAnswered() {
    if (state == State.ENDED_BY_PEER && waiting.isEmpty()) {
      closeAfterFlush(server.limits().idle().toNanos());
    }
  }

  private boolean isFull() {
    return waiting.size() >= server.limits().requestsPerClient()
        || stream.output().length() > server.limits().outputPerClient();
  }

  private void read() {
    if (reading) {
      return;
    }
    reading = true;
    try {
      readAll();
    } finally {
      reading = false;
    }
  }

  private void readAll() {
    while (!isOver() && !isFull() && stream.input().length() >= PREFIX) {
      final int length = (int) stream.input().getUnsigned(0, PREFIX);
      if (length == 0) {
        close();
        return;
      }
      if (stream.input().length() < PREFIX + length) {
        break;
      }
      final byte[] bytes = new byte[PREFIX + length];
      stream.input().remove(bytes);
      time(false);
      request(ByteBuffer.wrap(bytes, PREFIX, length).slice());
    }
    if (!isOver()) {
      time(!isFull() && stream.input().length() > 0);
      if (isFull()) {
        stream.disable(Event.READ);
      } else {
        stream.enable(Event.READ);
      }
      closeIfAnswered();
    }
  }

  /** From the first byte of a message on its time runs. */
  private void time(final boolean on) {
    if (!on) {
      messageTimer.delete();
    } else if (!messageTimer.isPending()) {
      messageTimer.add(server.limits().message());
    }
  }

  private void request(final ByteBuffer bytes) {
    final QueryCheck.Checked checked = QueryCheck.check(bytes, true, server.limits().udpSize());
    if (checked.reply() != null) {
      write(checked.reply());
    }
    if (checked.query() != null) {
      final DnsServerRequest request =
          new DnsServerRequest(
              checked.query(),
              address,
              true,
              server.limits().udpSize(),
              server.options(checked.query(), address),
              this::reply);
      waiting.add(request);
      server.handle(request);
    } else if (checked.reply() == null) {
      close();
    }
  }

  private void reply(final DnsServerRequest request, final DnsMessage reply) {
    server.inLoop(
        () -> {
          server.ended(request);
          if (waiting.remove(request) && !isOver()) {
            if (reply == null) {
              server.hasDropped();
            } else {
              write(reply);
            }
            read();
          }
        });
  }

  private void write(final DnsMessage reply) {
    final ByteBuffer target = server.room().position(PREFIX);
    server.writer().write(reply, target);
    target.putShort(0, (short) (target.position() - PREFIX));
    try {
      stream.output().add(target.flip());
    } catch (final ErrnoException e) { // there is no memory: a client that misses a reply asks anew
      close();
    }
  }

  void close() {
    stream.close();
  }

  /**
   * The replies that wait are sent first.
   *
   * @param nanos after this time it is closed, whatever the client has taken
   */
  void closeAfterFlush(final long nanos) {
    if (!isOver()) {
      forgetRequests();
      become(State.FLUSHING);
    }
    if (state == State.FLUSHING) {
      core.closeWithin(nanos);
    }
  }

  private void forgetRequests() {
    messageTimer.close();
    waiting.forEach(server::ended);
    waiting.clear();
  }
}
