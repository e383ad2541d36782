package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
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
  private static final byte[] CONTENT = new byte[SIZE];

  static {
    new Random(7).nextBytes(CONTENT);
  }

  /** Whether streams may end in errors, by the schedule that this JVM has. */
  private static final boolean HARMLESS =
      !System.getProperty("jevent.test.faults", "").contains("kinds=");

  /** The events of one side of a stream, and its bytes. */
  private static final class Side {
    final BufferEvent stream;
    int ends;
    boolean failed;
    int received;

    Side(final BufferEvent stream) {
      this.stream = stream;
      stream.setCallbacks(self -> receive(), null, (self, what) -> recorded(what));
    }

    private void receive() {
      final byte[] bytes = new byte[(int) stream.input().length()];
      stream.input().remove(bytes);
      assertThat(bytes).isEqualTo(Arrays.copyOfRange(CONTENT, received, received + bytes.length));
      received += bytes.length;
    }

    private void recorded(final int what) {
      ends++;
      failed |= (what & BufferEvent.ERROR) != 0;
      stream.close();
    }
  }

  @EngineTest
  void aStreamEndsOnceWholeOrWithAnError(final Bases bases) {
    final EventBase base = bases.base();
    for (int round = 0; round < ROUNDS; round++) {
      final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      final Side near = new Side(ends[0]);
      final Side far = new Side(ends[1]);
      far.stream.enable(Event.READ);
      near.stream.write(CONTENT);
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
        Streams.serve(bases, base, BufferEvent.CLOSE_ON_FREE, BufferEvent::close);
    for (int round = 0; round < ROUNDS; round++) {
      try (NetSocket socket = base.sockets().connect(listener.address())) {
        Streams.run(base, socket::finishConnect);
      }
    }
  }
}
