package org.jevent.bufferevent;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.FileStore;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.Memory;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;

/**
 * A buffer event on a socket. The desired state is recorded at once. {@link #reconcile}, before the
 * loop waits, submits the difference between that and the engine's present operations.
 */
final class SocketBufferEvent extends BufferEvent {
  /**
   * The maximum of one send, regardless of the limits: it may need as much memory. A file goes out
   * in parts of that size, as the system sends it without copying.
   */
  private static final int MAX_SEND = 1 << 20;

  private NetSocket socket;
  private SocketStream stream;

  /** The former stream, until it has ended, while its send may still use the output. */
  private SocketStream leaving;

  private HostConnect hostConnect;
  private SocketAddress connectTo;
  private boolean madeSocket;
  private boolean connectWanted;
  private boolean connecting;
  private boolean failed;
  private boolean sending;

  /** The bytes of a quiet send, whose success may be reported late; else -1. */
  private int quietlySent = -1;

  private boolean discarding;
  private boolean shutdownWanted;
  private InputState inputState = InputState.OPEN;

  /** A reset was reported for one direction: an error of the other one is the same reset. */
  private boolean reset;

  private boolean prePollScheduled;
  private boolean referenced;
  private short priority;

  SocketBufferEvent(final EventBase base, final NetSocket socket, final int options) {
    super(base, options, lockFor(options));
    if (socket != null) {
      try {
        EngineSocket.of(socket).claim(this);
      } catch (final Throwable e) {
        job.closed();
        throw e;
      }
    }
    this.socket = socket;
    priority = (short) (base.priorities() / 2);
  }

  // ---- what is wanted ----

  @Override
  void readingChanged() {
    updateTimeouts();
    schedulePrePoll();
  }

  @Override
  void writingChanged() {
    updateTimeouts();
    schedulePrePoll();
  }

  @Override
  void outputAdded() {
    if (timeouts != null) {
      timeouts.updateWriting(isWriting());
    }
    if (!sending || quietlySent >= 0) {
      schedulePrePoll();
    }
  }

  @Override
  void progressWatched() {
    if (quietlySent >= 0) {
      schedulePrePoll();
    }
  }

  private void schedulePrePoll() {
    if (!prePollScheduled && !closed) {
      prePollScheduled = true;
      context.services.beforeNextPoll(internalCallbacks);
    }
  }

  @Override
  boolean isReading() {
    return mayRead() && inputState != InputState.BROKEN && socket != null && !connecting && !failed;
  }

  /** Bytes left unread would make the system reset the connection, and with it what was sent. */
  @Override
  void discardInput() {
    super.discardInput();
    schedulePrePoll();
  }

  private boolean discardsNow() {
    return discards && inputState == InputState.OPEN && socket != null && !connecting && !failed;
  }

  /** A connect counts as writing, and so does the look-up before it. */
  @Override
  boolean isWriting() {
    if (hostConnect != null && hostConnect.isResolving()) {
      return (enabled & Event.WRITE) != 0 && !closed;
    }
    return mayWrite() && (connecting || (socket != null && !failed && toSend.length() > 0));
  }

  @Override
  boolean isHopeless() {
    return failed || (socket == null && hostConnect == null);
  }

  @Override
  Errno refined(final Errno reason) {
    return reset && reason == Errno.EPIPE ? Errno.ECONNRESET : reason;
  }

  // ---- what is submitted to the engine; the loop's thread ----

  @Override
  void reconcile() {
    guard.enter();
    try {
      prePollScheduled = false;
      if (closed) {
        detachAll();
      } else if (socket != null) {
        attach();
        startConnect();
        updateReceiving();
        flushQuietSend();
        startSending();
        startShutdown();
        updateRef();
      }
    } catch (final Throwable e) {
      fail(e);
    } finally {
      guard.exit();
    }
  }

  /**
   * A pre-poll task or a completion has thrown: the operation has failed, and the stream reports
   * that by its event. Called on the loop's thread.
   */
  boolean fail(final Throwable thrown) {
    guard.enter();
    try {
      if (closed) {
        context.services.report(this, thrown);
      } else if (connecting) {
        hostConnect = null;
        connectFailed(reason(thrown));
        runPending(true);
        reportUnexpected(thrown);
      } else {
        failWanted(thrown);
      }
    } finally {
      guard.exit();
    }
    return true;
  }

  private void failWanted(final Throwable thrown) {
    final boolean reading = (enabled & Event.READ) != 0;
    final boolean writing = toSend.length() > 0 || closeFlushed;
    if (reading) {
      fail(READING, thrown);
    }
    if (writing && !closed) {
      fail(WRITING, thrown);
    }
    if (!reading && !writing) {
      context.services.report(this, thrown);
    }
  }

  private void fail(final int direction, final Throwable thrown) {
    disableFor(direction);
    pendEvent(direction | ERROR, reason(thrown));
    runPending(true);
    reportUnexpected(thrown);
  }

  /** The event reports an error of the system; any other exception is a fault of the library. */
  private void reportUnexpected(final Throwable thrown) {
    if (!(thrown instanceof ErrnoException)) {
      context.services.report(this, thrown);
    }
  }

  private static Errno reason(final Throwable thrown) {
    if (thrown instanceof ErrnoException known) {
      return known.errno();
    }
    return thrown instanceof OutOfMemoryError ? Errno.ENOMEM : Errno.EIO;
  }

  private void attach() {
    if (stream == null) {
      final SocketStream made = new SocketStream(this);
      final SelectableChannel channel = socket.channel();
      made.slot =
          channel == null
              ? context.engine.attach(made, socket.descriptor())
              : context.engine.attach(made, channel);
      stream = made;
    }
  }

  private void startConnect() {
    if (connectWanted) {
      connectWanted = false;
      context.engine.connect(stream.slot, connectTo); // what it throws fails the connect
    }
  }

  private void updateReceiving() {
    if (discardsNow() && !discarding) {
      discarding = true;
      // A restarted receive polls at once, before an answer in the same batch leaves.
      stream.receive(0);
    }
    stream.receive(discardsNow() ? DEFAULT_MAX_SINGLE : isReading() ? readAllowance() : 0);
  }

  private boolean maySend() {
    return mayWrite() && !sending && !connecting && !failed && leaving == null && stream != null;
  }

  private void startSending() {
    if (toSend.length() == 0 || !maySend()) {
      return;
    }
    final int max = Math.min(writeAllowance(), MAX_SEND);
    if (max > 0) {
      try {
        if (!sendFile(max)) {
          sendBytes(max);
        }
        sending = true;
      } catch (final Throwable e) {
        fail(WRITING, e);
      }
    }
  }

  private void sendBytes(final int max) {
    try {
      final long count = toSend.collect(context.vector, max);
      final boolean quietly = maySendQuietly(count);
      context.engine.send(stream.slot, context.vector, quietly);
      quietlySent = quietly ? (int) count : -1;
    } finally {
      context.vector.clear();
    }
  }

  /** No callback waits for these bytes to leave, and another completion will end the wait. */
  private boolean maySendQuietly(final long count) {
    return count == toSend.length()
        && stream.receives()
        && writeCallback == null
        && timeouts == null
        && limits == null
        && !closeFlushed
        && !shutdownWanted
        && !toSend.isObserved();
  }

  /** A callback waits from now on for what was sent quietly. */
  private void flushQuietSend() {
    if (quietlySent >= 0 && !maySendQuietly(quietlySent)) {
      quietlySent = -1;
      context.engine.flushDeferredCompletions();
    }
  }

  /** Submits the file range at the front, if there is one; false: the front is bytes. */
  private boolean sendFile(final int max) {
    final FileStore file = toSend.fileInFront();
    if (file == null) {
      return false;
    }
    if (!file.mayBeSent() || !context.engine.sends(file.file())) {
      toSend.readFileInFront(max);
      return false;
    }
    final boolean limited = limits != null || maxSingleWrite != DEFAULT_MAX_SINGLE;
    final long count = Math.min(toSend.fileLength(), limited ? max : MAX_SEND);
    context.engine.sendFile(stream.slot, file.file(), toSend.filePosition(), count);
    return true;
  }

  private void startShutdown() {
    if (shutdownWanted && !sending && !connecting && !failed && toSend.length() == 0) {
      shutdownWanted = false;
      context.engine.shutdown(stream.slot, Engine.SHUT_WRITE);
    }
  }

  /** Holds a reference on the loop while the engine has an operation of this stream. */
  private void updateRef() {
    final boolean needed = stream != null && (connecting || sending || stream.receives());
    if (needed != referenced) {
      referenced = needed;
      if (needed) {
        context.services.ref();
      } else {
        context.services.unref();
      }
    }
  }

  // ---- completions ----

  boolean isCurrent(final SocketStream reporting) {
    return reporting == stream;
  }

  void bytesReceived(final Memory memory, final int buffer, final int offset, final int length) {
    if (closed || discards || inputState == InputState.BROKEN) {
      return;
    }
    try {
      received.addReceived(memory, buffer, offset, length);
    } catch (final Throwable e) {
      inputState = InputState.BROKEN;
      fail(READING, e);
      return;
    }
    settle(received);
    if (closed) {
      return;
    }
    if (limits != null) {
      limits.charge(length, 0);
    }
    readProgress();
    if (limits != null) {
      updateReceiving();
      updateRef();
    }
    if (marks.readHigh() > 0) {
      context.deferLimitUpdate(this);
      schedulePrePoll(); // the callback will have drained most of it by then
    }
    reportPending();
  }

  /** Callbacks of buffers are user code; they run inside the engine's completion here. */
  private void settle(final ByteQueue queue) {
    try {
      queue.settle();
    } catch (final Throwable e) {
      context.services.report(this, e);
    }
  }

  void bytesSent(final long bytes, final Errno problem) {
    sending = false;
    quietlySent = -1;
    if (closed) {
      return;
    }
    final boolean cutShort =
        problem == Errno.NONE && bytes == 0 && toSend.length() > 0; // a file that has shrunk
    try {
      toSend.drain(bytes);
    } catch (final Throwable e) {
      context.services.report(this, e); // a release callback has thrown
    }
    settle(toSend);
    if (closed) {
      return;
    }
    if (limits != null) {
      limits.charge(0, bytes);
    }
    if (bytes > 0) {
      writeProgress();
    }
    if (problem != Errno.NONE || cutShort) {
      sendFailed(cutShort ? Errno.EIO : problem);
    } else {
      startSending();
      closeIfFlushed();
    }
    if (!closed) {
      startShutdown();
      updateRef();
      reportPending();
    }
  }

  /** Delivers the bytes still to be read, and their end, before the end of writing. */
  private void sendFailed(final Errno problem) {
    reset |= problem == Errno.ECONNRESET;
    final boolean readsOn = isReading() && inputState == InputState.OPEN && stream.receives();
    disableFor(WRITING);
    pendEvent(WRITING | ERROR, problem, readsOn);
  }

  void connectEnded(final Errno problem) {
    if (closed) {
      return;
    }
    connecting = false;
    if (problem != Errno.NONE && hostConnect != null && hostConnect.tryNext(problem)) {
      return;
    }
    hostConnect = null;
    if (problem == Errno.NONE) {
      if (timeouts != null) {
        timeouts.restartReading(isReading());
        timeouts.restartWriting(isWriting());
      }
      pendConnected();
      schedulePrePoll();
    } else {
      connectFailed(problem);
    }
    reportPending();
  }

  void receivingEnded(final Errno found) {
    if (inputState == InputState.OPEN) {
      inputState = InputState.ENDED;
    }
    if (closed || failed) {
      return;
    }
    reset |= found == Errno.ECONNRESET;
    final Errno problem = reset ? Errno.ECONNRESET : found; // the system reports it once
    if (!discards) { // else sending continues, and finds the error of the connection
      disableFor(READING);
      pendEvent(READING | (problem == Errno.NONE ? EOF : ERROR), problem);
      reportPending();
    }
    updateRef();
  }

  void detached(final SocketStream former) {
    context.services.unref();
    if (closed) {
      closeBuffer(toSend, output);
    } else if (former == leaving) {
      leaving = null;
      reconcile();
    }
  }

  private void connectFailed(final Errno problem) {
    failed = true;
    connecting = false;
    if (stream != null) {
      updateReceiving();
    }
    updateTimeouts();
    pendEvent(ERROR, problem);
    if (!closed) {
      updateRef();
    }
  }

  // ---- connecting ----

  @Override
  public void connect(final SocketAddress address) {
    if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
      throw new IllegalArgumentException(
          "connect: the address " + internet + " is unresolved; connect(host, port) looks it up");
    }
    enter("connect");
    try {
      requireNotConnecting();
      if (failed && madeSocket && address != null) {
        connectToNext(address); // a socket that was refused cannot be used again everywhere
      } else {
        startConnectTo(address);
      }
    } finally {
      exit();
    }
  }

  private void requireNotConnecting() {
    if (connecting || hostConnect != null) {
      throw new IllegalStateException("connect: a connect is in progress");
    }
  }

  private void startConnectTo(final SocketAddress address) {
    if (socket == null) {
      socket = base.sockets().stream(Objects.requireNonNull(address, "address"));
      EngineSocket.of(socket).claim(this);
      madeSocket = true;
    }
    connectTo = address;
    connectWanted = true;
    connecting = true;
    failed = false;
    updateTimeouts();
    schedulePrePoll();
  }

  @Override
  public void connect(final String host, final int port, final Resolver resolver) {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(resolver, "resolver");
    Arguments.within("port", port, 1, 65_535);
    enter("connect");
    try {
      requireNotConnecting();
      final HostConnect started = new HostConnect(this, host, port, socket != null);
      hostConnect = started;
      started.start(resolver);
    } catch (final Throwable e) {
      dropFailedStart();
      throw e;
    } finally {
      exit();
    }
  }

  /** The look-up could not be started. */
  private void dropFailedStart() {
    if (hostConnect != null && !hostConnect.isResolving()) {
      hostConnect = null;
      updateTimeouts();
    }
  }

  /** The look-up has given an address to try. */
  void connectToNext(final SocketAddress address) {
    if (madeSocket) {
      swapSocket(null, true);
      madeSocket = false;
    }
    startConnectTo(address);
  }

  /** No address was found, or none answered. */
  void hostFailed(final Errno problem) {
    hostConnect = null;
    connectFailed(problem);
    runPending(true);
  }

  private Exception dnsError;

  void dnsError(final Exception problem) {
    dnsError = problem;
  }

  @Override
  public Exception dnsError() {
    return dnsError;
  }

  // ---- the socket ----

  @Override
  public NetSocket handle() {
    return socket;
  }

  @Override
  public void setHandle(final NetSocket next) {
    change("setHandle", next, false);
  }

  @Override
  public void replaceHandle(final NetSocket next) {
    change("replaceHandle", next, true);
  }

  private void change(final String operation, final NetSocket next, final boolean closing) {
    enter(operation);
    try {
      if (next != null) {
        EngineSocket.of(next).claim(this);
      }
      if (hostConnect != null) {
        hostConnect.cancel();
        hostConnect = null;
      }
      madeSocket = false;
      swapSocket(next, closing);
      updateTimeouts();
      schedulePrePoll();
      closeIfFlushed();
    } finally {
      exit();
    }
  }

  private void swapSocket(final NetSocket next, final boolean closing) {
    final boolean closes = closing && socket != next;
    if (stream != null) {
      detach(closes);
    } else if (closes && socket != null) {
      socket.close();
    }
    if (socket != null && socket != next) {
      EngineSocket.of(socket).unclaim(this);
    }
    socket = next;
    connectWanted = false;
    connecting = false;
    failed = false;
    inputState = InputState.OPEN;
    reset = false;
    shutdownWanted = false;
  }

  @Override
  public void shutdownOutput() {
    enter("shutdownOutput");
    try {
      shutdownWanted = true;
      schedulePrePoll();
    } finally {
      exit();
    }
  }

  /** Ends the present stream; its send, if one is under way, keeps the output until then. */
  private void detach(final boolean closing) {
    final SocketStream former = stream;
    stream = null;
    leaving = sending ? former : leaving;
    sending = false;
    quietlySent = -1;
    former.closes = closing ? socket : null;
    if (context.services.inLoop()) {
      updateRef();
      detach(former);
    } else {
      context.services.beforeNextPoll(
          () -> {
            updateRef();
            detach(former);
          });
    }
  }

  private void detach(final SocketStream former) {
    try {
      context.engine.detach(former.slot, former.closes != null);
    } catch (final Throwable e) {
      if (former.closes != null) {
        former.closes.close();
      }
      throw e;
    }
    context.services.ref();
    if (former.closes != null) {
      EngineSocket.of(former.closes).detachDescriptor();
    }
  }

  @Override
  void unlink() {
    if (hostConnect != null) {
      hostConnect.cancel();
      hostConnect = null;
    }
    if (socket != null) {
      EngineSocket.of(socket).unclaim(this);
    }
    if (stream != null && context.services.inLoop()) {
      detachAll();
    } else if (stream == null || base.isClosed()) {
      closeBuffer(toSend, output);
      if (socket != null && closesSocket()) {
        socket.close();
      }
    } else {
      prePollScheduled = true;
      context.services.beforeNextPoll(internalCallbacks);
    }
  }

  private boolean closesSocket() {
    return (options & CLOSE_ON_FREE) != 0 || (madeSocket && failed);
  }

  private void detachAll() {
    if (stream != null) {
      if (!sending) {
        closeBuffer(toSend, output);
      }
      detach(closesSocket());
    }
  }

  // ---- the rest ----

  @Override
  public boolean flush(final int mask, final FlushMode mode) {
    requireDirections(mask);
    Objects.requireNonNull(mode, "mode");
    enter("flush");
    exit(); // bytes leave at the end of each iteration in any case
    return false;
  }

  @Override
  public void priority(final int value) {
    Arguments.within("priority", value, 0, base.priorities() - 1);
    enter("priority");
    try {
      priority = (short) value;
      job.priority(value);
      if (timeouts != null) {
        timeouts.priority(value);
      }
    } finally {
      exit();
    }
  }

  @Override
  public int priority() {
    return priority;
  }

  @Override
  public String toString() {
    return "buffer event on " + (socket == null ? "no socket" : socket);
  }
}
