package org.jevent.bench.rivals;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ByteProcessor;
import java.io.IOException;

/**
 * Answers block by block: what was received is turned where it is and sent, in one flush for all
 * that was read at a time. A client that does not read is not read from.
 */
final class NettyHandler extends ChannelInboundHandlerAdapter {
  private final boolean rot13;
  private final Work work;

  /** The beginning of a line, or null. */
  private ByteBuf held;

  NettyHandler(final boolean rot13, final Work work) {
    this.rot13 = rot13;
    this.work = work;
  }

  @Override
  public void channelRead(final ChannelHandlerContext context, final Object message) {
    ByteBuf block = (ByteBuf) message;
    work.run();
    if (!rot13) {
      context.write(block, context.voidPromise());
      return;
    }
    if (held != null) {
      held.writeBytes(block);
      block.release();
      block = held;
      held = null;
    }
    final int newline = block.forEachByteDesc(ByteProcessor.FIND_LF);
    final int lines = newline < 0 ? 0 : newline + 1 - block.readerIndex();
    final int answerable = Turning.answerable(lines, block.readableBytes());
    turn(block, answerable);
    if (answerable == block.readableBytes()) {
      context.write(block, context.voidPromise());
      return;
    }
    if (answerable > 0) {
      context.write(block.readRetainedSlice(answerable), context.voidPromise());
    }
    // A separate buffer, so that half a line does not keep a large one.
    held = context.alloc().buffer(block.readableBytes()).writeBytes(block);
    block.release();
  }

  private static void turn(final ByteBuf block, final int size) {
    final int end = block.readerIndex() + size;
    int i = block.readerIndex();
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      block.setLong(i, Turning.turn(block.getLong(i)));
    }
    for (; i < end; i++) {
      block.setByte(i, Turning.turn(block.getByte(i)));
    }
  }

  @Override
  public void channelReadComplete(final ChannelHandlerContext context) {
    context.flush();
  }

  @Override
  public void channelWritabilityChanged(final ChannelHandlerContext context) {
    context.channel().config().setAutoRead(context.channel().isWritable());
  }

  @Override
  public void handlerRemoved(final ChannelHandlerContext context) {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
    if (!(cause instanceof IOException)) { // which is how clients leave
      System.err.println(cause);
    }
    context.close();
  }
}
