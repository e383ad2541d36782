package org.jevent.soak;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jevent.endpoint.DatagramEvent;

/**
 * Datagrams there and back. The system drops one now and then where others flood the loopback, so a
 * datagram without an answer within five seconds is sent again. Answers that never come have to be
 * rare; late ones only say that the machine was busy.
 */
final class DatagramChurn extends Churn {
  private static final int BURST = 8;
  private static final int MAX_SIZE = 1400;
  private static final int HEAD = 2 * Integer.BYTES;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** One of this many may be dropped, and a few in any case. */
  private static final int MAY_BE_DROPPED = 1000;

  private static final int A_FEW = 2 * BURST;

  private final DatagramEvent asker;
  private final DatagramEvent answerer;
  private final SocketAddress address;

  /** Which answers each round still waits for. */
  private final Map<Integer, BitSet> missing = new HashMap<>();

  private int number;
  private long sent;
  private long answers;

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
    final BitSet all = new BitSet();
    all.set(0, BURST);
    missing.put(round, all);
    send(round, all);
  }

  private void send(final int round, final BitSet indexes) {
    indexes.stream().forEach(index -> send(round, index));
    base.newTimer((event, what) -> sendAgain(round)).add(PATIENCE);
  }

  private void send(final int round, final int index) {
    final ByteBuffer data = ByteBuffer.allocate(HEAD + MAX_SIZE).putInt(round).putInt(index);
    data.put(Pattern.bytes(round, 0, some(MAX_SIZE))).flip();
    if (!asker.send(data, address)) {
      fail("no room for a datagram");
    }
    sent++;
  }

  private void sendAgain(final int round) {
    final BitSet left = missing.get(round);
    if (left != null) {
      send(round, left);
    }
  }

  private void answered(final ByteBuffer data, final boolean cut) {
    answers++;
    final int round = data.getInt();
    final int index = data.getInt();
    final byte[] body = new byte[data.remaining()];
    data.get(body);
    if (cut || Pattern.mismatch(round, 0, body, body.length) >= 0) {
      fail("a datagram with wrong bytes");
    }
    checked(HEAD + body.length);
    final BitSet left = missing.get(round);
    if (left != null) {
      left.clear(index);
      if (left.isEmpty()) {
        missing.remove(round);
        over();
      }
    }
  }

  @Override
  void close() {
    final long dropped = sent - answers;
    if (dropped > A_FEW + sent / MAY_BE_DROPPED) {
      fail(dropped + " of " + sent + " datagrams were not answered");
    }
    asker.close();
    answerer.close();
  }
}
