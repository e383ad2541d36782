package org.jevent.dns;

import java.util.Collection;
import java.util.List;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.RData;

/** About how many bytes of memory records take. */
final class RecordCost {
  private static final int RECORD = 120;

  /** The objects around an array of bytes. */
  private static final int PART = 48;

  private RecordCost() {}

  static int of(final List<DnsRecord> records) {
    int sum = 0;
    for (final DnsRecord each : records) {
      sum += RECORD + each.name().length() + of(each.data());
    }
    return sum;
  }

  private static int of(final RData data) {
    if (data instanceof RData.Raw raw) {
      return raw.bytes().length();
    } else if (data instanceof RData.Txt txt) {
      return sum(txt.strings());
    } else if (data instanceof RData.Svcb svcb) {
      return svcb.target().length() + sum(svcb.parameters().values());
    } else if (data instanceof RData.Caa caa) {
      return caa.tag().length() + caa.value().length();
    } else if (data instanceof RData.Soa soa) {
      return soa.primary().length() + soa.mailbox().length();
    } else if (data instanceof RData.Name name) {
      return name.name().length();
    } else if (data instanceof RData.Mx mx) {
      return mx.exchange().length();
    } else if (data instanceof RData.Srv srv) {
      return srv.target().length();
    }
    return 0; // an address, which is in the cost of any record
  }

  private static int sum(final Collection<RData.Bytes> parts) {
    return parts.stream().mapToInt(each -> PART + each.length()).sum();
  }
}
