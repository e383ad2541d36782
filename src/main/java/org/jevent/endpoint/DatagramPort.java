package org.jevent.endpoint;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.loop.PrePollTask;
import org.jevent.net.NetSocket;

/**
 * The engine's side of a datagram event: it receives while that is wanted, sends one datagram after
 * the other, and keeps what is to be delivered. The loop's thread, or one thread while no loop
 * runs.
 */
final class DatagramPort extends Attachment {
  /** How many bytes may wait to be sent. */
  private static final int MAX_QUEUED = 1 << 20;

  /** What a datagram takes besides its bytes, so that empty ones are not endless either. */
  private static final int OVERHEAD = 64;

  /** A datagram that has come. */
  record Received(ByteBuffer data, SocketAddress from, boolean truncated) {}

  private record ToSend(Memory memory, int length, SocketAddress to) {
    int cost() {
      return length + OVERHEAD;
    }
  }

  /** The life of the slot. */
  private enum State {
    /** No slot yet. */
    UNATTACHED,
    ATTACHED,
    /** The event is closed: the next pre-poll task detaches the slot. */
    CLOSING,
    /** The event is closed, and so is the socket or will be by the engine. */
    CLOSED;

    boolean follows(final State former) {
      return switch (this) {
        case UNATTACHED -> false;
        case ATTACHED -> former == UNATTACHED;
        case CLOSING -> former == ATTACHED;
        case CLOSED -> former != CLOSED;
      };
    }
  }

  private final LoopServices services;
  private final EngineSocket socket;
  private final Job delivery;
  private final PrePollTask submission = this::submit;
  private final SendVector vector = new SendVector();
  private final ArrayDeque<Received> received = new ArrayDeque<>();
  private final ArrayDeque<ErrnoException> problems = new ArrayDeque<>();
  private final ArrayDeque<ToSend> toSend = new ArrayDeque<>();

  private State state = State.UNATTACHED;
  private int slot;
  private boolean submissionScheduled;

  /** The largest datagram that is wanted, and the one that the engine receives; 0 is none. */
  private int wantedLimit;

  private int limit;

  /** What the engine sends, or null. */
  private ToSend sending;

  /** Of {@link #toSend} and {@link #sending}. */
  private long queuedBytes;

  /**
   * @param delivery runs when there is something to deliver
   */
  DatagramPort(final LoopServices services, final NetSocket socket, final Job delivery) {
    this.services = services;
    this.socket = EngineSocket.of(socket);
    this.delivery = delivery;
  }

  private void become(final State next) {
    assert next.follows(state) : state + " to " + next;
    state = next;
  }

  boolean isClosed() {
    return state == State.CLOSING || state == State.CLOSED;
  }

  /** The one place where operations begin and end: one that is under way keeps the loop alive. */
  private void underWay(final int receives, final ToSend sends) {
    assert sends == null || sending == null || sends.equals(sending);
    final boolean before = limit != 0 || sending != null;
    final boolean after = receives != 0 || sends != null;
    limit = receives;
    sending = sends;
    if (state == State.CLOSED) {
      return; // detaching holds the reference now
    }
    if (after && !before) {
      services.ref();
    } else if (before && !after) {
      services.unref();
    }
  }

  // ---- what the event asks for ----

  /** Receives datagrams of at most {@code size} bytes; 0: none. */
  void receive(final int size) {
    wantedLimit = size;
    scheduleSubmission();
  }

  /**
   * Sends a copy of the remaining bytes after those that wait. Whatever is thrown, nothing has
   * changed.
   *
   * @return false, with nothing sent, while too much is waiting
   */
  boolean send(final ByteBuffer data, final SocketAddress to) {
    final int length = data.remaining();
    if (queuedBytes + length > MAX_QUEUED && queuedBytes > 0) {
      return false;
    }
    final Memory memory = services.engine().allocate(Math.max(1, length));
    final ToSend last = new ToSend(memory, length, to);
    try {
      memory.buffer().put(0, data, data.position(), length);
      toSend.add(last);
    } catch (final RuntimeException | Error e) {
      memory.close();
      throw e;
    }
    data.position(data.limit());
    queuedBytes += last.cost();
    scheduleSubmission();
    return true;
  }

  private void scheduleSubmission() {
    if (!submissionScheduled) {
      services.beforeNextPoll(submission);
      submissionScheduled = true;
    }
  }

  /** Submits what has changed. What an exception of the engine prevents is submitted later. */
  private void submit() {
    assert services.inLoop() : this;
    submissionScheduled = false;
    if (isClosed()) {
      detach();
      return;
    }
    boolean done = false;
    try {
      attach();
      if (wantedLimit != limit) {
        services.engine().receiveFrom(slot, wantedLimit);
        underWay(wantedLimit, sending);
      }
      sendNext();
      done = true;
    } finally {
      if (!done) {
        delivery.schedule(); // which submits again
      }
    }
  }

  private void attach() {
    if (state == State.UNATTACHED) {
      slot =
          socket.channel() == null
              ? services.engine().attach(this, socket.descriptor())
              : services.engine().attach(this, socket.channel());
      become(State.ATTACHED);
    }
  }

  /** A refusal by the engine ends that datagram alone. */
  private void sendNext() {
    assert state == State.ATTACHED : state;
    ToSend next;
    while (sending == null && (next = toSend.poll()) != null) {
      try {
        vector.add(next.memory, 0, next.length);
        services.engine().sendTo(slot, vector, next.to);
        underWay(limit, next);
      } catch (final RuntimeException e) {
        ended(next, errno(e), e);
      } catch (final Error e) {
        ended(next, errno(e), e);
        throw e;
      } finally {
        vector.clear();
      }
    }
  }

  private static Errno errno(final Throwable thrown) {
    return thrown instanceof ErrnoException known
        ? known.errno()
        : thrown instanceof OutOfMemoryError ? Errno.ENOMEM : Errno.EINVAL;
  }

  // ---- what the engine reports ----

  @Override
  public void receivedFrom(
      final SocketAddress from,
      final Memory memory,
      final int buffer,
      final int offset,
      final int length,
      final boolean truncated) {
    final byte[] copy = new byte[length];
    memory.buffer().get(offset, copy);
    received.add(new Received(ByteBuffer.wrap(copy), from, truncated));
    delivery.report();
  }

  @Override
  public void receiveEnded(final Errno error) {
    underWay(0, sending);
    scheduleSubmission();
    failed("receive a datagram on " + socket, error, null);
  }

  @Override
  public void sent(final long bytes, final Errno error) {
    final ToSend done = sending;
    assert done != null;
    underWay(limit, null);
    try {
      ended(done, error, null);
    } finally {
      if (!isClosed()) {
        submit();
      }
    }
  }

  private void ended(final ToSend done, final Errno error, final Throwable cause) {
    queuedBytes -= done.cost();
    assert queuedBytes >= 0 : queuedBytes;
    done.memory.close();
    if (error != Errno.NONE) {
      failed("send a datagram of " + done.length + " bytes to " + done.to, error, cause);
    }
  }

  private void failed(final String operation, final Errno error, final Throwable cause) {
    if (!isClosed()) {
      problems.add(new ErrnoException(operation, error, 0, cause));
      delivery.schedule();
    }
  }

  @Override
  public void detached() {
    assert state == State.CLOSED : state;
    services.unref();
    dropWaiting();
    dropSending();
  }

  // ---- what is to be delivered ----

  /** The next datagram, or null. */
  Received nextReceived() {
    return received.poll();
  }

  boolean hasReceived() {
    return !received.isEmpty();
  }

  /** The next failure, or null. */
  ErrnoException nextProblem() {
    return problems.poll();
  }

  boolean hasProblem() {
    return !problems.isEmpty();
  }

  /** After an exception of the engine: submits what it has prevented. */
  void submitRest() {
    if (wantedLimit != limit || (sending == null && !toSend.isEmpty())) {
      scheduleSubmission();
    }
  }

  // ---- the end ----

  /** Drops what waits and closes the socket. */
  void close() {
    assert !isClosed() : state;
    received.clear();
    problems.clear();
    if (state == State.UNATTACHED || services.isClosed()) {
      become(State.CLOSED);
      dropWaiting();
      dropSending();
      socket.close();
    } else if (services.inLoop()) {
      detach();
    } else {
      become(State.CLOSING);
      services.beforeNextPoll(submission);
    }
  }

  private void detach() {
    if (state == State.CLOSED) {
      return;
    }
    if (limit == 0 && sending == null) {
      services.ref();
    }
    become(State.CLOSED);
    try {
      services.engine().detach(slot, true);
    } catch (final Throwable e) {
      services.unref();
      dropWaiting(); // not what is being sent: the engine may still read it
      socket.close();
      throw e;
    }
    socket.detachDescriptor();
  }

  private void dropWaiting() {
    ToSend left;
    while ((left = toSend.poll()) != null) {
      queuedBytes -= left.cost();
      left.memory.close();
    }
  }

  private void dropSending() {
    final ToSend left = sending;
    if (left != null) {
      underWay(limit, null);
      queuedBytes -= left.cost();
      left.memory.close();
    }
    assert queuedBytes == 0 : queuedBytes;
  }

  @Override
  public String toString() {
    return "datagram event on " + socket;
  }
}
