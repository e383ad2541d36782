package org.jevent.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ByteProcessor;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;

/** A buffer, and another one to move its bytes to; does what {@code buffer_libevent} does. */
interface BufferSubject extends AutoCloseable {
  /** Adds a block and takes it out again. */
  void through(byte[] block);

  /** Adds a block, moves it to the other buffer, and drops it there. */
  void move(byte[] block);

  /** What {@link #find} searches. */
  void fill(byte[] block);

  /** Where the first newline is. */
  long find();

  /** Runs something where such buffers are at home. */
  default void inLoop(final Runnable action) {
    action.run();
  }

  @Override
  void close();

  /** This library's, in a callback of a loop, whose thread has the pool. */
  final class Ours implements BufferSubject {
    private final EventBase base = new EventBase(new EventConfig());
    private final EventBuffer buffer = new EventBuffer(base);
    private final EventBuffer other = new EventBuffer(base);
    private final EventBuffer searched = new EventBuffer(base);

    @Override
    public void through(final byte[] block) {
      buffer.add(block);
      buffer.remove(block, 0, block.length);
    }

    @Override
    public void move(final byte[] block) {
      buffer.add(block);
      other.add(buffer);
      other.drain(block.length);
    }

    @Override
    public void fill(final byte[] block) {
      searched.add(block);
    }

    @Override
    public long find() {
      return searched.indexOf((byte) '\n');
    }

    @Override
    public void inLoop(final Runnable action) {
      base.execute(action);
      base.dispatch();
    }

    @Override
    public void close() {
      buffer.close();
      other.close();
      searched.close();
      base.close();
    }
  }

  /** Netty's: a pooled buffer for each block, passed on instead of moved, as its pipelines do. */
  final class Netty implements BufferSubject {
    private final PooledByteBufAllocator pool = PooledByteBufAllocator.DEFAULT;
    private final ByteBuf searched = pool.directBuffer();

    @Override
    public void through(final byte[] block) {
      final ByteBuf buffer = pool.directBuffer(block.length).writeBytes(block);
      buffer.readBytes(block);
      buffer.release();
    }

    @Override
    public void move(final byte[] block) {
      final ByteBuf buffer = pool.directBuffer(block.length).writeBytes(block);
      final ByteBuf other = buffer.readRetainedSlice(block.length);
      buffer.release();
      other.skipBytes(block.length);
      other.release();
    }

    @Override
    public void fill(final byte[] block) {
      searched.writeBytes(block);
    }

    @Override
    public long find() {
      return searched.forEachByte(ByteProcessor.FIND_LF);
    }

    @Override
    public void close() {
      searched.release();
    }
  }
}
