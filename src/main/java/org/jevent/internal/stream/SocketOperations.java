package org.jevent.internal.stream;

import java.nio.channels.SelectableChannel;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.bytes.FileStore;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.loop.Masks;
import org.jevent.net.NetSocket;

/**
 * The operations of a stream's socket in the engine: what is submitted, how far it has come, and
 * what becomes of a submission that fails. All but the failures are the loop's thread's.
 */
abstract class SocketOperations extends Attachment {
  /**
   * The maximum of one send, regardless of the limits: it may need as much memory. A file goes out
   * in parts of that size, as the system sends it without copying.
   */
  private static final int MAX_SEND = 1 << 20;

  /** {@link #slot}: the socket is not attached. */
  static final int NO_SLOT = -1;

  final StreamCore core;
  NetSocket socket;

  /** The socket's place in the engine, or {@link #NO_SLOT}. */
  int slot = NO_SLOT;

  /** Connecting, once that was asked for; null before. */
  SocketConnector connect;

  ReceiveState receiving = ReceiveState.OPEN;
  SendState sending = SendState.IDLE;

  /** The limit of receiving that was submitted last; 0: nothing is received. */
  int receiveLimit;

  /** It holds a reference on the loop. */
  private boolean referenced;

  SocketOperations(final StreamCore core, final NetSocket socket) {
    this.core = core;
    this.socket = socket;
  }

  private Engine engine() {
    return core.context.engine;
  }

  /** Whether the stream would read arriving bytes. */
  abstract boolean wantsBytes();

  // ---- what is known of the connection ----

  final ConnectState connecting() {
    return connect == null ? ConnectState.NONE : connect.state();
  }

  /** There is a connection, as far as is known. */
  public final boolean isConnected() {
    return socket != null && connecting() == ConnectState.NONE;
  }

  private boolean discardsNow() {
    return core.discards() && receiving.mayArrive() && isConnected();
  }

  // ---- submissions ----

  final void attach() {
    if (slot == NO_SLOT) {
      final SelectableChannel channel = socket.channel();
      slot =
          channel == null
              ? engine().attach(this, socket.descriptor())
              : engine().attach(this, channel);
    }
  }

  final void updateReceiving() {
    if (discardsNow()) {
      if (receiving == ReceiveState.OPEN) {
        receivingIs(ReceiveState.DISCARDING);
        // A restarted receive polls at once, before an answer in the same batch leaves.
        receive(0);
      }
      receive(StreamCore.DEFAULT_MAX_SINGLE);
    } else {
      receive(wantsBytes() ? core.readAllowance() : 0);
    }
  }

  /** Submits how much to receive at most, if that has changed. */
  private void receive(final int max) {
    if (max != receiveLimit) {
      engine().receive(slot, max);
      receiveLimit = max;
    }
  }

  final void startSending() {
    if (core.toSend.length() == 0
        || sending != SendState.IDLE
        || slot == NO_SLOT
        || !isConnected()
        || !core.mayWrite()) {
      return;
    }
    final int max = Math.min(core.writeAllowance(), MAX_SEND);
    if (max > 0) {
      try {
        if (!sendFile(max)) {
          sendBytes(max);
        }
      } catch (final Throwable e) {
        fail(StreamCore.WRITING, e);
      }
    }
  }

  private void sendBytes(final int max) {
    try {
      final long count = core.toSend.collect(core.context.vector, max);
      final boolean deferred = count == core.toSend.length() && mayReportLate();
      engine().send(slot, core.context.vector, deferred);
      sendingIs(deferred ? SendState.DEFERRED : SendState.ACTIVE);
    } finally {
      core.context.vector.clear();
    }
  }

  /** No callback waits for bytes to leave, and another completion will end the wait. */
  private boolean mayReportLate() {
    return receiveLimit > 0 && !core.isAwaited() && !core.toSend.isObserved();
  }

  /** A callback or more bytes wait from now on for what may be reported late. */
  final void flushDeferredSend() {
    if (sending == SendState.OVERDUE || (sending == SendState.DEFERRED && !mayReportLate())) {
      sendingIs(SendState.ACTIVE);
      engine().flushDeferredCompletions();
    }
  }

  /** Submits the file range at the front, if there is one; false: the front is bytes. */
  private boolean sendFile(final int max) {
    final FileStore file = core.toSend.fileInFront();
    if (file == null) {
      return false;
    }
    if (!file.mayBeSent() || !engine().sends(file.file())) {
      core.toSend.readFileInFront(max);
      return false;
    }
    final boolean limited =
        core.limits() != null || core.maxSingleWrite() < StreamCore.DEFAULT_MAX_SINGLE;
    final long count = Math.min(core.toSend.fileLength(), limited ? max : MAX_SEND);
    engine().sendFile(slot, file.file(), core.toSend.filePosition(), count);
    sendingIs(SendState.ACTIVE);
    return true;
  }

  final void startShutdown() {
    if (core.isOutputEnding()
        && sending == SendState.IDLE
        && isConnected()
        && core.toSend.length() == 0) {
      core.outputEnded();
      engine().shutdown(slot, Engine.SHUT_WRITE);
    }
  }

  /** Holds a reference on the loop while the engine has an operation of this stream. */
  final void updateRef() {
    final boolean needed =
        slot != NO_SLOT && (connecting().isUnderWay() || sending.isUnderWay() || receiveLimit > 0);
    if (needed != referenced) {
      referenced = needed;
      if (needed) {
        core.services().ref();
      } else {
        core.services().unref();
      }
    }
  }

  // ---- transitions ----

  final void receivingIs(final ReceiveState next) {
    assert receiving.leadsTo(next) : receiving + " to " + next + ": " + this;
    receiving = next;
  }

  final void sendingIs(final SendState next) {
    assert sending.leadsTo(next) : sending + " to " + next + ": " + this;
    sending = next;
  }

  // ---- failures ----

  /**
   * A pre-poll task or a completion has thrown: the operation has failed, and the stream reports
   * that by its event.
   */
  @Override
  public final boolean completionFailed(final Throwable thrown) {
    core.guard.enter();
    try {
      if (core.isClosed()) {
        core.report(thrown);
      } else if (connecting().isUnderWay()) {
        connect.failed(reason(thrown));
        core.runPending(true);
        reportUnexpected(thrown);
      } else {
        failWanted(thrown);
      }
    } finally {
      core.guard.exit();
    }
    return true;
  }

  private void failWanted(final Throwable thrown) {
    final boolean reads = (core.enabled() & Masks.READ) != 0;
    final boolean writes = core.toSend.length() > 0 || core.isClosing();
    if (reads) {
      fail(StreamCore.READING, thrown);
    }
    if (writes && !core.isClosed()) {
      fail(StreamCore.WRITING, thrown);
    }
    if (!reads && !writes) {
      core.report(thrown);
    }
  }

  final void fail(final int direction, final Throwable thrown) {
    core.disableFor(direction);
    core.pendEvent(direction | StreamCore.ERROR, reason(thrown));
    core.runPending(true);
    reportUnexpected(thrown);
  }

  /** The event reports an error of the system; any other exception is a fault of the library. */
  private void reportUnexpected(final Throwable thrown) {
    if (!(thrown instanceof ErrnoException)) {
      core.report(thrown);
    }
  }

  private static Errno reason(final Throwable thrown) {
    if (thrown instanceof ErrnoException known) {
      return known.errno();
    }
    return thrown instanceof OutOfMemoryError ? Errno.ENOMEM : Errno.EIO;
  }
}
