package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which fields may not come behind a body: RFC 9110, 6.5.1. These frame a message, route it, say
 * who sends it, or what its content is. Content-Digest and Repr-Digest are made for this place (RFC
 * 9530), and the former is allowed although its name begins like those of the content.
 */
final class TrailerRules {
  private static final Set<KnownName> FORBIDDEN =
      EnumSet.of(
          KnownName.TRANSFER_ENCODING,
          KnownName.TE,
          KnownName.TRAILER,
          KnownName.HOST,
          KnownName.CONNECTION,
          KnownName.KEEP_ALIVE,
          KnownName.PROXY_CONNECTION,
          KnownName.UPGRADE,
          KnownName.EXPECT,
          KnownName.MAX_FORWARDS,
          KnownName.CACHE_CONTROL,
          KnownName.PRAGMA,
          KnownName.RANGE,
          KnownName.IF_MATCH,
          KnownName.IF_NONE_MATCH,
          KnownName.IF_MODIFIED_SINCE,
          KnownName.IF_UNMODIFIED_SINCE,
          KnownName.IF_RANGE,
          KnownName.AUTHORIZATION,
          KnownName.PROXY_AUTHORIZATION,
          KnownName.WWW_AUTHENTICATE,
          KnownName.PROXY_AUTHENTICATE,
          KnownName.COOKIE,
          KnownName.SET_COOKIE);

  private static final String CONTENT_TEXT = "content-";
  private static final byte[] CONTENT = CONTENT_TEXT.getBytes(StandardCharsets.ISO_8859_1);
  private static final String DIGEST = "content-digest";

  private static final Refusal REFUSAL =
      Refusal.bad("a field behind the body belongs into the head");

  private TrailerRules() {}

  /** What is wrong with the names of these fields, or null. */
  static Refusal check(final byte[] bytes, final FieldIndex fields) {
    for (int i = 0; i < fields.size(); i++) {
      final KnownName known = fields.known(i);
      final int from = fields.nameFrom(i);
      final int to = fields.nameTo(i);
      final boolean forbidden = known != null && FORBIDDEN.contains(known);
      if (forbidden || (isContent(bytes, from, to) && !isDigest(bytes, from, to))) {
        return REFUSAL;
      }
    }
    return null;
  }

  /** Whether a field of that name may not come behind a body. */
  static boolean isForbidden(final String name) {
    final KnownName known = KnownName.of(name);
    return (known != null && FORBIDDEN.contains(known))
        || (name.regionMatches(true, 0, CONTENT_TEXT, 0, CONTENT_TEXT.length())
            && !name.equalsIgnoreCase(DIGEST));
  }

  private static boolean isContent(final byte[] bytes, final int from, final int to) {
    return to - from >= CONTENT.length
        && Chars.equalIgnoringCase(bytes, from, from + CONTENT.length, CONTENT);
  }

  private static boolean isDigest(final byte[] bytes, final int from, final int to) {
    return Chars.equalIgnoringCase(bytes, from, to, DIGEST);
  }
}
