package org.jevent.bench.rivals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;

/** Netty's server of TLS on one event loop, with pooled buffers. */
final class NettyTlsServer implements Rival {
  private static final NettyTransport TRANSPORT =
      NettyTransport.EPOLL.obstacle() == null ? NettyTransport.EPOLL : NettyTransport.NIO;

  private final ByteBuf answers =
      Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(Exchange.answers()));
  private final SslContext context;
  private final String library;
  private Channel listener;

  NettyTlsServer(final TlsRival.Library library, final Path certificate, final Path key)
      throws IOException {
    this.library = library.toString();
    this.context =
        switch (library) {
          case NONE -> null;
          case SUN -> context(SslProvider.JDK, certificate, key);
          case TCNATIVE -> {
            OpenSsl.ensureAvailability();
            final SslContext made = context(SslProvider.OPENSSL_REFCNT, certificate, key);
            giveTickets((ReferenceCountedOpenSslContext) made);
            yield made;
          }
          case CONSCRYPT -> throw new IllegalArgumentException("Netty's is tcnative");
        };
  }

  private static SslContext context(
      final SslProvider provider, final Path certificate, final Path key) throws IOException {
    return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
        .sslProvider(provider)
        .build();
  }

  /** Without a key it has no tickets, and resumes no session of TLS 1.3. */
  private static void giveTickets(final ReferenceCountedOpenSslContext context) {
    final SecureRandom random = new SecureRandom();
    final byte[] name = new byte[OpenSslSessionTicketKey.NAME_SIZE];
    final byte[] code = new byte[OpenSslSessionTicketKey.HMAC_KEY_SIZE];
    final byte[] key = new byte[OpenSslSessionTicketKey.AES_KEY_SIZE];
    random.nextBytes(name);
    random.nextBytes(code);
    random.nextBytes(key);
    context.sessionContext().setTicketKeys(new OpenSslSessionTicketKey(name, code, key));
  }

  @Override
  public String style() {
    return "netty";
  }

  @Override
  public String engine() {
    return TRANSPORT.text + ", " + library;
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
                if (context != null) {
                  channel.pipeline().addLast(context.newHandler(channel.alloc()));
                }
                channel.pipeline().addLast(new Answering(answers));
              }
            });
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void serve() {
    listener.closeFuture().syncUninterruptibly();
  }

  /** One connection. */
  private static final class Answering extends ChannelInboundHandlerAdapter {
    private final Exchange exchange = new Exchange();
    private final ByteBuf answers;

    private Answering(final ByteBuf answers) {
      this.answers = answers;
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
      final ByteBuf block = (ByteBuf) message;
      if (!exchange.isOpen()) { // the sizes come with the first request, in one record
        exchange.open(block.readInt(), block.readInt());
      }
      final int complete = exchange.received(block.readableBytes());
      block.release();
      for (int i = 0; i < complete; i++) {
        context.write(answers.slice(0, exchange.answer()), context.voidPromise());
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
