package org.jevent.internal.engine;

import java.net.SocketAddress;
import org.jevent.error.Errno;
import org.jevent.net.NetSocket;

/**
 * The receiver of a slot's completions. Each method is called by the engine from within {@link
 * Engine#enter}, on the loop's thread. A method that is not overridden belongs to an operation that
 * the attachment never submits.
 *
 * <p>An error is {@link Errno#NONE} when there is none.
 */
public abstract class Attachment {
  /**
   * The handle is ready for the bits of {@code mask}; or, with an error, it cannot be watched and
   * is no longer.
   */
  public void ready(final int mask, final Errno error) {
    throw unexpected("ready");
  }

  /**
   * Bytes have arrived: {@code length} of them at {@code offset} of {@code memory}, valid until the
   * next {@link Engine#enter} unless {@code buffer} is retained.
   */
  public void received(final Memory memory, final int buffer, final int offset, final int length) {
    throw unexpected("received");
  }

  /**
   * No more bytes will arrive: the stream has ended ({@link Errno#NONE}) or broken. Receiving has
   * stopped.
   */
  public void receiveEnded(final Errno error) {
    throw unexpected("receiveEnded");
  }

  /**
   * A datagram has arrived; {@code truncated} when it was longer than the limit. Memory as in
   * {@link #received}.
   */
  public void receivedFrom(
      final SocketAddress from,
      final Memory memory,
      final int buffer,
      final int offset,
      final int length,
      final boolean truncated) {
    throw unexpected("receivedFrom");
  }

  /**
   * A send has ended: {@code bytes} have left, all of them unless there is an error (or the file
   * ended early). Cancelled: {@link Errno#ECANCELED}.
   */
  public void sent(final long bytes, final Errno error) {
    throw unexpected("sent");
  }

  /**
   * A connection was accepted, or, with an error ({@code socket} null), accepting has failed and
   * stopped. The receiver owns the socket.
   */
  public void accepted(final NetSocket socket, final SocketAddress peer, final Errno error) {
    throw unexpected("accepted");
  }

  /** A connect has ended. */
  public void connected(final Errno error) {
    throw unexpected("connected");
  }

  /** A shutdown has been carried out. */
  public void shut(final Errno error) {
    throw unexpected("shut");
  }

  /** The slot is free: nothing more will be called. */
  public void detached() {}

  /**
   * One of the other methods has thrown.
   *
   * @return whether the failure is reported to the user by the attachment itself
   */
  public boolean completionFailed(final Throwable thrown) {
    return false;
  }

  private IllegalStateException unexpected(final String completion) {
    return new IllegalStateException("no " + completion + " expected by " + this);
  }
}
