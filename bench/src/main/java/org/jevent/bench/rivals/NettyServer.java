package org.jevent.bench.rivals;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Netty with event loops that serve, the first of which accepts and gives connections to all in
 * turn, and pooled buffers.
 */
final class NettyServer implements Rival {
  private final NettyTransport transport;
  private final int loops;
  private final int work;
  private Channel listener;

  NettyServer(final NettyTransport transport, final int loops, final int work) {
    this.transport = transport;
    this.loops = loops;
    this.work = work;
  }

  @Override
  public String style() {
    return "netty";
  }

  @Override
  public String engine() {
    return transport.text;
  }

  @Override
  public int open(final int port, final boolean rot13) throws IOException {
    final Throwable obstacle = transport.obstacle();
    if (obstacle != null) {
      throw new UnsupportedOperationException("Netty cannot use " + transport.text, obstacle);
    }
    listener =
        transport.listen(
            loops,
            port,
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(final Channel channel) {
                channel.pipeline().addLast(new NettyHandler(rot13, Work.of(work)));
              }
            });
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void serve() {
    listener.closeFuture().syncUninterruptibly();
  }
}
