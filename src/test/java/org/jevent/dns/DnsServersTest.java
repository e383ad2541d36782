package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jevent.EventBase;
import org.jevent.dns.message.DnsName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which order servers are asked. */
class DnsServersTest {
  private static final DnsName NAME = DnsName.parse("a.test");
  private static final int COUNT = 3;

  private final EventBase base = new EventBase();
  private final Settings settings = new Settings();
  private final Servers servers = new Servers(new Context(base, settings, null, null));

  DnsServersTest() {
    final List<InetSocketAddress> addresses = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53 + i));
    }
    servers.set(addresses, Map.of());
  }

  @AfterEach
  void close() {
    servers.close();
    base.close();
  }

  private List<Integer> ports() {
    return servers.order(NAME).stream().map(each -> each.address.getPort()).toList();
  }

  @Test
  void theOrderIsThatOfTheFile() {
    assertThat(ports()).containsExactly(53, 54, 55);
    assertThat(ports()).containsExactly(53, 54, 55);
  }

  /** The counter of questions passes its largest value in the midst of it. */
  @Test
  void theOrderRotatesForEver() {
    settings.rotate = true;
    for (final int start : new int[] {0, Integer.MAX_VALUE - 2, Integer.MIN_VALUE, -1}) {
      servers.rotation = start;
      for (int i = 0; i < 2 * COUNT; i++) {
        final int first = 53 + Math.floorMod(start + i, COUNT);
        assertThat(ports()).hasSize(COUNT).doesNotHaveDuplicates().startsWith(first);
      }
    }
  }
}
