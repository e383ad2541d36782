package org.jevent.http.h1;

import java.util.Arrays;
import org.jevent.buffer.EventBuffer;

/**
 * Writes heads and small bodies into an array, which goes into an output at once. One belongs to a
 * loop; its array is used again for each message. What it is given was checked by {@link
 * FieldRules}; characters above 0xFF never come here.
 */
public final class HeadWriter {
  private static final int START = 1024;

  /** A larger array is not kept for the next message. */
  private static final int MAX_KEPT = 64 * 1024;

  private static final int MAX_DIGITS = 19;

  private byte[] bytes = new byte[START];
  private int size;

  /** A new message. */
  public HeadWriter begin() {
    if (bytes.length > MAX_KEPT) {
      bytes = new byte[START];
    }
    size = 0;
    return this;
  }

  private void room(final int count) {
    if (bytes.length - size < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, count)));
    }
  }

  /** Bytes as they are, such as a constant line with its end. */
  public HeadWriter bytes(final byte[] source) {
    return bytes(source, 0, source.length);
  }

  public HeadWriter bytes(final byte[] source, final int offset, final int count) {
    room(count);
    System.arraycopy(source, offset, bytes, size, count);
    size += count;
    return this;
  }

  /** Characters of ISO-8859-1. */
  @SuppressWarnings("deprecation") // the one way without a charset's machinery: low bytes only
  public HeadWriter text(final String text) {
    final int count = text.length();
    room(count);
    text.getBytes(0, count, bytes, size);
    size += count;
    return this;
  }

  /** A number of no sign, in decimal digits. */
  public HeadWriter decimal(final long value) {
    assert value >= 0 : value;
    room(MAX_DIGITS);
    int digits = 1;
    for (long rest = value / 10; rest != 0; rest /= 10) {
      digits++;
    }
    long rest = value;
    for (int i = size + digits - 1; i >= size; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
    return this;
  }

  /** A number in hexadecimal digits, as the size of a chunk. */
  public HeadWriter hexadecimal(final long value) {
    assert value >= 0 : value;
    room(16);
    int shift = Math.max(0, (63 - Long.numberOfLeadingZeros(value)) & ~3);
    for (; shift >= 0; shift -= 4) {
      final int digit = (int) (value >>> shift) & 0xf;
      bytes[size++] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
    }
    return this;
  }

  public HeadWriter crlf() {
    room(2);
    bytes[size++] = '\r';
    bytes[size++] = '\n';
    return this;
  }

  /** {@code METHOD target HTTP/1.1}. */
  public HeadWriter requestLine(final String method, final String target) {
    return text(method).text(" ").text(target).text(" HTTP/1.1").crlf();
  }

  /** {@code name: value}. */
  public HeadWriter field(final String name, final String value) {
    return text(name).text(": ").text(value).crlf();
  }

  public HeadWriter field(final String name, final long value) {
    return text(name).text(": ").decimal(value).crlf();
  }

  /** How many bytes there are. */
  public int size() {
    return size;
  }

  /** Appends all to an output; the next message may begin. */
  public void addTo(final EventBuffer output) {
    output.add(bytes, 0, size);
    size = 0;
  }
}
