package org.jevent.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jevent.net.NetSocket;

/**
 * A call brings a slot no more than its limit, in all its buffers, and every byte in order. This
 * holds for any input and any change of limits between two calls.
 */
class ReceiveLimitProperties {
  private static final int SLOTS = 6;
  private static final int CALLS = 150;
  private static final int[] LIMITS = {
    0, 0, 1, 100, 2047, 2048, 5000, 16_384, 16_385, 40_000, 100_000
  };
  private static final int[] SIZES = {1, 60, 500, 2047, 2048, 3000, 8192, 20_000, 70_000};

  /** One end that receives, and what it may be given by the next call. */
  private static final class Receiver extends Attachment {
    private final Rig rig;
    private final NetSocket[] pair;
    private final int slot;
    private Receiver neighbour;
    private int limit;
    private int received;
    private long sent;
    private long arrived;

    Receiver(final Rig rig) {
      this.rig = rig;
      pair = rig.pair();
      slot = rig.attach(this, pair[0]);
    }

    void limit(final int next) {
      limit = next;
      rig.engine.receive(slot, next);
    }

    void send(final int count) {
      final ByteBuffer bytes = ByteBuffer.allocate(count);
      for (int i = 0; i < count; i++) {
        bytes.put(i, (byte) (sent + i));
      }
      sent += Math.max(0, pair[1].write(bytes));
    }

    @Override
    public void received(
        final Memory memory, final int buffer, final int offset, final int length) {
      received += length;
      assertThat(received).as("in one call").isLessThanOrEqualTo(limit);
      for (int i = 0; i < length; i++) {
        assertThat(memory.buffer().get(offset + i)).isEqualTo((byte) arrived++);
      }
      neighbour.limit(neighbour.limit); // something new for the engine, while it delivers
    }
  }

  @Property(tries = 10)
  void noCallBringsMoreThanTheLimit(@ForAll final long seed) {
    Rig.engines().forEach(name -> play(name, new Random(seed)));
  }

  private static void play(final String name, final Random random) {
    try (Rig rig = new Rig(name)) {
      final Receiver[] all = new Receiver[SLOTS];
      for (int i = 0; i < SLOTS; i++) {
        all[i] = new Receiver(rig);
      }
      for (int i = 0; i < SLOTS; i++) {
        all[i].neighbour = all[(i + 1) % SLOTS];
      }
      for (int call = 0; call < CALLS; call++) {
        for (final Receiver one : all) {
          one.received = 0;
          if (random.nextInt(3) == 0) {
            one.send(SIZES[random.nextInt(SIZES.length)]);
          }
          if (random.nextInt(4) == 0) {
            one.limit(0);
          }
          if (random.nextInt(2) == 0) {
            one.limit(LIMITS[random.nextInt(LIMITS.length)]);
          }
        }
        rig.engine.enter(random.nextInt(4) == 0 ? 100_000 : 0);
      }
      for (final Receiver one : all) {
        one.limit(LIMITS[LIMITS.length - 1]);
      }
      rig.until(
          () -> {
            boolean complete = true;
            for (final Receiver one : all) {
              one.received = 0;
              complete &= one.arrived == one.sent;
            }
            return complete;
          });
    }
  }
}
