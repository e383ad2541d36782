package org.jevent.dns;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.RData;

/**
 * Cookies of a server (RFC 7873), made as RFC 9018 says: a client that repeats one can receive what
 * is sent to its address.
 */
final class Cookies {
  /** The length of a client's cookie. */
  static final int CLIENT = 8;

  private static final int SERVER = 16;
  private static final int MIN = CLIENT + 8;
  private static final int MAX = CLIENT + 32;
  private static final byte VERSION = 1;
  private static final int SECONDS_OLD = 3600;
  private static final int SECONDS_AHEAD = 300;

  private final long key0;
  private final long key1;

  Cookies(final RandomGenerator random) {
    this(random.nextLong(), random.nextLong());
  }

  Cookies(final long key0, final long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** An option of a query may be 8 bytes, or 16 to 40. */
  static boolean isMalformed(final DnsMessage query) {
    final RData.Bytes cookie = query.edns() == null ? null : query.edns().option(Edns.COOKIE);
    return cookie != null && !isPossible(cookie.length());
  }

  static boolean isPossible(final int length) {
    return length == CLIENT || (length >= MIN && length <= MAX);
  }

  /** The query repeats a cookie of this server that is not old. */
  boolean isKnown(final DnsMessage query, final InetAddress client, final long nowSeconds) {
    final RData.Bytes cookie = query.edns() == null ? null : query.edns().option(Edns.COOKIE);
    if (cookie == null || cookie.length() != CLIENT + SERVER) {
      return false;
    }
    final ByteBuffer bytes = ByteBuffer.wrap(cookie.toArray());
    final int age = (int) nowSeconds - bytes.getInt(CLIENT + Integer.BYTES); // serial numbers
    return bytes.get(CLIENT) == VERSION
        && age <= SECONDS_OLD
        && age >= -SECONDS_AHEAD
        && bytes.getLong(CLIENT + Long.BYTES) == hash(bytes, client);
  }

  /** What the reply to a query has: a cookie if the query has one. */
  List<Edns.Option> reply(final DnsMessage query, final InetAddress client, final long nowSeconds) {
    final RData.Bytes cookie = query.edns() == null ? null : query.edns().option(Edns.COOKIE);
    if (cookie == null || cookie.length() < CLIENT) {
      return List.of();
    }
    final ByteBuffer bytes = ByteBuffer.allocate(CLIENT + SERVER);
    bytes.put(cookie.toArray(), 0, CLIENT);
    bytes.putInt(VERSION << 24).putInt((int) nowSeconds);
    bytes.putLong(hash(bytes, client));
    return List.of(new Edns.Option(Edns.COOKIE, RData.Bytes.of(bytes.array())));
  }

  /** Of the client's cookie, what stands before the hash, and the address. */
  private long hash(final ByteBuffer cookie, final InetAddress client) {
    final byte[] address = client.getAddress();
    final byte[] text = new byte[CLIENT + Long.BYTES + address.length];
    cookie.get(0, text, 0, CLIENT + Long.BYTES);
    System.arraycopy(address, 0, text, CLIENT + Long.BYTES, address.length);
    return Long.reverseBytes(SipHash.of(key0, key1, text)); // as other servers have it in bytes
  }

  /** SipHash-2-4. */
  static final class SipHash {
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    private SipHash(final long key0, final long key1) {
      v0 = key0 ^ 0x736f6d6570736575L;
      v1 = key1 ^ 0x646f72616e646f6dL;
      v2 = key0 ^ 0x6c7967656e657261L;
      v3 = key1 ^ 0x7465646279746573L;
    }

    static long of(final long key0, final long key1, final byte... text) {
      final SipHash hash = new SipHash(key0, key1);
      final ByteBuffer words = ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN);
      while (words.remaining() >= Long.BYTES) {
        hash.add(words.getLong());
      }
      long last = (long) text.length << 56;
      for (int i = 0; words.hasRemaining(); i++) {
        last |= (words.get() & 0xffL) << (8 * i);
      }
      hash.add(last);
      hash.v2 ^= 0xff;
      hash.rounds(4);
      return hash.v0 ^ hash.v1 ^ hash.v2 ^ hash.v3;
    }

    private void add(final long word) {
      v3 ^= word;
      rounds(2);
      v0 ^= word;
    }

    private void rounds(final int count) {
      for (int i = 0; i < count; i++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
    }
  }
}
