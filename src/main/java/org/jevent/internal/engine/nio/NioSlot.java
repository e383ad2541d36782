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
import org.jevent.internal.engine.LibraryLog;
import org.jevent.internal.engine.SendVector;

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

  /** A connect that sending and receiving wait for. */
  private enum Connect {
    NONE,
    /** Submitted: its end is reported. */
    ASKED,
    /** The channel was attached with a connect under way. */
    FOUND
  }

  final int number;
  final Attachment attachment;
  final SelectableChannel channel;
  private final NioEngine engine;
  private SelectionKey key;

  /** Is in the engine's list of slots with something to submit. */
  boolean pending;

  /** Is in the engine's list of slots that have to be checked before each wait. */
  private boolean unsettled;

  private int polled;
  private int receiveLimit;
  private boolean datagrams;
  private boolean receiveNow;
  private boolean bulk;

  /** The number of the {@code enter} in which it has received last. */
  private long received;

  private boolean accepting;
  private boolean connectNow;
  private Connect connect = Connect.NONE;
  private SocketAddress connectTo;

  private final NioSend send = new NioSend();
  private int shutHow;
  private boolean detaching;
  private boolean closing;

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
    receiveNow = receiveLimit == 0 && limit > 0;
    receiveLimit = limit;
    datagrams = asDatagrams;
  }

  void accept(final boolean on) {
    accepting = on;
  }

  void connect(final SocketAddress address) {
    connectTo = address;
    connectNow = true;
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

  void shutdown(final int how) {
    shutHow |= how;
  }

  void detach(final boolean close) {
    detaching = true;
    closing = close;
  }

  // ---- carried out, within enter ----

  /** Tries all operations submitted since the last call. */
  void submit() {
    if (detaching) {
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
    if (connectNow) {
      connectNow = false;
      startConnect();
    }
    if (connect == Connect.NONE
        && (send.active() || receiveLimit > 0)
        && ChannelOps.connecting(channel)) {
      connect = Connect.FOUND;
    }
    if (send.active() && connect == Connect.NONE) {
      sendOn();
    }
    shutIfSent();
    if (receiveNow && connect == Connect.NONE) {
      receiveNow = false;
      receiveOnce();
    }
  }

  private void release() {
    dropKey();
    if (closing) {
      try {
        channel.close();
        engine.closedChannel();
      } catch (final IOException e) {
        LibraryLog.log(System.Logger.Level.WARNING, "cannot close " + channel, e);
      }
    }
    engine.detached(this);
  }

  /** The channel is ready for receiving, besides other operations. */
  boolean receives() {
    return receiveLimit > 0 && polled == 0 && connect == Connect.NONE;
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
    if (connect != Connect.NONE) {
      finishConnect();
      shutIfSent();
      return;
    }
    if (send.active() && (operations & SelectionKey.OP_WRITE) != 0) {
      sendOn();
      shutIfSent();
    }
    if ((operations & SelectionKey.OP_READ) != 0 && receiveLimit > 0) {
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
    final boolean connects = connect == Connect.ASKED;
    connect = Connect.NONE;
    if (connects) {
      engine.delivers().ended(attachment, error, Attachment::connected);
    }
    if (send.active()) {
      endSend(error);
    }
    if (receiveLimit > 0) {
      endReceive(error);
    }
  }

  // Attachments are notified outside of the code that catches the channel's exceptions: theirs are
  // no errors of
  // the channel.

  private Errno errorOf(final Exception problem) {
    return NioErrors.of(problem, channel);
  }

  private void startConnect() {
    connect = Connect.ASKED;
    final boolean connected;
    try {
      connected = connectTo != null && ((SocketChannel) channel).connect(connectTo);
    } catch (final IOException | RuntimeException e) {
      end(errorOf(e));
      return;
    }
    if (connected) {
      connected();
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
      connected();
      if (send.active()) {
        sendOn();
      }
    }
  }

  private void connected() {
    final boolean asked = connect == Connect.ASKED;
    connect = Connect.NONE;
    if (asked) {
      engine.delivers().ended(attachment, Errno.NONE, Attachment::connected);
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
    if (shutHow == 0 || sends || connect != Connect.NONE) {
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
      left -= count;
      slab.commit(count);
      filled = count == room;
      bulk = filled || receiveLimit - left >= BULK;
      received = engine.enters();
      batch.received(count);
      engine.delivers().received(attachment, slab.memory(), slab.buffer(), offset, count);
    } while (filled && left > 0 && receiveLimit > 0 && !detaching && !batch.full());
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
    receiveLimit = 0;
    engine.delivers().ended(attachment, error, Attachment::receiveEnded);
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
    if (connect != Connect.NONE) {
      return SelectionKey.OP_CONNECT;
    }
    return (receiveLimit > 0 ? SelectionKey.OP_READ : 0)
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
    unsettled = polled != 0 && !detaching && ChannelOps.unsettled(channel);
    try {
      if (polled != 0 && key != null && key.isValid()) {
        key.interestOps(interest());
      }
    } catch (final CancelledKeyException e) {
      // closed by another thread in this moment, which the next wait reports
    }
    return !unsettled;
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
    return key != null && !key.isValid() && !detaching;
  }
}
