package org.jevent.endpoint;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.error.ErrnoException;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopServices;
import org.jevent.net.NetSocket;
import org.jevent.net.Sockets;

/**
 * Datagrams with their addresses: receives while it is enabled, sends in order, many in an
 * iteration. libevent leaves datagrams to events and the system's calls; this spares a program
 * both.
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

  /** A datagram has arrived. */
  @FunctionalInterface
  public interface Callback {
    /**
     * A datagram has arrived.
     *
     * @param data its bytes: the callee's to keep, unless {@link DatagramEvent#reuseBuffers} was
     *     called
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

  private final LoopServices services;
  private final NetSocket socket;
  private final AddressFamily family;
  private final int maxSize;
  private final Callback callback;
  private final Job job;
  private final DatagramPort port;
  private ErrorCallback errorCallback;

  /** What has been received is delivered, and more is wanted. */
  private boolean enabled;

  /**
   * For a datagram socket, which it closes when it is closed itself.
   *
   * @param maxSize of a datagram that is received, from 1 to {@link #MAX_SIZE}
   * @throws ErrnoException if the socket is closed, or none
   */
  public DatagramEvent(
      final EventBase base, final NetSocket socket, final int maxSize, final Callback callback) {
    this.services = BaseAccess.services(Objects.requireNonNull(base, "base"));
    this.socket = Objects.requireNonNull(socket, "socket");
    final SocketAddress local = socket.localAddress();
    this.family = local == null ? null : AddressFamily.of(local);
    this.maxSize = Arguments.within("maxSize", maxSize, 1, MAX_SIZE);
    this.callback = Objects.requireNonNull(callback, "callback");
    services.requireOpen("make a datagram event");
    EngineSocket.of(socket).claim(this);
    job = services.newJob(this, "a datagram event", this::deliver);
    port = new DatagramPort(services, socket, job);
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

  /**
   * On a new socket that is connected to {@code peer}: it receives from there only, {@link
   * #send(ByteBuffer)} sends there, and a peer that nothing listens at is an error, such as {@code
   * ECONNREFUSED}, with one of the next datagrams. The system chooses the local address.
   *
   * @throws ErrnoException if there is no descriptor left, or no way to the peer
   * @throws IllegalArgumentException if {@code peer} is no IP address with a port
   */
  public static DatagramEvent connect(
      final EventBase base, final InetSocketAddress peer, final Callback callback) {
    Objects.requireNonNull(base, "base");
    StackReserve.largest();
    Objects.requireNonNull(callback, "callback");
    Objects.requireNonNull(peer, "peer");
    final Sockets sockets = base.sockets();
    AddressFamily.requireDestination(peer, AddressFamily.of(peer));
    final NetSocket made = sockets.datagram(anyAddress(peer));
    try {
      made.connect(peer);
      return new DatagramEvent(base, made, DEFAULT_MAX_SIZE, callback);
    } catch (final Throwable e) {
      made.close();
      throw e;
    }
  }

  private static InetSocketAddress anyAddress(final InetSocketAddress peer) {
    try {
      final byte[] zeros = new byte[peer.getAddress().getAddress().length];
      return new InetSocketAddress(InetAddress.getByAddress(zeros), 0);
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e); // the length is one of the two
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

  /**
   * The memory of a datagram is used again once its callback has returned; the callback must not
   * keep its buffer. Spares an array for each datagram. Stays so until it is closed.
   */
  public void reuseBuffers() {
    use();
    port.reuseArrays();
  }

  /**
   * Whether waiting for datagrams keeps the loop alive, as it does at first. What is to be sent
   * always does.
   */
  public void countsAsWork(final boolean counts) {
    use();
    requireLoop();
    port.receivingIsWork(counts);
  }

  /** Receives from now on, first what had been received when it was disabled. */
  public void enable() {
    use();
    requireLoop();
    enabled = true;
    if (port.hasReceived()) {
      job.schedule();
    }
    port.receive(maxSize);
  }

  /**
   * Receives no more; inside the callback it stops after the datagram in hand. What had been
   * received by then waits for {@link #enable}.
   */
  public void disable() {
    use();
    enabled = false;
    port.receive(0);
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
    AddressFamily.requireDestination(to, family);
    return port.send(data, to);
  }

  /**
   * As {@link #send(ByteBuffer, SocketAddress)}, to the peer that the socket is connected to. The
   * error {@code EDESTADDRREQ} or {@code ENOTCONN} goes to the error callback if there is none.
   */
  public boolean send(final ByteBuffer data) {
    Objects.requireNonNull(data, "data");
    use();
    requireLoop();
    return port.send(data, null);
  }

  private void use() {
    StackReserve.medium();
    job.used();
    services.requireLoopThread(this);
    if (port.isClosed()) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  private void requireLoop() {
    if (services.isClosed()) {
      throw new IllegalStateException("use " + this + ": the base is closed");
    }
  }

  // ---- delivery; the loop's thread ----

  private void deliver() {
    try {
      deliverReceived();
      deliverProblems();
    } finally {
      if (!port.isClosed()) {
        port.submitRest();
        if ((enabled && port.hasReceived()) || port.hasProblem()) {
          job.schedule(); // an error has ended this: the rest when the loop is entered again
        }
      }
    }
  }

  private void deliverReceived() {
    DatagramPort.Received next;
    while (!port.isClosed() && enabled && (next = port.nextReceived()) != null) {
      try {
        callback.received(this, next.data(), next.from, next.truncated);
      } catch (final Exception e) {
        services.report(this, e);
      } finally {
        port.delivered(next);
      }
    }
  }

  private void deliverProblems() {
    ErrnoException problem;
    while (!port.isClosed() && (problem = port.nextProblem()) != null) {
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

  /**
   * Drops what waits to be sent and closes the socket. A second call does nothing. A socket that
   * was used is closed when the loop waits next, and its address is free then; where no loop runs,
   * that is in the next one or when the base is closed.
   */
  @Override
  public void close() {
    StackReserve.largest();
    if (port.isClosed()) {
      return;
    }
    services.requireLoopThread(this);
    job.cancel();
    job.closed();
    EngineSocket.of(socket).unclaim(this);
    port.close();
  }

  @Override
  public String toString() {
    return "datagram event on " + socket;
  }
}
