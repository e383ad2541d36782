package org.jevent.internal.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.SendVector;
import org.junit.jupiter.api.Test;

/** How much memory bytes keep that come one by one, as a peer may send them. */
class QueueMemoryTest {
  private static final int BYTES = 20_000;

  /**
   * Of a queue with this many bytes: what is little beside them, and what one segment may waste.
   */
  private static final int MAX_RETAINED = 4 * BYTES + 2 * ChunkPool.MAX_CHUNK;

  /** The bytes that the segments of a queue keep from others. */
  private static long kept(final ByteQueue queue) {
    long sum = queue.spare == null ? 0 : queue.spare.limit - queue.spare.base;
    for (Segment segment = queue.first; segment != null; segment = segment.next) {
      sum += segment.limit - segment.base;
    }
    return sum;
  }

  private static void inEachForm(final BiConsumer<ByteQueue, ByteQueue> body) {
    body.accept(new ByteQueue(null), new ByteQueue(null));
    inLoop(
        pool -> {
          final ByteQueue queue = new ByteQueue(pool);
          final ByteQueue other = new ByteQueue(pool);
          body.accept(queue, other);
          queue.clear();
          other.clear();
        });
  }

  private static void inLoop(final java.util.function.Consumer<ChunkPool> body) {
    try (EventBase base = new EventBase()) {
      final ChunkPool pool = ChunkPool.of(BaseAccess.services(base));
      BaseAccess.services(base).beforeNextPoll(() -> body.accept(pool));
      base.dispatch();
    }
  }

  @Test
  void bytesThatAreAddedOneByOneShareSegments() {
    inEachForm(
        (queue, other) -> {
          for (int i = 0; i < BYTES; i++) {
            queue.add((byte) i);
          }
          assertThat(kept(queue)).isLessThanOrEqualTo(MAX_RETAINED);
        });
  }

  @Test
  void bytesThatAreMovedOneByOneShareSegments() {
    inEachForm(
        (queue, other) -> {
          for (int i = 0; i < BYTES; i++) {
            other.add((byte) i);
            queue.addAll(other);
          }
          assertThat(queue.length()).isEqualTo(BYTES);
          assertThat(kept(queue)).isLessThanOrEqualTo(MAX_RETAINED);
          for (int i = 0; i < BYTES; i++) {
            assertThat(queue.get(i)).isEqualTo((byte) i);
          }
        });
  }

  @Test
  void bytesThatAreMovedOutOfMoreOneByOneShareSegments() {
    inEachForm(
        (queue, other) -> {
          other.add(new byte[BYTES + 1], 0, BYTES + 1);
          for (int i = 0; i < BYTES; i++) {
            assertThat(other.moveTo(queue, 1)).isEqualTo(1);
          }
          assertThat(queue.length()).isEqualTo(BYTES);
          assertThat(kept(queue)).isLessThanOrEqualTo(MAX_RETAINED);
        });
  }

  @Test
  void whatIsLeftOfLargeSegmentsIsMovedWithoutThem() {
    inEachForm(
        (queue, other) -> {
          for (int i = 0; i < 200; i++) {
            other.add(new byte[ChunkPool.MAX_CHUNK], 0, ChunkPool.MAX_CHUNK);
            other.drain(ChunkPool.MAX_CHUNK - 100);
            queue.addAll(other);
          }
          assertThat(queue.length()).isEqualTo(BYTES);
          assertThat(kept(queue)).isLessThanOrEqualTo(MAX_RETAINED);
        });
  }

  @Test
  void bytesThatArePutInFrontOneByOneShareSegments() {
    inEachForm(
        (queue, other) -> {
          final ByteBuffer one = ByteBuffer.allocate(1);
          for (int i = 0; i < BYTES / 2; i++) {
            queue.prepend(one, 0, 1);
            other.add((byte) 1);
            queue.prependAll(other);
          }
          assertThat(queue.length()).isEqualTo(BYTES);
          assertThat(kept(queue)).isLessThanOrEqualTo(MAX_RETAINED);
        });
  }

  @Test
  void bytesThatAreWrittenIntoRoomOneByOneShareSegments() {
    inEachForm(
        (queue, other) -> {
          for (int i = 0; i < BYTES; i++) {
            final ByteBuffer[] room = queue.reserve(4096, 1);
            room[0].put((byte) i);
            queue.commit(room);
          }
          assertThat(queue.length()).isEqualTo(BYTES);
          assertThat(kept(queue)).isLessThanOrEqualTo(MAX_RETAINED);
          for (int i = 0; i < BYTES; i++) {
            assertThat(queue.get(i)).isEqualTo((byte) i);
          }
        });
  }

  @Test
  void roomThatIsMadeAgainAndAgainIsMadeOnce() {
    inEachForm(
        (queue, other) -> {
          for (int i = 1; i <= 500; i++) {
            queue.add((byte) i);
            queue.expand(1000);
            queue.reserve(1000 + i, 2);
            queue.reserve(2000 + i, 1);
          }
          assertThat(kept(queue)).isLessThanOrEqualTo(MAX_RETAINED);
        });
  }

  @Test
  void bytesThatAreSharedOneByOneShareSegments() {
    inEachForm(
        (queue, other) -> {
          for (int i = 0; i < BYTES; i++) {
            other.add((byte) i);
            queue.addShared(other, 0, other.length());
            other.drain(1);
          }
          assertThat(queue.length()).isEqualTo(BYTES);
          assertThat(queue.peek(0, BYTES, null)).isLessThanOrEqualTo(BYTES / 256);
        });
  }

  @Test
  void piecesWithoutAnAddressAreSentTogether() {
    inLoop(
        pool -> {
          final ByteQueue queue = new ByteQueue(pool);
          for (int i = 0; i < BYTES; i++) {
            queue.addReference(ByteBuffer.wrap(new byte[] {(byte) i}), null);
          }
          final SendVector vector = new SendVector();
          assertThat(queue.collect(vector, 10_000)).isEqualTo(10_000);
          if (pool.sendable(queue.last)) {
            return; // where engines send from the heap
          }
          assertThat(vector.size()).isEqualTo(1);
          assertThat(queue.collect(vector, BYTES)).isEqualTo(BYTES);
          assertThat(vector.size()).isLessThanOrEqualTo(3);
          for (int i = 0; i < BYTES; i++) {
            assertThat(queue.get(i)).isEqualTo((byte) i);
          }
          queue.clear();
        });
  }

  /** Bytes that are pulled up again with each one that comes are not copied each time. */
  @Test
  void bytesThatArePulledUpAgainAndAgainAreCopiedNowAndThen() {
    inEachForm(
        (queue, other) -> {
          int moves = 0;
          for (int i = 0; i < BYTES; i++) {
            queue.add((byte) i);
            final ByteBuffer before = queue.first.bytes();
            assertThat(queue.pullUp(i + 1).get(i)).isEqualTo((byte) i);
            moves += queue.first.bytes() == before ? 0 : 1;
          }
          assertThat(moves).isLessThanOrEqualTo(20);
          assertThat(kept(queue)).isLessThanOrEqualTo(MAX_RETAINED);
        });
  }

  @Test
  void moreAndMoreOfAQueueIsPulledUpWithoutCopyingItEachTime() {
    inEachForm(
        (queue, other) -> {
          for (int i = 0; i < BYTES; i += 16) {
            queue.addReference(ByteBuffer.wrap(new byte[16]), null);
          }
          int moves = 0;
          for (int i = 16; i <= BYTES; i += 16) {
            final ByteBuffer before = queue.first.bytes();
            assertThat(queue.pullUp(i).remaining()).isEqualTo(i);
            moves += queue.first.bytes() == before ? 0 : 1;
          }
          assertThat(moves).isLessThanOrEqualTo(20);
        });
  }
}
