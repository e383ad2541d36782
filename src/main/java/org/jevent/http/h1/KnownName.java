package org.jevent.http.h1;

/**
 * Names of fields that are found without a search, and whose text is shared. A name is looked up by
 * a hash of its length and three of its letters. No two names here have the same one.
 */
public enum KnownName {
  ACCEPT("accept"),
  ACCEPT_CHARSET("accept-charset"),
  ACCEPT_ENCODING("accept-encoding"),
  ACCEPT_LANGUAGE("accept-language"),
  ACCEPT_RANGES("accept-ranges"),
  ACCESS_CONTROL_ALLOW_CREDENTIALS("access-control-allow-credentials"),
  ACCESS_CONTROL_ALLOW_HEADERS("access-control-allow-headers"),
  ACCESS_CONTROL_ALLOW_METHODS("access-control-allow-methods"),
  ACCESS_CONTROL_ALLOW_ORIGIN("access-control-allow-origin"),
  ACCESS_CONTROL_EXPOSE_HEADERS("access-control-expose-headers"),
  ACCESS_CONTROL_MAX_AGE("access-control-max-age"),
  ACCESS_CONTROL_REQUEST_HEADERS("access-control-request-headers"),
  ACCESS_CONTROL_REQUEST_METHOD("access-control-request-method"),
  AGE("age"),
  ALLOW("allow"),
  ALT_SVC("alt-svc"),
  AUTHORIZATION("authorization"),
  CACHE_CONTROL("cache-control"),
  CONNECTION("connection"),
  CONTENT_DISPOSITION("content-disposition"),
  CONTENT_ENCODING("content-encoding"),
  CONTENT_LANGUAGE("content-language"),
  CONTENT_LENGTH("content-length"),
  CONTENT_LOCATION("content-location"),
  CONTENT_RANGE("content-range"),
  CONTENT_SECURITY_POLICY("content-security-policy"),
  CONTENT_TYPE("content-type"),
  COOKIE("cookie"),
  DATE("date"),
  DNT("dnt"),
  ETAG("etag"),
  EXPECT("expect"),
  EXPIRES("expires"),
  FORWARDED("forwarded"),
  FROM("from"),
  HOST("host"),
  IF_MATCH("if-match"),
  IF_MODIFIED_SINCE("if-modified-since"),
  IF_NONE_MATCH("if-none-match"),
  IF_RANGE("if-range"),
  IF_UNMODIFIED_SINCE("if-unmodified-since"),
  KEEP_ALIVE("keep-alive"),
  LAST_MODIFIED("last-modified"),
  LINK("link"),
  LOCATION("location"),
  MAX_FORWARDS("max-forwards"),
  ORIGIN("origin"),
  PRAGMA("pragma"),
  PRIORITY("priority"),
  PROXY_AUTHENTICATE("proxy-authenticate"),
  PROXY_AUTHORIZATION("proxy-authorization"),
  PROXY_CONNECTION("proxy-connection"),
  RANGE("range"),
  REFERER("referer"),
  RETRY_AFTER("retry-after"),
  SEC_FETCH_DEST("sec-fetch-dest"),
  SEC_FETCH_MODE("sec-fetch-mode"),
  SEC_FETCH_SITE("sec-fetch-site"),
  SEC_FETCH_USER("sec-fetch-user"),
  SEC_WEBSOCKET_ACCEPT("sec-websocket-accept"),
  SEC_WEBSOCKET_EXTENSIONS("sec-websocket-extensions"),
  SEC_WEBSOCKET_KEY("sec-websocket-key"),
  SEC_WEBSOCKET_PROTOCOL("sec-websocket-protocol"),
  SEC_WEBSOCKET_VERSION("sec-websocket-version"),
  SERVER("server"),
  SET_COOKIE("set-cookie"),
  STRICT_TRANSPORT_SECURITY("strict-transport-security"),
  TE("te"),
  TRAILER("trailer"),
  TRANSFER_ENCODING("transfer-encoding"),
  UPGRADE("upgrade"),
  UPGRADE_INSECURE_REQUESTS("upgrade-insecure-requests"),
  USER_AGENT("user-agent"),
  VARY("vary"),
  VIA("via"),
  WWW_AUTHENTICATE("www-authenticate"),
  X_CONTENT_TYPE_OPTIONS("x-content-type-options"),
  X_FORWARDED_FOR("x-forwarded-for"),
  X_FORWARDED_HOST("x-forwarded-host"),
  X_FORWARDED_PROTO("x-forwarded-proto"),
  X_FRAME_OPTIONS("x-frame-options"),
  X_REQUESTED_WITH("x-requested-with");

  private static final int BITS = 9;
  private static final int MASK = (1 << BITS) - 1;
  private static final KnownName[] BY_HASH = new KnownName[1 << BITS];

  /** A name with an {@link #id} is at the place below that. */
  private static final KnownName[] BY_ID = values();

  static {
    for (final KnownName name : BY_ID) {
      final int hash = hash(name.text);
      assert BY_HASH[hash] == null : name + " and " + BY_HASH[hash];
      BY_HASH[hash] = name;
    }
  }

  private final String text;

  KnownName(final String text) {
    this.text = text;
  }

  /** From 1 to {@link #count}. */
  @SuppressWarnings("EnumOrdinal") // tables are made at start, and have a place for each
  int id() {
    return ordinal() + 1;
  }

  static int count() {
    return BY_ID.length;
  }

  static KnownName ofId(final int id) {
    return BY_ID[id - 1];
  }

  /** The name in lower case. */
  public String text() {
    return text;
  }

  /**
   * The name that these bytes are, in any case, or null.
   *
   * @param to behind the last of them
   * @throws IndexOutOfBoundsException if the array does not hold them
   */
  public static KnownName of(final byte[] bytes, final int from, final int to) {
    if (to <= from) {
      return null;
    }
    final KnownName candidate = BY_HASH[hash(bytes, from, to)];
    return candidate != null && Chars.equalIgnoringCase(bytes, from, to, candidate.text)
        ? candidate
        : null;
  }

  /** The name that this text is, in any case, or null. */
  public static KnownName of(final String name) {
    if (name.isEmpty()) {
      return null;
    }
    final KnownName candidate = BY_HASH[hash(name)];
    return candidate != null && Chars.equalIgnoringCase(candidate.text, name) ? candidate : null;
  }

  private static int hash(final String name) {
    final int length = name.length();
    return hash(length, name.charAt(0), name.charAt(inner(length)), name.charAt(length - 1));
  }

  private static int hash(final byte[] bytes, final int from, final int to) {
    final int length = to - from;
    return hash(length, bytes[from], bytes[from + inner(length)], bytes[to - 1]);
  }

  /** The place of the third letter: three quarters behind the first. */
  private static int inner(final int length) {
    return (length >> 1) + (length >> 2);
  }

  /** The factors were found by trying; a test and an assertion see that they fit the names. */
  private static int hash(final int length, final int first, final int inner, final int last) {
    return ((182 * length + 162 * (first | 0x20) + 115 * (last | 0x20) + 109 * (inner | 0x20)) >> 2)
        & MASK;
  }
}
