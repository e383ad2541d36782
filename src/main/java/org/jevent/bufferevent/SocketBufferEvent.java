package org.jevent.bufferevent;

import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.engine.Engine;
import org.jevent.engine.Memory;
import org.jevent.error.Errno;
import org.jevent.net.NetSocket;
import org.jevent.segment.FileStore;

/**
 * A buffer event on a socket. What the user wants is noted at once; {@link #reconcile}, before the
 * loop waits, tells the engine the difference between that and what the engine does already.
 */
final class SocketBufferEvent extends BufferEvent {
  /** A file goes out in larger parts than bytes, as the system sends it by itself. */
  private static final int MAX_FILE_SEND = 1 << 20;

  private NetSocket socket;
  private SocketStream stream;

  /** A former stream that has not ended yet while its send may still use the output. */
  private SocketStream leaving;

  private HostConnect hostConnect;
  private SocketAddress connectTo;
  private boolean madeSocket;
  private boolean connectWanted;
  private boolean connecting;
  private boolean failed;
  private boolean sending;

  /** What is being sent may be reported with the next event, whenever that comes; else -1. */
  private int sentLazily = -1;

  private boolean discarding;
  private boolean shutdownWanted;
  private boolean inputEnded;
  private boolean stepWanted;
  private boolean waiting;
  private short priority;

  SocketBufferEvent(final EventBase base, final NetSocket socket, final int options) {
    super(base, options, lockFor(options));
    this.socket = socket;
    priority = (short) (base.priorities() / 2);
  }

  // ---- what is wanted ----

  @Override
  void readingChanged() {
    updateTimeouts();
    wantStep();
  }

  @Override
  void writingChanged() {
    updateTimeouts();
    wantStep();
  }

  @Override
  void outputAdded() {
    if (timeouts != null) {
      timeouts.updateWriting(isWriting());
    }
    if (!sending || sentLazily >= 0) {
      wantStep();
    }
  }

  @Override
  void progressWatched() {
    if (sentLazily >= 0) {
      wantStep();
    }
  }

  private void wantStep() {
    if (!stepWanted && !closed) {
      stepWanted = true;
      context.stage.later(inside);
    }
  }

  @Override
  boolean isReading() {
    return mayRead() && socket != null && !connecting && !failed;
  }

  /** Bytes left unread would make the system reset the connection, and with it what was sent. */
  private boolean discards() {
    return closeFlushed && !inputEnded && socket != null && !connecting && !failed;
  }

  @Override
  boolean isWriting() {
    return mayWrite() && (connecting || (socket != null && !failed && toSend.length() > 0));
  }

  // ---- what the engine is told; the loop's thread ----

  @Override
  void reconcile() {
    guard.enter();
    try {
      stepWanted = false;
      if (closed) {
        detachAll();
      } else if (socket != null) {
        attach();
        startConnect();
        updateReceiving();
        hasten();
        startSending();
        startShutdown();
        updateWaiting();
      }
    } finally {
      guard.exit();
    }
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
      context.engine.connect(stream.slot, connectTo);
    }
  }

  private void updateReceiving() {
    if (discards() && !discarding) {
      discarding = true;
      stream.receive(0); // beginning anew looks at once: before an answer in the same batch leaves
    }
    stream.receive(isReading() ? readAllowance() : discards() ? DEFAULT_MAX_SINGLE : 0);
  }

  private boolean maySend() {
    return mayWrite() && !sending && !connecting && !failed && leaving == null && stream != null;
  }

  private void startSending() {
    if (toSend.length() == 0 || !maySend()) {
      return;
    }
    final int most = writeAllowance();
    if (most > 0) {
      sending = true;
      if (!sendFile(most)) {
        final long count = toSend.collect(context.vector, most);
        final boolean lazily = mayBeToldLate(count);
        sentLazily = lazily ? (int) count : -1;
        context.engine.send(stream.slot, context.vector, lazily);
        context.vector.clear();
      }
    }
  }

  /** Nobody waits to hear that these bytes have left, and something else will end the wait. */
  private boolean mayBeToldLate(final long count) {
    return count == toSend.length()
        && stream.receives()
        && writeCallback == null
        && timeouts == null
        && limits == null
        && !closeFlushed
        && !shutdownWanted
        && !toSend.isObserved();
  }

  /** Somebody has begun to wait for what was sent lazily. */
  private void hasten() {
    if (sentLazily >= 0 && !mayBeToldLate(sentLazily)) {
      sentLazily = -1;
      context.engine.hasten();
    }
  }

  /** Lets the system send the range of a file that stands in front; false: there are bytes. */
  private boolean sendFile(final int most) {
    final FileStore file = toSend.fileInFront();
    if (file == null) {
      return false;
    }
    if (!file.mayBeSent() || !context.engine.sends(file.file())) {
      toSend.readFileInFront(most);
      return false;
    }
    final boolean limited = limits != null || maxSingleWrite != DEFAULT_MAX_SINGLE;
    final long count = Math.min(toSend.fileLength(), limited ? most : MAX_FILE_SEND);
    context.engine.sendFile(stream.slot, file.file(), toSend.filePosition(), count);
    return true;
  }

  private void startShutdown() {
    if (shutdownWanted && !sending && !connecting && !failed && toSend.length() == 0) {
      shutdownWanted = false;
      context.engine.shutdown(stream.slot, Engine.SHUT_WRITE);
    }
  }

  /** The loop has a reason to go on while the engine owes this stream something. */
  private void updateWaiting() {
    final boolean owed = stream != null && (connecting || sending || stream.receives());
    if (owed != waiting) {
      waiting = owed;
      context.stage.addWaiting(owed ? 1 : -1);
    }
  }

  // ---- what the engine has found ----

  boolean isCurrent(final SocketStream reporting) {
    return reporting == stream;
  }

  void bytesReceived(final Memory memory, final int buffer, final int offset, final int length) {
    if (closed || closeFlushed) {
      return;
    }
    received.addReceived(memory, buffer, offset, length);
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
      updateWaiting();
    }
    if (marks.readHigh() > 0) {
      context.limitsLater(this);
      wantStep(); // the callback will have drained most of it by then
    }
    reportPending();
  }

  /** Callbacks of buffers are user code; they run inside the engine's completion here. */
  private void settle(final org.jevent.segment.ByteQueue queue) {
    try {
      queue.settle();
    } catch (final RuntimeException e) {
      context.stage.report(this, e);
    }
  }

  void bytesSent(final long bytes, final Errno problem) {
    sending = false;
    sentLazily = -1;
    if (closed) {
      return;
    }
    final boolean cutShort =
        problem == Errno.NONE && bytes == 0 && toSend.length() > 0; // a file that has shrunk
    try {
      toSend.drain(bytes);
    } catch (final RuntimeException e) {
      context.stage.report(this, e); // a release callback has thrown
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
      disableFor(WRITING);
      pendEvent(WRITING | ERROR, cutShort ? Errno.EIO : problem);
    } else {
      startSending();
      closeIfFlushed();
    }
    if (!closed) {
      startShutdown();
      updateWaiting();
      reportPending();
    }
  }

  void connectEnded(final Errno problem) {
    connecting = false;
    if (problem != Errno.NONE && hostConnect != null && hostConnect.tryNext(problem)) {
      return;
    }
    hostConnect = null;
    if (problem == Errno.NONE) {
      pendConnected();
      wantStep();
    } else {
      connectFailed(problem);
    }
    reportPending();
  }

  void receivingEnded(final Errno problem) {
    inputEnded = true;
    if (closed || failed) {
      return;
    }
    if (!closeFlushed) { // else sending goes on, and meets what is wrong with the connection itself
      disableFor(READING);
      pendEvent(READING | (problem == Errno.NONE ? EOF : ERROR), problem);
      reportPending();
    }
    updateWaiting();
  }

  void detached(final SocketStream former) {
    context.stage.addWaiting(-1);
    if (closed) {
      output.close();
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
      updateWaiting();
    }
  }

  // ---- connecting ----

  @Override
  public void connect(final SocketAddress address) {
    enter("connect");
    try {
      requireNotConnecting();
      hostConnect = null;
      startConnectTo(address);
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
      socket = NetSocket.stream(base, Objects.requireNonNull(address, "address"));
      madeSocket = true;
    }
    connectTo = address;
    connectWanted = true;
    connecting = true;
    failed = false;
    updateTimeouts();
    wantStep();
  }

  @Override
  public void connect(final String host, final int port, final Resolver resolver) {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(resolver, "resolver");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not within 1..65535");
    }
    enter("connect");
    try {
      requireNotConnecting();
      hostConnect = new HostConnect(this, host, port, socket != null);
      hostConnect.start(resolver);
    } finally {
      exit();
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
    runPending(false);
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
      if (hostConnect != null) {
        hostConnect.cancel();
        hostConnect = null;
      }
      madeSocket = false;
      swapSocket(next, closing);
      updateTimeouts();
      wantStep();
    } finally {
      exit();
    }
  }

  private void swapSocket(final NetSocket next, final boolean closing) {
    if (stream != null) {
      if (!context.stage.inLoop() && base.backstage().isClosed()) {
        throw new IllegalStateException("the base is closed");
      }
      detach(closing);
    } else if (closing && socket != null && socket != next) {
      socket.close();
    }
    socket = next;
    connectWanted = false;
    connecting = false;
    failed = false;
    inputEnded = false;
    shutdownWanted = false;
  }

  @Override
  public void shutdownOutput() {
    enter("shutdownOutput");
    shutdownWanted = true;
    wantStep();
    exit();
  }

  /** Ends the present stream; its send, if one is under way, keeps the output until then. */
  private void detach(final boolean closing) {
    final SocketStream former = stream;
    stream = null;
    leaving = sending ? former : leaving;
    sending = false;
    sentLazily = -1;
    former.closes = closing ? socket : null;
    if (context.stage.inLoop()) {
      detach(former);
      if (waiting) {
        waiting = false;
        context.stage.addWaiting(-1);
      }
    } else {
      context.stage.later(
          () -> {
            detach(former);
            updateWaiting();
          });
    }
  }

  private void detach(final SocketStream former) {
    context.stage.addWaiting(1);
    if (former.closes != null) {
      former.closes.surrender();
    }
    context.engine.detach(former.slot, former.closes != null);
  }

  @Override
  void unlink() {
    if (hostConnect != null) {
      hostConnect.cancel();
      hostConnect = null;
    }
    if (stream == null || base.isClosed()) {
      output.close();
      if (socket != null && closesSocket()) {
        socket.close();
      }
    } else if (context.stage.inLoop()) {
      detachAll();
    } else {
      stepWanted = true;
      context.stage.later(inside);
    }
  }

  private boolean closesSocket() {
    return (options & CLOSE_ON_FREE) != 0 || (madeSocket && failed);
  }

  private void detachAll() {
    if (stream != null) {
      if (!sending) {
        output.close();
      }
      detach(closesSocket());
    }
  }

  // ---- the rest ----

  @Override
  public boolean flush(final int mask, final FlushMode mode) {
    Objects.requireNonNull(mode, "mode");
    enter("flush");
    exit();
    return false;
  }

  @Override
  public void priority(final int value) {
    if (value < 0 || value >= base.priorities()) {
      throw new IllegalArgumentException(
          "priority " + value + " is not within 0.." + (base.priorities() - 1));
    }
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
