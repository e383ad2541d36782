package org.jevent.dns.message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads a whole message. The counts of the header only say how often to go on reading. */
final class MessageReader {
  private static final long MAX_TTL = Integer.MAX_VALUE;

  private final WireReader in;
  private Edns edns;
  private int extendedRcode;

  private MessageReader(final WireReader in) {
    this.in = in;
  }

  static DnsMessage read(final ByteBuffer bytes) {
    final WireReader in = new WireReader(bytes);
    final DnsMessage message = new MessageReader(in).read();
    bytes.position(bytes.position() + in.position());
    return message;
  }

  private DnsMessage read() {
    if (in.remaining() < DnsMessage.HEADER) {
      throw in.malformed("shorter than a header");
    }
    final int id = in.u16();
    final int flags = in.u16();
    final int questions = in.u16();
    final int answers = in.u16();
    final int authority = in.u16();
    final int additional = in.u16();
    final List<DnsQuestion> asked = questions(questions);
    final List<DnsRecord> answer = records(answers, false);
    final List<DnsRecord> second = records(authority, false);
    final List<DnsRecord> third = records(additional, true);
    final Rcode rcode = Rcode.of((extendedRcode << 4) | (flags & 0xf));
    return new DnsMessage(id, flags, rcode, asked, answer, second, third, edns);
  }

  private List<DnsQuestion> questions(final int count) {
    if (count == 0) {
      return List.of();
    }
    if (count == 1) {
      return List.of(question());
    }
    final List<DnsQuestion> read = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      read.add(question());
    }
    return read;
  }

  private DnsQuestion question() {
    return new DnsQuestion(in.name(), DnsType.of(in.u16()), in.u16());
  }

  private List<DnsRecord> records(final int count, final boolean additional) {
    if (count == 0) {
      return List.of();
    }
    if (count == 1) {
      final DnsRecord only = recordOrExtension(additional);
      return only == null ? List.of() : List.of(only);
    }
    final List<DnsRecord> read = new ArrayList<>(Math.min(count, 4));
    for (int i = 0; i < count; i++) {
      final DnsRecord next = recordOrExtension(additional);
      if (next != null) {
        read.add(next);
      }
    }
    return read;
  }

  /** Null: it was the extension. */
  private DnsRecord recordOrExtension(final boolean additional) {
    final DnsName name = in.name();
    final DnsType type = DnsType.of(in.u16());
    if (type.code() == DnsType.OPT.code()) {
      extension(name, additional);
      return null;
    }
    return record(name, type);
  }

  private DnsRecord record(final DnsName name, final DnsType type) {
    final int dnsClass = in.u16();
    final long ttl = in.u32();
    final RData data = RDataReader.read(in, type, dnsClass, in.u16());
    return new DnsRecord(name, type, dnsClass, ttl > MAX_TTL ? 0 : (int) ttl, data);
  }

  private void extension(final DnsName name, final boolean additional) {
    if (!additional || !name.isRoot() || edns != null) {
      throw in.malformed("an OPT record in the wrong place");
    }
    final int size = in.u16();
    extendedRcode = in.u8();
    final int version = in.u8();
    final int flags = in.u16();
    in.limit(in.u16());
    List<Edns.Option> options = List.of();
    while (in.remaining() > 0) {
      if (options.isEmpty()) {
        options = new ArrayList<>(2);
      }
      options.add(new Edns.Option(in.u16(), RData.Bytes.keep(in.take(in.u16()))));
    }
    in.endOfLimit();
    edns = new Edns(size, version, (flags & 0x8000) != 0, options);
  }
}
