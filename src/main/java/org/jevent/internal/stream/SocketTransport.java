package org.jevent.internal.stream;

import java.util.List;
import org.jevent.error.Errno;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.loop.Masks;
import org.jevent.net.ConnectAttempt;
import org.jevent.net.NetSocket;

/**
 * Moves bytes over a socket. The desired state is recorded at once. {@link #beforePoll} submits the
 * difference between that and the engine's present operations.
 *
 * <p>It is the attachment of its socket. When the socket is replaced, a {@link FormerSocket} takes
 * over the completions of the former one.
 */
public final class SocketTransport extends SocketOperations implements Transport {
  /** Sockets that it has left and the loop's thread is still to detach, or null. */
  private FormerSocket leaving;

  /** A reset was reported for one direction: an error of the other one is the same reset. */
  private boolean reset;

  /**
   * The transport of a stream that begins next.
   *
   * @param socket null: a connect will make one
   */
  public SocketTransport(final StreamCore core, final NetSocket socket) {
    super(core, socket);
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
    if (sending == SendState.DEFERRED) {
      sendingIs(SendState.OVERDUE);
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

  @Override
  boolean wantsBytes() {
    return isReading();
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
      core.requireReceived().addReceived(memory, buffer, offset, length);
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
    if (core.bounds().readHigh() > 0) {
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
        core.closeOutput();
      }
    } finally {
      core.guard.exit();
    }
  }

  // ---- connecting ----

  /** Connecting, which is there from now on. */
  public SocketConnector connector() {
    if (connect == null) {
      connect = new SocketConnector(core, this);
    }
    return connect;
  }

  /** Why the last look-up failed, or null. */
  public Exception lookUpProblem() {
    return connect == null ? null : connect.lookUpProblem();
  }

  /** The addresses that the last connect by name has tried. */
  public List<ConnectAttempt> race() {
    return connect == null ? List.of() : connect.race();
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
   * @param operation for messages
   * @param next null: with none
   * @param closing whether the former one is closed, if it is not the same
   */
  public void change(final String operation, final NetSocket next, final boolean closing) {
    if (next != null && next != socket && core.upper() != null) {
      core.upper().requireReplaceable(operation);
    }
    if (next != null) {
      EngineSocket.of(next).claim(core.face());
    }
    if (connect != null) {
      connect.cancel();
      connect.socketIsGiven();
    }
    swapSocket(next, closing);
    core.reopened();
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
  }

  /** Leaves the socket, whose send, if one is under way, keeps the output until it has ended. */
  private void leaveSocket(final boolean closing) {
    final boolean usesOutput = sending.isUnderWay();
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
        core.closeOutput();
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
      core.closeOutput();
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
