package org.jevent.bench.rivals;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Netty's codec on one event loop, with pooled buffers. */
final class NettyWebSocketServer implements Rival {
  private static final NettyTransport TRANSPORT =
      NettyTransport.EPOLL.obstacle() == null ? NettyTransport.EPOLL : NettyTransport.NIO;
  private static final int MAX_REQUEST = 65_536;

  private final ChannelGroup room = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private Channel listener;

  @Override
  public String style() {
    return "netty";
  }

  @Override
  public String engine() {
    return TRANSPORT.text;
  }

  @Override
  public int open(final int port, final boolean rot13) {
    final WebSocketServerProtocolConfig config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath("/")
            .checkStartsWith(true)
            .allowExtensions(true)
            .maxFramePayloadLength(WebSocketRival.MAX_MESSAGE)
            .build();
    listener =
        TRANSPORT.listen(
            1,
            port,
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(final Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(MAX_REQUEST),
                        new WebSocketServerCompressionHandler(WebSocketRival.MAX_MESSAGE),
                        new WebSocketServerProtocolHandler(config),
                        new Echoing());
              }
            });
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void serve() {
    listener.closeFuture().syncUninterruptibly();
  }

  /** One connection. */
  private final class Echoing extends SimpleChannelInboundHandler<WebSocketFrame> {
    private boolean broadcasts;

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
      if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete handshake
          && handshake.requestUri().startsWith(WebSocketRival.BROADCAST)) {
        broadcasts = true;
        room.add(context.channel());
      }
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext context, final WebSocketFrame frame) {
      if (broadcasts) {
        room.writeAndFlush(frame.retain(), each -> true, true);
      } else {
        context.write(frame.retain(), context.voidPromise());
      }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
      if (!(cause instanceof IOException)) { // which is how clients leave
        System.err.println(cause);
      }
      context.close();
    }
  }
}
