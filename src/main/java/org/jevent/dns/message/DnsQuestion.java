package org.jevent.dns.message;

import java.util.Objects;

/**
 * A question.
 *
 * @param dnsClass 1 is IN, the Internet; of 16 bits
 */
public record DnsQuestion(DnsName name, DnsType type, int dnsClass) {
  public DnsQuestion {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    DnsRecord.requireClass(dnsClass);
  }

  /** Of class IN. */
  public DnsQuestion(final DnsName name, final DnsType type) {
    this(name, type, DnsRecord.IN);
  }

  @Override
  public String toString() {
    return name + " " + DnsRecord.className(dnsClass) + " " + type;
  }
}
