package org.jevent.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.RData;
import org.jevent.net.Addresses;

/**
 * Reads the text of a zone (RFC 1035, section 5): {@code $ORIGIN} and {@code $TTL}, parentheses,
 * comments, names that are left out or relative, and the types A, AAAA, CNAME, NS, PTR, MX, TXT,
 * SRV, SOA and CAA.
 */
public final class ZoneFile {
  /** Three digits behind a backslash, another character behind one, or neither. */
  private static final Pattern STRING_PART =
      Pattern.compile("\\\\(\\d{3})|\\\\(.)|[^\\\\]+|\\\\$", Pattern.DOTALL);

  private static final int DEFAULT_TTL = 3600;

  private DnsName origin;
  private DnsName owner;
  private int defaultTtl = DEFAULT_TTL;
  private final List<DnsRecord> records = new ArrayList<>();

  private ZoneFile(final DnsName origin) {
    this.origin = origin;
    owner = origin;
  }

  /**
   * Reads a text.
   *
   * @param origin the zone, and what relative names are below at first
   * @throws IllegalArgumentException if a line is no record; the message has its number
   */
  public static DnsZone parse(final String text, final DnsName origin) {
    Objects.requireNonNull(text, "text");
    final ZoneFile file = new ZoneFile(Objects.requireNonNull(origin, "origin"));
    file.read(text);
    final DnsZone zone = new DnsZone(origin);
    file.records.forEach(zone::add);
    return zone;
  }

  private void read(final String text) {
    List<String> words = new ArrayList<>();
    int open = 0;
    boolean indented = false;
    int number = 0;
    for (final String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (words.isEmpty()) {
        indented = !line.isEmpty() && Character.isWhitespace(line.charAt(0));
      }
      open += words(line, words);
      if (open <= 0 && !words.isEmpty()) {
        try {
          entry(words, indented);
        } catch (final RuntimeException e) {
          throw new IllegalArgumentException(
              "text, line " + number + ": other than a record: " + e.getMessage(), e);
        }
        words = new ArrayList<>();
        open = 0;
      }
    }
    if (!words.isEmpty()) {
      throw new IllegalArgumentException("text, line " + number + ": other than a closed record");
    }
  }

  /** Adds the words of a line; returns how many parentheses are opened, less those closed. */
  private static int words(final String line, final List<String> words) {
    int open = 0;
    int i = 0;
    while (i < line.length()) {
      final char letter = line.charAt(i);
      if (letter == ';') {
        break;
      }
      if (Character.isWhitespace(letter)) {
        i++;
      } else if (letter == '(' || letter == ')') {
        open += letter == '(' ? 1 : -1;
        i++;
      } else {
        final boolean quoted = letter == '"';
        int end = quoted ? i + 1 : i;
        while (end < line.length() && !ends(line.charAt(end), quoted)) {
          end += line.charAt(end) == '\\' ? 2 : 1;
        }
        end = Math.min(end, line.length());
        words.add(quoted ? '"' + line.substring(i + 1, end) : line.substring(i, end));
        i = quoted ? end + 1 : end;
      }
    }
    return open;
  }

  private static boolean ends(final char letter, final boolean quoted) {
    return quoted ? letter == '"' : Character.isWhitespace(letter) || ";()\"".indexOf(letter) >= 0;
  }

  private void entry(final List<String> words, final boolean indented) {
    switch (words.get(0)) {
      case "$ORIGIN" -> origin = name(words.get(1));
      case "$TTL" -> defaultTtl = seconds(words.get(1));
      default -> record(words, indented);
    }
  }

  private void record(final List<String> words, final boolean indented) {
    int at = 0;
    if (!indented) {
      owner = name(words.get(at++));
    }
    int ttl = defaultTtl;
    while (Character.isDigit(words.get(at).charAt(0)) || words.get(at).equalsIgnoreCase("IN")) {
      ttl = words.get(at).equalsIgnoreCase("IN") ? ttl : seconds(words.get(at));
      at++;
    }
    final DnsType type = DnsType.parse(words.get(at++));
    records.add(DnsRecord.of(owner, type, ttl, data(type, words.subList(at, words.size()))));
  }

  private RData data(final DnsType type, final List<String> words) {
    return switch (type.toString()) {
      case "A", "AAAA" -> new RData.Address(address(words.get(0)));
      case "CNAME", "NS", "PTR" -> new RData.Name(name(words.get(0)));
      case "MX" -> new RData.Mx(Integer.parseInt(words.get(0)), name(words.get(1)));
      case "SRV" ->
          new RData.Srv(
              Integer.parseInt(words.get(0)),
              Integer.parseInt(words.get(1)),
              Integer.parseInt(words.get(2)),
              name(words.get(3)));
      case "TXT" -> new RData.Txt(words.stream().map(ZoneFile::string).toList());
      case "CAA" ->
          new RData.Caa(Integer.parseInt(words.get(0)), words.get(1), string(words.get(2)));
      case "SOA" ->
          new RData.Soa(
              name(words.get(0)),
              name(words.get(1)),
              Long.parseLong(words.get(2)),
              seconds(words.get(3)),
              seconds(words.get(4)),
              seconds(words.get(5)),
              seconds(words.get(6)));
      default -> throw new IllegalArgumentException("type " + type + " is not read");
    };
  }

  private DnsName name(final String text) {
    if (text.equals("@")) {
      return origin;
    }
    final DnsName name = DnsName.parse(text);
    return text.endsWith(".") ? name : name.below(origin);
  }

  private static InetAddress address(final String text) {
    return ((InetSocketAddress) Addresses.parse(text)).getAddress();
  }

  /** A backslash stands before a character, or before three digits that are a byte. */
  private static RData.Bytes string(final String word) {
    final String text = word.startsWith("\"") ? word.substring(1) : word;
    final ByteArrayOutputStream plain = new ByteArrayOutputStream(text.length());
    final Matcher parts = STRING_PART.matcher(text);
    while (parts.find()) {
      if (parts.group(1) != null) {
        final int value = Integer.parseInt(parts.group(1));
        if (value > 0xff) {
          throw new IllegalArgumentException("\\" + value + " is no byte");
        }
        plain.write(value);
      } else {
        final String part = parts.group();
        plain.writeBytes(
            (parts.group(2) == null ? part : parts.group(2)).getBytes(StandardCharsets.UTF_8));
      }
    }
    return RData.Bytes.of(plain.toByteArray());
  }

  /** A number of seconds, or of what the letter after it says. */
  private static int seconds(final String text) {
    final int unit =
        switch (Character.toLowerCase(text.charAt(text.length() - 1))) {
          case 'm' -> 60;
          case 'h' -> 3600;
          case 'd' -> 86_400;
          case 'w' -> 604_800;
          default -> 1;
        };
    final boolean plain = Character.isDigit(text.charAt(text.length() - 1));
    return Math.multiplyExact(
        Integer.parseInt(plain ? text : text.substring(0, text.length() - 1)), unit);
  }
}
