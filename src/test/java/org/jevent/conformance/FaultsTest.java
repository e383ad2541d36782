package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.ConnectionListener;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What must hold while system calls fail, harmlessly or so that streams end. {@code scripts/faults
 * --java} runs it with each of the two.
 */
@EnabledIfSystemProperty(named = "jevent.test.faults", matches = ".+")
class FaultsTest {
  private static final int ROUNDS = 50;
  private static final int SIZE = 200_000;

  /** Whether streams may end in errors, by the schedule that this JVM has. */
  private static final boolean HARMLESS =
      !System.getProperty("jevent.test.faults", "").contains("kinds=");

  /** What one side of a stream was told, and its bytes. */
  private static final class Side {
    final BufferEvent stream;
    int ends;
    boolean failed;
    int received;

    Side(final BufferEvent stream) {
      this.stream = stream;
      stream.setCallbacks(self -> receive(), null, (self, what) -> told(what));
    }

    private void receive() {
      final byte[] bytes = new byte[(int) stream.input().length()];
      stream.input().remove(bytes);
      for (final byte each : bytes) {
        assertThat(each).isEqualTo((byte) (received % 251));
        received++;
      }
    }

    private void told(final int what) {
      ends++;
      failed |= (what & BufferEvent.ERROR) != 0;
      stream.close();
    }
  }

  private static byte[] content() {
    final byte[] bytes = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  @EngineTest
  void aStreamEndsOnceWholeOrWithAnError(final Bases bases) {
    final EventBase base = bases.base();
    for (int round = 0; round < ROUNDS; round++) {
      final NetSocket[] pair = bases.pair(base);
      final Side near = new Side(stream(bases, base, pair[0]));
      final Side far = new Side(stream(bases, base, pair[1]));
      far.stream.enable(Event.READ);
      near.stream.write(content());
      near.stream.shutdownOutput();
      Streams.run(base, () -> far.ends > 0);
      near.stream.close();
      assertThat(far.ends).isEqualTo(1);
      assertThat(near.ends).isLessThanOrEqualTo(1);
      assertThat(far.received).isLessThanOrEqualTo(SIZE);
      if (!far.failed && !near.failed) {
        assertThat(far.received).isEqualTo(SIZE);
      }
      assertThat(HARMLESS && (far.failed || near.failed)).isFalse();
    }
    assertThat(bases.exceptions).isEmpty();
    assertStillRuns(base);
  }

  private static BufferEvent stream(
      final Bases bases, final EventBase base, final NetSocket socket) {
    return bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE));
  }

  private static void assertStillRuns(final EventBase base) {
    final AtomicBoolean fired = new AtomicBoolean();
    try (Event timer = base.newTimer((event, what) -> fired.set(true))) {
      timer.addNanos(1);
      Streams.run(base, fired::get);
    }
  }

  @EngineTest
  void aConnectThatGoesOnHasNotFailed(final Bases bases) {
    Assumptions.assumeTrue(HARMLESS, "others refuse connections");
    final EventBase base = bases.base();
    final ConnectionListener listener =
        bases.later(
            ConnectionListener.bind(
                base,
                Streams.ANY_PORT,
                ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) -> socket.close()));
    for (int round = 0; round < ROUNDS; round++) {
      try (NetSocket socket = NetSocket.connect(base, listener.address())) {
        Streams.run(base, socket::finishConnect);
      }
    }
  }
}
