package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jevent.EventBase;
import org.jevent.net.NetOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The sockets of a server. */
class ServerSocketsTest {
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "no other system has the option")
  void whatIsClaimedOfThePathDoesNotCutRepliesUp() {
    final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (EventBase base = new EventBase();
        DnsServer server = DnsServer.builder(base).udp(any).handler(request -> {}).open()) {
      assertThat(server.ports).hasSize(1);
      if (base.method().equals("nio")) {
        return; // the JDK has no such option, and switches it off for all datagrams
      }
      assertThat(server.ports.get(0).handle().get(NetOption.PATH_MTU_DISCOVERY)).isZero();
    }
  }
}
