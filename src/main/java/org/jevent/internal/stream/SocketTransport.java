package org.jevent.internal.stream;

import java.nio.channels.SelectableChannel;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.bytes.FileStore;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.loop.Masks;
import org.jevent.net.NetSocket;

/**
 * Moves bytes over a socket. The desired state is recorded at once. {@link #beforePoll} submits the
 * difference between that and the engine's present operations.
 *
 * <p>It is the attachment of its socket. When the socket is replaced, a {@link FormerSocket} takes
 * over the completions of the former one.
 */
public final class SocketTransport extends Attachment implements Transport {
  /**
   * The maximum of one send, regardless of the limits: it may need as much memory. A file goes out
   * in parts of that size, as the system sends it without copying.
   */
  private static final int MAX_SEND = 1 << 20;

  private static final int NO_SLOT = -1;

  private final StreamCore core;
  private final Engine engine;
  private NetSocket socket;

  /** The socket's place in the engine, or {@link #NO_SLOT}. */
  private int slot = NO_SLOT;

  /** Connecting, once that was asked for; null before. */
  private SocketConnect connect;

  private ReceiveState receiving = ReceiveState.OPEN;
  private SendState sending = SendState.IDLE;

  /** The limit of receiving that was submitted last; 0: nothing is received. */
  private int receiveLimit;

  /** The bytes of a send whose success may be reported late. */
  private int deferredBytes;

  /** Sockets that it has left and the loop's thread is still to detach, or null. */
  private FormerSocket leaving;

  private boolean shutdownWanted;

  /** A reset was reported for one direction: an error of the other one is the same reset. */
  private boolean reset;

  /** It holds a reference on the loop. */
  private boolean referenced;

  /**
   * The transport of a stream that begins next.
   *
   * @param socket null: a connect will make one
   */
  public SocketTransport(final StreamCore core, final NetSocket socket) {
    this.core = core;
    this.socket = socket;
    engine = core.context.engine;
  }

  /** The socket, or null. */
  public NetSocket socket() {
    return socket;
  }

  // ---- what is wanted ----

  @Override
  public void readingChanged() {
    core.updateTimeouts();
    schedulePrePoll();
  }

  @Override
  public void writingChanged() {
    core.updateTimeouts();
    schedulePrePoll();
  }

  @Override
  public void outputAdded() {
    if (core.timeouts() != null) {
      core.timeouts().updateWriting(isWriting());
    }
    if (sending != SendState.ACTIVE) {
      schedulePrePoll();
    }
  }

  @Override
  public void progressWatched() {
    if (sending == SendState.DEFERRED) {
      schedulePrePoll();
    }
  }

  void schedulePrePoll() {
    if (!core.isClosed()) {
      core.schedulePrePoll();
    }
  }

  private ConnectState connecting() {
    return connect == null ? ConnectState.NONE : connect.state();
  }

  /** There is a connection, as far as is known. */
  private boolean isConnected() {
    return socket != null && connecting() == ConnectState.NONE;
  }

  @Override
  public boolean isReading() {
    return core.mayRead() && receiving != ReceiveState.BROKEN && isConnected();
  }

  /** Bytes left unread would make the system reset the connection, and with it what was sent. */
  @Override
  public void discardInput() {
    schedulePrePoll();
  }

  private boolean discardsNow() {
    return core.discards() && receiving.mayArrive() && isConnected();
  }

  /** A connect counts as writing, and so does the look-up before it. */
  @Override
  public boolean isWriting() {
    if (connect != null && connect.isResolving()) {
      return (core.enabled() & Masks.WRITE) != 0 && !core.isClosed();
    }
    return core.mayWrite()
        && (connecting().isUnderWay() || (isConnected() && core.toSend.length() > 0));
  }

  @Override
  public boolean isFlushed() {
    return core.toSend.length() == 0;
  }

  @Override
  public boolean isHopeless() {
    return connecting() == ConnectState.FAILED
        || (socket == null && (connect == null || !connect.isByName()));
  }

  @Override
  public Errno refined(final Errno reason) {
    return reset && reason == Errno.EPIPE ? Errno.ECONNRESET : reason;
  }

  /** Bytes leave at the end of each iteration in any case. */
  @Override
  public boolean flush(final int mask, final int mode) {
    return false;
  }

  @Override
  public void shutdownOutput() {
    shutdownWanted = true;
    schedulePrePoll();
  }

  // ---- what is submitted to the engine; the loop's thread ----

  @Override
  public void beforePoll() {
    try {
      detachFormer();
      if (core.isClosed()) {
        detachAll();
      } else if (socket != null) {
        attach();
        if (connect != null) {
          connect.submit(slot);
        }
        updateReceiving();
        flushDeferredSend();
        startSending();
        startShutdown();
        updateRef();
      }
    } catch (final Throwable e) {
      completionFailed(e);
    }
  }

  /**
   * A pre-poll task or a completion has thrown: the operation has failed, and the stream reports
   * that by its event.
   */
  @Override
  public boolean completionFailed(final Throwable thrown) {
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

  private void fail(final int direction, final Throwable thrown) {
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

  private void attach() {
    if (slot == NO_SLOT) {
      final SelectableChannel channel = socket.channel();
      slot =
          channel == null ? engine.attach(this, socket.descriptor()) : engine.attach(this, channel);
    }
  }

  private void updateReceiving() {
    if (discardsNow()) {
      if (receiving == ReceiveState.OPEN) {
        receivingIs(ReceiveState.DISCARDING);
        // A restarted receive polls at once, before an answer in the same batch leaves.
        receive(0);
      }
      receive(StreamCore.DEFAULT_MAX_SINGLE);
    } else {
      receive(isReading() ? core.readAllowance() : 0);
    }
  }

  /** Submits how much to receive at most, if that has changed. */
  private void receive(final int max) {
    if (max != receiveLimit) {
      engine.receive(slot, max);
      receiveLimit = max;
    }
  }

  private void startSending() {
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
      final boolean deferred = maySendDeferred(count);
      engine.send(slot, core.context.vector, deferred);
      deferredBytes = (int) count;
      sendingIs(deferred ? SendState.DEFERRED : SendState.ACTIVE);
    } finally {
      core.context.vector.clear();
    }
  }

  /** No callback waits for these bytes to leave, and another completion will end the wait. */
  private boolean maySendDeferred(final long count) {
    return count == core.toSend.length()
        && receiveLimit > 0
        && !core.isAwaited()
        && !shutdownWanted
        && !core.toSend.isObserved();
  }

  /** A callback waits from now on for what may be reported late. */
  private void flushDeferredSend() {
    if (sending == SendState.DEFERRED && !maySendDeferred(deferredBytes)) {
      sendingIs(SendState.ACTIVE);
      engine.flushDeferredCompletions();
    }
  }

  /** Submits the file range at the front, if there is one; false: the front is bytes. */
  private boolean sendFile(final int max) {
    final FileStore file = core.toSend.fileInFront();
    if (file == null) {
      return false;
    }
    if (!file.mayBeSent() || !engine.sends(file.file())) {
      core.toSend.readFileInFront(max);
      return false;
    }
    final boolean limited =
        core.limits() != null || core.maxSingleWrite() != StreamCore.DEFAULT_MAX_SINGLE;
    final long count = Math.min(core.toSend.fileLength(), limited ? max : MAX_SEND);
    engine.sendFile(slot, file.file(), core.toSend.filePosition(), count);
    sendingIs(SendState.ACTIVE);
    return true;
  }

  private void startShutdown() {
    if (shutdownWanted && sending == SendState.IDLE && isConnected() && core.toSend.length() == 0) {
      shutdownWanted = false;
      engine.shutdown(slot, Engine.SHUT_WRITE);
    }
  }

  /** Holds a reference on the loop while the engine has an operation of this stream. */
  void updateRef() {
    final boolean needed =
        slot != NO_SLOT
            && (connecting().isUnderWay()
                || sending == SendState.ACTIVE
                || sending == SendState.DEFERRED
                || receiveLimit > 0);
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

  private void receivingIs(final ReceiveState next) {
    assert receiving.leadsTo(next) : receiving + " to " + next + ": " + this;
    receiving = next;
  }

  private void sendingIs(final SendState next) {
    assert sending.leadsTo(next) : sending + " to " + next + ": " + this;
    sending = next;
  }

  // ---- completions ----

  @Override
  public void received(final Memory memory, final int buffer, final int offset, final int length) {
    core.guard.enter();
    try {
      if (slot != NO_SLOT
          && !core.isClosed()
          && !core.discards()
          && receiving != ReceiveState.BROKEN) {
        addReceived(memory, buffer, offset, length);
      }
    } finally {
      core.guard.exit();
    }
  }

  private void addReceived(
      final Memory memory, final int buffer, final int offset, final int length) {
    try {
      core.received.addReceived(memory, buffer, offset, length);
    } catch (final Throwable e) {
      receivingIs(ReceiveState.BROKEN);
      fail(StreamCore.READING, e);
      return;
    }
    core.settle(core.received);
    if (core.isClosed()) {
      return;
    }
    final Limits limits = core.limits();
    if (limits != null) {
      limits.charge(length, 0);
    }
    core.readProgress();
    if (limits != null) {
      updateReceiving();
      updateRef();
    }
    if (core.marks().readHigh() > 0) {
      core.context.deferLimitUpdate(core);
      core.schedulePrePoll(); // the callback will have drained most of it by then
    }
    core.reportPending();
  }

  @Override
  public void sent(final long bytes, final Errno problem) {
    core.guard.enter();
    try {
      if (slot != NO_SLOT) {
        sendingIs(SendState.IDLE);
        drainSent(bytes, problem);
      }
    } finally {
      core.guard.exit();
    }
  }

  private void drainSent(final long bytes, final Errno problem) {
    if (core.isClosed()) {
      return;
    }
    final boolean cutShort =
        problem == Errno.NONE && bytes == 0 && core.toSend.length() > 0; // a file that has shrunk
    try {
      core.toSend.drain(bytes);
    } catch (final Throwable e) {
      core.report(e); // a release callback has thrown
    }
    core.settle(core.toSend);
    if (core.isClosed()) {
      return;
    }
    if (core.limits() != null) {
      core.limits().charge(0, bytes);
    }
    if (bytes > 0) {
      core.writeProgress();
    }
    if (problem != Errno.NONE || cutShort) {
      sendFailed(cutShort ? Errno.EIO : problem);
    } else {
      startSending();
      core.closeIfFlushed();
    }
    if (!core.isClosed()) {
      startShutdown();
      updateRef();
      core.reportPending();
    }
  }

  /** Delivers the bytes still to be read, and their end, before the end of writing. */
  private void sendFailed(final Errno problem) {
    reset |= problem == Errno.ECONNRESET;
    final boolean readsOn = isReading() && receiving.mayArrive() && receiveLimit > 0;
    core.disableFor(StreamCore.WRITING);
    core.pendEvent(StreamCore.WRITING | StreamCore.ERROR, problem, readsOn);
  }

  @Override
  public void connected(final Errno problem) {
    core.guard.enter();
    try {
      if (slot != NO_SLOT && !core.isClosed()) {
        connect.ended(problem);
      }
    } finally {
      core.guard.exit();
    }
  }

  @Override
  public void receiveEnded(final Errno found) {
    core.guard.enter();
    try {
      if (slot != NO_SLOT) {
        receiveLimit = 0;
        if (receiving.mayArrive()) {
          receivingIs(ReceiveState.ENDED);
        }
        if (!core.isClosed() && connecting() != ConnectState.FAILED) {
          inputEnded(found);
        }
      }
    } finally {
      core.guard.exit();
    }
  }

  private void inputEnded(final Errno found) {
    reset |= found == Errno.ECONNRESET;
    final Errno problem = reset ? Errno.ECONNRESET : found; // the system reports it once
    if (core.discards()) { // sending continues, and finds the error of the connection
      core.discardedInputEnded();
    } else {
      core.disableFor(StreamCore.READING);
      core.pendEvent(
          StreamCore.READING | (problem == Errno.NONE ? StreamCore.EOF : StreamCore.ERROR),
          problem);
      core.reportPending();
    }
    if (!core.isClosed()) {
      updateRef();
    }
  }

  @Override
  public void shut(final Errno problem) {}

  /** The stream is closed, and its socket has left the engine. */
  @Override
  public void detached() {
    core.guard.enter();
    try {
      core.services().unref();
      if (sending != SendState.FORMER) {
        core.closeBuffer(core.toSend);
      }
    } finally {
      core.guard.exit();
    }
  }

  // ---- connecting ----

  /** Connecting, which is there from now on. */
  public SocketConnect connecter() {
    if (connect == null) {
      connect = new SocketConnect(core, this);
    }
    return connect;
  }

  /** Why the last look-up failed, or null. */
  public Exception lookUpProblem() {
    return connect == null ? null : connect.lookUpProblem();
  }

  /** A connect has failed: nothing is received or sent. */
  void stopped() {
    if (slot != NO_SLOT) {
      updateReceiving();
    }
    core.updateTimeouts();
  }

  /** The socket that a connect has made. */
  void made(final NetSocket next) {
    assert socket == null : "there is a socket: " + socket;
    socket = next;
    EngineSocket.of(next).claim(core.face());
  }

  // ---- the socket ----

  /**
   * Goes on with another socket.
   *
   * @param next null: with none
   * @param closing whether the former one is closed, if it is not the same
   */
  public void change(final NetSocket next, final boolean closing) {
    if (next != null) {
      EngineSocket.of(next).claim(core.face());
    }
    if (connect != null) {
      connect.cancel();
      connect.socketIsGiven();
    }
    swapSocket(next, closing);
    core.updateTimeouts();
    schedulePrePoll();
    core.closeIfFlushed();
  }

  /** As {@link #change}, without a look at the rest. */
  void swapSocket(final NetSocket next, final boolean closing) {
    final boolean closes = closing && socket != next;
    if (slot != NO_SLOT) {
      leaveSocket(closes);
    } else if (closes && socket != null) {
      socket.close();
    }
    if (socket != null && socket != next) {
      EngineSocket.of(socket).unclaim(core.face());
    }
    socket = next;
    if (connect != null) {
      connect.reset();
    }
    receiving = ReceiveState.OPEN;
    reset = false;
    shutdownWanted = false;
    core.reopened();
  }

  /** Leaves the socket, whose send, if one is under way, keeps the output until it has ended. */
  private void leaveSocket(final boolean closing) {
    final boolean usesOutput = sending == SendState.ACTIVE || sending == SendState.DEFERRED;
    leaving = new FormerSocket(this, slot, closing ? socket : null, usesOutput, leaving);
    slot = NO_SLOT;
    receiveLimit = 0;
    if (usesOutput) {
      sendingIs(SendState.FORMER);
    }
    if (core.services().inLoop()) {
      detachFormer();
    } else {
      core.schedulePrePoll();
    }
  }

  /** Detaches the sockets that it has left; the loop's thread. */
  private void detachFormer() {
    updateRef();
    while (leaving != null) {
      final FormerSocket former = leaving;
      leaving = former.next();
      former.detach(core.context);
    }
  }

  /** A former socket has left the engine. */
  void formerDetached(final boolean usedOutput) {
    core.guard.enter();
    try {
      core.services().unref();
      if (!usedOutput) {
        return;
      }
      sendingIs(SendState.IDLE);
      if (!core.isClosed()) {
        beforePoll();
      } else if (slot == NO_SLOT) {
        core.closeBuffer(core.toSend);
      }
    } finally {
      core.guard.exit();
    }
  }

  // ---- the end ----

  @Override
  public void close() {
    if (connect != null) {
      connect.cancel();
    }
    if (socket != null) {
      EngineSocket.of(socket).unclaim(core.face());
    }
    if (slot != NO_SLOT && core.services().inLoop()) {
      detachAll();
    } else if (slot == NO_SLOT || core.base().isClosed()) {
      closeUnusedOutput();
      if (socket != null && closesSocket()) {
        socket.close();
      }
    } else {
      core.schedulePrePoll();
    }
  }

  private void closeUnusedOutput() {
    if (sending == SendState.IDLE || core.base().isClosed()) {
      core.closeBuffer(core.toSend);
    }
  }

  private boolean closesSocket() {
    return core.has(StreamCore.CLOSE_ON_FREE)
        || (connect != null && connect.hasMadeSocket() && connecting() == ConnectState.FAILED);
  }

  private void detachAll() {
    if (slot == NO_SLOT) {
      return;
    }
    closeUnusedOutput();
    final int former = slot;
    slot = NO_SLOT;
    receiveLimit = 0;
    updateRef();
    final NetSocket closed = closesSocket() ? socket : null;
    FormerSocket.detach(core.context, former, closed);
  }

  @Override
  public String toString() {
    return "buffer event on " + (socket == null ? "no socket" : socket);
  }
}
