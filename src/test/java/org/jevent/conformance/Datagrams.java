package org.jevent.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jevent.EventBase;
import org.jevent.endpoint.DatagramEvent;

/** Datagrams of text, at ports of this machine. */
final class Datagrams {
  private Datagrams() {}

  static ByteBuffer bytes(final String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  static String text(final ByteBuffer data) {
    return StandardCharsets.US_ASCII.decode(data).toString();
  }

  /** At any port; closed with the test. */
  static DatagramEvent bind(
      final Bases bases, final EventBase base, final DatagramEvent.Callback callback) {
    return bases.later(DatagramEvent.bind(base, Streams.ANY_PORT, callback));
  }
}
