package org.jevent.endpoint;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.loop.PrePollTask;
import org.jevent.net.NetSocket;

/**
 * Datagrams with their addresses: receives while it is enabled, sends one after the other. libevent
 * leaves datagrams to events and the system's calls; this spares a program both.
 *
 * <p>An error of one datagram (its size, a refusal by the peer, memory) goes to the error callback,
 * or else to the base's exception handler. The others are not affected. An exception of a callback
 * goes to the handler, an {@link Error} ends the loop. The remaining datagrams are delivered after
 * that.
 *
 * <p>Threads: the loop's thread while the loop runs, any one thread while it does not. Another
 * thread, a closed object and a closed base are answered with {@link IllegalStateException}.
 */
public final class DatagramEvent implements AutoCloseable {
  /** The largest datagram that is received whole by default. */
  public static final int DEFAULT_MAX_SIZE = 8192;

  /** The maximum size of a received datagram. */
  public static final int MAX_SIZE = 15 * 1024;

  /** How many bytes may wait to be sent. */
  private static final int MAX_QUEUED = 1 << 20;

  /** What a datagram takes besides its bytes, so that empty ones are not endless either. */
  private static final int OVERHEAD = 64;

  /** A datagram has arrived. */
  @FunctionalInterface
  public interface Callback {
    /**
     * A datagram has arrived.
     *
     * @param data its bytes, the callee's to keep
     * @param from its sender; an empty path for a Unix domain socket that is bound to none
     * @param truncated it was longer than the largest size, and this is its beginning
     */
    void received(DatagramEvent event, ByteBuffer data, SocketAddress from, boolean truncated);
  }

  /** Receiving or sending one has failed. */
  @FunctionalInterface
  public interface ErrorCallback {
    void failed(DatagramEvent event, ErrnoException problem);
  }

  private record Received(ByteBuffer data, SocketAddress from, boolean truncated) {}

  private record ToSend(Memory memory, int length, SocketAddress to) {
    int cost() {
      return length + OVERHEAD;
    }
  }

  private final EventBase base;
  private final LoopServices services;
  private final NetSocket socket;
  private final AddressFamily family;
  private final int maxSize;
  private final Callback callback;
  private final Job job;
  private final PrePollTask prePollTask = this::reconcile;
  private final SendVector vector = new SendVector();
  private final ArrayDeque<Received> received = new ArrayDeque<>();
  private final ArrayDeque<ToSend> toSend = new ArrayDeque<>();
  private final ArrayDeque<ErrnoException> problems = new ArrayDeque<>();
  private ErrorCallback errorCallback;
  private Port port;
  private long queuedBytes;
  private boolean enabled;
  private boolean receiving;
  private boolean sending;
  private boolean referenced;
  private boolean prePollScheduled;
  private boolean closed;

  /**
   * For a datagram socket, which it closes when it is closed itself.
   *
   * @param maxSize of a datagram that is received, from 1 to {@link #MAX_SIZE}
   * @throws ErrnoException if the socket is closed, or none
   */
  public DatagramEvent(
      final EventBase base, final NetSocket socket, final int maxSize, final Callback callback) {
    this.base = Objects.requireNonNull(base, "base");
    this.services = BaseAccess.services(base);
    this.socket = Objects.requireNonNull(socket, "socket");
    final SocketAddress local = socket.localAddress();
    this.family = local == null ? null : AddressFamily.of(local);
    this.maxSize = Arguments.within("maxSize", maxSize, 1, MAX_SIZE);
    this.callback = Objects.requireNonNull(callback, "callback");
    services.requireOpen("make a datagram event");
    EngineSocket.of(socket).claim(this);
    job = services.newJob(this, "a datagram event", this::deliver);
  }

  /** On a new socket bound to {@code address}, receiving datagrams of up to 8,192 bytes. */
  public static DatagramEvent bind(
      final EventBase base, final SocketAddress address, final Callback callback) {
    Objects.requireNonNull(base, "base");
    StackReserve.largest();
    Objects.requireNonNull(callback, "callback");
    final NetSocket made = base.sockets().datagram(address);
    try {
      return new DatagramEvent(base, made, DEFAULT_MAX_SIZE, callback);
    } catch (final Throwable e) {
      made.close();
      throw e;
    }
  }

  /** The socket. */
  public NetSocket handle() {
    return socket;
  }

  /** Where it is bound. */
  public SocketAddress address() {
    return socket.localAddress();
  }

  /** Sets the receiver of errors, null for the base's handler. */
  public void setErrorCallback(final ErrorCallback next) {
    use();
    errorCallback = next;
  }

  /** Receives from now on, first what had been received when it was disabled. */
  public void enable() {
    use();
    requireLoop();
    enabled = true;
    if (!received.isEmpty()) {
      job.schedule();
    }
    schedulePrePoll();
  }

  /**
   * Receives no more; inside the callback it stops after the datagram in hand. What had been
   * received by then waits for {@link #enable}.
   */
  public void disable() {
    use();
    enabled = false;
    schedulePrePoll();
  }

  /**
   * Sends the remaining bytes as one datagram, after those that wait already. They are copied, and
   * the buffer's position moves to its limit. Whatever is thrown, nothing has changed.
   *
   * @param to an address that a socket of this family can send to, with a port of 1 to 65,535, or a
   *     path of 1 to 107 bytes
   * @return false, with nothing sent, while too much is waiting
   * @throws IllegalArgumentException if {@code to} is none of that, such as an unresolved one
   * @throws ErrnoException with {@code ENOMEM}, if there is no memory for a copy
   */
  public boolean send(final ByteBuffer data, final SocketAddress to) {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(to, "to");
    use();
    requireLoop();
    final int length = data.remaining();
    AddressFamily.requireDestination(to, family);
    if (queuedBytes + length > MAX_QUEUED && !toSend.isEmpty()) {
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
    schedulePrePoll();
    return true;
  }

  private void use() {
    StackReserve.medium();
    job.used();
    services.requireLoopThread(this);
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  private void requireLoop() {
    if (services.isClosed()) {
      throw new IllegalStateException("use " + this + ": the base is closed");
    }
  }

  private void schedulePrePoll() {
    if (!prePollScheduled) {
      services.beforeNextPoll(prePollTask);
      prePollScheduled = true;
    }
  }

  /** Schedules {@link #deliver}, unless the base is closed. */
  private void wantDelivery() {
    if (!services.isClosed()) {
      job.schedule();
    }
  }

  // ---- the engine; the loop's thread ----

  private final class Port extends Attachment {
    private int slot;

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
      job.report();
    }

    @Override
    public void receiveEnded(final Errno error) {
      receiving = false;
      schedulePrePoll();
      failed("receive a datagram on " + socket, error, null);
    }

    @Override
    public void sent(final long bytes, final Errno error) {
      sending = false;
      try {
        sendEnded(error, null);
      } finally {
        if (!closed) {
          reconcile();
        }
      }
    }

    @Override
    public void detached() {
      services.unref();
      dropQueued();
    }

    @Override
    public String toString() {
      return DatagramEvent.this.toString();
    }
  }

  private void failed(final String operation, final Errno error, final Throwable cause) {
    if (closed) {
      return;
    }
    problems.add(new ErrnoException(operation, error, 0, cause));
    wantDelivery();
  }

  /** The first of the queue was sent, or has failed. */
  private void sendEnded(final Errno error, final Throwable cause) {
    final ToSend done = toSend.remove();
    queuedBytes -= done.cost();
    done.memory.close();
    if (error != Errno.NONE) {
      failed("send a datagram of " + done.length + " bytes to " + done.to, error, cause);
    }
  }

  /** Submits what has changed. What an exception of the engine prevents is submitted later. */
  private void reconcile() {
    prePollScheduled = false;
    if (closed) {
      detach();
      return;
    }
    boolean done = false;
    try {
      attach();
      if (enabled != receiving) {
        services.engine().receiveFrom(port.slot, enabled ? maxSize : 0);
        receiving = enabled;
      }
      sendNext();
      done = true;
    } finally {
      updateRef();
      if (!done) {
        wantDelivery(); // which schedules another pre-poll task
      }
    }
  }

  /** The engine has thrown, so a change was not submitted. */
  private boolean unsubmitted() {
    return enabled != receiving || (!sending && !toSend.isEmpty());
  }

  private void attach() {
    if (port == null) {
      final Port made = new Port();
      made.slot =
          socket.channel() == null
              ? services.engine().attach(made, socket.descriptor())
              : services.engine().attach(made, socket.channel());
      port = made;
    }
  }

  /** A refusal by the engine ends that datagram alone. */
  private void sendNext() {
    while (!sending && !toSend.isEmpty()) {
      final ToSend next = toSend.peek();
      try {
        vector.add(next.memory, 0, next.length);
        services.engine().sendTo(port.slot, vector, next.to);
        sending = true;
      } catch (final RuntimeException e) {
        sendEnded(errno(e), e);
      } catch (final Error e) {
        sendEnded(errno(e), e);
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

  private void updateRef() {
    final boolean needed = receiving || sending;
    if (needed != referenced) {
      referenced = needed;
      if (needed) {
        services.ref();
      } else {
        services.unref();
      }
    }
  }

  private void deliver() {
    try {
      deliverReceived();
      deliverProblems();
    } finally {
      if (!closed) {
        if (unsubmitted()) {
          schedulePrePoll();
        }
        if ((enabled && !received.isEmpty()) || !problems.isEmpty()) {
          wantDelivery(); // an error has ended this: the rest when the loop is entered again
        }
      }
    }
  }

  private void deliverReceived() {
    Received next;
    while (!closed && enabled && (next = received.poll()) != null) {
      try {
        callback.received(this, next.data, next.from, next.truncated);
      } catch (final Exception e) {
        services.report(this, e);
      }
    }
  }

  private void deliverProblems() {
    ErrnoException problem;
    while (!closed && (problem = problems.poll()) != null) {
      final ErrorCallback listener = errorCallback;
      if (listener == null) {
        services.report(this, problem);
        continue;
      }
      try {
        listener.failed(this, problem);
      } catch (final Exception e) {
        services.report(this, e);
      }
    }
  }

  // ---- the end ----

  /** Drops what waits to be sent and closes the socket. A second call does nothing. */
  @Override
  public void close() {
    StackReserve.largest();
    if (closed) {
      return;
    }
    services.requireLoopThread(this);
    closed = true;
    job.cancel();
    job.closed();
    EngineSocket.of(socket).unclaim(this);
    received.clear();
    problems.clear();
    if (port == null || base.isClosed()) {
      dropQueued();
      socket.close();
    } else if (services.inLoop()) {
      detach();
    } else {
      services.beforeNextPoll(prePollTask);
    }
  }

  private void detach() {
    if (port == null) {
      return;
    }
    final int slot = port.slot;
    port = null;
    if (!referenced) {
      services.ref();
    }
    try {
      services.engine().detach(slot, true);
    } catch (final Throwable e) {
      services.unref();
      if (!sending) { // else the engine may still read what is being sent
        dropQueued();
      }
      socket.close();
      throw e;
    }
    EngineSocket.of(socket).detachDescriptor();
  }

  private void dropQueued() {
    ToSend left;
    while ((left = toSend.poll()) != null) {
      left.memory.close();
    }
    queuedBytes = 0;
  }

  @Override
  public String toString() {
    return "datagram event on " + socket;
  }
}
