package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.ChannelOps;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.engine.nio.NioState.Connection;
import org.jevent.internal.engine.nio.NioState.Life;
import org.jevent.internal.engine.nio.NioState.Receiving;
import org.jevent.internal.log.LibraryLog;

/**
 * One attached channel and the operations under way on it. {@link #submit} carries out operations
 * within the next {@code enter}. Operations that cannot complete then continue when the selector
 * finds the channel ready.
 */
final class NioSlot {
  private static final int MAX_ACCEPTS = 256;

  /** The minimum room of a receive; after one of {@link #BULK} bytes it gets an empty buffer. */
  private static final int MIN_RECEIVE = 512;

  private static final int BULK = 2048;

  final int number;
  final Attachment attachment;
  final SelectableChannel channel;
  private final NioEngine engine;
  private SelectionKey key;

  /** Is in the engine's list of slots with something to submit. */
  boolean pending;

  /** Is in the engine's list of slots that have to be checked before each wait. */
  private boolean unsettled;

  private Life life = Life.ATTACHED;
  private int polled;

  private Receiving receiving = Receiving.OFF;
  private int receiveLimit;
  private boolean datagrams;
  private boolean bulk;

  /** The number of the {@code enter} in which it has received last. */
  private long received;

  private boolean accepting;

  private Connection connection = Connection.NONE;
  private SocketAddress connectTo;

  private final NioSend send = new NioSend();
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
  }

  // ---- submitted ----

  void poll(final int mask) {
    polled = mask;
  }

  void receive(final int limit, final boolean asDatagrams) {
    if ((limit > 0) != receives()) {
      receiving = receiving.to(limit > 0 ? Receiving.ASKED : Receiving.OFF);
    }
    receiveLimit = limit;
    datagrams = asDatagrams;
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
        && (send.active() || receives())
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
    if (receiving == Receiving.ASKED && !connection.isUnderWay()) {
      receiving = receiving.to(Receiving.WAITING);
      receiveOnce();
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

  private boolean receives() {
    return receiving != Receiving.OFF;
  }

  /** A channel that is ready is received from, besides other operations. */
  boolean receivesNow() {
    return receives() && polled == 0 && !connection.isUnderWay();
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
    if ((operations & SelectionKey.OP_READ) != 0 && receives()) {
      receiveOnce();
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
    if (receives()) {
      endReceive(error);
    }
  }

  // Attachments are notified outside of the code that catches the channel's exceptions: theirs are
  // no errors of the channel.

  private Errno errorOf(final Exception problem) {
    return NioErrors.of(problem, channel);
  }

  private void startConnect() {
    connection = connection.to(Connection.BEGUN);
    final boolean connected;
    try {
      connected = connectTo != null && ((SocketChannel) channel).connect(connectTo);
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
      engine.delivers().connected(attachment, error);
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
    engine.delivers().shut(attachment, error);
  }

  private void receiveOnce() {
    if (received == engine.enters()) {
      return;
    }
    if (datagrams) {
      receiveDatagram(engine.slab());
    } else {
      receiveBytes(engine.slab());
    }
  }

  /** Receives up to the limit, at most a batch, into as many buffers as that needs. */
  private void receiveBytes(final NioSlab slab) {
    final ReceiveBatch batch = engine.batch();
    int left = receiveLimit;
    boolean filled;
    do {
      final int room = slab.reserve(bulk ? left : MIN_RECEIVE, left);
      final int offset = slab.offset();
      final int count;
      try {
        count = ((ReadableByteChannel) channel).read(slab.memory().range(offset, room));
      } catch (final IOException | RuntimeException e) {
        endReceive(errorOf(e));
        return;
      }
      if (count < 0) {
        endReceive(Errno.NONE);
      }
      if (count <= 0) {
        return;
      }
      assert count <= room : count + " bytes in a room of " + room;
      left -= count;
      slab.commit(count);
      filled = count == room;
      bulk = filled || receiveLimit - left >= BULK;
      received = engine.enters();
      batch.received(count);
      engine.delivers().received(attachment, slab.memory(), slab.buffer(), offset, count);
    } while (filled && left > 0 && receives() && life == Life.ATTACHED && !batch.full());
  }

  /** Receives with room for a byte more than the limit: only that reveals a longer datagram. */
  private void receiveDatagram(final NioSlab slab) {
    final int wanted = (int) Math.min(receiveLimit + 1L, Integer.MAX_VALUE);
    final int room = slab.reserve(wanted, wanted);
    final int offset = slab.offset();
    final ByteBuffer target = slab.memory().range(offset, room);
    final SocketAddress from;
    try {
      from = ((DatagramChannel) channel).receive(target);
    } catch (final IOException | RuntimeException e) {
      endReceive(errorOf(e));
      return;
    }
    if (from != null) {
      final int length = target.position() - offset;
      final int count = Math.min(length, room - 1);
      slab.commit(count);
      engine.batch().received(count);
      engine
          .delivers()
          .receivedFrom(
              attachment, from, slab.memory(), slab.buffer(), offset, count, length > count);
    }
  }

  private void endReceive(final Errno error) {
    receiving = receiving.to(Receiving.OFF);
    receiveLimit = 0;
    engine.delivers().receiveEnded(attachment, error);
  }

  private void acceptAll() {
    for (int i = 0; i < MAX_ACCEPTS && accepting; i++) {
      EngineSocket accepted = null;
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
    return (receives() ? SelectionKey.OP_READ : 0)
        | (accepting ? SelectionKey.OP_ACCEPT : 0)
        | (send.active() ? SelectionKey.OP_WRITE : 0);
  }

  /** Sets the selector's interest. */
  void updateInterest() {
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
    if (polled != 0 && !unsettled && ChannelOps.unsettled(channel)) {
      unsettled = true;
      engine.unsettled(this);
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
