package org.jevent.http;

import java.time.Duration;
import java.util.Objects;
import org.jevent.http.h1.FieldRules;

/**
 * A cookie that a server sets (RFC 6265, section 4.1); {@link #toString} is the value of the field
 * {@code set-cookie}. What would end the cookie or the field early is refused. Not for several
 * threads at once.
 */
public final class SetCookie {
  /** Whether requests that come from pages of other sites have the cookie. */
  public enum SameSite {
    /** Never. */
    STRICT("Strict"),
    /** When a link of another site is followed. */
    LAX("Lax"),
    /** Always; the cookie has to be secure. */
    NONE("None");

    private final String text;

    SameSite(final String text) {
      this.text = text;
    }
  }

  private final String name;
  private final String value;
  private String domain;
  private String path;
  private long maxAge = -1;
  private long expires = HttpDate.INVALID;
  private boolean secure;
  private boolean httpOnly;
  private SameSite sameSite;

  /**
   * A cookie that lasts as long as the browser runs, for the host that sets it.
   *
   * @param name a token
   * @param value ASCII without control characters, {@code ;} and {@code ,} and without blanks at
   *     its ends; it may be empty
   * @throws IllegalArgumentException if they are not
   */
  public SetCookie(final String name, final String value) {
    FieldRules.checkToken("the name of a cookie", Objects.requireNonNull(name, "name"));
    this.name = name;
    this.value = checked("value", value);
  }

  private static String checked(final String what, final String text) {
    Objects.requireNonNull(text, what);
    for (int i = 0; i < text.length(); i++) {
      final char letter = text.charAt(i);
      if (letter < ' ' || letter >= 0x7f || letter == ';' || letter == ',') {
        throw new IllegalArgumentException(
            "the " + what + " of a cookie has a character that it cannot have, at " + i);
      }
    }
    if (text.startsWith(" ") || text.endsWith(" ")) {
      throw new IllegalArgumentException(
          "the " + what + " of a cookie begins or ends with a blank");
    }
    return text;
  }

  /** For that domain and all below it, not for this host alone. */
  public SetCookie domain(final String text) {
    domain = checked("domain", Objects.requireNonNull(text, "text"));
    return this;
  }

  /** For paths that begin so. */
  public SetCookie path(final String text) {
    path = checked("path", Objects.requireNonNull(text, "text"));
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("the path of a cookie begins with a slash: " + text);
    }
    return this;
  }

  /** How long it lasts, in whole seconds; 0 deletes it. */
  public SetCookie maxAge(final Duration duration) {
    if (Objects.requireNonNull(duration, "duration").isNegative()) {
      throw new IllegalArgumentException("duration " + duration + " of a cookie is negative");
    }
    maxAge = duration.toSeconds();
    return this;
  }

  /** Until when it lasts, for clients that do not know {@link #maxAge}; in seconds since 1970. */
  public SetCookie expires(final long epochSecond) {
    HttpDate.format(epochSecond);
    expires = epochSecond;
    return this;
  }

  /** Never without TLS. */
  public SetCookie secure() {
    secure = true;
    return this;
  }

  /** Never for scripts. */
  public SetCookie httpOnly() {
    httpOnly = true;
    return this;
  }

  public SetCookie sameSite(final SameSite choice) {
    sameSite = Objects.requireNonNull(choice, "choice");
    return this;
  }

  /**
   * The value of the field.
   *
   * @throws IllegalStateException if no browser takes such a cookie: {@code SameSite=None} and the
   *     prefixes {@code __Secure-} and {@code __Host-} need {@link #secure}, the latter also the
   *     path {@code /} and no domain
   */
  @Override
  public String toString() {
    final boolean ofHost = name.regionMatches(true, 0, "__Host-", 0, 7);
    final boolean needsTls =
        ofHost || name.regionMatches(true, 0, "__Secure-", 0, 9) || sameSite == SameSite.NONE;
    if ((needsTls && !secure) || (ofHost && (domain != null || !"/".equals(path)))) {
      throw new IllegalStateException("no browser takes the cookie " + name + " like this");
    }
    final StringBuilder text = new StringBuilder(64).append(name).append('=').append(value);
    append(text, "; Domain=", domain);
    append(text, "; Path=", path);
    append(text, "; Max-Age=", maxAge < 0 ? null : Long.toString(maxAge));
    append(text, "; Expires=", expires == HttpDate.INVALID ? null : HttpDate.format(expires));
    text.append(secure ? "; Secure" : "").append(httpOnly ? "; HttpOnly" : "");
    append(text, "; SameSite=", sameSite == null ? null : sameSite.text);
    return text.toString();
  }

  private static void append(final StringBuilder text, final String before, final String part) {
    if (part != null) {
      text.append(before).append(part);
    }
  }
}
