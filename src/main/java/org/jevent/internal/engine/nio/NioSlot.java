package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.ChannelOps;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.engine.nio.NioState.Connection;
import org.jevent.internal.engine.nio.NioState.Life;
import org.jevent.internal.log.LibraryLog;
import org.jevent.net.NetSocket;

/**
 * One attached channel and the operations under way on it. {@link #submit} carries out operations
 * within the next {@code enter}. Operations that cannot complete then continue when the selector
 * finds the channel ready.
 */
final class NioSlot {
  private static final int MAX_ACCEPTS = 256;

  final int number;

  /** Whom it reports to. */
  Attachment attachment;

  final SelectableChannel channel;
  private final NioEngine engine;
  private SelectionKey key;

  /** Is in the engine's list of slots with something to submit. */
  boolean pending;

  /** Is in the engine's list of slots that have to be checked before each wait. */
  private boolean unsettled;

  private Life life = Life.ATTACHED;
  private int polled;

  private boolean accepting;

  private Connection connection = Connection.NONE;
  private SocketAddress connectTo;

  private final NioSend send = new NioSend();
  private final NioReceive receive;
  private int shutHow;

  NioSlot(
      final NioEngine engine,
      final int number,
      final Attachment attachment,
      final SelectableChannel channel) {
    this.engine = engine;
    this.number = number;
    this.attachment = attachment;
    this.channel = channel;
    receive = new NioReceive(engine, this);
  }

  // ---- submitted ----

  void poll(final int mask) {
    assert !accepting && !receive.active() && !send.active() : "slot " + number + " is a stream's";
    polled = mask;
  }

  void receive(final int limit, final boolean asDatagrams) {
    assert polled == 0 && !accepting : "slot " + number + " does something else";
    receive.set(limit, asDatagrams);
  }

  void accept(final boolean on) {
    accepting = on;
  }

  void connect(final SocketAddress address) {
    connectTo = address;
    connection = connection.to(Connection.ASKED);
  }

  /** Submits a send; returns false when one is under way already. */
  boolean send(final SendVector vector, final boolean asDatagram, final SocketAddress to) {
    assert polled == 0 && !accepting : "slot " + number + " does something else";
    if (send.active()) {
      return false;
    }
    send.begin(vector, asDatagram, to);
    return true;
  }

  boolean sendFile(final NioFile source, final long position, final long count) {
    if (send.active()) {
      return false;
    }
    send.begin(source, position, count);
    return true;
  }

  void cancelSend() {
    send.cancel();
  }

  void shutdown(final int how) {
    shutHow |= how;
  }

  void detach(final boolean close) {
    life = life.to(close ? Life.CLOSING : Life.DETACHING);
  }

  // ---- carried out, within enter ----

  /** Tries all operations submitted since the last call. */
  void submit() {
    if (life != Life.ATTACHED) {
      if (send.cancelled()) {
        endSend(Errno.ECANCELED); // submitted before the end of the slot
      }
      release();
      return;
    }
    try {
      carryOut();
    } finally {
      updateInterest();
    }
  }

  private void carryOut() {
    if (connection == Connection.ASKED) {
      startConnect();
    }
    if (connection == Connection.NONE
        && (send.active() || receive.active())
        && ChannelOps.connecting(channel)) {
      connection = connection.to(Connection.FOUND);
    }
    if (send.active() && !connection.isUnderWay()) {
      sendOn();
    }
    if (send.cancelled()) {
      endSend(Errno.ECANCELED);
    }
    shutIfSent();
    if (receive.asked() && !connection.isUnderWay()) {
      receive.begin();
    }
  }

  private void release() {
    final boolean closes = life == Life.CLOSING;
    life = life.to(Life.DETACHED);
    dropKey();
    if (closes) {
      try {
        channel.close();
        engine.closedChannel();
      } catch (final IOException e) {
        LibraryLog.log(System.Logger.Level.WARNING, "cannot close " + channel, e);
      }
    }
    engine.detached(this);
  }

  boolean isAttached() {
    return life == Life.ATTACHED;
  }

  /** A channel that is ready is received from, besides other operations. */
  boolean receivesNow() {
    return receive.active() && polled == 0 && !connection.isUnderWay();
  }

  /** The selector has found the channel ready. */
  void ready(final int operations) {
    if (polled != 0) {
      engine.delivers().ready(attachment, ChannelOps.mask(operations, polled), Errno.NONE);
      return;
    }
    try {
      goOn(operations);
    } finally {
      updateInterest();
    }
  }

  private void goOn(final int operations) {
    if (connection.isUnderWay()) {
      finishConnect();
      shutIfSent();
      return;
    }
    if (send.active() && (operations & SelectionKey.OP_WRITE) != 0) {
      sendOn();
      shutIfSent();
    }
    if ((operations & SelectionKey.OP_READ) != 0 && receive.active()) {
      receive.once();
    }
    if ((operations & SelectionKey.OP_ACCEPT) != 0 && accepting) {
      acceptAll();
    }
  }

  /** The program has closed the channel while it was attached. */
  void lost() {
    dropKey();
    if (polled != 0) {
      polled = 0;
      engine.delivers().ready(attachment, 0, Errno.EBADF);
    }
    if (accepting) {
      accepting = false;
      engine.delivers().accepted(attachment, null, null, Errno.EBADF);
    }
    end(Errno.EBADF);
    shutIfSent();
  }

  /** No operation under way can continue. */
  private void end(final Errno error) {
    if (connection.isUnderWay()) {
      endConnect(error);
    }
    if (send.active()) {
      endSend(error);
    }
    if (receive.active()) {
      receive.end(error);
    }
  }

  // Attachments are notified outside of the code that catches the channel's exceptions: theirs are
  // no errors of the channel.

  Errno errorOf(final Exception problem) {
    return NioErrors.of(problem, channel);
  }

  private void startConnect() {
    connection = connection.to(Connection.BEGUN);
    final boolean connected;
    try {
      final SocketChannel stream = (SocketChannel) channel;
      connected = connectTo == null ? stream.isConnected() : stream.connect(connectTo);
    } catch (final IOException | RuntimeException e) {
      end(errorOf(e));
      return;
    }
    if (connected) {
      endConnect(Errno.NONE);
    }
  }

  private void finishConnect() {
    final boolean connected;
    try {
      connected = ((SocketChannel) channel).finishConnect();
    } catch (final IOException | RuntimeException e) {
      end(errorOf(e));
      return;
    }
    if (connected) {
      endConnect(Errno.NONE);
      if (send.active()) {
        sendOn();
      }
    }
  }

  private void endConnect(final Errno error) {
    final boolean reports = connection == Connection.BEGUN;
    connection = connection.to(Connection.NONE);
    if (reports) {
      engine.delivers().ended(attachment, error, Attachment::connected);
    }
  }

  private void sendOn() {
    final boolean done;
    try {
      done = send.step(channel);
    } catch (final IOException | RuntimeException e) {
      endSend(errorOf(e));
      return;
    }
    if (done) {
      endSend(Errno.NONE);
    }
  }

  private void endSend(final Errno error) {
    send.end();
    engine.delivers().sent(attachment, send.sent(), error);
  }

  private void shutIfSent() {
    final boolean sends = send.active() && (shutHow & Engine.SHUT_WRITE) != 0;
    if (shutHow == 0 || sends || connection.isUnderWay()) {
      return;
    }
    final int how = shutHow;
    shutHow = 0;
    Errno error = Errno.NONE;
    try {
      final SocketChannel stream = (SocketChannel) channel;
      if ((how & Engine.SHUT_READ) != 0) {
        stream.shutdownInput();
      }
      if ((how & Engine.SHUT_WRITE) != 0) {
        stream.shutdownOutput();
      }
    } catch (final IOException | RuntimeException e) {
      error = errorOf(e);
    }
    engine.delivers().ended(attachment, error, Attachment::shut);
  }

  private void acceptAll() {
    for (int i = 0; i < MAX_ACCEPTS && accepting; i++) {
      NetSocket accepted = null;
      final SocketAddress peer;
      try {
        final SocketChannel connection = NioSockets.accept((ServerSocketChannel) channel);
        if (connection == null) {
          return;
        }
        accepted = NioSockets.socket(connection, null);
        peer = accepted.remoteAddress();
      } catch (final IOException | RuntimeException e) {
        if (accepted != null) {
          accepted.close();
        }
        final Errno error = errorOf(e);
        if (!NioErrors.acceptPassesOver(error)) {
          accepting = false;
          engine.delivers().accepted(attachment, null, null, error);
        }
        continue;
      }
      engine.delivers().accepted(attachment, accepted, peer, Errno.NONE);
    }
  }

  // ---- the selector ----

  private int interest() {
    if (polled != 0) {
      return ChannelOps.interest(channel, polled);
    }
    if (connection.isUnderWay()) {
      return SelectionKey.OP_CONNECT;
    }
    return (receive.active() ? SelectionKey.OP_READ : 0)
        | (accepting ? SelectionKey.OP_ACCEPT : 0)
        | (send.active() ? SelectionKey.OP_WRITE : 0);
  }

  /** Sets the selector's interest. */
  void updateInterest() {
    // Asked before the interest, as another thread may finish the connect between the two.
    if (polled != 0 && !unsettled && ChannelOps.unsettled(channel)) {
      unsettled = true;
      engine.unsettled(this);
    }
    final int wanted = interest();
    try {
      if (key != null && key.isValid()) {
        if (key.interestOps() != wanted) {
          key.interestOps(wanted);
        }
      } else if (wanted != 0) {
        final SelectionKey made = register(engine.selector(), wanted);
        engine.keyCount(key == null ? 1 : 0);
        key = made;
      }
    } catch (final IOException | RuntimeException e) {
      lost();
    }
  }

  /**
   * The same before a wait, as a program may connect and finish connects without the engine.
   * Returns true when that need not be done again.
   */
  boolean settled() {
    unsettled = polled != 0 && life == Life.ATTACHED && ChannelOps.unsettled(channel);
    try {
      if (polled != 0 && key != null && key.isValid()) {
        key.interestOps(interest());
      }
    } catch (final CancelledKeyException e) {
      // closed by another thread in this moment, which the next wait reports
    }
    return !unsettled;
  }

  /**
   * For assertions before a wait: the selector waits for what the slot's state wants. Operations
   * that are still to be submitted change it later, and a channel that is not connected at any
   * time.
   */
  boolean interestAgrees() {
    if (pending || unsettled || key == null || !key.isValid()) {
      return true;
    }
    try {
      return key.interestOps() == interest();
    } catch (final CancelledKeyException e) {
      return true; // closed by another thread in this moment
    }
  }

  private SelectionKey register(final Selector selector, final int wanted) throws IOException {
    final SelectionKey former = channel.keyFor(selector);
    if (former != null && !former.isValid()) {
      engine.dropCancelled();
    }
    return channel.register(selector, wanted, number);
  }

  /** Moves to another selector. */
  void move() {
    if (key != null) {
      assert life == Life.ATTACHED || pending : life;
      dropKey();
      updateInterest();
    }
  }

  private void dropKey() {
    if (key != null) {
      key.cancel();
      key = null;
      engine.keyCount(-1);
    }
  }

  boolean holds(final SelectionKey candidate) {
    return key == candidate;
  }

  boolean lostKey() {
    return key != null && !key.isValid() && life == Life.ATTACHED;
  }
}
