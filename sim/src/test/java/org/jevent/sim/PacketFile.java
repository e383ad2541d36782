package org.jevent.sim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads a pcapng file as its specification says (draft-ietf-opsawg-pcapng), with nothing of the
 * writer, and refuses whatever a strict reader would: lengths, paddings, checksums.
 */
final class PacketFile {
  static final int FIN = 0x01;
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int ACK = 0x10;
  static final int TCP = 6;
  static final int UDP = 17;

  /** A packet; sequence numbers and flags are those of TCP. */
  record Packet(
      long nanos,
      String host,
      String comment,
      int protocol,
      String from,
      String to,
      long sequence,
      long acknowledged,
      int flags,
      byte[] payload) {
    boolean has(final int flag) {
      return (flags & flag) != 0;
    }

    /** The sequence number behind it. */
    long end() {
      return sequence + payload.length + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }
  }

  private final ByteBuffer file;
  private final List<String> interfaces = new ArrayList<>();
  private final List<Packet> packets = new ArrayList<>();

  private PacketFile(final byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All packets of a file, in its order. */
  static List<Packet> read(final byte[] bytes) {
    final PacketFile reader = new PacketFile(bytes);
    while (reader.file.hasRemaining()) {
      reader.block();
    }
    return reader.packets;
  }

  private static void require(final boolean holds, final String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }

  private void block() {
    final int begin = file.position();
    final int type = file.getInt();
    final int length = file.getInt();
    require(length >= 12 && length % 4 == 0, "length " + length + " at " + begin);
    require(file.getInt(begin + length - 4) == length, "lengths differ at " + begin);
    final ByteBuffer body = file.slice(begin + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN);
    file.position(begin + length);
    require(begin > 0 || type == 0x0A0D0D0A, "the first block is no section");
    switch (type) {
      case 0x0A0D0D0A -> {
        require(body.getInt() == 0x1A2B3C4D, "byte order");
        require(body.getShort() == 1 && body.getShort() == 0, "version");
      }
      case 1 -> {
        require(body.getShort() == 101, "link type");
        body.position(8);
        final String[] options = options(body);
        require("\t".equals(options[9]), "resolution is not nanoseconds");
        interfaces.add(options[2]);
      }
      case 6 -> packet(body);
      default -> throw new IllegalArgumentException("block type " + type);
    }
  }

  /** The values by their codes. */
  private static String[] options(final ByteBuffer body) {
    final String[] found = new String[16];
    while (body.hasRemaining()) {
      final int code = body.getShort();
      final byte[] value = new byte[body.getShort()];
      if (code == 0) {
        require(value.length == 0 && !body.hasRemaining(), "the end of the options");
        return found;
      }
      body.get(value);
      body.position(body.position() + 3 & -4);
      found[code] = new String(value, StandardCharsets.UTF_8);
    }
    return found;
  }

  private void packet(final ByteBuffer body) {
    final int number = body.getInt();
    require(number < interfaces.size(), "interface " + number);
    final long nanos = (long) body.getInt() << 32 | body.getInt() & 0xffffffffL;
    final int captured = body.getInt();
    require(body.getInt() == captured, "packet is not whole");
    final byte[] bytes = new byte[captured];
    body.get(bytes);
    body.position(body.position() + 3 & -4);
    final String comment = options(body)[1];
    packets.add(ip(nanos, interfaces.get(number), comment, bytes));
  }

  private static Packet ip(
      final long nanos, final String host, final String comment, final byte[] bytes) {
    final ByteBuffer packet = ByteBuffer.wrap(bytes);
    final boolean inet = bytes[0] >> 4 == 4;
    require(inet || bytes[0] >> 4 == 6, "version of IP");
    final int header = inet ? (bytes[0] & 15) * 4 : 40;
    final int size = inet ? packet.getShort(2) & 0xffff : header + (packet.getShort(4) & 0xffff);
    require(size == bytes.length, "length of IP: " + size + " of " + bytes.length);
    require(!inet || sum(bytes, 0, header) == 0xffff, "checksum of IP");
    final int protocol = bytes[inet ? 9 : 6];
    final int addresses = inet ? 12 : 8;
    final int half = (header - addresses) / 2;
    final byte[] whole = Arrays.copyOfRange(bytes, addresses, bytes.length);
    final long sum = sum(whole, 0, whole.length) + protocol + (bytes.length - header);
    require((sum & 0xffff) + (sum >>> 16) == 0xffff, "checksum of protocol " + protocol);
    packet.position(header);
    final String from = name(bytes, addresses, half) + (packet.getShort() & 0xffff);
    final String to = name(bytes, addresses + half, half) + (packet.getShort() & 0xffff);
    if (protocol == UDP) {
      require(packet.getShort(header + 4) == bytes.length - header, "length of UDP");
      final byte[] payload = Arrays.copyOfRange(bytes, header + 8, bytes.length);
      return new Packet(nanos, host, comment, protocol, from, to, 0, 0, 0, payload);
    }
    require(protocol == TCP, "protocol " + protocol);
    final long sequence = packet.getInt() & 0xffffffffL;
    final long acknowledged = packet.getInt() & 0xffffffffL;
    final int words = packet.get() >> 4;
    final int flags = packet.get();
    final byte[] payload = Arrays.copyOfRange(bytes, header + words * 4, bytes.length);
    return new Packet(
        nanos, host, comment, protocol, from, to, sequence, acknowledged, flags, payload);
  }

  private static String name(final byte[] bytes, final int from, final int length) {
    return HexFormat.of().formatHex(bytes, from, from + length) + " ";
  }

  private static long sum(final byte[] bytes, final int from, final int end) {
    long sum = 0;
    for (int i = from; i < end; i++) {
      sum += (long) (bytes[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}
