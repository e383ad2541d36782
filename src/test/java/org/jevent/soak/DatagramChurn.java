package org.jevent.soak;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jevent.net.DatagramEvent;

/** Datagrams there and back, a few at a time, so that the system has no reason to drop any. */
final class DatagramChurn extends Churn {
  private static final int BURST = 8;
  private static final int LARGEST = 1400;
  private static final int HEAD = 2 * Integer.BYTES;

  private final DatagramEvent asker;
  private final DatagramEvent answerer;
  private final SocketAddress address;

  /** How many answers each round still waits for. */
  private final Map<Integer, Integer> missing = new HashMap<>();

  private int number;

  DatagramChurn(final Ground ground) {
    super(ground);
    asker =
        DatagramEvent.bind(base, Ground.ANY_PORT, (self, data, from, cut) -> answered(data, cut));
    answerer =
        DatagramEvent.bind(
            base,
            Ground.ANY_PORT,
            (self, data, from, cut) -> {
              if (!self.send(data, from)) {
                fail("no room for an answer");
              }
            });
    address = answerer.address();
    asker.enable();
    answerer.enable();
  }

  @Override
  void round() {
    final int round = number++;
    missing.put(round, BURST);
    for (int i = 0; i < BURST; i++) {
      final int length = some(LARGEST);
      final ByteBuffer data = ByteBuffer.allocate(HEAD + length).putInt(round).putInt(length);
      data.put(Pattern.bytes(round, 0, length)).flip();
      if (!asker.send(data, address)) {
        fail("no room for a datagram");
      }
    }
  }

  private void answered(final ByteBuffer data, final boolean cut) {
    final int round = data.getInt();
    final byte[] body = new byte[data.getInt()];
    if (cut || data.remaining() != body.length) {
      fail("a datagram of " + data.remaining() + " instead of " + body.length);
      return;
    }
    data.get(body);
    if (Pattern.mismatch(round, 0, body, body.length) >= 0) {
      fail("a datagram with wrong bytes");
    }
    checked(HEAD + body.length);
    if (missing.merge(round, -1, Integer::sum) == 0) {
      missing.remove(round);
      over();
    }
  }

  @Override
  void close() {
    asker.close();
    answerer.close();
  }
}
