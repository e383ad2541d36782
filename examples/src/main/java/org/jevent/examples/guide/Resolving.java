package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jevent.EventBase;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.Hints;
import org.jevent.dns.ZoneFile;
import org.jevent.dns.message.DnsName;

/** A name server, and a resolver that asks it, in one loop. */
public final class Resolving {
  public static void main(String[] arguments) {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    DnsName origin = DnsName.parse("example.test");
    try (EventBase base = new EventBase();
        DnsServer server =
            DnsServer.builder(base)
                .udp(anyPort)
                .handler(ZoneFile.parse("www A 192.0.2.1\n    AAAA 2001:db8::1\n", origin))
                .open();
        DnsResolver resolver =
            DnsResolver.builder(base).servers(server.udpAddress()).search("example.test").build()) {
      resolver.addresses(
          "www",
          Hints.UNSPEC.port(80),
          (found, problem) -> {
            System.out.println(problem != null ? problem : found.addresses());
            base.loopExit();
          });
      base.dispatch();
    }
  }
}
