package org.jevent.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsCallback;
import org.jevent.dns.DnsException;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.Hints;
import org.jevent.dns.HostAddresses;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/** A server of datagrams that says what a test wants, right or wrong. */
final class DnsPeer {
  /** Answers a query; what it sends goes to the one who has asked. */
  @FunctionalInterface
  interface Script {
    void answer(DnsPeer peer, DnsMessage query);
  }

  /** Answers each question with 192.0.2.1. */
  static final Script RIGHT = (peer, query) -> peer.send(right(query));

  static final Script SILENT = (peer, query) -> {};

  private static final int TRIES = 20;

  final List<DnsMessage> queries = new ArrayList<>();
  final EventBase base;
  private final DatagramEvent event;
  private SocketAddress asker;

  DnsPeer(final Bases bases, final EventBase base, final Script script) {
    this.base = base;
    event =
        bases.later(
            bound(
                base,
                (self, data, from, truncated) -> {
                  final DnsMessage query = DnsMessage.read(data);
                  queries.add(query);
                  asker = from;
                  script.answer(this, query);
                }));
    event.countsAsWork(false);
    event.enable();
  }

  /** At a port that TCP has free as well: a test may want both. */
  private static DatagramEvent bound(final EventBase base, final DatagramEvent.Callback callback) {
    for (int i = 1; ; i++) {
      final DatagramEvent made = DatagramEvent.bind(base, Streams.ANY_PORT, callback);
      try (NetSocket probe = base.sockets().listener(made.address())) {
        probe.set(NetOption.REUSE_ADDRESS, 1);
        probe.bind(made.address());
        probe.listen(1);
        return made;
      } catch (final ErrnoException taken) {
        made.close();
        if (i == TRIES) {
          throw taken;
        }
      }
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) event.address();
  }

  SocketAddress asker() {
    return asker;
  }

  /** Serves TCP at its address, where each name has the address 192.0.2.7. */
  DnsServer serveTcp(final Bases bases) {
    return bases.later(
        DnsServer.builder(base)
            .tcp(address())
            .handler(
                request -> request.answer(a(request.name(), "192.0.2.7")).respond(Rcode.NOERROR))
            .open());
  }

  /** A resolver whose file has these servers, and more lines. */
  static DnsResolver ofFile(
      final Bases bases, final Path folder, final String lines, final DnsPeer... servers)
      throws IOException {
    final StringBuilder text = new StringBuilder();
    for (final DnsPeer each : servers) {
      text.append("nameserver 127.0.0.1:").append(each.address().getPort()).append('\n');
    }
    final Path file = Files.writeString(folder.resolve("resolv.conf"), text + lines);
    return bases.later(DnsResolver.builder(servers[0].base).files(file, null, null).build());
  }

  void close() {
    event.close();
  }

  void send(final byte... bytes) {
    event.send(ByteBuffer.wrap(bytes), asker);
  }

  void send(final DnsMessage message) {
    send(message.toBytes());
  }

  void send(final DnsMessage.Builder message) {
    send(message.build());
  }

  void send(final DnsMessage.Builder message, final SocketAddress to) {
    event.send(ByteBuffer.wrap(message.build().toBytes()), to);
  }

  /** Sends it after a tenth of a second. */
  void later(final DnsMessage.Builder message) {
    final SocketAddress to = asker;
    base.once(
        null,
        Event.TIMEOUT,
        Duration.ofMillis(100),
        (source, what) -> event.send(ByteBuffer.wrap(message.build().toBytes()), to));
  }

  /** Where no server is any more. */
  static InetSocketAddress gone(final Bases bases, final EventBase base) {
    final DnsPeer peer = new DnsPeer(bases, base, SILENT);
    final InetSocketAddress address = peer.address();
    peer.close();
    return address;
  }

  static Result<DnsAnswer> start(
      final DnsResolver resolver, final String name, final DnsType type) {
    final Result<DnsAnswer> result = new Result<>();
    resolver.lookup(name, type, result);
    return result;
  }

  static Result<DnsAnswer> start(final DnsResolver resolver, final String name) {
    return start(resolver, name, DnsType.A);
  }

  /** Looks an address up and waits for the end of that. */
  static Result<DnsAnswer> ask(
      final EventBase base, final DnsResolver resolver, final String name) {
    return start(resolver, name).await(base);
  }

  /** Looks the addresses of a host up and waits for the end of that. */
  static Result<HostAddresses> addresses(
      final EventBase base, final DnsResolver resolver, final String host, final Hints hints) {
    final Result<HostAddresses> result = new Result<>();
    resolver.addresses(host, hints, result);
    return result.await(base);
  }

  static DnsMessage.Builder reply(final DnsMessage query) {
    return DnsMessage.reply(query).flag(DnsMessage.RA, true);
  }

  static DnsMessage.Builder failure(final DnsMessage query, final Rcode rcode) {
    return reply(query).rcode(rcode);
  }

  static DnsRecord a(final DnsName name, final String address) {
    return DnsRecord.address(name, 60, ip(address));
  }

  static DnsMessage.Builder right(final DnsMessage query) {
    return reply(query).answer(a(query.question().name(), "192.0.2.1"));
  }

  static InetAddress ip(final String text) {
    try {
      return InetAddress.getByName(text);
    } catch (final UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static DnsName name(final String text) {
    return DnsName.parse(text);
  }

  DnsResolver.Builder resolver() {
    return DnsResolver.builder(base).servers(address());
  }

  /** Waits for the end of one look-up. */
  static final class Result<T> implements DnsCallback<T> {
    final List<T> found = new ArrayList<>();
    final List<DnsException> problems = new ArrayList<>();

    @Override
    public void done(final T result, final DnsException problem) {
      if (problem == null) {
        found.add(result);
      } else {
        problems.add(problem);
      }
    }

    int calls() {
      return found.size() + problems.size();
    }

    Result<T> await(final EventBase base) {
      Streams.run(base, () -> calls() > 0);
      return this;
    }

    T found() {
      if (!problems.isEmpty()) {
        throw new AssertionError(problems.get(0));
      }
      return found.get(0);
    }

    DnsException.Kind kind() {
      return problems.get(0).kind();
    }
  }
}
