package org.jevent.dns.message;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Objects;

/**
 * A name of the domain name system: at most 127 labels of 1 to 63 bytes, 255 bytes in all. It is
 * always absolute. The case of its letters is kept; equality and the hash code ignore that of ASCII
 * letters.
 */
public final class DnsName {
  /** The bytes of a name in a message, the lengths and the root's included. */
  public static final int MAX_BYTES = 255;

  /** The bytes of a label. */
  public static final int MAX_LABEL = 63;

  /** The name without labels. */
  public static final DnsName ROOT = new DnsName(new byte[1]);

  private static final String HEX = "0123456789abcdef";

  /** Lengths and labels, and 0 at the end. */
  private final byte[] wire;

  private int hash;

  /**
   * @param wire a name in the form of a message, uncompressed and valid; it is kept
   */
  DnsName(final byte[] wire) {
    assert wire.length >= 1 && wire.length <= MAX_BYTES && wire[wire.length - 1] == 0;
    this.wire = wire;
  }

  /**
   * Reads a name as text: labels with dots between them, and a dot at the end if one likes. A
   * backslash takes the next character as it is, or the byte of three decimal digits. Letters that
   * are not ASCII are refused; {@link #ofHost} converts them.
   *
   * @throws DnsFormatException if a label is empty or too long, or the name is
   */
  public static DnsName parse(final String text) {
    Objects.requireNonNull(text, "text");
    if (text.equals(".")) {
      return ROOT;
    }
    final DnsName plain = parsePlain(text);
    if (plain != null) {
      return plain;
    }
    final ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 2);
    final byte[] label = new byte[MAX_LABEL];
    int length = 0;
    boolean ended = false;
    for (int i = 0; i < text.length(); i++) {
      int letter = text.charAt(i);
      ended = letter == '.';
      if (ended) {
        append(out, label, length, text);
        length = 0;
        continue;
      }
      if (letter == '\\') {
        final int digits = escapedByte(text, i + 1);
        letter = digits >= 0 ? digits : i + 1 < text.length() ? text.charAt(i + 1) : -1;
        i += digits >= 0 ? 3 : 1;
      }
      if (letter < 0 || letter > 0xff || (letter >= 0x80 && text.charAt(i) == letter)) {
        throw refused(text, "it has something else than ASCII at " + i);
      }
      if (length == MAX_LABEL) {
        throw refused(text, "a label is longer than " + MAX_LABEL + " bytes");
      }
      label[length++] = (byte) letter;
    }
    if (!ended) {
      append(out, label, length, text);
    }
    out.write(0);
    if (out.size() > MAX_BYTES) {
      throw refused(text, out.size() + " bytes, more than " + MAX_BYTES);
    }
    return new DnsName(out.toByteArray());
  }

  /** A name that needs no more than its text; null for any other, and for what is none. */
  private static DnsName parsePlain(final String text) {
    final int end = text.endsWith(".") ? text.length() - 1 : text.length();
    if (end == 0 || end + 2 > MAX_BYTES) {
      return null;
    }
    final byte[] made = new byte[end + 2];
    int start = 0;
    for (int i = 0; i <= end; i++) {
      final char letter = i == end ? '.' : text.charAt(i);
      if (letter == '.') {
        final int length = i - start;
        if (length == 0 || length > MAX_LABEL) {
          return null;
        }
        made[start] = (byte) length;
        start = i + 1;
      } else if (letter == '\\' || letter >= 0x80) {
        return null;
      } else {
        made[i + 1] = (byte) letter;
      }
    }
    return new DnsName(made);
  }

  private static int escapedByte(final String text, final int at) {
    if (at + 3 > text.length()) {
      return -1;
    }
    int value = 0;
    for (int i = at; i < at + 3; i++) {
      final char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      value = value * 10 + digit - '0';
    }
    return value <= 0xff ? value : -1;
  }

  private static void append(
      final ByteArrayOutputStream out, final byte[] label, final int length, final String text) {
    if (length == 0) {
      throw refused(text, "a label is empty");
    }
    out.write(length);
    out.write(label, 0, length);
  }

  private static DnsFormatException refused(final String text, final String why) {
    final String shown = text.length() <= 300 ? text : text.substring(0, 300) + "...";
    return new DnsFormatException("name \"" + shown + "\": " + why);
  }

  /**
   * The name of a host, as a person writes it: letters that are not ASCII are converted as IDNA
   * 2003 says ({@link IDN}, unassigned ones allowed), so that {@code ß} becomes {@code ss}. There
   * are no escapes.
   *
   * @throws DnsFormatException if it is no name
   */
  public static DnsName ofHost(final String host) {
    Objects.requireNonNull(host, "host");
    if (host.indexOf('\\') >= 0) {
      throw refused(host, "a host has no backslash");
    }
    boolean ascii = true;
    for (int i = 0; i < host.length() && ascii; i++) {
      ascii = host.charAt(i) < 0x80;
    }
    if (ascii) {
      return parse(host);
    }
    if (host.length() > MAX_BYTES) {
      throw refused(host, "longer than " + MAX_BYTES + " letters");
    }
    try {
      return parse(IDN.toASCII(host, IDN.ALLOW_UNASSIGNED));
    } catch (final DnsFormatException e) {
      throw e;
    } catch (final RuntimeException e) {
      throw refused(host, "it has no form in ASCII: " + e.getMessage());
    }
  }

  /** The name below which the record of an address's name is: {@code 1.0.0.127.in-addr.arpa}. */
  public static DnsName ofAddress(final InetAddress address) {
    final byte[] bytes = Objects.requireNonNull(address, "address").getAddress();
    final StringBuilder text = new StringBuilder(80);
    for (int i = bytes.length - 1; i >= 0; i--) {
      final int value = bytes[i] & 0xff;
      if (bytes.length == 4) {
        text.append(value).append('.');
      } else {
        text.append(HEX.charAt(value & 0xf)).append('.').append(HEX.charAt(value >> 4)).append('.');
      }
    }
    return parse(text.append(bytes.length == 4 ? "in-addr.arpa" : "ip6.arpa").toString());
  }

  // ---- its parts ----

  /** How many labels it has; the root has none. */
  public int labels() {
    int count = 0;
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      count++;
    }
    return count;
  }

  /** The bytes that it takes in a message without compression. */
  public int length() {
    return wire.length;
  }

  /** A copy of its bytes in a message without compression. */
  public byte[] toBytes() {
    return wire.clone();
  }

  byte[] wire() {
    return wire;
  }

  public boolean isRoot() {
    return wire.length == 1;
  }

  /**
   * The name without its first label.
   *
   * @throws IllegalStateException for the root
   */
  public DnsName parent() {
    if (isRoot()) {
      throw new IllegalStateException("the root has no parent");
    }
    return new DnsName(Arrays.copyOfRange(wire, wire[0] + 1, wire.length));
  }

  /**
   * This name below another one.
   *
   * @throws DnsFormatException if that is too long
   */
  public DnsName below(final DnsName domain) {
    Objects.requireNonNull(domain, "domain");
    final int length = wire.length - 1 + domain.wire.length;
    if (length > MAX_BYTES) {
      throw refused(this + "." + domain, length + " bytes, more than " + MAX_BYTES);
    }
    final byte[] joined = Arrays.copyOf(wire, length);
    System.arraycopy(domain.wire, 0, joined, wire.length - 1, domain.wire.length);
    return new DnsName(joined);
  }

  /** Whether it is {@code domain} or below it. */
  public boolean isWithin(final DnsName domain) {
    Objects.requireNonNull(domain, "domain");
    int at = 0;
    while (wire.length - at > domain.wire.length) {
      at += wire[at] + 1;
    }
    return wire.length - at == domain.wire.length && equalsFrom(at, domain);
  }

  /** Whether its first label is the asterisk. */
  public boolean isWildcard() {
    return wire[0] == 1 && wire[1] == '*';
  }

  /**
   * Whether it can be the name of a host: letters, digits, hyphens and underscores, no hyphen at
   * the beginning of a label, and not empty.
   */
  public boolean isHost() {
    if (isRoot()) {
      return false;
    }
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      if (wire[at + 1] == '-') {
        return false;
      }
      for (int i = at + 1; i <= at + wire[at]; i++) {
        final int letter = lower(wire[i]);
        final boolean allowed =
            (letter >= 'a' && letter <= 'z')
                || (letter >= '0' && letter <= '9')
                || letter == '-'
                || letter == '_';
        if (!allowed) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Whether its last label is a number, as of an address: digits, or hexadecimal ones behind {@code
   * 0x}, of which there may be none. The URL standard says "ends in a number".
   */
  public boolean endsInNumber() {
    if (isRoot()) {
      return false;
    }
    int label = 0;
    while (wire[label + wire[label] + 1] != 0) {
      label += wire[label] + 1;
    }
    final int end = wire.length - 1;
    int at = label + 1;
    final boolean hex = end - at >= 2 && wire[at] == '0' && lower(wire[at + 1]) == 'x';
    at += hex ? 2 : 0;
    while (at < end && isDigit(lower(wire[at]), hex)) {
      at++;
    }
    return at == end;
  }

  private static boolean isDigit(final byte letter, final boolean hex) {
    return (letter >= '0' && letter <= '9') || (hex && letter >= 'a' && letter <= 'f');
  }

  /** The same name with ASCII letters in lower case. */
  public DnsName toLowerCase() {
    final byte[] lower = wire.clone();
    for (int i = 0; i < lower.length; i++) {
      lower[i] = lower(lower[i]);
    }
    return new DnsName(lower);
  }

  /**
   * The same name with the case of its letters chosen by bits, the lowest for the first letter.
   *
   * @param bits are used again after 64 letters
   */
  public DnsName withCase(final long bits) {
    final byte[] mixed = wire.clone();
    int letter = 0;
    for (int at = 0; mixed[at] != 0; at += mixed[at] + 1) {
      for (int i = at + 1; i <= at + mixed[at]; i++) {
        final byte lower = lower(mixed[i]);
        if (lower >= 'a' && lower <= 'z') {
          final boolean upper = ((bits >>> (letter++ & 63)) & 1) != 0;
          mixed[i] = (byte) (upper ? lower - ('a' - 'A') : lower);
        }
      }
    }
    return new DnsName(mixed);
  }

  // ---- comparing ----

  static byte lower(final byte letter) {
    return letter >= 'A' && letter <= 'Z' ? (byte) (letter + ('a' - 'A')) : letter;
  }

  /** Lengths are below 64 and no letters, so that they compare as they are. */
  private boolean equalsFrom(final int at, final DnsName other) {
    for (int i = 0; i < other.wire.length; i++) {
      if (lower(wire[at + i]) != lower(other.wire[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether the other one has the same bytes, in the same case. */
  public boolean equalsExactly(final DnsName other) {
    return Arrays.equals(wire, Objects.requireNonNull(other, "other").wire);
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof DnsName name && wire.length == name.wire.length && equalsFrom(0, name);
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      int sum = 1;
      for (final byte letter : wire) {
        sum = sum * 31 + lower(letter);
      }
      hash = sum == 0 ? 1 : sum;
    }
    return hash;
  }

  /** As {@link #parse} reads it, without a dot at the end; the root is a dot. */
  @Override
  public String toString() {
    if (isRoot()) {
      return ".";
    }
    final StringBuilder text = new StringBuilder(wire.length);
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      if (at > 0) {
        text.append('.');
      }
      for (int i = at + 1; i <= at + wire[at]; i++) {
        Presentation.append(text, wire[i], ".\\\"();@$");
      }
    }
    return text.toString();
  }
}
