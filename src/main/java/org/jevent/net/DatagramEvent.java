package org.jevent.net;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.engine.Attachment;
import org.jevent.engine.Engine;
import org.jevent.engine.Memory;
import org.jevent.engine.SendVector;
import org.jevent.engine.StackReserve;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.loop.Backstage;
import org.jevent.loop.Job;
import org.jevent.loop.Step;

/**
 * Datagrams with their addresses: receives while it is enabled, sends one after the other. libevent
 * leaves datagrams to events and the system's calls; this spares a program both.
 *
 * <p>What goes wrong with one datagram (its address, its size, a refusal by the peer) goes to the
 * error callback, or to the base's exception handler, and the others go on.
 *
 * <p>Threads: the loop's thread while the loop runs, any one thread while it does not. Another
 * thread and a closed object are answered with {@link IllegalStateException}.
 */
public final class DatagramEvent implements AutoCloseable {
  /** The largest datagram that is received whole, unless told otherwise. */
  public static final int DEFAULT_MAX_SIZE = 8192;

  /** The largest that can be asked for. */
  public static final int LARGEST = 15 * 1024;

  /** So many bytes may wait to be sent. */
  private static final int MAX_QUEUED = 1 << 20;

  /** A datagram has arrived. */
  @FunctionalInterface
  public interface Callback {
    /**
     * A datagram has arrived.
     *
     * @param data its bytes, the callee's to keep
     * @param from its sender
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

  private record ToSend(Memory memory, int length, SocketAddress to) {}

  private final EventBase base;
  private final Backstage stage;
  private final NetSocket socket;
  private final int maxSize;
  private final Callback callback;
  private final Job job;
  private final Step step = this::reconcile;
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
  private boolean waiting;
  private boolean stepWanted;
  private boolean closed;

  /**
   * For a datagram socket, which it closes when it is closed itself.
   *
   * @param maxSize of a datagram that is received, up to {@link #LARGEST}
   */
  public DatagramEvent(
      final EventBase base, final NetSocket socket, final int maxSize, final Callback callback) {
    if (maxSize < 1 || maxSize > LARGEST) {
      throw new IllegalArgumentException("size " + maxSize + " is not within 1.." + LARGEST);
    }
    this.base = base;
    this.stage = base.backstage();
    this.socket = Objects.requireNonNull(socket, "socket");
    this.maxSize = maxSize;
    this.callback = Objects.requireNonNull(callback, "callback");
    job = stage.newJob(this, "a datagram event", this::deliver);
  }

  /** On a new socket bound to {@code address}, receiving datagrams of up to 8,192 bytes. */
  public static DatagramEvent bind(
      final EventBase base, final SocketAddress address, final Callback callback) {
    StackReserve.largest();
    Objects.requireNonNull(callback, "callback");
    return new DatagramEvent(base, NetSocket.datagram(base, address), DEFAULT_MAX_SIZE, callback);
  }

  /** The socket. */
  public NetSocket handle() {
    return socket;
  }

  /** Where it is bound. */
  public SocketAddress address() {
    return socket.localAddress();
  }

  /** Who hears of errors, null for the base's handler. */
  public void setErrorCallback(final ErrorCallback next) {
    use();
    errorCallback = next;
  }

  /** Receives from now on. */
  public void enable() {
    use();
    enabled = true;
    wantStep();
  }

  /** Receives no more. */
  public void disable() {
    use();
    enabled = false;
    wantStep();
  }

  /**
   * Sends the remaining bytes as one datagram, after those that wait already. They are copied.
   *
   * @return false, with nothing sent, while too much is waiting
   */
  public boolean send(final ByteBuffer data, final SocketAddress to) {
    use();
    Objects.requireNonNull(to, "to");
    final int length = data.remaining();
    if (queuedBytes + length > MAX_QUEUED && !toSend.isEmpty()) {
      return false;
    }
    final Memory memory = stage.engine().allocate(Math.max(1, length));
    memory.buffer().put(0, data, data.position(), length);
    data.position(data.limit());
    toSend.add(new ToSend(memory, length, to));
    queuedBytes += length;
    wantStep();
    return true;
  }

  private void use() {
    StackReserve.medium();
    job.used();
    stage.requireLoopThread(this);
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  private void wantStep() {
    if (!stepWanted) {
      stepWanted = true;
      stage.later(step);
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
      failed("receive a datagram on " + socket, error);
    }

    @Override
    public void sent(final long bytes, final Errno error) {
      sending = false;
      final ToSend done = toSend.poll();
      if (done != null) {
        queuedBytes -= done.length;
        done.memory.close();
        if (error != Errno.NONE) {
          failed("send a datagram to " + done.to, error);
        }
      }
      if (!closed) {
        reconcile();
      }
    }

    @Override
    public void detached() {
      stage.addWaiting(-1);
      dropQueued();
    }

    @Override
    public String toString() {
      return DatagramEvent.this.toString();
    }
  }

  private void failed(final String operation, final Errno error) {
    problems.add(new ErrnoException(operation, error, 0));
    wantStep();
    job.report();
  }

  private void reconcile() {
    stepWanted = false;
    if (closed) {
      detach();
      return;
    }
    final Engine engine = stage.engine();
    if (port == null) {
      port = new Port();
      port.slot =
          socket.channel() == null
              ? engine.attach(port, socket.descriptor())
              : engine.attach(port, socket.channel());
    }
    if (enabled != receiving) {
      receiving = enabled;
      engine.receiveFrom(port.slot, receiving ? maxSize : 0);
    }
    if (!sending && !toSend.isEmpty()) {
      sending = true;
      final ToSend next = toSend.peek();
      vector.clear();
      vector.add(next.memory, 0, next.length);
      engine.sendTo(port.slot, vector, next.to);
    }
    final boolean owed = receiving || sending;
    if (owed != waiting) {
      waiting = owed;
      stage.addWaiting(owed ? 1 : -1);
    }
  }

  private void deliver() {
    Received next;
    while (!closed && (next = received.poll()) != null) {
      try {
        callback.received(this, next.data, next.from, next.truncated);
      } catch (final RuntimeException e) {
        stage.report(this, e);
      }
    }
    ErrnoException problem;
    while (!closed && (problem = problems.poll()) != null) {
      if (errorCallback == null) {
        stage.report(this, problem);
      } else {
        errorCallback.failed(this, problem);
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
    stage.requireLoopThread(this);
    closed = true;
    job.cancel();
    job.closed();
    if (port == null || base.isClosed()) {
      dropQueued();
      socket.close();
    } else if (stage.inLoop()) {
      detach();
    } else {
      stage.later(step);
    }
  }

  private void detach() {
    if (port != null) {
      if (!waiting) {
        stage.addWaiting(1);
      }
      socket.surrender();
      stage.engine().detach(port.slot, true);
      port = null;
    }
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
