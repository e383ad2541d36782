package org.jevent.dns;

import java.nio.ByteBuffer;
import java.util.List;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.Rcode;

/** What a server answers without asking its handler. */
final class QueryCheck {
  /**
   * @param query to be handled, or null
   * @param reply to be sent instead, or null if nothing is
   */
  record Checked(DnsMessage query, DnsMessage reply) {}

  private static final Checked NOTHING = new Checked(null, null);
  private static final int OPCODE_SHIFT = 11;

  private QueryCheck() {}

  static Checked check(final ByteBuffer bytes, final boolean tcp, final int udpSize) {
    if (bytes.remaining() < DnsMessage.HEADER) {
      return NOTHING;
    }
    final int id = bytes.getShort(bytes.position()) & 0xffff;
    final int flags = bytes.getShort(bytes.position() + 2) & 0xffff;
    if ((flags & DnsMessage.QR) != 0) {
      return NOTHING; // two servers would talk for ever
    }
    final int opcode = (flags >>> OPCODE_SHIFT) & 0xf;
    final DnsMessage query;
    try {
      query = DnsMessage.read(bytes);
    } catch (final DnsFormatException e) {
      return refused(id, opcode, opcode == 0 ? Rcode.FORMERR : Rcode.NOTIMP, flags);
    }
    if (opcode != 0) {
      return new Checked(null, reply(query, udpSize).rcode(Rcode.NOTIMP).build());
    }
    final Rcode rcode = refusal(query, bytes.hasRemaining(), tcp);
    return rcode == null
        ? new Checked(query, null)
        : new Checked(null, reply(query, udpSize).rcode(rcode).build());
  }

  private static Rcode refusal(final DnsMessage query, final boolean more, final boolean tcp) {
    if (query.question() == null || more || !query.answers().isEmpty()) {
      return Rcode.FORMERR;
    }
    if (query.edns() != null && query.edns().version() > 0) {
      return Rcode.BADVERS;
    }
    if (Cookies.isMalformed(query)) {
      return Rcode.FORMERR;
    }
    final int dnsClass = query.question().dnsClass();
    if (dnsClass != DnsRecord.IN && dnsClass != DnsRecord.ANY) {
      return Rcode.REFUSED;
    }
    final DnsType type = query.question().type();
    final boolean transfer = type.equals(DnsType.AXFR) || type.equals(DnsType.IXFR);
    return transfer && !tcp ? Rcode.REFUSED : null;
  }

  private static DnsMessage.Builder reply(final DnsMessage query, final int udpSize) {
    // Many questions would make a reply that is longer than what may be sent.
    final DnsMessage.Builder reply =
        query.question() == null
            ? new DnsMessage.Builder()
                .id(query.id())
                .opcode(query.opcode())
                .flags(DnsMessage.QR | (query.flags() & DnsMessage.RD))
            : DnsMessage.reply(query);
    return query.edns() == null
        ? reply
        : reply.edns(new Edns(udpSize, 0, query.edns().dnssecOk(), List.of()));
  }

  private static Checked refused(
      final int id, final int opcode, final Rcode rcode, final int flags) {
    final DnsMessage.Builder reply =
        new DnsMessage.Builder()
            .id(id)
            .opcode(opcode)
            .flags(DnsMessage.QR | (flags & DnsMessage.RD))
            .rcode(rcode);
    return new Checked(null, reply.build());
  }
}
