package org.jevent.sim.kernel;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jevent.error.Errno;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Site;
import org.jevent.sim.core.Timeline;

/**
 * One direction of a stream. All its bytes are in one queue, from the write of one end to the read
 * of the other; positions say how far they have come: {@code read <= arrived <= sent <= written}.
 * Within one machine bytes arrive at once. Over the network they travel in segments, as far as the
 * window of the receiver allows, and a lost one holds back what follows until it is sent again.
 */
@SuppressWarnings("EnumOrdinal") // places of arrays, and orders of states
final class Flow {
  private static final int HEADERS = 40;
  private static final int MAX_RETRIES = 15;
  private static final long FIRST_RETRY = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LAST_RETRY = TimeUnit.SECONDS.toNanos(120);
  private static final int MAX_ACK_DELAY = 40_000_000;

  private static final int DATA = 0;
  private static final int FIN = 1;
  private static final int RST = 2;
  private static final int KINDS = 2;

  private final Network network;
  private final StreamSocket from;
  private final StreamSocket to;
  private final Entity entity;

  /** The way of the segments and that of their acknowledgements; null within one machine. */
  private final NetPath path;

  private final NetPath back;
  private final ByteFifo bytes;
  private final Wire data;
  private final Wire acks;
  private long written;
  private long sent;
  private long arrived;
  private long acked;
  private long read;

  /** The end of the receiver's window, as the sender knows it. */
  private long edge;

  /** The same, as the receiver has announced it. */
  private long announced;

  private End end = End.OPEN;

  /** The connection was reset, or is no more: nothing is sent, and the end stays where it is. */
  private boolean cutOff;

  /** The reader has closed with a reset, and answers with another one. */
  private boolean dropped;

  /** Nothing is sent until what was lost is sent again. */
  private boolean hole;

  private boolean ackDue;
  private int attempts;
  private Timeline.Entry retry;

  /** How far the end of the bytes has come. */
  private enum End {
    OPEN,
    /** The sender will write no more. */
    WANTED,
    /** It has a number in the sequence. What was lost is sent again. */
    SENT,
    ARRIVED;

    End to(final End next) {
      assert next.ordinal() == ordinal() + 1 || (this == SENT && next == WANTED)
          : this + " to " + next;
      return next;
    }
  }

  Flow(final StreamSocket from, final StreamSocket to, final NetPath path, final NetPath back) {
    network = from.network;
    this.from = from;
    this.to = to;
    this.path = path;
    this.back = back;
    entity = from.entity();
    bytes = new ByteFifo(network.chunks());
    edge = to.receiveBuffer();
    announced = edge;
    data = path == null ? null : new Segments();
    acks = path == null ? null : new Acks();
  }

  // ---- the sender ----

  /** How many bytes can be written. */
  long room() {
    final long used = written - (path == null ? read : acked);
    final long size = path == null ? to.receiveBuffer() : from.sendBuffer();
    return Math.max(0, size - used);
  }

  /** Whether a third of the buffer is free, as Linux has it. */
  boolean isWritable() {
    final long size = path == null ? to.receiveBuffer() : from.sendBuffer();
    return room() * 3 >= size;
  }

  /** Bytes wait for their acknowledgement. */
  boolean isOutstanding() {
    return written > acked || (!cutOff && (end == End.WANTED || end == End.SENT));
  }

  /** The same, of bytes alone. */
  boolean isOutstandingData() {
    return written > acked;
  }

  StreamSocket to() {
    return to;
  }

  boolean isEnding() {
    return cutOff || end != End.OPEN;
  }

  /** The end has arrived, and stays arrived whatever comes later. */
  boolean hasEnded() {
    return end == End.ARRIVED;
  }

  boolean isCutOff() {
    return cutOff;
  }

  /** Writes as many bytes as there is room for. */
  int write(final ByteBuffer source, final int offset, final int length) {
    assert !isEnding() : "written after the end: " + from;
    final int count = (int) Math.min(length, room());
    bytes.append(source, offset, count);
    written += count;
    transmit();
    return count;
  }

  /** No more is written. */
  void finish() {
    if (!isEnding()) {
      end = end.to(End.WANTED);
      transmit();
    }
  }

  /** What was not sent yet may go. */
  void transmit() {
    if (cutOff) {
      return;
    }
    if (path == null) {
      transmitAtOnce();
      return;
    }
    while (!hole && sent < written && sent < edge) {
      int length = (int) Math.min(Math.min(written, edge) - sent, path.mtu() - HEADERS);
      final boolean small = length < path.mtu() - HEADERS && sent + length == written;
      if (small && sent > acked && from.coalesces() && end == End.OPEN) {
        return; // Nagle: it goes with more, or when all before it has arrived
      }
      if (network.draws().happens(Site.SEGMENT_CUT, entity)) {
        length = 1 + network.draws().choose(Site.SEGMENT_CUT, entity, length);
      }
      segment(length, DATA);
    }
    if (!hole && sent == written && end == End.WANTED) {
      segment(0, FIN);
    }
  }

  private void transmitAtOnce() {
    final boolean news = arrived < written || end == End.WANTED;
    sent = written;
    arrived = written;
    if (end == End.WANTED) {
      end = end.to(End.SENT).to(End.ARRIVED);
    }
    if (news) {
      to.inputChanged();
    }
  }

  private void segment(final int length, final int kind) {
    final long time = path.carry(length + HEADERS, Site.SEGMENT_LOST, entity);
    if (time == NetPath.LOST) {
      capture(length, kind, "lost");
      network.trace().line(from.machine.name(), from + ": a segment of " + length + " is lost");
      stall();
      hole = true;
      return;
    }
    capture(length, kind, null);
    sent += length;
    if (kind == FIN) {
      end = end.to(End.SENT);
    }
    push(time, kind);
  }

  private void capture(final int length, final int kind, final String comment) {
    if (network.capture() != null) {
      final byte[] payload = new byte[length];
      bytes.peek(sent - read, payload);
      network.capture().segment(from, to, payload, kind, comment);
    }
  }

  private void push(final long time, final int kind) {
    data.push(time, sent << KINDS | kind, 0);
  }

  /** Something was lost: it is sent again after a while. */
  void stall() {
    if (path == null || cutOff) {
      return;
    }
    if (retry == null) {
      retry = new Retry();
    }
    if (!retry.isScheduled()) {
      network.time().schedule(retry, network.time().after(retryDelay()));
    }
  }

  private long retryDelay() {
    final long delay = FIRST_RETRY << Math.min(attempts, MAX_RETRIES);
    return Math.min(delay, LAST_RETRY);
  }

  private final class Retry extends Timeline.Entry {
    @Override
    protected void happen() {
      if (cutOff || !from.isAlive()) {
        return;
      }
      attempts++;
      if (attempts > MAX_RETRIES) {
        from.timedOut();
        return;
      }
      hole = false;
      final long before = sent;
      final End endBefore = end;
      transmit();
      if (sent == before && end == endBefore && !cutOff && !hole && data.isEmpty()) {
        probe();
      }
    }
  }

  /** Nothing can be sent: the sender asks for the window, and whether the peer is there. */
  private void probe() {
    final long time = path.carry(HEADERS, null, entity);
    if (time == NetPath.LOST) {
      stall();
    } else {
      push(time, DATA);
    }
  }

  /** Resets the connection: behind the bytes that are on their way. */
  void sendReset() {
    if (cutOff) {
      return;
    }
    cutOff = true;
    if (path == null) {
      to.reset(Errno.ECONNRESET);
      return;
    }
    pushReset();
    stopRetries();
  }

  private void pushReset() {
    capture(0, RST, null);
    final long time = path.carry(HEADERS, null, entity);
    if (time != NetPath.LOST) {
      push(time, RST);
    }
  }

  /** Resets the peer, which sends what this end does not know or does not know any more. */
  void answerReset() {
    cutOff();
    pushReset();
  }

  /** The connection is no more: nothing is sent, and what has arrived can be read. */
  void cutOff() {
    if (cutOff) {
      return; // a reset may be on its way
    }
    cutOff = true;
    if (path != null) {
      data.clear();
      stopRetries();
    }
  }

  private void stopRetries() {
    if (retry != null) {
      network.time().cancel(retry);
    }
    acks.clear();
  }

  // ---- the way ----

  private final class Segments extends Wire {
    Segments() {
      super(network, path);
    }

    @Override
    long size(final long first, final long before) {
      return HEADERS + (first >> KINDS) - (before >> KINDS);
    }

    @Override
    long arrived() {
      return arrived << KINDS;
    }

    @Override
    void arrived(final long first, final long second) {
      deliver(first >> KINDS, (int) first & (1 << KINDS) - 1);
    }

    @Override
    void settled() {
      if (ackDue) {
        ackDue = false;
        acknowledge();
      }
    }
  }

  private void deliver(final long upTo, final int kind) {
    network.trace().event(kind, entity.id(), upTo);
    to.heard();
    if (!to.machine.isUp()) {
      data.clear();
      sent = arrived;
      if (end == End.SENT && !cutOff) {
        end = end.to(End.WANTED);
      }
      hole = true;
      stall();
    } else if (kind == RST) {
      to.reset(to.inputHasEnded() ? Errno.EPIPE : Errno.ECONNRESET);
    } else if (!to.isAlive() || dropped || to.refuses(upTo > arrived)) {
      network.trace().line(to.machine.name(), "resets " + from + ", which it does not know");
      to.answerReset();
    } else {
      assert upTo >= arrived && upTo <= sent : arrived + ", " + upTo + ", " + sent;
      if (network.trace().isHeard()) {
        report(upTo - arrived, kind);
      }
      arrived = upTo;
      ackDue = true;
      if (kind == FIN && end == End.SENT && !cutOff) {
        end = end.to(End.ARRIVED);
      }
      to.inputChanged();
    }
  }

  private void report(final long bytes, final int kind) {
    final String what = kind == FIN ? "the end" : bytes + " bytes";
    network.trace().line(to.machine.name(), what + " from " + from.local() + " to " + to.local());
  }

  private final class Acks extends Wire {
    Acks() {
      super(network, back);
    }

    @Override
    long size(final long first, final long before) {
      return HEADERS;
    }

    @Override
    long arrived() {
      return acked;
    }

    @Override
    void arrived(final long first, final long second) {
      if (cutOff || !from.isAlive()) {
        return;
      }
      from.heard();
      assert first >= acked && first <= sent : acked + ", " + first + ", " + sent;
      acked = first;
      edge = Math.max(edge, second);
      attempts = 0;
    }

    @Override
    void settled() {
      if (!cutOff && from.isAlive()) {
        transmit();
        from.outputChanged();
      }
    }
  }

  private void acknowledge() {
    announced = Math.max(announced, read + to.receiveBuffer());
    long time = back.carry(HEADERS, null, entity);
    if (time == NetPath.LOST) {
      stall();
      return;
    }
    if (network.draws().happens(Site.ACK_LATE, entity)) {
      time += network.draws().choose(Site.ACK_LATE, entity, MAX_ACK_DELAY);
    }
    if (network.capture() != null) {
      network.capture().ack(to, from, announced - arrived);
    }
    acks.push(time, arrived, announced);
  }

  // ---- the receiver ----

  /** The sequence number of what is sent next: the request to connect has 0. */
  long sequence() {
    return 1 + sent + (end == End.SENT || end == End.ARRIVED ? 1 : 0);
  }

  /** The sequence number that the receiver expects next. */
  long expected() {
    return 1 + arrived + (hasEnded() ? 1 : 0);
  }

  /** How many bytes can be read. */
  long available() {
    return arrived - read;
  }

  /** Reads at most that many bytes. */
  int read(final ByteBuffer target, final int offset, final int max) {
    final int count = (int) Math.min(max, available());
    bytes.remove(target, offset, count);
    read += count;
    if (path == null) {
      if (!cutOff) {
        from.outputChanged();
      }
    } else {
      openWindow();
    }
    return count;
  }

  /** Announces that there is room again, once there was little and now is much. */
  private void openWindow() {
    final long size = to.receiveBuffer();
    if (!cutOff && (announced - arrived) * 3 < size && (read + size - announced) * 3 >= size) {
      acknowledge();
    }
  }

  /** The reader has closed: within one machine the writer learns that at once. */
  void readerGone(final boolean unread) {
    if (end != End.ARRIVED) {
      cutOff = true;
    }
    from.readerGone(unread);
  }

  /** What is there, and what is on its way, will not be read. */
  void drop() {
    dropped = true;
    bytes.clear();
    read = written;
    arrived = written;
    sent = written;
  }
}
