package org.jevent.bench.rivals;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

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
      // With rings of buffers, fixed or incremental, it was measured to be no faster.
      return IoUringIoHandler.newFactory();
    }

    @Override
    Class<? extends ServerChannel> channel() {
      return IoUringServerSocketChannel.class;
    }
  };

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
}
