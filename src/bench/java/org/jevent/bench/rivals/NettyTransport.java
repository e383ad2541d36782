package org.jevent.bench.rivals;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.util.Map;

/** Netty's ways to the operating system. */
enum NettyTransport {
  NIO("nio") {
    @Override
    IoHandlerFactory handler() {
      return NioIoHandler.newFactory();
    }

    @Override
    Class<? extends ServerChannel> channel() {
      return NioServerSocketChannel.class;
    }
  },

  EPOLL("epoll") {
    @Override
    Throwable obstacle() {
      return Epoll.isAvailable() ? null : Epoll.unavailabilityCause();
    }

    @Override
    IoHandlerFactory handler() {
      return EpollIoHandler.newFactory();
    }

    @Override
    Class<? extends ServerChannel> channel() {
      return EpollServerSocketChannel.class;
    }
  },

  IO_URING("io_uring") {
    @Override
    Throwable obstacle() {
      return IoUring.isAvailable() ? null : IoUring.unavailabilityCause();
    }

    @Override
    IoHandlerFactory handler() {
      final IoUringIoHandlerConfig config = new IoUringIoHandlerConfig();
      if (IoUring.isRegisterBufferRingSupported()) {
        config.setBufferRingConfig(
            IoUringBufferRingConfig.builder()
                .bufferGroupId(BUFFER_GROUP)
                .bufferRingSize(BUFFERS)
                .batchSize(BUFFERS / 2)
                .allocator(
                    new IoUringFixedBufferRingAllocator(
                        PooledByteBufAllocator.DEFAULT, BUFFER_SIZE))
                .build());
      }
      return IoUringIoHandler.newFactory(config);
    }

    @Override
    Class<? extends ServerChannel> channel() {
      return IoUringServerSocketChannel.class;
    }

    @Override
    Map<ChannelOption<Short>, Short> options() {
      return IoUring.isRegisterBufferRingSupported()
          ? Map.of(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP)
          : Map.of();
    }
  };

  private static final short BUFFER_GROUP = 1;
  private static final short BUFFERS = 1024;
  private static final int BUFFER_SIZE = 16_384;

  final String text;

  NettyTransport(final String text) {
    this.text = text;
  }

  /** Why it cannot be used here; null where it can. */
  Throwable obstacle() {
    return null;
  }

  abstract IoHandlerFactory handler();

  abstract Class<? extends ServerChannel> channel();

  /** What its connections need besides. */
  Map<ChannelOption<Short>, Short> options() {
    return Map.of();
  }
}
