package org.jevent.bench.rivals;

import java.io.IOException;

/** A server on 127.0.0.1. */
interface Rival {
  int BACKLOG = 4096;

  /** Listens, and returns the port. */
  int open(int port, boolean rot13) throws IOException;

  /** Serves until the process is ended. */
  void serve() throws IOException;

  String style();

  String engine();
}
