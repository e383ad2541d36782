package org.jevent.http;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jevent.http.h1.FieldReader;
import org.jevent.http.h1.FieldRules;

/**
 * A media type with its parameters, as in {@code Content-Type} (RFC 9110, section 8.3). Type,
 * subtype and the names of parameters are in lower case. It does not change.
 */
public final class MediaType {
  /** How many parameters a type may have. */
  public static final int MAX_PARAMETERS = 32;

  private final String type;
  private final String subtype;
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  private MediaType(final String type, final String subtype) {
    this.type = type.toLowerCase(Locale.ROOT);
    this.subtype = subtype.toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the value of a field.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static MediaType parse(final String text) {
    final FieldReader reader = new FieldReader(Objects.requireNonNull(text, "text"));
    reader.skipBlanks();
    final MediaType found = read(reader);
    if (found == null || !reader.atEnd()) {
      throw new IllegalArgumentException("not a media type: \"" + shown(text) + "\"");
    }
    return found;
  }

  private static String shown(final String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  /** Reads a type up to the end or a comma; null if it is none. */
  static MediaType read(final FieldReader reader) {
    final String type = reader.token();
    final String subtype = type != null && reader.take('/') ? reader.token() : null;
    if (subtype == null) {
      return null;
    }
    final MediaType found = new MediaType(type, subtype);
    reader.skipBlanks();
    while (reader.take(';')) {
      reader.skipBlanks();
      final String name = reader.token();
      if (name != null) { // a semicolon may stand alone
        final String value = reader.take('=') ? reader.tokenOrQuoted() : null;
        if (value == null || found.names.size() == MAX_PARAMETERS) {
          return null;
        }
        found.names.add(name.toLowerCase(Locale.ROOT));
        found.values.add(value);
      }
      reader.skipBlanks();
    }
    return found;
  }

  /** Such as {@code text}. */
  public String type() {
    return type;
  }

  /** Such as {@code html}. */
  public String subtype() {
    return subtype;
  }

  /** Whether it is that type and subtype, such as {@code text/html}; case does not matter. */
  public boolean is(final String essence) {
    return Objects.requireNonNull(essence, "essence").length()
            == type.length() + 1 + subtype.length()
        && essence.regionMatches(true, 0, type, 0, type.length())
        && essence.charAt(type.length()) == '/'
        && essence.regionMatches(true, type.length() + 1, subtype, 0, subtype.length());
  }

  /** The value of the first parameter of that name, or null; the name's case does not matter. */
  public String parameter(final String name) {
    final int index = names.indexOf(Objects.requireNonNull(name, "name").toLowerCase(Locale.ROOT));
    return index < 0 ? null : values.get(index);
  }

  /** The character set that it names, or else {@code fallback}; also if it is not known here. */
  public Charset charset(final Charset fallback) {
    Objects.requireNonNull(fallback, "fallback");
    final String name = parameter("charset");
    try {
      return name == null ? fallback : Charset.forName(name);
    } catch (final IllegalArgumentException e) {
      return fallback;
    }
  }

  /** How exactly this range names a type: 0 not at all, 1 all, 2 its type, 3 and subtype, 4 ... */
  int matches(final MediaType other) {
    if (type.equals("*")) {
      return 1;
    }
    if (!type.equals(other.type)) {
      return 0;
    }
    if (subtype.equals("*")) {
      return 2;
    }
    if (!subtype.equals(other.subtype)) {
      return 0;
    }
    int exactness = 3;
    for (int i = 0; i < names.size() && !names.get(i).equals("q"); i++) {
      if (!values.get(i).equalsIgnoreCase(other.parameter(names.get(i)))) {
        return 0;
      }
      exactness++;
    }
    return exactness;
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof MediaType media && toString().equals(media.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** What a field says. */
  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder().append(type).append('/').append(subtype);
    for (int i = 0; i < names.size(); i++) {
      final String value = values.get(i);
      text.append(";").append(names.get(i)).append('=');
      if (FieldRules.isToken(value)) {
        text.append(value);
      } else {
        text.append('"').append(value.replaceAll("[\"\\\\]", "\\\\$0")).append('"');
      }
    }
    return text.toString();
  }
}
