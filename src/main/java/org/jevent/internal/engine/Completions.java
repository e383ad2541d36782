package org.jevent.internal.engine;

import java.net.SocketAddress;
import org.jevent.error.Errno;
import org.jevent.net.NetSocket;

/**
 * Calls the methods of attachments for an engine. Only this class catches what they throw, so that
 * a fault of one slot neither ends the wait nor loses another slot's completion.
 */
public final class Completions {
  /** Receives what a method of an attachment has thrown. */
  @FunctionalInterface
  public interface ThrownSink {
    /**
     * Called from within {@link Engine#enter}; it must not throw.
     *
     * @param source whose completion it was; null when no attachment is concerned
     */
    void thrown(Attachment source, Throwable thrown);
  }

  /** Such as {@code Attachment::connected}. */
  @FunctionalInterface
  public interface Outcome {
    /** Calls the method. */
    void report(Attachment to, Errno error);
  }

  private ThrownSink sink;
  private Throwable first;

  /** Sets the sink of exceptions. Without it, {@link #rethrow} throws it at the end of the wait. */
  public void onThrown(final ThrownSink receiver) {
    sink = receiver;
  }

  /** A completion could not be delivered. */
  public void failed(final Attachment source, final Throwable thrown) {
    if (sink != null) {
      sink.thrown(source, thrown);
    } else if (first == null) {
      first = thrown;
    } else if (first != thrown) {
      first.addSuppressed(thrown);
    }
  }

  /** Throws the first exception that no sink has received. */
  public void rethrow() {
    final Throwable thrown = first;
    if (thrown == null) {
      return;
    }
    first = null;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    throw new IllegalStateException(thrown);
  }

  /** {@link Attachment#ready}. */
  public void ready(final Attachment to, final int mask, final Errno error) {
    try {
      to.ready(mask, error);
    } catch (final Throwable e) {
      failed(to, e);
    }
  }

  /** {@link Attachment#received}. */
  public void received(
      final Attachment to,
      final Memory memory,
      final int buffer,
      final int offset,
      final int length) {
    try {
      to.received(memory, buffer, offset, length);
    } catch (final Throwable e) {
      failed(to, e);
    }
  }

  /** {@link Attachment#receivedFrom}. */
  public void receivedFrom(
      final Attachment to,
      final SocketAddress from,
      final Memory memory,
      final int buffer,
      final int offset,
      final int length,
      final boolean truncated) {
    try {
      to.receivedFrom(from, memory, buffer, offset, length, truncated);
    } catch (final Throwable e) {
      failed(to, e);
    }
  }

  /** {@link Attachment#sent}. */
  public void sent(final Attachment to, final long bytes, final Errno error) {
    try {
      to.sent(bytes, error);
    } catch (final Throwable e) {
      failed(to, e);
    }
  }

  /** {@link Attachment#accepted}. */
  public void accepted(
      final Attachment to, final NetSocket socket, final SocketAddress peer, final Errno error) {
    try {
      to.accepted(socket, peer, error);
    } catch (final Throwable e) {
      failed(to, e);
    }
  }

  /** A method of an attachment that receives an error, or none, and nothing else. */
  public void ended(final Attachment to, final Errno error, final Outcome outcome) {
    try {
      outcome.report(to, error);
    } catch (final Throwable e) {
      failed(to, e);
    }
  }

  /** {@link Attachment#detached}. */
  public void detached(final Attachment to) {
    try {
      to.detached();
    } catch (final Throwable e) {
      failed(to, e);
    }
  }

  /** {@link SignalSink#signalled}. */
  public void signalled(final SignalSink to, final int number, final int count) {
    try {
      to.signalled(number, count, Errno.NONE);
    } catch (final Throwable e) {
      failed(null, e);
    }
  }
}
