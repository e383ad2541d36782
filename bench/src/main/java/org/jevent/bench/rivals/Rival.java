package org.jevent.bench.rivals;

import java.io.IOException;
import java.util.Locale;

/** A server on 127.0.0.1. */
interface Rival {
  int BACKLOG = 4096;

  /** Listens, and returns the port. */
  int open(int port, boolean rot13) throws IOException;

  /** Serves until the process is ended. */
  void serve() throws IOException;

  String style();

  String engine();

  /** Says where it listens, to the process that has started it. */
  static void announce(final int port, final String style, final String engine) {
    System.out.printf(
        Locale.ROOT, "listening on 127.0.0.1:%d (style %s, engine %s)%n", port, style, engine);
    System.out.flush();
  }
}
