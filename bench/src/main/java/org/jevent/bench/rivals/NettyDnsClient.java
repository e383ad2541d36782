package org.jevent.bench.rivals;

import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Netty's resolver on one event loop, without its caches. */
final class NettyDnsClient {
  private static final NettyTransport TRANSPORT =
      NettyTransport.EPOLL.obstacle() == null ? NettyTransport.EPOLL : NettyTransport.NIO;

  private final EventLoop loop = new MultiThreadIoEventLoopGroup(1, TRANSPORT.handler()).next();
  private final DnsNameResolver resolver;
  private final DnsLoad load;
  private final boolean query;

  /**
   * @param query for records, else for addresses, as a client of HTTP does
   */
  NettyDnsClient(final InetSocketAddress server, final DnsLoad load, final boolean query) {
    this.load = load;
    this.query = query;
    final Class<? extends DatagramChannel> channel =
        TRANSPORT == NettyTransport.EPOLL ? EpollDatagramChannel.class : NioDatagramChannel.class;
    resolver =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(channel)
            .nameServerProvider(new SingletonDnsServerAddressStreamProvider(server))
            .resolveCache(NoopDnsCache.INSTANCE)
            .cnameCache(NoopDnsCnameCache.INSTANCE)
            .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
            .resolvedAddressTypes(ResolvedAddressTypes.IPV4_ONLY)
            .build();
  }

  void run() throws InterruptedException {
    loop.execute(() -> load.begin(query ? questions() : addresses()));
    loop.terminationFuture().await();
  }

  private DnsLoad.Asking questions() {
    final DnsQuestion[] questions = new DnsQuestion[DnsLoad.NAMES];
    for (int i = 0; i < questions.length; i++) {
      questions[i] = new DefaultDnsQuestion(DnsLoad.name(i) + ".", DnsRecordType.A);
    }
    return i -> resolver.query(questions[i]).addListener(this::answered);
  }

  @SuppressWarnings("unchecked")
  private void answered(final Future<?> future) {
    if (!future.isSuccess()) {
      load.answered(future.cause());
      return;
    }
    final AddressedEnvelope<DnsResponse, InetSocketAddress> answer =
        (AddressedEnvelope<DnsResponse, InetSocketAddress>) future.getNow();
    final boolean right = answer.content().count(DnsSection.ANSWER) == 1;
    answer.release();
    load.answered(right ? null : answer);
  }

  private DnsLoad.Asking addresses() {
    final String[] names = new String[DnsLoad.NAMES];
    for (int i = 0; i < names.length; i++) {
      names[i] = DnsLoad.name(i) + ".";
    }
    return i ->
        resolver
            .resolveAll(names[i])
            .addListener(
                (Future<List<InetAddress>> future) ->
                    load.answered(
                        future.isSuccess() && future.getNow().size() == 1
                            ? null
                            : future.toString()));
  }
}
