package org.jevent.bench.rivals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/** Netty's codec on one event loop, with pooled buffers and a date that is made once a second. */
final class NettyHttpServer implements Rival {
  private static final NettyTransport TRANSPORT =
      NettyTransport.EPOLL.obstacle() == null ? NettyTransport.EPOLL : NettyTransport.NIO;
  private static final AsciiString TYPE = AsciiString.cached(HttpContent.TYPE);
  private static final ByteBuf HELLO =
      Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(HttpContent.HELLO));
  private static final ByteBuf TEN_KB =
      Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(HttpContent.TEN_KB));

  private final Path file;
  private volatile AsciiString date = date();
  private Channel listener;

  NettyHttpServer(final Path file) {
    this.file = file;
  }

  private static AsciiString date() {
    return AsciiString.cached(
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
  }

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
    listener =
        TRANSPORT.listen(
            1,
            port,
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(final Channel channel) {
                channel.pipeline().addLast(new HttpServerCodec(), new Answering());
              }
            });
    listener.eventLoop().scheduleAtFixedRate(() -> date = date(), 1, 1, TimeUnit.SECONDS);
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void serve() {
    listener.closeFuture().syncUninterruptibly();
  }

  /** One connection. */
  private final class Answering extends SimpleChannelInboundHandler<HttpObject> {
    private String path = "";
    private boolean keeps = true;

    @Override
    protected void channelRead0(final ChannelHandlerContext context, final HttpObject message)
        throws IOException {
      if (message instanceof HttpRequest request) {
        path = request.uri();
        keeps = HttpUtil.isKeepAlive(request);
      }
      if (message instanceof LastHttpContent) {
        answer(context);
      }
    }

    private void answer(final ChannelHandlerContext context) throws IOException {
      if (path.equals("/file")) {
        final long size = Files.size(file);
        final HttpResponse head =
            new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        fields(head, size);
        context.write(head);
        context.write(
            new DefaultFileRegion(FileChannel.open(file, StandardOpenOption.READ), 0, size));
        end(context, LastHttpContent.EMPTY_LAST_CONTENT);
      } else {
        final ByteBuf body = path.equals("/10k") ? TEN_KB : HELLO;
        final DefaultFullHttpResponse whole =
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body.duplicate());
        fields(whole, body.readableBytes());
        end(context, whole);
      }
    }

    private void fields(final HttpResponse head, final long size) {
      head.headers()
          .set(HttpHeaderNames.DATE, date)
          .set(HttpHeaderNames.CONTENT_TYPE, TYPE)
          .set(HttpHeaderNames.CONTENT_LENGTH, AsciiString.of(Long.toString(size)));
      if (!keeps) {
        head.headers().set(HttpHeaderNames.CONNECTION, "close");
      }
    }

    private void end(final ChannelHandlerContext context, final Object last) {
      if (keeps) {
        context.write(last, context.voidPromise());
      } else {
        context.write(last).addListener(ChannelFutureListener.CLOSE);
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
