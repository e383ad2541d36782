package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.DnsPeer.RIGHT;
import static org.jevent.conformance.DnsPeer.SILENT;
import static org.jevent.conformance.DnsPeer.gone;
import static org.jevent.conformance.DnsPeer.name;
import static org.jevent.conformance.DnsPeer.right;
import static org.jevent.conformance.DnsPeer.start;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsHandler;
import org.jevent.dns.DnsRequest;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsServerLimits;
import org.jevent.dns.DnsServerRequest;
import org.jevent.dns.Hints;
import org.jevent.dns.HostAddresses;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** The cases of libevent's {@code dns} group, under their names. */
class LibeventDnsTest {
  private static final DnsHandler HANDLER =
      request -> {
        final boolean four = request.type().equals(DnsType.A);
        if (four || request.type().equals(DnsType.AAAA)) {
          request.answer(DnsPeer.a(request.name(), four ? "127.0.0.1" : "2001:db8::1"));
        } else if (request.type().equals(DnsType.PTR)) {
          request.answer(DnsRecord.ptr(request.name(), 60, name("host.test")));
        }
        request.respond(Rcode.NOERROR);
      };

  @TempDir private Path directory;

  private static DnsServer.Builder server(final EventBase base) {
    return DnsServer.builder(base).udp(Streams.ANY_PORT).handler(HANDLER);
  }

  private static DnsResolver resolver(
      final Bases bases, final EventBase base, final InetSocketAddress at, final String options) {
    return bases.later(DnsResolver.builder(base).servers(at).options(options).build());
  }

  private static DnsResolver served(final Bases bases) {
    final EventBase base = bases.base();
    return resolver(bases, base, bases.later(server(base).open()).udpAddress(), "");
  }

  @EngineTest
  void server(final Bases bases) {
    final DnsResolver resolver = served(bases);
    final EventBase base = bases.latest();
    assertThat(start(resolver, "zz.example.com").await(base).found().addresses()).hasSize(1);
    final DnsPeer.Result<DnsAnswer> reverse = new DnsPeer.Result<>();
    resolver.reverse(DnsPeer.ip("204.15.1.9"), reverse);
    assertThat(reverse.await(base).found().records()).hasSize(1);
    assertThat(start(resolver, "zz.example.com", DnsType.MX).await(base).kind())
        .isEqualTo(Kind.NODATA);
  }

  @EngineTest
  void gethostbyname(final Bases bases) {
    final DnsResolver resolver = served(bases);
    final DnsAnswer found = start(resolver, "www.test").await(bases.latest()).found();
    assertThat(found.addresses()).containsExactly(DnsPeer.ip("127.0.0.1"));
  }

  @EngineTest
  void gethostbyname6(final Bases bases) {
    final DnsResolver resolver = served(bases);
    assertThat(start(resolver, "www.test", DnsType.AAAA).await(bases.latest()).found().addresses())
        .containsExactly(DnsPeer.ip("2001:db8::1"));
  }

  @EngineTest
  void gethostbyaddr(final Bases bases) {
    resolveReverse(bases, "192.0.2.1", "1.2.0.192.in-addr.arpa");
  }

  @EngineTest
  void resolve_reverse(final Bases bases) {
    resolveReverse(bases, "2001:db8::1", DnsName.ofAddress(DnsPeer.ip("2001:db8::1")).toString());
  }

  private static void resolveReverse(final Bases bases, final String address, final String asked) {
    final DnsResolver resolver = served(bases);
    final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
    resolver.reverse(DnsPeer.ip(address), result);
    final DnsAnswer found = result.await(bases.latest()).found();
    assertThat(found.question().name()).isEqualTo(name(asked));
    assertThat(found.records().get(0).target()).isEqualTo(name("host.test"));
  }

  private static DnsPeer.Script only(final String known) {
    return (self, query) ->
        self.send(
            query.question().name().equals(name(known))
                ? right(query)
                : DnsPeer.failure(query, Rcode.NXDOMAIN));
  }

  private static void searched(final Bases bases, final String options) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, only("host.b.example.com"));
    final DnsResolver resolver =
        bases.later(
            peer.resolver()
                .search("a.example.com", "b.example.com", "c.example.com")
                .options(options)
                .build());
    assertThat(start(resolver, "host").await(base).found().question().name())
        .isEqualTo(name("host.b.example.com"));
    assertThat(start(resolver, "host2").await(base).kind()).isEqualTo(Kind.NXDOMAIN);
  }

  @EngineTest
  void search(final Bases bases) {
    searched(bases, "");
  }

  @EngineTest
  void search_lower(final Bases bases) {
    searched(bases, "randomize-case:0");
  }

  @EngineTest
  void search_empty(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().search("a.test").build());
    assertThat(start(resolver, "").await(base).kind()).isEqualTo(Kind.BAD_NAME);
    assertThat(peer.queries).isEmpty();
  }

  @EngineTest
  void search_cancel(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, SILENT);
    final DnsResolver resolver = bases.later(peer.resolver().search("a.test", "b.test").build());
    final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
    final DnsRequest request = resolver.lookup("host", DnsType.A, result);
    Streams.run(base, () -> peer.queries.size() == 1);
    request.cancel(true);
    assertThat(result.await(base).kind()).isEqualTo(Kind.CANCELLED);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(peer.queries).hasSize(1);
  }

  private static void retried(final Bases bases) {
    final EventBase base = bases.base();
    final int[] left = {2};
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (left[0]-- <= 0) {
                self.send(right(query));
              }
            });
    final DnsResolver resolver =
        bases.later(peer.resolver().options("timeout:0.2 max-timeouts:10").build());
    final DnsPeer.Result<DnsAnswer> result = start(resolver, "host.test");
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    result.found();
    assertThat(peer.queries).hasSize(3);
  }

  @EngineTest
  void retry(final Bases bases) {
    retried(bases);
  }

  @EngineTest
  void retry_disable_when_inactive(final Bases bases) {
    retried(bases);
  }

  @EngineTest
  void probe_settings(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer silent = new DnsPeer(bases, base, SILENT);
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base)
                .servers(silent.address(), peer.address())
                .options(
                    "timeout:0.05 max-timeouts:1 initial-probe-timeout:0.05"
                        + " max-probe-timeout:0.1 probe-backoff-factor:2")
                .build());
    start(resolver, "a.test").await(base).found();
    assertThat(resolver.serversDown()).isOne();
    final List<String> names = new ArrayList<>();
    Streams.run(
        base,
        () -> {
          names.add("p" + names.size() + ".test");
          start(resolver, names.get(names.size() - 1)).await(base).found();
          return silent.queries.size() >= 4;
        });
  }

  private static void reissued(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer failing =
        new DnsPeer(
            bases, base, (self, query) -> self.send(DnsPeer.failure(query, Rcode.SERVFAIL)));
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).servers(failing.address(), peer.address()).build());
    final DnsPeer.Result<DnsAnswer> result = start(resolver, "foof.test");
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    result.found();
    assertThat(failing.queries).hasSize(1);
    assertThat(peer.queries).hasSize(1);
  }

  @EngineTest
  void reissue(final Bases bases) {
    reissued(bases);
  }

  @EngineTest
  void reissue_disable_when_inactive(final Bases bases) {
    reissued(bases);
  }

  @EngineTest
  void inflight(final Bases bases) {
    final EventBase base = bases.base();
    final DnsResolver resolver =
        resolver(bases, base, bases.later(server(base).open()).udpAddress(), "max-inflight:3");
    final List<DnsPeer.Result<DnsAnswer>> all =
        IntStream.range(0, 20).mapToObj(i -> start(resolver, "p" + i + ".test")).toList();
    Streams.run(base, () -> all.stream().allMatch(each -> each.calls() == 1));
    all.forEach(DnsPeer.Result::found);
  }

  private static SocketBufferEvent connected(final Bases bases, final String host) {
    final DnsResolver resolver = served(bases);
    final EventBase base = bases.latest();
    final InetSocketAddress target =
        (InetSocketAddress) bases.later(base.sockets().listen(Streams.ANY_PORT, -1)).localAddress();
    final SocketBufferEvent stream =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final List<Integer> events = new ArrayList<>();
    stream.setCallbacks(null, null, (self, what) -> events.add(what));
    stream.connect(host, target.getPort(), resolver);
    Streams.run(base, () -> !events.isEmpty());
    assertThat(events).hasSize(1);
    return stream;
  }

  @EngineTest
  void bufferevent_connect_hostname(final Bases bases) {
    final SocketBufferEvent stream = connected(bases, "host.example.com");
    assertThat(stream.dnsError()).isNull();
    assertThat(connected(bases, "host.invalid").dnsError()).isNotNull();
  }

  @EngineTest
  void bufferevent_connect_hostname_emfile(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = resolver(bases, base, peer.address(), "bind-to:192.0.2.1");
    final SocketBufferEvent stream =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final List<Integer> events = new ArrayList<>();
    stream.setCallbacks(null, null, (self, what) -> events.add(what));
    stream.connect("host.test", 80, resolver);
    Streams.run(base, () -> !events.isEmpty());
    assertThat(events).containsExactly(BufferEvent.ERROR);
    assertThat(stream.dnsError()).hasMessageContaining(peer.address().getPort() + "");
  }

  @EngineTest
  void bufferevent_connect_hostname_hints(final Bases bases) {
    final DnsResolver resolver = served(bases);
    final DnsPeer.Result<HostAddresses> result = new DnsPeer.Result<>();
    resolver.addresses("host.test", Hints.UNSPEC.family(Hints.Family.INET).port(80), result);
    assertThat(result.await(bases.latest()).found().hosts())
        .containsExactly(DnsPeer.ip("127.0.0.1"));
  }

  @EngineTest
  void disable_when_inactive(final Bases bases) {
    final DnsResolver resolver = served(bases);
    start(resolver, "a.test").await(bases.latest()).found();
    bases.latest().loop(EventBase.LOOP_NONBLOCK);
  }

  @EngineTest
  void disable_when_inactive_no_ns(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer.Result<DnsAnswer> result =
        start(resolver(bases, base, gone(bases, base), ""), "a.test");
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(result.kind()).isEqualTo(Kind.NO_SERVERS);
  }

  private DnsResolver configured(final Bases bases, final String text) throws Exception {
    final Path conf = Files.writeString(directory.resolve("resolv.conf"), text);
    return bases.later(DnsResolver.builder(bases.base()).files(conf, null, null).build());
  }

  @EngineTest
  void initialize_nameservers(final Bases bases) throws Exception {
    assertThat(configured(bases, "nameserver 192.0.2.1\nnameserver 192.0.2.2\n").servers())
        .hasSize(2);
    assertThat(configured(bases, "").servers()).extracting(InetSocketAddress::getPort).contains(53);
  }

  @EngineTest
  void windows_initialize_ipv6_nameservers(final Bases bases) {
    Assumptions.assumeTrue(
        System.getProperty("os.name").startsWith("Windows"), "the adapters are those of Windows");
    final DnsResolver resolver = bases.later(DnsResolver.system(bases.base()));
    assertThat(resolver.servers())
        .isNotEmpty()
        .noneMatch(each -> each.getAddress().getHostAddress().startsWith("fec0:"));
  }

  @EngineTest
  void initialize_with_one_inactive_nameserver(final Bases bases) {
    final EventBase base = bases.base();
    inactive(bases, base, List.of(gone(bases, base)));
  }

  @EngineTest
  void initialize_with_two_inactive_nameservers(final Bases bases) {
    final EventBase base = bases.base();
    inactive(bases, base, List.of(gone(bases, base), gone(bases, base)));
  }

  private static void inactive(
      final Bases bases, final EventBase base, final List<InetSocketAddress> dead) {
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final List<InetSocketAddress> all = new ArrayList<>(dead);
    all.add(peer.address());
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base).servers(all.toArray(InetSocketAddress[]::new)).build());
    start(resolver, "a.test").await(base).found();
  }

  @EngineTest
  void nameservers_no_default(final Bases bases) {
    final DnsResolver resolver = bases.later(DnsResolver.builder(bases.base()).build());
    assertThat(resolver.servers()).isEmpty();
    assertThat(start(resolver, "a.test").await(bases.latest()).kind()).isEqualTo(Kind.NO_SERVERS);
  }

  @EngineTest
  void no_nameservers_configured(final Bases bases) throws Exception {
    assertThat(configured(bases, "# nothing\n").servers())
        .extracting(InetSocketAddress::getAddress)
        .allMatch(InetAddress::isLoopbackAddress);
  }

  @EngineTest
  void getaddrinfo_async(final Bases bases) {
    final DnsResolver resolver = served(bases);
    for (final String host : List.of("both.test", "1.2.3.4", "localhost", "::1")) {
      final DnsPeer.Result<HostAddresses> result = new DnsPeer.Result<>();
      resolver.addresses(host, Hints.UNSPEC.port(8000), result);
      assertThat(result.await(bases.latest()).found().addresses())
          .isNotEmpty()
          .allMatch(each -> each.getPort() == 8000);
    }
  }

  @EngineTest
  void getaddrinfo_cancel_stress(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    final List<DnsRequest> requests = new ArrayList<>();
    final int[] calls = new int[1];
    for (int i = 0; i < 1000; i++) {
      requests.add(
          resolver.addresses("h" + i % 7 + ".test", Hints.UNSPEC, (found, problem) -> calls[0]++));
      if (i % 3 == 0) {
        requests.get(i / 2).cancel(true);
      }
    }
    Streams.run(base, () -> requests.stream().allMatch(DnsRequest::isDone));
    base.loop(EventBase.LOOP_NONBLOCK);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(calls[0]).isEqualTo(1000);
  }

  @EngineTest
  void getaddrinfo_race_gotresolve(final Bases bases) throws InterruptedException {
    final DnsResolver resolver = served(bases);
    final EventBase base = bases.latest();
    final DnsPeer.Result<HostAddresses> result = new DnsPeer.Result<>();
    final List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      final Thread thread =
          new Thread(
              () -> {
                for (int j = 0; j < 50; j++) {
                  resolver.addresses(
                      "h.test",
                      Hints.UNSPEC,
                      (found, problem) -> {
                        synchronized (result) {
                          result.done(found, problem);
                        }
                      });
                }
              });
      thread.start();
      threads.add(thread);
    }
    Streams.run(base, () -> result.calls() == 200);
    for (final Thread thread : threads) {
      thread.join();
    }
    assertThat(result.problems).isEmpty();
  }

  // ---- TCP ----

  private static void tcp(final Bases bases, final int count, final int clients) {
    final EventBase base = bases.base();
    final List<DnsServerRequest> got = new ArrayList<>();
    final DnsServer server =
        bases.later(
            DnsServer.builder(base)
                .tcp(Streams.ANY_PORT)
                .handler(
                    request -> {
                      got.add(request);
                      HANDLER.handle(request);
                    })
                .open());
    final List<DnsPeer.Result<DnsAnswer>> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      final DnsResolver resolver = resolver(bases, base, server.tcpAddress(), "use-vc");
      for (int j = 0; j < count; j++) {
        all.add(start(resolver, "h" + j + ".test"));
      }
    }
    Streams.run(base, () -> all.stream().allMatch(each -> each.calls() == 1));
    all.forEach(DnsPeer.Result::found);
    assertThat(got).hasSize(count * clients).allMatch(DnsServerRequest::isTcp);
    assertThat(server.clients()).isEqualTo(clients);
  }

  @EngineTest
  void tcp_resolve(final Bases bases) {
    tcp(bases, 1, 1);
  }

  @EngineTest
  void tcp_resolve_pipeline(final Bases bases) {
    tcp(bases, 50, 1);
  }

  @EngineTest
  void tcp_resolve_many_clients(final Bases bases) {
    tcp(bases, 3, 20);
  }

  @EngineTest
  void tcp_timeout(final Bases bases) {
    final EventBase base = bases.base();
    final InetSocketAddress silent =
        (InetSocketAddress) bases.later(base.sockets().listen(Streams.ANY_PORT, -1)).localAddress();
    final DnsResolver resolver = resolver(bases, base, silent, "use-vc timeout:0.1 attempts:2");
    assertThat(start(resolver, "h.test").await(base).kind()).isEqualTo(Kind.TIMEOUT);
  }

  @EngineTest
  void tcp_notimpl(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> self.send(DnsPeer.reply(query).flag(DnsMessage.TC, true)));
    final DnsServer server =
        bases.later(
            DnsServer.builder(base)
                .tcp(peer.address())
                .handler(request -> request.respond(Rcode.NOTIMP))
                .open());
    final DnsResolver resolver = bases.later(peer.resolver().options("edns-udp-size:512").build());
    assertThat(start(resolver, "h.test").await(base).kind()).isEqualTo(Kind.NOTIMP);
    assertThat(server.handled()).isOne();
  }

  // ---- options ----

  @EngineTest
  void set_SO_RCVBUF_SO_SNDBUF(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    start(resolver(bases, base, peer.address(), "so-rcvbuf:10240 so-sndbuf:10240"), "a.test")
        .await(base)
        .found();
  }

  @EngineTest
  void set_options(final Bases bases) {
    final DnsResolver.Builder builder = DnsResolver.builder(bases.base());
    builder.options("use-vc ignore-tc edns-udp-size:4096 tcp-idle-timeout:3 max-inflight:5");
    for (final String bad : List.of("edns-udp-size:1", "tcp-idle-timeout:-1", "max-inflight:0")) {
      assertThatThrownBy(() -> builder.options(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @EngineTest
  void set_server_options(final Bases bases) {
    final DnsServerLimits limits =
        DnsServerLimits.DEFAULT.clients(3).idle(Duration.ofSeconds(2)).udpSize(512);
    assertThat(limits.clients()).isEqualTo(3);
    assertThat(DnsServerLimits.DEFAULT.clients()).isEqualTo(256);
    assertThat(bases.later(server(bases.base()).limits(limits).open()).clients()).isZero();
  }

  @EngineTest
  void edns(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server =
        bases.later(
            DnsServer.builder(base)
                .udp(Streams.ANY_PORT)
                .handler(
                    request -> {
                      for (int i = 0; i < 50; i++) {
                        request.answer(DnsPeer.a(request.name(), "192.0.2." + i));
                      }
                      request.respond(Rcode.NOERROR);
                    })
                .open());
    final DnsResolver large = resolver(bases, base, server.udpAddress(), "edns-udp-size:1232");
    assertThat(start(large, "a.test").await(base).found().records()).hasSize(50);
    final DnsResolver small =
        resolver(bases, base, server.udpAddress(), "edns-udp-size:512 timeout:1");
    assertThat(start(small, "a.test").await(base).problems).hasSize(1);
  }
}
