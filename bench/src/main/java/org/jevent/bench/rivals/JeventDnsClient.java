package org.jevent.bench.rivals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsCallback;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.Hints;
import org.jevent.dns.HostAddresses;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsType;
import org.jevent.tls.TlsContext;

/** This library's resolver, on its default engine. */
final class JeventDnsClient {
  private static final String KEPT = "cached.test";

  private final EventBase base = new EventBase();
  private final DnsAsker.Style style;
  private final DnsResolver resolver;
  private final DnsLoad load;

  JeventDnsClient(
      final DnsAsker.Style style,
      final InetSocketAddress server,
      final Path certificate,
      final int window,
      final DnsLoad load)
      throws IOException, GeneralSecurityException {
    this.style = style;
    this.load = load;
    final DnsResolver.Builder builder =
        DnsResolver.builder(base).servers(server).options("max-inflight:" + window);
    if (style == DnsAsker.Style.TCP) {
      builder.options("use-vc");
    } else if (style == DnsAsker.Style.DOT) {
      builder.tls(TlsContext.client().trust(certificate).build(), "localhost");
    }
    resolver = builder.build();
  }

  void run() {
    load.begin(asking());
    base.dispatch();
  }

  private DnsLoad.Asking asking() {
    if (style == DnsAsker.Style.ADDRESSES) {
      final Hints hints = Hints.UNSPEC.family(Hints.Family.INET);
      final DnsCallback<HostAddresses> found =
          (result, problem) ->
              load.answered(problem != null || result.addresses().size() == 1 ? problem : result);
      final String[] names = new String[DnsLoad.NAMES];
      for (int i = 0; i < names.length; i++) {
        names[i] = DnsLoad.name(i) + ".";
      }
      return i -> resolver.addresses(names[i], hints, found);
    }
    final DnsCallback<DnsAnswer> answered =
        (result, problem) ->
            load.answered(problem != null || result.records().size() == 1 ? problem : result);
    if (style == DnsAsker.Style.CACHED) {
      final DnsName name = DnsName.parse(KEPT);
      return i -> resolver.lookup(name, DnsType.A, answered);
    }
    final DnsName[] names = new DnsName[DnsLoad.NAMES];
    for (int i = 0; i < names.length; i++) {
      names[i] = DnsName.parse(DnsLoad.name(i));
    }
    return i -> resolver.lookup(names[i], DnsType.A, answered);
  }
}
