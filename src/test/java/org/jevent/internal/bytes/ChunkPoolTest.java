package org.jevent.internal.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much memory queues take, and that it is taken again. */
class ChunkPoolTest {
  private static void inLoop(final Consumer<ChunkPool> body) {
    try (EventBase base = new EventBase()) {
      final ChunkPool pool = ChunkPool.of(BaseAccess.services(base));
      BaseAccess.services(base).beforeNextPoll(() -> body.accept(pool));
      base.dispatch();
    }
  }

  @Test
  void halfALineHoldsNoLargeBuffer() {
    inLoop(
        pool -> {
          final Set<Memory> slabs = new HashSet<>();
          final List<ByteQueue> queues = new ArrayList<>();
          for (int i = 0; i < 10_000; i++) {
            final ByteQueue queue = new ByteQueue(pool);
            queue.add(new byte[32], 0, 32);
            assertThat(queue.first.limit - queue.first.base).isEqualTo(256);
            assertThat(queue.first.next).isNull();
            slabs.add(queue.first.memory);
            queues.add(queue);
          }
          final long total = slabs.stream().mapToLong(Memory::size).sum();
          assertThat(total).isLessThanOrEqualTo(10_000L * 256 + (64 << 10));
          queues.forEach(ByteQueue::clear);
        });
  }

  @Test
  void aDrainedQueueHoldsNothing() {
    inLoop(
        pool -> {
          final ByteQueue queue = new ByteQueue(pool);
          queue.add(new byte[100_000], 0, 100_000);
          queue.drain(100_000);
          assertThat(queue.first).isNull();
        });
  }

  @Test
  void whatComesBackIsTakenAgain() {
    inLoop(
        pool -> {
          final Set<Memory> slabs = new HashSet<>();
          final ByteQueue queue = new ByteQueue(pool);
          for (int i = 0; i < 10_000; i++) {
            queue.add(new byte[500], 0, 500);
            slabs.add(queue.first.memory);
            queue.drain(500);
          }
          assertThat(slabs).hasSize(1);
        });
  }

  @Test
  void aWaveTakesTheMemoryOfTheLastOne() {
    inLoop(
        pool -> {
          final Set<Memory> slabs = new HashSet<>();
          for (int wave = 0; wave < 10; wave++) {
            final List<ByteQueue> queues = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
              final ByteQueue queue = new ByteQueue(pool);
              queue.add(new byte[64], 0, 64);
              slabs.add(queue.first.memory);
              queues.add(queue);
            }
            queues.forEach(ByteQueue::clear);
          }
          assertThat(slabs).hasSize(1000 * 256 / (64 << 10) + 1);
        });
  }

  /**
   * As when many connections close: to look through all free chunks for each slab that is not used
   * any more would take minutes.
   */
  @Test
  @Timeout(60)
  void chunksComeBackInAnyOrder() {
    inLoop(
        pool -> {
          final List<ByteQueue> queues = new ArrayList<>();
          for (int i = 0; i < 200_000; i++) {
            final ByteQueue queue = new ByteQueue(pool);
            queue.add((byte) i);
            queues.add(queue);
          }
          Collections.shuffle(queues, new Random(1));
          queues.forEach(ByteQueue::clear);
        });
  }

  /** Chunks are taken where others are in use: then slabs that are not can be given up. */
  @Test
  void slabsThatAreInUseAreFilledFirst() {
    inLoop(
        pool -> {
          final List<ByteQueue> queues = new ArrayList<>();
          for (int i = 0; i < 1280; i++) {
            final ByteQueue queue = new ByteQueue(pool);
            queue.add((byte) i);
            queues.add(queue);
          }
          final Memory kept = queues.get(700).first.memory;
          for (final ByteQueue queue : queues) {
            if (queue != queues.get(700)) {
              queue.clear();
            }
          }
          for (int i = 0; i < 100; i++) {
            final ByteQueue queue = new ByteQueue(pool);
            queue.add((byte) i);
            assertThat(queue.first.memory).isSameAs(kept);
            queues.add(queue);
          }
          queues.forEach(ByteQueue::clear);
        });
  }
}
