package org.jevent.dns.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Writes messages one after the other. Names are compressed by pointers to equal bytes, in the same
 * case, of the first 16 KiB. Keeps its memory for the next message.
 */
public final class MessageWriter {
  private static final int POINTER = 0xc000;
  private static final int MAX_POINTER = 0x3fff;
  private static final int FIRST_SIZE = 512;

  /** The message so far. */
  private byte[] out = new byte[FIRST_SIZE];

  private int length;
  private int limit;
  private boolean overflown;

  /** Where names begin in the message, by the hash of their bytes; 0 is free. */
  private int[] places = new int[64];

  private int placed;

  /** One whose memory grows with the messages. */
  public MessageWriter() {}

  /** As {@link DnsMessage#write}. */
  public boolean write(final DnsMessage message, final ByteBuffer target) {
    Objects.requireNonNull(message, "message");
    final int room =
        Math.min(Objects.requireNonNull(target, "target").remaining(), DnsMessage.MAX_SIZE);
    final boolean whole = encode(message, room);
    if (!whole && !encodeTruncated(message, room)) {
      throw new DnsFormatException("a question of more than " + room + " bytes");
    }
    target.put(out, 0, length);
    return whole;
  }

  byte[] toBytes() {
    return Arrays.copyOf(out, length);
  }

  private boolean encodeTruncated(final DnsMessage message, final int maxSize) {
    begin(maxSize);
    header(message, DnsMessage.TC, 0, 0, 0);
    message.questions().forEach(this::question);
    extension(message);
    return !overflown;
  }

  /** Whether all of it fits. */
  boolean encode(final DnsMessage message, final int maxSize) {
    begin(maxSize);
    header(
        message,
        0,
        message.answers().size(),
        message.authority().size(),
        message.additional().size());
    final List<DnsQuestion> questions = message.questions();
    for (int i = 0; i < questions.size() && !overflown; i++) {
      question(questions.get(i));
    }
    records(message.answers());
    records(message.authority());
    records(message.additional());
    extension(message);
    return !overflown;
  }

  private void begin(final int maxSize) {
    length = 0;
    limit = maxSize;
    overflown = false;
    if (placed > 0) {
      Arrays.fill(places, 0);
      placed = 0;
    }
  }

  private void header(
      final DnsMessage message,
      final int flags,
      final int answers,
      final int authority,
      final int additional) {
    u16(message.id());
    u16(message.wireFlags() | flags);
    u16(message.questions().size());
    u16(answers);
    u16(authority);
    u16(additional + (message.edns() == null ? 0 : 1));
  }

  private void question(final DnsQuestion question) {
    name(question.name(), true);
    u16(question.type().code());
    u16(question.dnsClass());
  }

  private void records(final List<DnsRecord> records) {
    for (int i = 0; i < records.size() && !overflown; i++) {
      final DnsRecord record = records.get(i);
      name(record.name(), true);
      u16(record.type().code());
      u16(record.dnsClass());
      u32(record.ttl());
      final int start = length;
      u16(0);
      data(record.data());
      size(start);
    }
  }

  private void size(final int start) {
    if (!overflown) {
      final int size = length - start - 2;
      out[start] = (byte) (size >> 8);
      out[start + 1] = (byte) size;
    }
  }

  private void data(final RData data) {
    if (data instanceof RData.Address address) {
      bytes(address.address().getAddress());
    } else if (data instanceof RData.Name target) {
      name(target.name(), true);
    } else if (data instanceof RData.Mx mail) {
      u16(mail.preference());
      name(mail.exchange(), true);
    } else if (data instanceof RData.Srv service) {
      u16(service.priority());
      u16(service.weight());
      u16(service.port());
      name(service.target(), false);
    } else if (data instanceof RData.Soa start) {
      name(start.primary(), true);
      name(start.mailbox(), true);
      u32(start.serial());
      u32(start.refresh());
      u32(start.retry());
      u32(start.expire());
      u32(start.minimum());
    } else if (data instanceof RData.Txt text) {
      text.strings().forEach(each -> string(each.array()));
    } else if (data instanceof RData.Caa authority) {
      u8(authority.flags());
      string(Presentation.ascii(authority.tag()));
      bytes(authority.value().array());
    } else if (data instanceof RData.Svcb service) {
      service(service);
    } else {
      bytes(((RData.Raw) data).bytes().array());
    }
  }

  private void service(final RData.Svcb service) {
    u16(service.priority());
    name(service.target(), false);
    service
        .parameters()
        .forEach(
            (key, value) -> {
              u16(key);
              u16(value.length());
              bytes(value.array());
            });
  }

  private void extension(final DnsMessage message) {
    final Edns edns = message.edns();
    if (edns == null) {
      return;
    }
    u8(0);
    u16(DnsType.OPT.code());
    u16(edns.udpSize());
    u8(message.rcode().code() >> 4);
    u8(edns.version());
    u16(edns.dnssecOk() ? 0x8000 : 0);
    final int start = length;
    u16(0);
    final List<Edns.Option> options = edns.options();
    for (int i = 0; i < options.size(); i++) {
      u16(options.get(i).code());
      u16(options.get(i).data().length());
      bytes(options.get(i).data().array());
    }
    size(start);
  }

  // ---- names ----

  private void name(final DnsName name, final boolean compressed) {
    final byte[] wire = name.wire();
    int from = 0;
    while (wire[from] != 0 && !overflown) {
      final int place = compressed ? place(wire, from) : 0;
      if (place > 0) {
        u16(POINTER | place);
        return;
      }
      final int size = wire[from] + 1;
      if (!room(size)) {
        return;
      }
      System.arraycopy(wire, from, out, length, size);
      length += size;
      from += size;
    }
    u8(0);
  }

  /** Where the rest of a name stands already; or 0, and it is remembered where it will. */
  private int place(final byte[] wire, final int from) {
    if (placed * 2 >= places.length) {
      grow();
    }
    int hash = 1;
    for (int i = from; i < wire.length; i++) {
      hash = hash * 31 + wire[i];
    }
    int index = spread(hash) & (places.length - 1);
    while (places[index] != 0) {
      if (stands(places[index], wire, from)) {
        return places[index];
      }
      index = (index + 1) & (places.length - 1);
    }
    if (length <= MAX_POINTER) {
      places[index] = length;
      placed++;
    }
    return 0;
  }

  private static int spread(final int hash) {
    return hash ^ (hash >>> 16);
  }

  /** Whether the name at a place has these bytes. The name that is being written has no end yet. */
  private boolean stands(final int place, final byte[] wire, final int from) {
    int at = place;
    int i = from;
    while (at < length) {
      final int size = out[at] & 0xff;
      if (size >= 0xc0) {
        at = ((size & 0x3f) << 8) | (out[at + 1] & 0xff);
        continue;
      }
      if (size != wire[i]) {
        return false;
      }
      if (size == 0) {
        return true;
      }
      if (!Arrays.equals(out, at + 1, at + 1 + size, wire, i + 1, i + 1 + size)) {
        return false;
      }
      at += size + 1;
      i += size + 1;
    }
    return false;
  }

  private void grow() {
    final int[] former = places;
    places = new int[former.length * 2];
    for (final int place : former) {
      if (place != 0) {
        int index = spread(hashAt(place)) & (places.length - 1);
        while (places[index] != 0) {
          index = (index + 1) & (places.length - 1);
        }
        places[index] = place;
      }
    }
  }

  /** The hash of a name in the message; what is not finished yet hashes to something else. */
  private int hashAt(final int place) {
    int hash = 1;
    int at = place;
    while (at < length) {
      final int size = out[at] & 0xff;
      if (size >= 0xc0) {
        at = ((size & 0x3f) << 8) | (out[at + 1] & 0xff);
        continue;
      }
      for (int i = at; i <= at + size; i++) {
        hash = hash * 31 + out[i];
      }
      if (size == 0) {
        break;
      }
      at += size + 1;
    }
    return hash;
  }

  // ---- bytes ----

  private boolean room(final int count) {
    if (overflown || count > limit - length) {
      overflown = true;
      return false;
    }
    if (length + count > out.length) {
      out =
          Arrays.copyOf(
              out, Math.min(DnsMessage.MAX_SIZE, Math.max(length + count, out.length * 2)));
    }
    return true;
  }

  private void u8(final int value) {
    if (room(1)) {
      out[length++] = (byte) value;
    }
  }

  private void u16(final int value) {
    if (room(2)) {
      out[length++] = (byte) (value >> 8);
      out[length++] = (byte) value;
    }
  }

  private void u32(final long value) {
    u16((int) (value >> 16));
    u16((int) value);
  }

  private void bytes(final byte[] value) {
    if (room(value.length)) {
      System.arraycopy(value, 0, out, length, value.length);
      length += value.length;
    }
  }

  private void string(final byte[] value) {
    u8(value.length);
    bytes(value);
  }
}
