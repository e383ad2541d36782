package org.jevent.examples;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jevent.EventBase;

/** A server as a program runs it. */
interface Server {
  /**
   * Listens.
   *
   * @return the port
   */
  int open(InetSocketAddress address) throws IOException;

  /** What it waits with: a method of the library, or {@code -}. */
  String engine();

  /** Serves until {@link #stop}. */
  void serve() throws IOException;

  /** Makes {@link #serve} return. Any thread. */
  void stop();

  Counts counts();

  /** The base whose loop serves, or null. */
  default EventBase base() {
    return null;
  }
}
