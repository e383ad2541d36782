package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ReadableByteChannel;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.ReceiveSlab;
import org.jevent.internal.engine.nio.NioState.Receiving;

/** What is received from one channel: bytes or datagrams, once an {@code enter}. */
final class NioReceive {
  /** The minimum room of a receive; after one of {@link #BULK} bytes it gets an empty buffer. */
  private static final int MIN_RECEIVE = 512;

  private static final int BULK = 2048;

  private final NioEngine engine;
  private final NioSlot slot;
  private Receiving state = Receiving.OFF;
  private int limit;
  private boolean datagrams;
  private boolean bulk;

  /** The number of the {@code enter} in which it has received last. */
  private long received;

  NioReceive(final NioEngine engine, final NioSlot slot) {
    this.engine = engine;
    this.slot = slot;
  }

  /** Receives at most that many bytes at a time from now on; 0: none. */
  void set(final int max, final boolean asDatagrams) {
    if ((max > 0) != active()) {
      state = state.to(max > 0 ? Receiving.ASKED : Receiving.OFF);
    }
    limit = max;
    datagrams = asDatagrams;
  }

  /** Whether it is to be received. */
  boolean active() {
    return state != Receiving.OFF;
  }

  /** Whether it was submitted and has not begun. */
  boolean asked() {
    return state == Receiving.ASKED;
  }

  /** Receives what is there already; the selector reports the rest. */
  void begin() {
    state = state.to(Receiving.WAITING);
    once();
  }

  /** Receives, unless this {@code enter} has done so. */
  void once() {
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
  private void receiveBytes(final ReceiveSlab slab) {
    final ReceiveBatch batch = engine.batch();
    int left = limit;
    boolean filled;
    do {
      final int room = slab.reserve(bulk ? left : MIN_RECEIVE, left);
      assert room > 0 && room <= left : room;
      final int offset = slab.offset();
      final int count;
      try {
        count = ((ReadableByteChannel) slot.channel).read(slab.memory().range(offset, room));
      } catch (final IOException | RuntimeException e) {
        end(slot.errorOf(e));
        return;
      }
      if (count < 0) {
        end(Errno.NONE);
      }
      if (count <= 0) {
        return;
      }
      assert count <= room : count + " bytes in a room of " + room;
      left -= count;
      slab.commit(count);
      filled = count == room;
      bulk = filled || limit - left >= BULK;
      received = engine.enters();
      batch.received(count);
      engine.delivers().received(slot.attachment, slab.memory(), slab.buffer(), offset, count);
    } while (filled && left > 0 && active() && slot.isAttached() && !batch.full());
  }

  /** Receives with room for a byte more than the limit: only that reveals a longer datagram. */
  private void receiveDatagram(final ReceiveSlab slab) {
    final int wanted = (int) Math.min(limit + 1L, Integer.MAX_VALUE);
    final int room = slab.reserve(wanted, wanted);
    final int offset = slab.offset();
    final ByteBuffer target = slab.memory().range(offset, room);
    final SocketAddress from;
    try {
      from = ((DatagramChannel) slot.channel).receive(target);
    } catch (final IOException | RuntimeException e) {
      end(slot.errorOf(e));
      return;
    }
    if (from != null) {
      final int length = target.position() - offset;
      final int count = Math.min(length, room - 1);
      assert count >= 0 && count <= limit : count;
      slab.commit(count);
      engine.batch().received(count);
      engine
          .delivers()
          .receivedFrom(
              slot.attachment, from, slab.memory(), slab.buffer(), offset, count, length > count);
    }
  }

  /** Ends receiving, at the end of the stream or with an error. */
  void end(final Errno error) {
    state = state.to(Receiving.OFF);
    limit = 0;
    engine.delivers().ended(slot.attachment, error, Attachment::receiveEnded);
  }
}
