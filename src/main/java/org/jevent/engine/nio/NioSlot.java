package org.jevent.engine.nio;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import org.jevent.engine.Attachment;
import org.jevent.engine.Engine;
import org.jevent.engine.EngineSocket;
import org.jevent.engine.Memory;
import org.jevent.engine.SendVector;
import org.jevent.engine.SystemLogger;
import org.jevent.error.Errno;

/**
 * One attached channel and the operations under way on it. What is asked for is carried out by
 * {@link #submit} within the next {@code enter}; what cannot be finished then goes on when the
 * selector finds the channel ready.
 */
final class NioSlot {
  private static final int MAX_ACCEPTS = 256;

  /** A receive gets this much room at least, or an empty buffer after one of {@link #BULK}. */
  private static final int LEAST_RECEIVE = 512;

  private static final int BULK = 2048;

  final int number;
  final Attachment attachment;
  final SelectableChannel channel;
  private final NioEngine engine;
  private SelectionKey key;

  /** Stands in the engine's list of slots with something to submit. */
  boolean pending;

  private int polled;
  private int receiveLimit;
  private boolean datagrams;
  private boolean receiveNow;
  private boolean bulk;

  /** The {@code enter} in which it has received last. */
  private long received;

  private boolean accepting;
  private boolean connectNow;
  private boolean connecting;
  private SocketAddress connectTo;

  /** What is being sent: one range, or else several. */
  private Memory range;

  private int rangeOffset;
  private int rangeLength;
  private ByteBuffer[] toSend;
  private boolean sending;
  private boolean datagram;
  private SocketAddress sendTo;
  private NioFile file;
  private long filePosition;
  private long fileRemaining;
  private long sent;
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

  // ---- asked for ----

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

  /** False when a send is under way already. */
  boolean send(final SendVector vector, final boolean asDatagram, final SocketAddress to) {
    if (sending) {
      return false;
    }
    if (vector.size() == 1 && !asDatagram) {
      range = vector.memory(0);
      rangeOffset = vector.offset(0);
      rangeLength = vector.length(0);
    } else {
      toSend = new ByteBuffer[vector.size()];
      for (int i = 0; i < toSend.length; i++) {
        toSend[i] = vector.memory(i).buffer().slice(vector.offset(i), vector.length(i));
      }
    }
    datagram = asDatagram;
    sendTo = to;
    file = null;
    sending = true;
    sent = 0;
    return true;
  }

  boolean sendFile(final NioFile source, final long position, final long count) {
    if (sending) {
      return false;
    }
    file = source;
    filePosition = position;
    fileRemaining = count;
    datagram = false;
    sending = true;
    sent = 0;
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

  /** Tries everything that was asked for since the last call. */
  void submit() {
    if (detaching) {
      letGo();
      return;
    }
    if (connectNow) {
      connectNow = false;
      startConnect();
    }
    if (sending && !connecting) {
      sendOn();
    }
    shutIfSent();
    if (receiveNow && !connecting) {
      receiveNow = false;
      receiveOnce();
    }
    updateInterest();
  }

  private void letGo() {
    dropKey();
    if (closing) {
      close(channel);
    }
    engine.detached(this);
  }

  private static void close(final SelectableChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (final IOException e) {
      SystemLogger.log(System.Logger.Level.WARNING, "cannot close " + channel, e);
    }
  }

  /** Whatever else it is ready for, it may be received from. */
  boolean receives() {
    return receiveLimit > 0 && polled == 0 && !connecting;
  }

  /** The selector has found the channel ready. */
  void ready(final int operations) {
    if (polled != 0) {
      engine.delivers().ready(attachment, mask(operations) & polled, Errno.NONE);
      return;
    }
    if (connecting) {
      finishConnect();
    } else {
      if (sending && (operations & SelectionKey.OP_WRITE) != 0) {
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
    updateInterest();
  }

  private static int mask(final int operations) {
    return ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 ? Engine.READ : 0)
        | ((operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0
            ? Engine.WRITE
            : 0);
  }

  /** The channel was closed under the engine's feet. */
  void lost() {
    dropKey();
    if (polled != 0) {
      polled = 0;
      engine.delivers().ready(attachment, 0, Errno.EBADF);
    } else if (connecting) {
      connecting = false;
      engine.delivers().connected(attachment, Errno.EBADF);
    } else if (sending) {
      sending = false;
      engine.delivers().sent(attachment, sent, Errno.EBADF);
    }
    if (receiveLimit > 0) {
      receiveLimit = 0;
      engine.delivers().receiveEnded(attachment, Errno.EBADF);
    }
    if (accepting) {
      accepting = false;
      engine.delivers().accepted(attachment, null, null, Errno.EBADF);
    }
  }

  private void startConnect() {
    try {
      connecting = connectTo == null || !((SocketChannel) channel).connect(connectTo);
    } catch (final IOException | RuntimeException e) {
      connectFailed(e);
      return;
    }
    if (!connecting) {
      engine.delivers().connected(attachment, Errno.NONE);
    }
  }

  private void finishConnect() {
    try {
      if (!((SocketChannel) channel).finishConnect()) {
        return;
      }
    } catch (final IOException | RuntimeException e) {
      connectFailed(e);
      return;
    }
    connecting = false;
    engine.delivers().connected(attachment, Errno.NONE);
    if (sending) {
      sendOn();
      shutIfSent();
    }
  }

  private void connectFailed(final Exception problem) {
    final Errno error = NioErrors.of(problem);
    connecting = false;
    engine.delivers().connected(attachment, error);
    if (sending) {
      endSend(error);
    }
    if (receiveLimit > 0) {
      receiveLimit = 0;
      engine.delivers().receiveEnded(attachment, error);
    }
  }

  private void sendOn() {
    final boolean done;
    try {
      done =
          range != null
              ? sendRange()
              : datagram ? sendDatagram() : file != null ? sendFileOn() : sendBytes();
    } catch (final IOException | RuntimeException e) {
      endSend(NioErrors.of(e));
      return;
    }
    if (done) {
      endSend(Errno.NONE);
    }
  }

  private void endSend(final Errno error) {
    sending = false;
    range = null;
    toSend = null;
    file = null;
    sendTo = null;
    engine.delivers().sent(attachment, sent, error);
  }

  private boolean sendRange() throws IOException {
    while (rangeLength > 0) {
      final int count =
          ((WritableByteChannel) channel).write(range.range(rangeOffset, rangeLength));
      if (count == 0) {
        return false;
      }
      rangeOffset += count;
      rangeLength -= count;
      sent += count;
    }
    return true;
  }

  private boolean sendBytes() throws IOException {
    int first = 0;
    while (true) {
      while (first < toSend.length && !toSend[first].hasRemaining()) {
        first++;
      }
      if (first == toSend.length) {
        return true;
      }
      final long count =
          channel instanceof GatheringByteChannel gathering
              ? gathering.write(toSend, first, toSend.length - first)
              : ((WritableByteChannel) channel).write(toSend[first]);
      if (count == 0) {
        return false;
      }
      sent += count;
    }
  }

  private boolean sendFileOn() throws IOException {
    while (fileRemaining > 0) {
      final long count =
          file.transferTo(filePosition, fileRemaining, (WritableByteChannel) channel);
      if (count == 0) {
        return file.endsAt(filePosition);
      }
      filePosition += count;
      fileRemaining -= count;
      sent += count;
    }
    return true;
  }

  private boolean sendDatagram() throws IOException {
    ByteBuffer whole = toSend.length == 1 ? toSend[0] : joined();
    final int length = whole.remaining();
    final DatagramChannel target = (DatagramChannel) channel;
    final int count = sendTo == null ? target.write(whole) : target.send(whole, sendTo);
    sent = count;
    return count > 0 || length == 0;
  }

  private ByteBuffer joined() {
    int length = 0;
    for (final ByteBuffer part : toSend) {
      length += part.remaining();
    }
    final ByteBuffer whole = ByteBuffer.allocate(length);
    for (final ByteBuffer part : toSend) {
      whole.put(part.duplicate());
    }
    return whole.flip();
  }

  private void shutIfSent() {
    if (shutHow == 0 || (sending && (shutHow & Engine.SHUT_WRITE) != 0)) {
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
      error = NioErrors.of(e);
    }
    engine.delivers().shut(attachment, error);
  }

  private void receiveOnce() {
    if (received == engine.enters()) {
      return;
    }
    final NioSlab slab = engine.slab();
    if (datagrams) {
      receiveDatagram(slab);
    } else {
      receiveBytes(slab);
    }
  }

  /** As many as the limit allows, and at most a batch, into as many buffers as that takes. */
  private void receiveBytes(final NioSlab slab) {
    final ReceiveBatch batch = engine.batch();
    int left = receiveLimit;
    boolean filled;
    do {
      final int room = slab.reserve(bulk ? left : LEAST_RECEIVE, left);
      final int offset = slab.offset();
      final int count;
      try {
        count = ((ReadableByteChannel) channel).read(slab.memory().range(offset, room));
      } catch (final IOException | RuntimeException e) {
        endReceive(NioErrors.of(e));
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

  private void receiveDatagram(final NioSlab slab) {
    final int room = slab.reserve(receiveLimit, receiveLimit);
    final int offset = slab.offset();
    final ByteBuffer target = slab.memory().range(offset, room);
    final SocketAddress from;
    try {
      from = ((DatagramChannel) channel).receive(target);
    } catch (final IOException | RuntimeException e) {
      endReceive(NioErrors.of(e));
      return;
    }
    if (from != null) {
      final int count = target.position() - offset;
      slab.commit(count);
      engine.batch().received(count);
      engine
          .delivers()
          .receivedFrom(attachment, from, slab.memory(), slab.buffer(), offset, count, false);
    }
  }

  private void endReceive(final Errno error) {
    receiveLimit = 0;
    engine.delivers().receiveEnded(attachment, error);
  }

  private void acceptAll() {
    for (int i = 0; i < MAX_ACCEPTS && accepting; i++) {
      SocketChannel accepted = null;
      final SocketAddress peer;
      final EngineSocket socket;
      try {
        accepted = NioSockets.accept((ServerSocketChannel) channel);
        if (accepted == null) {
          return;
        }
        peer = accepted.getRemoteAddress();
        socket = NioSockets.socket(accepted);
      } catch (final IOException | RuntimeException e) {
        acceptFailed(accepted, NioErrors.of(e));
        continue;
      }
      engine.delivers().accepted(attachment, socket, peer, Errno.NONE);
    }
  }

  private void acceptFailed(final SocketChannel accepted, final Errno error) {
    close(accepted);
    if (!NioErrors.acceptPassesOver(error)) {
      accepting = false;
      engine.delivers().accepted(attachment, null, null, error);
    }
  }

  // ---- the selector ----

  private int interest() {
    if (polled != 0) {
      final int valid = channel.validOps();
      return ((polled & Engine.READ) != 0
              ? valid & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)
              : 0)
          | ((polled & Engine.WRITE) != 0 ? valid & writing() : 0);
    }
    if (connecting) {
      return SelectionKey.OP_CONNECT;
    }
    return (receiveLimit > 0 ? SelectionKey.OP_READ : 0)
        | (accepting ? SelectionKey.OP_ACCEPT : 0)
        | (sending ? SelectionKey.OP_WRITE : 0);
  }

  private int writing() {
    final boolean pendingConnect =
        channel instanceof SocketChannel stream && stream.isConnectionPending();
    return pendingConnect ? SelectionKey.OP_CONNECT : SelectionKey.OP_WRITE;
  }

  /** Tells the selector what to wait for. */
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
  }

  /** A poll for writing means another thing once the connection stands. */
  void refreshPoll() {
    if (polled != 0) {
      updateInterest();
    }
  }

  private SelectionKey register(final Selector selector, final int wanted) throws IOException {
    final SelectionKey former = channel.keyFor(selector);
    if (former != null && !former.isValid()) {
      selector.selectNow(); // lets go of a key that was cancelled
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
