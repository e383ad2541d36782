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
 * The engine's side of a datagram event: it receives while that is wanted, sends as many datagrams
 * at once as the engine takes, and keeps what is to be delivered. The loop's thread, or one thread
 * while no loop runs.
 */
final class DatagramPort extends Attachment {
  /** How many bytes may wait to be sent. */
  private static final int MAX_QUEUED = 1 << 20;

  /**
   * How many bytes may wait to be delivered, while more urgent callbacks run. Then datagrams stay
   * in the system, which drops what exceeds its own limit.
   */
  private static final int MAX_WAITING = 1 << 20;

  /** What a datagram takes besides its bytes, so that empty ones are not endless either. */
  private static final int OVERHEAD = 64;

  /** How many bytes of freed arrays are kept for the next datagrams. */
  private static final int MAX_SPARE = 1 << 16;

  /** A datagram that has come. */
  static final class Received {
    private final byte[] bytes;
    private final int length;
    final SocketAddress from;
    final boolean truncated;

    private int cost() {
      return bytes.length + OVERHEAD;
    }

    private Received(
        final byte[] bytes, final int length, final SocketAddress from, final boolean truncated) {
      this.bytes = bytes;
      this.length = length;
      this.from = from;
      this.truncated = truncated;
    }

    ByteBuffer data() {
      return ByteBuffer.wrap(bytes, 0, length);
    }
  }

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

  /** What the engine sends, in the order of submission. */
  private final ArrayDeque<ToSend> sending = new ArrayDeque<>();

  /** Arrays that were delivered and may be filled again; null if each is the program's to keep. */
  private ArrayDeque<byte[]> spare;

  private int spareBytes;

  private State state = State.UNATTACHED;
  private int slot;
  private boolean submissionScheduled;

  /** The largest datagram that is wanted, and the one that the engine receives; 0 is none. */
  private int wantedLimit;

  private int limit;

  /** Receiving keeps the loop alive; sending always does. */
  private boolean receivingIsWork = true;

  /** The operations under way hold a reference of the loop. */
  private boolean referenced;

  /** Of {@link #toSend} and {@link #sending}. */
  private long queuedBytes;

  /** Of {@link #received}. */
  private long waitingBytes;

  /** Too much waits: nothing is received until half of it is delivered. */
  private boolean full;

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

  /** The one place where the loop is kept alive or released: by what is under way. */
  private void updateReference() {
    final boolean needed = (limit != 0 && receivingIsWork) || !sending.isEmpty();
    if (needed == referenced || state == State.CLOSED) {
      return; // closed: detaching holds the reference now
    }
    referenced = needed;
    if (needed) {
      services.ref();
    } else {
      services.unref();
    }
  }

  // ---- what the event asks for ----

  /** Whether waiting for datagrams keeps the loop alive. */
  void receivingIsWork(final boolean counts) {
    receivingIsWork = counts;
    updateReference();
  }

  /** Arrays are filled again once their datagram was delivered. */
  void reuseArrays() {
    if (spare == null) {
      spare = new ArrayDeque<>();
    }
  }

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
      final int next = nextLimit();
      if (next != limit) {
        services.engine().receiveFrom(slot, next);
        limit = next;
        updateReference();
      }
      sendMore();
      done = true;
    } finally {
      if (!done) {
        delivery.schedule(); // which submits again
      }
    }
  }

  /** The largest datagram to receive from now on. */
  private int nextLimit() {
    return full ? 0 : wantedLimit;
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

  /** Submits a batch when the last one has ended. A refusal ends that datagram alone. */
  private void sendMore() {
    assert state == State.ATTACHED : state;
    if (!sending.isEmpty()) {
      return;
    }
    final int most = services.engine().datagramsAtOnce();
    ToSend next;
    while (sending.size() < most && (next = toSend.poll()) != null) {
      try {
        vector.add(next.memory, 0, next.length);
        services.engine().sendTo(slot, vector, next.to);
        sending.add(next);
      } catch (final RuntimeException e) {
        ended(next, errno(e), e);
      } catch (final Error e) {
        ended(next, errno(e), e);
        throw e;
      } finally {
        vector.clear();
        updateReference();
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
    final byte[] copy = array(length);
    memory.buffer().get(offset, copy, 0, length);
    final Received last = new Received(copy, length, from, truncated);
    received.add(last);
    waitingBytes += last.cost();
    delivery.report();
    if (waitingBytes > MAX_WAITING && !full) {
      full = true;
      scheduleSubmission();
    }
  }

  private byte[] array(final int length) {
    final byte[] free = spare == null ? null : spare.poll();
    if (free != null) {
      spareBytes -= free.length;
      if (free.length >= length) {
        return free;
      }
    }
    return new byte[length];
  }

  /** A datagram was delivered, and its array may be filled again. */
  void delivered(final Received done) {
    if (spare != null && done.bytes.length > 0 && spareBytes + done.bytes.length <= MAX_SPARE) {
      spare.push(done.bytes);
      spareBytes += done.bytes.length;
    }
  }

  @Override
  public void receiveEnded(final Errno error) {
    limit = 0;
    updateReference();
    scheduleSubmission();
    failed("receive a datagram on " + socket, error, null);
  }

  @Override
  public void sent(final long bytes, final Errno error) {
    assert !sending.isEmpty();
    if (error == Errno.EBUSY && sending.size() > 1) {
      toSend.addFirst(sending.removeLast()); // one before it waits for room in the socket
      return;
    }
    final ToSend done = sending.remove();
    updateReference();
    try {
      ended(done, error, null);
    } finally {
      if (!isClosed() && sending.isEmpty()) {
        submit();
      }
    }
  }

  private void ended(final ToSend done, final Errno error, final Throwable cause) {
    queuedBytes -= done.cost();
    assert queuedBytes >= 0 : queuedBytes;
    done.memory.close();
    if (error != Errno.NONE) {
      failed("send a datagram of " + done.length + " bytes to " + receiver(done), error, cause);
    }
  }

  private static String receiver(final ToSend done) {
    return done.to == null ? "the connected peer" : done.to.toString();
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
    final Received next = received.poll();
    if (next != null) {
      waitingBytes -= next.cost();
      assert waitingBytes >= 0 : waitingBytes;
      if (full && waitingBytes <= MAX_WAITING / 2) {
        full = false;
        scheduleSubmission();
      }
    }
    return next;
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
    if (nextLimit() != limit || (sending.isEmpty() && !toSend.isEmpty())) {
      scheduleSubmission();
    }
  }

  // ---- the end ----

  /** Drops what waits and closes the socket. */
  void close() {
    assert !isClosed() : state;
    received.clear();
    waitingBytes = 0;
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
    if (!referenced) {
      services.ref();
    }
    become(State.CLOSED);
    final boolean closesDescriptor = socket.detachDescriptor();
    try {
      services.engine().detach(slot, closesDescriptor);
    } catch (final Throwable e) {
      services.unref();
      dropWaiting(); // not what is being sent: the engine may still read it
      if (closesDescriptor) {
        socket.closeDetached();
      }
      throw e;
    }
  }

  private void dropWaiting() {
    ToSend left;
    while ((left = toSend.poll()) != null) {
      queuedBytes -= left.cost();
      left.memory.close();
    }
  }

  private void dropSending() {
    ToSend left;
    while ((left = sending.poll()) != null) {
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
