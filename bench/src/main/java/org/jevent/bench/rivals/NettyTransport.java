package org.jevent.bench.rivals;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

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

  /** Listens with event loops, the first of which accepts and gives connections to all in turn. */
  final Channel listen(final int loops, final int port, final ChannelInitializer<Channel> served) {
    return new ServerBootstrap()
        .group(new MultiThreadIoEventLoopGroup(loops, handler()))
        .channel(channel())
        .option(ChannelOption.SO_BACKLOG, Rival.BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        .childHandler(served)
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .syncUninterruptibly()
        .channel();
  }

  abstract IoHandlerFactory handler();

  abstract Class<? extends ServerChannel> channel();
}
