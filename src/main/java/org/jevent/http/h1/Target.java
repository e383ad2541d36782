package org.jevent.http.h1;

import java.util.Objects;

/** The parts of a request target, and what may be where: RFC 9112, 3.2. */
final class Target {
  private static final Refusal NO_FORM =
      Refusal.bad("the target is no path, no URI of http or https, and not \"*\" of OPTIONS");
  private static final Refusal BAD_AUTHORITY =
      Refusal.bad("the target of the request has no valid host");
  private static final Refusal NO_AUTHORITY =
      Refusal.bad("the target of CONNECT is not a host and a port");

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final String HTTP = "http";
  private static final String HTTPS = "https";
  private static final String BEHIND_SCHEME = "://";
  private static final String ROOT = "/";
  private static final String ANY = "*";

  private final Authority authority = new Authority();
  private final PathDecoder decoder = new PathDecoder();
  private final KeptText whole = new KeptText();
  private final KeptText path = new KeptText();
  private final KeptText query = new KeptText();

  private byte[] bytes;
  private TargetForm form;
  private String scheme;
  private int from;
  private int to;
  private int authorityFrom;
  private int pathFrom;
  private int pathTo;
  private boolean decodes;
  private boolean hasQuery;

  /** The path as it was sent of which {@link #decodedText} was made. */
  private String decodedFrom;

  private String decodedText;

  /** The reader has the bytes of the line in this array now. */
  void in(final byte[] array) {
    bytes = array;
  }

  /**
   * Reads the target of a line.
   *
   * @return what is wrong, or null
   */
  Refusal read(final byte[] array, final RequestLine line) {
    bytes = array;
    from = line.targetFrom();
    to = line.targetTo();
    pathFrom = from;
    pathTo = line.pathTo();
    hasQuery = line.hasQuery();
    decodes = false;
    scheme = null;
    if (Chars.equal(bytes, line.start(), line.methodTo(), "CONNECT")) {
      form = TargetForm.AUTHORITY;
      authorityFrom = from;
      return authority.read(bytes, from, to) && authority.hasPort() ? null : NO_AUTHORITY;
    }
    if (bytes[from] == '/') {
      form = TargetForm.ORIGIN;
    } else if (Chars.equal(bytes, from, to, ANY)) {
      form = TargetForm.ASTERISK;
      return Chars.equal(bytes, line.start(), line.methodTo(), "OPTIONS") ? null : NO_FORM;
    } else {
      form = TargetForm.ABSOLUTE;
      final Refusal wrong = absolute();
      if (wrong != null) {
        return wrong;
      }
    }
    decodes = line.needsDecoding() && pathFrom < pathTo;
    return decodes ? decoder.decode(bytes, pathFrom, pathTo) : null;
  }

  private Refusal absolute() {
    scheme = schemeIs(HTTP) ? HTTP : schemeIs(HTTPS) ? HTTPS : null;
    if (scheme == null) {
      return NO_FORM;
    }
    authorityFrom = from + scheme.length() + BEHIND_SCHEME.length();
    int at = authorityFrom;
    while (at < pathTo && bytes[at] != '/') {
      at++;
    }
    pathFrom = at;
    return authority.read(bytes, authorityFrom, pathFrom) ? null : BAD_AUTHORITY;
  }

  private boolean schemeIs(final String wanted) {
    final int behind = from + wanted.length();
    return to - behind >= BEHIND_SCHEME.length()
        && Chars.equalIgnoringCase(bytes, from, behind, wanted)
        && Chars.equal(bytes, behind, behind + BEHIND_SCHEME.length(), BEHIND_SCHEME);
  }

  TargetForm form() {
    return form;
  }

  String text() {
    return whole.of(bytes, from, to);
  }

  String scheme() {
    return scheme;
  }

  /** Whether it names a host: where a request goes does not depend on Host then. */
  boolean hasAuthority() {
    return form == TargetForm.ABSOLUTE || form == TargetForm.AUTHORITY;
  }

  int authorityFrom() {
    assert hasAuthority() : form;
    return authorityFrom;
  }

  int authorityTo() {
    return form == TargetForm.AUTHORITY ? to : pathFrom;
  }

  /** Whether an absolute target has the host and the port of Host. */
  boolean agrees(final Authority host) {
    assert form == TargetForm.ABSOLUTE : form;
    return authority.isSame(host, HTTPS.equals(scheme) ? HTTPS_PORT : HTTP_PORT);
  }

  String rawPath() {
    return switch (Objects.requireNonNull(form)) {
      case AUTHORITY -> null;
      case ASTERISK -> ANY;
      default -> pathFrom == pathTo ? ROOT : path.of(bytes, pathFrom, pathTo);
    };
  }

  String decodedPath() {
    final String raw = rawPath();
    if (!decodes) {
      return raw;
    }
    if (!raw.equals(decodedFrom)) {
      decodedText = decoder.text();
      decodedFrom = raw;
    }
    return decodedText;
  }

  String query() {
    return hasQuery && form != TargetForm.AUTHORITY ? query.of(bytes, pathTo + 1, to) : null;
  }

  /** Forgets what is large. */
  void idle() {
    authority.clear();
    decoder.idle();
    whole.idle();
    path.idle();
    query.idle();
    decodedFrom = null;
    decodedText = null;
    bytes = null;
    form = null;
  }
}
