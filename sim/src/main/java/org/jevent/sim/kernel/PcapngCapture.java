package org.jevent.sim.kernel;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Packets in the format pcapng (draft-ietf-opsawg-pcapng), which network analysers read: one
 * interface for each host, packets without a link layer, nanoseconds, and comments where a packet
 * was lost. It stops at a limit.
 */
public final class PcapngCapture implements Capture {
  private static final int SECTION = 0x0A0D0D0A;
  private static final int INTERFACE = 1;
  private static final int PACKET = 6;
  private static final int MAGIC = 0x1A2B3C4D;
  private static final int RAW_IP = 101;
  private static final int OPTION_COMMENT = 1;
  private static final int OPTION_NAME = 2;
  private static final int OPTION_RESOLUTION = 9;
  private static final int NANOS = 9;
  private static final int WORD = 4;
  private static final int MAX_BYTES = 64 << 20;

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int TCP_HEADER = 20;
  private static final int UDP_HEADER = 8;
  private static final int INET_HEADER = 20;
  private static final int INET6_HEADER = 40;
  private static final int HOPS = 64;

  // where addresses begin in a header, and checksums stand
  private static final int INET_ADDRESSES = 12;
  private static final int INET6_ADDRESSES = 8;
  private static final int INET_CHECKSUM = 10;
  private static final int TCP_CHECKSUM = 16;
  private static final int UDP_CHECKSUM = 6;

  private static final int FIN = 0x01;
  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int PSH = 0x08;
  private static final int ACK = 0x10;
  private static final int MAX_WINDOW = 0xffff;

  private static final int KIND_FIN = 1;
  private static final int KIND_RST = 2;

  private final Network network;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<Machine, Integer> interfaces = new HashMap<>();

  public PcapngCapture(final Network network) {
    this.network = network;
    final ByteBuffer section = body(16);
    section.putInt(MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
    block(SECTION, section);
  }

  /** What was captured so far. */
  public byte[] bytes() {
    return out.toByteArray();
  }

  private static ByteBuffer body(final int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int padded(final int length) {
    return length + WORD - 1 & -WORD;
  }

  private void block(final int type, final ByteBuffer body) {
    final int whole = 3 * WORD + body.capacity();
    final byte[] bytes = new byte[whole];
    final ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    block.putInt(type).putInt(whole).put(body.flip()).position(whole - WORD).putInt(whole);
    out.writeBytes(bytes);
  }

  private static void option(final ByteBuffer target, final int code, final byte[] value) {
    target.putShort((short) code).putShort((short) value.length).put(value);
    target.position(padded(target.position()));
  }

  private int interfaceOf(final Machine machine) {
    return interfaces.computeIfAbsent(
        machine,
        key -> {
          final byte[] name = machine.name().getBytes(StandardCharsets.UTF_8);
          final ByteBuffer body = body(8 + WORD + padded(name.length) + 2 * WORD + WORD);
          body.putShort((short) RAW_IP).putShort((short) 0).putInt(0);
          option(body, OPTION_NAME, name);
          option(body, OPTION_RESOLUTION, new byte[] {NANOS});
          body.putInt(0);
          block(INTERFACE, body);
          return interfaces.size();
        });
  }

  private void packet(final Machine at, final ByteBuffer packet, final String comment) {
    if (out.size() > MAX_BYTES) {
      return;
    }
    final int number = interfaceOf(at);
    final int length = packet.position();
    final byte[] words = comment == null ? null : comment.getBytes(StandardCharsets.UTF_8);
    final int options = words == null ? 0 : WORD + padded(words.length) + WORD;
    final ByteBuffer body = body(5 * WORD + padded(length) + options);
    final long now = network.now();
    body.putInt(number).putInt((int) (now >>> Integer.SIZE)).putInt((int) now);
    body.putInt(length).putInt(length).put(packet.flip());
    body.position(5 * WORD + padded(length));
    if (words != null) {
      option(body, OPTION_COMMENT, words);
      body.putInt(0);
    }
    body.position(body.capacity());
    block(PACKET, body);
  }

  // ---- packets ----

  /** The header of IP, in network order, with room for what follows. */
  private static ByteBuffer ip(
      final InetAddress from, final InetAddress to, final int protocol, final int payload) {
    final boolean inet = Machine.isInet(from);
    final int header = inet ? INET_HEADER : INET6_HEADER;
    final ByteBuffer packet = ByteBuffer.allocate(header + payload);
    if (inet) {
      packet.putShort((short) 0x4500).putShort((short) (header + payload)).putInt(0x00004000);
      packet.put((byte) HOPS).put((byte) protocol).putShort((short) 0);
      packet.put(from.getAddress()).put(to.getAddress());
      packet.putShort(INET_CHECKSUM, (short) ~sum(packet, 0, header));
    } else {
      packet.putInt(0x60000000).putShort((short) payload).put((byte) protocol).put((byte) HOPS);
      packet.put(from.getAddress()).put(to.getAddress());
    }
    return packet;
  }

  /** The sum of words of RFC 1071; a checksum is its complement. */
  private static int sum(final ByteBuffer packet, final int from, final int end) {
    int sum = 0;
    for (int i = from; i < end; i += 2) {
      final int low = i + 1 < end ? packet.get(i + 1) & 0xff : 0;
      sum = plus(sum, (packet.get(i) & 0xff) << Byte.SIZE | low);
    }
    return sum;
  }

  private static int plus(final int sum, final int word) {
    final int both = sum + word;
    return (both & 0xffff) + (both >>> Short.SIZE);
  }

  /** Writes the checksum of what stands behind the header of IP, addresses included. */
  private static void complete(
      final ByteBuffer packet, final int protocol, final int payload, final int place) {
    final int header = packet.position() - payload;
    final int addresses = header == INET_HEADER ? INET_ADDRESSES : INET6_ADDRESSES;
    int sum = plus(sum(packet, addresses, header), protocol);
    sum = plus(plus(sum, payload), sum(packet, header, packet.position()));
    // 0 would say that there is none
    packet.putShort(header + place, (short) (sum == 0xffff && protocol == UDP ? sum : ~sum));
  }

  private void tcp(
      final Machine at,
      final InetSocketAddress from,
      final InetSocketAddress to,
      final long sequence,
      final long acknowledged,
      final int flags,
      final long window,
      final byte[] payload,
      final String comment) {
    final ByteBuffer packet =
        ip(from.getAddress(), to.getAddress(), TCP, TCP_HEADER + payload.length);
    packet.putShort((short) from.getPort()).putShort((short) to.getPort());
    packet.putInt((int) sequence).putInt((int) acknowledged);
    packet.put((byte) ((TCP_HEADER / WORD) << 4)).put((byte) flags);
    packet.putShort((short) Math.min(MAX_WINDOW, window)).putInt(0);
    packet.put(payload);
    complete(packet, TCP, TCP_HEADER + payload.length, TCP_CHECKSUM);
    packet(at, packet, comment);
  }

  @Override
  public void segment(
      final StreamSocket from,
      final StreamSocket to,
      final byte[] payload,
      final int kind,
      final String comment) {
    final int flags =
        switch (kind) {
          case KIND_FIN -> FIN | ACK;
          case KIND_RST -> RST | ACK;
          default -> PSH | ACK;
        };
    tcp(
        from.machine,
        (InetSocketAddress) from.local(),
        (InetSocketAddress) to.local(),
        from.output().sequence(),
        from.input().expected(),
        flags,
        from.receiveBuffer(),
        payload,
        comment);
  }

  @Override
  public void ack(final StreamSocket from, final StreamSocket to, final long window) {
    tcp(
        from.machine,
        (InetSocketAddress) from.local(),
        (InetSocketAddress) to.local(),
        from.output().sequence(),
        from.input().expected(),
        ACK,
        window,
        new byte[0],
        null);
  }

  @Override
  public void handshake(
      final Machine at,
      final InetSocketAddress from,
      final InetSocketAddress to,
      final String flags) {
    int bits = 0;
    for (final String flag : flags.split(" ", -1)) {
      bits |=
          switch (flag) {
            case "SYN" -> SYN;
            case "ACK" -> ACK;
            case "RST" -> RST | ACK;
            default -> throw new IllegalArgumentException(flags);
          };
    }
    final boolean first = (bits & (SYN | RST)) != 0;
    final int acknowledged = (bits & ACK) != 0 ? 1 : 0;
    tcp(at, from, to, first ? 0 : 1, acknowledged, bits, MAX_WINDOW, new byte[0], null);
  }

  @Override
  public void datagram(
      final Machine at,
      final InetSocketAddress from,
      final InetSocketAddress to,
      final byte[] bytes,
      final String comment) {
    final ByteBuffer packet =
        ip(from.getAddress(), to.getAddress(), UDP, UDP_HEADER + bytes.length);
    packet.putShort((short) from.getPort()).putShort((short) to.getPort());
    packet.putShort((short) (UDP_HEADER + bytes.length)).putShort((short) 0);
    packet.put(bytes);
    complete(packet, UDP, UDP_HEADER + bytes.length, UDP_CHECKSUM);
    packet(at, packet, comment);
  }
}
