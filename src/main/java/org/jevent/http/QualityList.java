package org.jevent.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jevent.http.h1.FieldReader;

/**
 * What a peer would like, with qualities: the fields {@code Accept}, {@code Accept-Encoding},
 * {@code Accept-Language} (RFC 9110, section 12.4.2). What is malformed in a list is left out. It
 * does not change.
 */
public final class QualityList {
  /** The quality of what is wanted most; 0 is what is not wanted. */
  public static final int MAX_QUALITY = 1000;

  /** How many members are read; the rest is as if it were not there. */
  public static final int MAX_MEMBERS = 64;

  private static final QualityList NONE = new QualityList();

  private final List<String> members = new ArrayList<>();
  private final List<Integer> qualities = new ArrayList<>();

  /** Of the members, where they are ranges of media types; else null. */
  private final List<MediaType> ranges = new ArrayList<>();

  private QualityList() {}

  /**
   * Reads the value of a field, which may be several joined by commas.
   *
   * @param text null: the field is missing, and all is wanted alike
   */
  public static QualityList parse(final String text) {
    if (text == null) {
      return NONE;
    }
    final QualityList list = new QualityList();
    final FieldReader reader = new FieldReader(text);
    do {
      reader.skipBlanks();
      list.add(reader);
    } while (list.members.size() < MAX_MEMBERS && reader.nextOfList());
    return list;
  }

  private void add(final FieldReader reader) {
    final String name = reader.token();
    if (name == null) {
      return;
    }
    final MediaType range = reader.take('/') ? range(name, reader) : null;
    final String weight;
    if (range == null) {
      weight = weight(reader);
    } else {
      weight = range.parameter("q");
    }
    final int quality = thousandths(weight);
    if (quality >= 0) {
      members.add(name);
      ranges.add(range);
      qualities.add(quality);
    }
  }

  private static MediaType range(final String type, final FieldReader reader) {
    final String rest = reader.until(",");
    final FieldReader whole = new FieldReader(type + "/" + rest);
    final MediaType found = MediaType.read(whole);
    return whole.atEnd() ? found : null;
  }

  /** What stands behind {@code ;q=}; empty if something else does. */
  private static String weight(final FieldReader reader) {
    reader.skipBlanks();
    if (!reader.take(';')) {
      return reader.until(",").isEmpty() ? null : "";
    }
    reader.skipBlanks();
    final boolean named = reader.take('q') || reader.take('Q');
    return named && reader.take('=') ? reader.until(",") : "";
  }

  /** A number from 0 to 1 with three decimals at most, in thousandths; -1: it is none. */
  private static int thousandths(final String text) {
    if (text == null) {
      return MAX_QUALITY;
    }
    final boolean shaped =
        !text.isEmpty()
            && text.length() <= 5
            && (text.charAt(0) == '0' || text.charAt(0) == '1')
            && (text.length() == 1 || text.charAt(1) == '.');
    if (!shaped) {
      return -1;
    }
    int value = text.charAt(0) - '0';
    for (int i = 2; i < 5; i++) {
      final char digit = i < text.length() ? text.charAt(i) : '0';
      if (!UriText.isDigit(digit)) {
        return -1;
      }
      value = value * 10 + digit - '0';
    }
    return value <= MAX_QUALITY ? value : -1;
  }

  /** Whether the field was missing. */
  public boolean isMissing() {
    return this == NONE;
  }

  /**
   * How much a token is wanted, in thousandths: its own quality, else that of {@code *}, else -1.
   * Case does not matter.
   */
  public int quality(final String token) {
    Objects.requireNonNull(token, "token");
    int any = -1;
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).equalsIgnoreCase(token)) {
        return qualities.get(i);
      }
      if (any < 0 && members.get(i).equals("*")) {
        any = qualities.get(i);
      }
    }
    return any;
  }

  /**
   * The content coding to use, out of those that there are: the one that is wanted most, of equals
   * the first. {@code identity} is always there; it is wanted least unless the list names it.
   *
   * @param offered such as {@code gzip}, the best first
   * @return one of them, or {@code identity}, which is also used where nothing is wanted
   */
  public String chooseCoding(final String... offered) {
    Objects.requireNonNull(offered, "offered");
    String best = "identity";
    int most = Math.max(0, quality(best));
    for (final String coding : offered) {
      final int quality = quality(Objects.requireNonNull(coding, "offered"));
      if (quality > 0 && (quality > most || (best.equals("identity") && quality >= most))) {
        best = coding;
        most = quality;
      }
    }
    return best;
  }

  /**
   * The media type to use, out of those that there are: the one that is wanted most, of equals the
   * first. Of several ranges the most exact one counts.
   *
   * @param offered such as {@code text/html}, the best first
   * @return one of them, or null if none is wanted
   */
  public String chooseType(final String... offered) {
    Objects.requireNonNull(offered, "offered");
    String best = null;
    int most = 0;
    for (final String each : offered) {
      final int quality = isMissing() ? MAX_QUALITY : typeQuality(MediaType.parse(each));
      if (quality > most) {
        best = each;
        most = quality;
      }
    }
    return best;
  }

  private int typeQuality(final MediaType type) {
    int exactness = 0;
    int quality = 0;
    for (int i = 0; i < ranges.size(); i++) {
      final int found = ranges.get(i) == null ? 0 : ranges.get(i).matches(type);
      if (found > exactness) {
        exactness = found;
        quality = qualities.get(i);
      }
    }
    return quality;
  }

  /**
   * The language to use, out of those that there are: a range is a language or its beginning before
   * a hyphen (RFC 4647, section 3.3.1), and the longest one counts.
   *
   * @param offered such as {@code en-GB}, the best first
   * @return one of them, or null if none is wanted
   */
  public String chooseLanguage(final String... offered) {
    Objects.requireNonNull(offered, "offered");
    String best = null;
    int most = 0;
    for (final String each : offered) {
      final int quality = isMissing() ? MAX_QUALITY : languageQuality(each);
      if (quality > most) {
        best = each;
        most = quality;
      }
    }
    return best;
  }

  private int languageQuality(final String tag) {
    int length = -1;
    int quality = 0;
    for (int i = 0; i < members.size(); i++) {
      final String range = members.get(i);
      final boolean all = range.equals("*");
      final boolean begins =
          tag.regionMatches(true, 0, range, 0, range.length())
              && (tag.length() == range.length() || tag.charAt(range.length()) == '-');
      final int found = all ? 0 : begins ? range.length() : -1;
      if (found > length) {
        length = found;
        quality = qualities.get(i);
      }
    }
    return quality;
  }
}
