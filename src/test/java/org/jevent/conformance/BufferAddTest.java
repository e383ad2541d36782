package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Buffers.assertHolds;
import static org.jevent.conformance.Buffers.bytes;
import static org.jevent.conformance.Buffers.inEachForm;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.Reservation;

/** Adding to a buffer, making room in it, and taking from it. */
class BufferAddTest {
  @EngineTest
  void whatIsAddedComesOutInOrder(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.empty();
          buffer.addFormat("%s/%d", "hello", 1);
          assertHolds(buffer, "hello/1");
          buffer.add(buffers.of("/hello"));
          assertHolds(buffer, "hello/1/hello");
          buffer.drain("hello/".length());
          assertHolds(buffer, "1/hello");
          final EventBuffer other = buffers.of("/world");
          assertThat(other.removeTo(buffer, 3)).isEqualTo(3);
          assertHolds(buffer, "1/hello/wo");
          assertHolds(other, "rld");
          assertThat(buffer.drain(1000)).isEqualTo(10);
          assertThat(buffer.isEmpty()).isTrue();
          assertThat(buffer.drain(1)).isZero();
        });
  }

  @EngineTest
  void anAppendThatDoesNotFitIntoTheLastSegmentGoesOnInTheNext(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.empty();
          final StringBuilder expected = new StringBuilder();
          for (final int size : new int[] {1, 255, 300, 1023, 1025, 4095, 4097, 20_000, 70_000}) {
            final String part = Character.toString('a' + size % 26).repeat(size);
            buffer.add(part);
            expected.append(part);
          }
          assertHolds(buffer, expected.toString());
        });
  }

  @EngineTest
  void thousandsOfSmallAppendsAreExactAndWasteLittle(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.empty();
          final StringBuilder expected = new StringBuilder();
          for (int i = 0; i < 5000; i++) {
            buffer.addFormat("This is %d; ", i);
            expected.append("This is ").append(i).append("; ");
          }
          assertHolds(buffer, expected.toString());
          final int segments = buffer.peek(0, -1, null);
          assertThat(segments).isLessThanOrEqualTo(expected.length() / 4096 + 5);
        });
  }

  @EngineTest
  void vectorsAreAddedAndCounted(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("<");
          final long added =
              buffer.addAll(
                  ByteBuffer.wrap(bytes("one ")),
                  ByteBuffer.allocate(0),
                  ByteBuffer.wrap(bytes("two ")),
                  ByteBuffer.wrap(bytes("three")));
          assertThat(added).isEqualTo(13);
          assertThat(buffer.addAll()).isZero();
          assertHolds(buffer, "<one two three");
        });
  }

  @EngineTest
  void expandingMakesRoomTogetherAndKeepsTheBytes(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          for (final int room : new int[] {1, 200, 1000, 4096, 16_384, 16_385, 100_000}) {
            final EventBuffer buffer = buffers.of("kept");
            buffer.expand(room);
            assertHolds(buffer, "kept");
            final Reservation one = buffer.reserve(room, 1);
            assertThat(one.views()).hasSize(1);
            assertThat(one.size()).isBetween(room, Math.max(2 * room, 16_384));
          }
        });
  }

  @EngineTest
  void absurdSizesAreRefusedAndChangeNothing(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("kept");
          assertThatThrownBy(() -> buffer.expand(Integer.MAX_VALUE))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> buffer.expand(-1)).isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> buffer.reserve(Integer.MAX_VALUE, 1))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> buffer.reserve(0, 1))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> buffer.drain(-1)).isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> buffer.add(new byte[4], 3, 2))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> buffer.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> buffer.copyOut(1, new byte[9], 0, 4))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertHolds(buffer, "kept");
        });
  }

  @EngineTest
  void aReservationIsWrittenIntoAndCommitted(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.empty();
          final Reservation one = buffer.reserve(10_000, 1);
          one.first().put(bytes("abc"));
          buffer.commit(one);
          assertHolds(buffer, "abc");
          final Reservation two = buffer.reserve(20_000, 2);
          for (final ByteBuffer view : two.views()) {
            while (view.hasRemaining()) {
              view.put((byte) 'z');
            }
          }
          final int size = two.size();
          assertThat(size).isGreaterThanOrEqualTo(20_000);
          buffer.commit(two);
          assertThat(buffer.length()).isEqualTo(3 + size);
          assertThat(buffer.get(2 + size)).isEqualTo((byte) 'z');
        });
  }

  @EngineTest
  void aStaleOrWrongReservationIsRefused(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("kept");
          final Reservation stale = buffer.reserve(100, 2);
          stale.first().put((byte) 'x');
          buffer.add("!");
          assertThatThrownBy(() -> buffer.commit(stale))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("changed");
          final EventBuffer other = buffers.empty();
          final Reservation foreign = other.reserve(10, 1);
          assertThatThrownBy(() -> buffer.commit(foreign))
              .isInstanceOf(IllegalArgumentException.class);
          final Reservation twice = buffer.reserve(1, 1);
          twice.first().put((byte) '?');
          buffer.commit(twice);
          assertThatThrownBy(() -> buffer.commit(twice)).isInstanceOf(IllegalStateException.class);
          assertHolds(buffer, "kept!?");
        });
  }

  @EngineTest
  void reservationsGrowFromAnyStart(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final List<EventBuffer> starts =
              new ArrayList<>(
                  List.of(
                      buffers.empty(),
                      buffers.of("x".repeat(230)),
                      buffers.withEmptyRoom("", 500),
                      buffers.withEmptyRoom("abc", 5000),
                      buffers.ofParts("a", "b")));
          final EventBuffer prepended = buffers.empty();
          prepended.prepend(buffers.withEmptyRoom("front", 100));
          prepended.prepend(bytes("in "));
          starts.add(prepended);
          for (final EventBuffer buffer : starts) {
            String expected = Buffers.text(buffer);
            for (int size = 3; size < 50_000; size = size * 3 + 1) {
              final Reservation room = buffer.reserve(size, 1 + size % 2);
              final String part = "r".repeat(Math.min(size, room.first().remaining()));
              room.first().put(bytes(part));
              buffer.commit(room);
              expected += part;
              buffer.reserve(size, 2); // and not used
            }
            assertHolds(buffer, expected);
          }
        });
  }

  @EngineTest
  void partsAreCopiedOutAndStay(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("The quick ", "brown ", "fox");
          final byte[] copy = new byte[100];
          assertThat(buffer.copyOut(copy)).isEqualTo(19);
          assertThat(new String(copy, 0, 19, java.nio.charset.StandardCharsets.US_ASCII))
              .isEqualTo("The quick brown fox");
          buffer.copyOut(8, copy, 5, 6);
          assertThat(new String(copy, 5, 6, java.nio.charset.StandardCharsets.US_ASCII))
              .isEqualTo("k brow");
          assertThat(buffer.length()).isEqualTo(19);
          assertThat(buffer.remove(copy, 0, 4)).isEqualTo(4);
          assertHolds(buffer, "quick brown fox");
        });
  }
}
