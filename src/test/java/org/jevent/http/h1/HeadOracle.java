package org.jevent.http.h1;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What has to be accepted of the bytes of a connection, said by regular expressions after RFC 9112:
 * slow, and written without a look at the readers. It gives the lines of {@link Served}, but for
 * the last one.
 */
final class HeadOracle {
  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
  private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]*";
  private static final String FIELD = TOKEN + ":" + TEXT + "\\r\\n";
  private static final Pattern HEAD =
      Pattern.compile(
          "(?:\\r\\n){0,4}(("
              + TOKEN
              + ") ([\\x21-\\x7e&&[^\"<>#]]+) HTTP/1\\.([0-9]))\\r\\n((?:"
              + FIELD
              + ")*)\\r\\n");
  private static final Pattern TRAILERS = Pattern.compile("((?:" + FIELD + ")*)\\r\\n");
  private static final Pattern CHUNK =
      Pattern.compile("(([0-9A-Fa-f]{1,16})(?:[ \\t]*;" + TEXT + ")?)\\r\\n");
  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

  private static final String GROUP = "[0-9A-Fa-f]{1,4}";
  private static final String NUMBER = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern HOST =
      Pattern.compile(
          "(\\[[0-9A-Fa-f:.]+\\]|(?:[0-9A-Za-z\\-._~!$&'()*+;=]|%[89A-Fa-f][0-9A-Fa-f])+)(?::([0-9]*))?");
  private static final Pattern ABSOLUTE =
      Pattern.compile("(?i)(https?)://([^/?]*)(/[^?]*)?(\\?.*)?", Pattern.DOTALL);

  private static final int MAX_BODY = 1 << 20;

  private final String text;
  private final List<String> lines = new ArrayList<>();
  private final List<String[]> fields = new ArrayList<>();
  private String method;
  private String path;
  private int at;

  private HeadOracle(final String text) {
    this.text = text;
  }

  static List<String> accepted(final byte[] bytes) {
    final HeadOracle oracle = new HeadOracle(new String(bytes, StandardCharsets.ISO_8859_1));
    while (oracle.request()) {
      // the next one follows
    }
    return oracle.lines;
  }

  /** Whether a request was accepted, and another one may follow. */
  private boolean request() {
    final Matcher head = HEAD.matcher(text).region(at, text.length());
    if (!head.lookingAt() || head.group(1).length() > 8192 || head.end() - head.start(1) > 32_768) {
      return false;
    }
    fields.clear();
    addFields(head.group(5), fields);
    method = head.group(2);
    final boolean old = head.group(4).equals("0");
    if (fields.size() > 128 || !target(head.group(3)) || !host(head.group(3), old)) {
      return false;
    }
    at = head.end();
    final StringBuilder body = new StringBuilder();
    final StringBuilder trailers = new StringBuilder();
    if (!expects() || !body(old, body, trailers)) {
      return false;
    }
    lines.add(method + " " + path + (body.length() == 0 ? "" : " [" + body + "]") + trailers);
    final List<String> options = elements("connection");
    return !options.contains("close") && (!old || options.contains("keep-alive"));
  }

  private static void addFields(final String block, final List<String[]> into) {
    for (final String line : block.split("\\r\\n", 0)) {
      if (!line.isEmpty()) {
        final int colon = line.indexOf(':');
        final String value = line.substring(colon + 1).replaceAll("^[ \\t]+|[ \\t]+$", "");
        into.add(new String[] {line.substring(0, colon).toLowerCase(Locale.ROOT), value});
      }
    }
  }

  private List<String> values(final String name) {
    final List<String> found = new ArrayList<>();
    for (final String[] field : fields) {
      if (field[0].equals(name)) {
        found.add(field[1]);
      }
    }
    return found;
  }

  private List<String> elements(final String name) {
    final List<String> found = new ArrayList<>();
    for (final String value : values(name)) {
      for (final String element : value.split(",", -1)) {
        found.add(element.replaceAll("^[ \\t]+|[ \\t]+$", "").toLowerCase(Locale.ROOT));
      }
    }
    return found;
  }

  // ---- target and host ----

  private boolean target(final String target) {
    if (method.equals("CONNECT")) {
      path = "null";
      return isHost(target) && target.matches(".*:[0-9]+");
    }
    if (target.equals("*")) {
      path = "*";
      return method.equals("OPTIONS");
    }
    String raw = target;
    if (!target.startsWith("/")) {
      final Matcher absolute = ABSOLUTE.matcher(target);
      if (!absolute.matches() || !isHost(absolute.group(2))) {
        return false;
      }
      raw = absolute.group(3) == null ? "/" : absolute.group(3);
    }
    path = decoded(raw.replaceAll("(?s)\\?.*", ""));
    return path != null;
  }

  private static String decoded(final String raw) {
    if (raw.contains("\\") || raw.contains("%00") || raw.matches(".*%(?![0-9A-Fa-f]{2}).*")) {
      return null;
    }
    final Deque<String> kept = new ArrayDeque<>();
    final String[] segments = raw.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      final String segment = unescaped(segments[i]);
      final boolean up = segment.equals("..");
      if (up && kept.pollLast() == null) {
        return null;
      }
      if (!up && !segment.equals(".")) {
        kept.addLast(segment);
      } else if (i == segments.length - 1) {
        kept.addLast("");
      }
    }
    final byte[] bytes = ("/" + String.join("/", kept)).getBytes(StandardCharsets.ISO_8859_1);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String unescaped(final String segment) {
    return ESCAPE
        .matcher(segment)
        .replaceAll(
            match -> {
              final int value = Integer.parseInt(match.group(1), 16);
              final String kept = value == '/' || value == '\\' ? match.group() : "" + (char) value;
              return Matcher.quoteReplacement(kept);
            });
  }

  private boolean host(final String target, final boolean old) {
    final List<String> hosts = values("host");
    if (hosts.isEmpty()) {
      return old;
    }
    if (hosts.size() > 1 || !isHost(hosts.get(0))) {
      return false;
    }
    if (target.startsWith("/") || target.equals("*") || method.equals("CONNECT")) {
      return true;
    }
    final Matcher absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      return false;
    }
    final String implied = absolute.group(1).equalsIgnoreCase("http") ? "80" : "443";
    return normal(absolute.group(2), implied).equals(normal(hosts.get(0), implied));
  }

  private static String normal(final String host, final String implied) {
    final Matcher matcher = HOST.matcher(host.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalStateException(host);
    }
    final String port = matcher.group(2);
    return matcher.group(1)
        + ":"
        + Integer.parseInt(port == null || port.isEmpty() ? implied : port);
  }

  private static boolean isHost(final String host) {
    final Matcher matcher = HOST.matcher(host);
    if (!matcher.matches()) {
      return false;
    }
    final String port = matcher.group(2);
    if (port != null && !port.isEmpty() && new BigInteger(port).bitLength() > 16) {
      return false;
    }
    final String name = matcher.group(1);
    return !name.startsWith("[") || isIpv6(name.substring(1, name.length() - 1));
  }

  /** Writes the end as two groups and the gap as groups of zero. */
  private static boolean isIpv6(final String address) {
    final String plain =
        address.replaceAll(
            "(?<=[:])" + NUMBER + "\\." + NUMBER + "\\." + NUMBER + "\\." + NUMBER + "$", "1:1");
    if (!plain.contains("::")) {
      return plain.matches("(?:" + GROUP + ":){7}" + GROUP);
    }
    final int gap = plain.indexOf("::");
    final String before = plain.substring(0, gap);
    final String after = plain.substring(gap + 2);
    final String groups = "(?:" + GROUP + "(?::" + GROUP + ")*)?";
    return before.matches(groups) && after.matches(groups) && count(before) + count(after) < 8;
  }

  private static int count(final String groups) {
    return groups.isEmpty() ? 0 : groups.split(":", -1).length;
  }

  // ---- body ----

  private boolean expects() {
    return elements("expect").stream().allMatch(e -> e.isEmpty() || e.equals("100-continue"));
  }

  private boolean body(final boolean old, final StringBuilder body, final StringBuilder trailers) {
    final List<String> lengths = values("content-length");
    if (!values("transfer-encoding").isEmpty()) {
      return lengths.isEmpty()
          && !old
          && elements("transfer-encoding").equals(List.of("chunked"))
          && chunks(body, trailers);
    }
    if (lengths.isEmpty()) {
      return true;
    }
    if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]{1,19}")) {
      return false;
    }
    final BigInteger length = new BigInteger(lengths.get(0));
    if (length.compareTo(BigInteger.valueOf(MAX_BODY)) > 0) {
      return false;
    }
    return take(length.intValue(), body);
  }

  private boolean take(final int count, final StringBuilder body) {
    if (count > text.length() - at) {
      return false;
    }
    body.append(text, at, at + count);
    at += count;
    return true;
  }

  private boolean chunks(final StringBuilder body, final StringBuilder trailers) {
    while (true) {
      final Matcher line = CHUNK.matcher(text).region(at, text.length());
      if (!line.lookingAt() || line.group(1).length() > 256) {
        return false;
      }
      at = line.end();
      final BigInteger size = new BigInteger(line.group(2), 16);
      if (size.signum() == 0) {
        return trailers(trailers);
      }
      if (size.add(BigInteger.valueOf(body.length())).compareTo(BigInteger.valueOf(MAX_BODY)) > 0
          || !take(size.intValue(), body)
          || !text.startsWith("\r\n", at)) {
        return false;
      }
      at += 2;
    }
  }

  private boolean trailers(final StringBuilder trailers) {
    final Matcher block = TRAILERS.matcher(text).region(at, text.length());
    if (!block.lookingAt()) {
      return false;
    }
    final List<String[]> found = new ArrayList<>();
    addFields(block.group(1), found);
    for (final String[] field : found) {
      if (field[0].matches(
          "content-(?!digest$).*|transfer-encoding|te|trailer|host|connection|keep-alive|upgrade"
              + "|proxy-connection|expect|max-forwards|cache-control|pragma|range|if-range"
              + "|if-(none-)?match|if-(un)?modified-since|(proxy-)?authorization"
              + "|(www|proxy)-authenticate|(set-)?cookie")) {
        return false;
      }
      trailers.append(" {").append(field[0]).append('=').append(field[1]).append('}');
    }
    at = block.end();
    return found.size() <= 32;
  }
}
