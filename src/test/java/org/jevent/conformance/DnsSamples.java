package org.jevent.conformance;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsCallback;
import org.jevent.dns.DnsException;
import org.jevent.dns.DnsHandler;
import org.jevent.dns.DnsRequest;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsServerLimits;
import org.jevent.dns.DnsServerRequest;
import org.jevent.dns.DnsTrace;
import org.jevent.dns.DnsZone;
import org.jevent.dns.Hints;
import org.jevent.dns.HostAddresses;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.MessageWriter;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;
import org.jevent.net.ConnectAttempt;
import org.jevent.net.Resolver;

/** Samples of what {@code org.jevent.dns} takes and has methods of. */
final class DnsSamples {
  private static final DnsName NAME = DnsName.parse("sample.test");
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(DnsPeer.ip("127.0.0.1"), 53);
  private static final DnsQuestion QUESTION = new DnsQuestion(NAME, DnsType.A);

  private DnsSamples() {}

  /** Takes samples of a type. */
  @FunctionalInterface
  interface Sink {
    <T> void put(Class<T> type, Supplier<? extends T> kind);
  }

  private static DnsRecord record() {
    return DnsPeer.a(NAME, "192.0.2.1");
  }

  static void put(final Bases bases, final EventBase base, final Sink sink) {
    values(sink);
    data(sink);
    sink.put(
        DnsResolver.class, () -> bases.later(DnsResolver.builder(base).servers(SERVER).build()));
    sink.put(DnsResolver.Builder.class, () -> DnsResolver.builder(base));
    sink.put(DnsServer.class, () -> bases.later(server(base).open()));
    sink.put(DnsServer.Builder.class, () -> server(base));
    sink.put(DnsServerRequest.class, () -> request(bases, base));
  }

  private static DnsServer.Builder server(final EventBase base) {
    return DnsServer.builder(base).udp(Streams.ANY_PORT).handler(request -> {});
  }

  private static DnsServerRequest request(final Bases bases, final EventBase base) {
    final DnsServerRequest[] got = new DnsServerRequest[1];
    final DnsServer server = bases.later(server(base).handler(request -> got[0] = request).open());
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).servers(server.udpAddress()).build());
    final DnsRequest asked = resolver.lookup(NAME, DnsType.A, (answer, problem) -> {});
    Streams.run(base, () -> got[0] != null);
    asked.cancel();
    return got[0];
  }

  private static void values(final Sink sink) {
    sink.put(InetSocketAddress.class, () -> Streams.ANY_PORT);
    sink.put(InetSocketAddress[].class, () -> new InetSocketAddress[] {SERVER});
    sink.put(String[].class, () -> new String[] {"text"});
    sink.put(List.class, List::of);
    sink.put(Set.class, Set::of);
    sink.put(SortedMap.class, TreeMap::new);
    sink.put(Map.class, Map::of);
    sink.put(DnsName.class, () -> NAME);
    sink.put(DnsType.class, () -> DnsType.A);
    sink.put(Rcode.class, () -> Rcode.NOERROR);
    sink.put(DnsQuestion.class, () -> QUESTION);
    sink.put(DnsRecord.class, DnsSamples::record);
    sink.put(Edns.class, () -> new Edns(1232));
    sink.put(Edns.Option.class, () -> new Edns.Option(3, RData.Bytes.of()));
    sink.put(DnsMessage.class, () -> DnsMessage.query(NAME, DnsType.A).build());
    sink.put(DnsMessage.Builder.class, () -> DnsMessage.query(NAME, DnsType.A));
    sink.put(MessageWriter.class, MessageWriter::new);
    sink.put(DnsFormatException.class, () -> new DnsFormatException("none"));
    sink.put(DnsException.class, () -> new DnsException(DnsException.Kind.NODATA, "on purpose"));
    sink.put(
        DnsAnswer.class,
        () ->
            new DnsAnswer(
                QUESTION,
                List.of(record()),
                List.of(),
                false,
                false,
                DnsAnswer.Source.CACHE,
                null));
    sink.put(Hints.class, () -> Hints.UNSPEC);
    sink.put(
        HostAddresses.class, () -> new HostAddresses("name", List.of(), DnsAnswer.Source.CACHE));
    sink.put(DnsServerLimits.class, () -> DnsServerLimits.DEFAULT);
    sink.put(DnsCallback.class, () -> (result, problem) -> {});
    sink.put(DnsZone.class, () -> new DnsZone(NAME));
    sink.put(DnsHandler.class, () -> request -> {});
    sink.put(DnsTrace.class, () -> (nanos, question, step, address, detail) -> {});
    sink.put(DnsTrace.Step.class, () -> DnsTrace.Step.CACHE);
    sink.put(
        ConnectAttempt.class,
        () ->
            new ConnectAttempt(SERVER, Duration.ZERO, null, ConnectAttempt.Outcome.UNDER_WAY, ""));
    sink.put(DnsRequest.class, () -> new NoRequest());
    sink.put(Resolver.Result.class, () -> (addresses, problem) -> {});
    sink.put(Resolver.Parts.class, () -> (addresses, last, problem) -> {});
  }

  private static final class NoRequest implements DnsRequest {
    @Override
    public void cancel(final boolean report) {}

    @Override
    public boolean isDone() {
      return true;
    }
  }

  private static void data(final Sink sink) {
    sink.put(RData.class, () -> new RData.Address(DnsPeer.ip("192.0.2.1")));
    sink.put(RData.Bytes.class, () -> RData.Bytes.utf8("bytes"));
    sink.put(RData.Address.class, () -> new RData.Address(DnsPeer.ip("192.0.2.1")));
    sink.put(RData.Name.class, () -> new RData.Name(NAME));
    sink.put(RData.Mx.class, () -> new RData.Mx(1, NAME));
    sink.put(RData.Srv.class, () -> new RData.Srv(1, 2, 3, NAME));
    sink.put(RData.Soa.class, () -> new RData.Soa(NAME, NAME, 1, 2, 3, 4, 5));
    sink.put(RData.Txt.class, () -> RData.Txt.of("text"));
    sink.put(RData.Caa.class, () -> new RData.Caa(0, "issue", RData.Bytes.utf8("ca")));
    sink.put(RData.Svcb.class, () -> new RData.Svcb(1, NAME, new TreeMap<>()));
    sink.put(RData.Raw.class, () -> new RData.Raw(RData.Bytes.of()));
  }
}
