package org.jevent.http.h1;

/** What Connection says of the connection: RFC 9112, 9.3. */
final class ConnectionOptions {
  private static final String CLOSE = "close";
  private static final String KEEP_ALIVE = "keep-alive";

  private ConnectionOptions() {}

  /** Whether the connection persists behind a message with these fields; "close" decides. */
  static boolean persists(final HeaderTable table, final int minorVersion) {
    if (table.find(KnownName.CONNECTION) < 0) {
      return minorVersion > 0;
    }
    return !table.hasToken(KnownName.CONNECTION, CLOSE)
        && (minorVersion > 0 || table.hasToken(KnownName.CONNECTION, KEEP_ALIVE));
  }
}
