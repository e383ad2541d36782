package org.jevent.dns.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.jevent.dns.ZoneFile;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsName;

/** Files of any text: none of them makes more of it than it has. */
class DnsFilesFuzzTest {
  @FuzzTest
  void anyTextIsReadOrRefused(final byte[] bytes) {
    final String text = new String(bytes, StandardCharsets.UTF_8);
    final ResolvConf conf = ResolvConf.parse(text, null, text);
    assertThat(conf.servers()).allMatch(each -> each.getPort() > 0);
    assertThat(HostsFile.parse(text).size()).isLessThanOrEqualTo(bytes.length);
    assertThat(NameSwitch.parse(text).sources()).isNotEmpty();
    try {
      final DnsName name = DnsName.ofHost(text);
      assertThat(DnsName.parse(name.toString())).isEqualTo(name);
    } catch (final DnsFormatException e) {
      // it is no name
    }
    try {
      ZoneFile.parse(text, DnsName.ROOT);
    } catch (final IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("line ");
    }
  }
}
