package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Buffers.assertHolds;
import static org.jevent.conformance.Buffers.bytes;
import static org.jevent.conformance.Buffers.inEachForm;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.buffer.EventBuffer;

/** Moving bytes between buffers, referring to them, sharing them, putting them in front. */
class BufferMoveTest {
  @EngineTest
  void emptyRoomBehindIsNoObstacleToMoving(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer source = buffers.withEmptyRoom("foo", 2000);
          final EventBuffer target = buffers.withEmptyRoom("foo", 300);
          assertThat(source.removeTo(target, 3)).isEqualTo(3);
          assertHolds(target, "foofoo");
          assertHolds(source, "");
          source.add("bar");
          assertThat(source.removeTo(target, 1)).isEqualTo(1);
          assertHolds(target, "foofoob");
          target.add(source);
          assertHolds(target, "foofoobar");
        });
  }

  @EngineTest
  void emptyBuffersAreMovedFromAndTo(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer empty = buffers.withEmptyRoom("", 100);
          final EventBuffer target = buffers.of("abc");
          target.add(empty);
          assertThat(empty.removeTo(target, 10)).isZero();
          empty.add(target);
          assertHolds(empty, "abc");
          assertHolds(target, "");
          target.expand(5000);
          target.add(empty);
          assertHolds(target, "abc");
          target.add(target);
          assertHolds(target, "abc");
          assertThatThrownBy(() -> target.removeTo(target, 1))
              .isInstanceOf(IllegalArgumentException.class);
        });
  }

  @EngineTest
  void partsOfManySegmentsAreMoved(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer source = buffers.ofParts("aaa", "", "bb", "cccc", "d");
          final EventBuffer target = buffers.empty();
          assertThat(source.removeTo(target, 7)).isEqualTo(7);
          assertHolds(target, "aaabbcc");
          assertHolds(source, "ccd");
          assertThat(source.removeTo(target, 2)).isEqualTo(2);
          assertHolds(target, "aaabbcccc");
          source.add("e".repeat(9000));
          assertThat(source.removeTo(target, 8000)).isEqualTo(8000);
          assertHolds(source, "e".repeat(1001));
        });
  }

  @EngineTest
  void bytesArePutInFront(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.empty();
          buffer.prepend(bytes("world"));
          buffer.prepend(bytes("hello "));
          assertHolds(buffer, "hello world");
          buffer.drain(6);
          buffer.prepend(bytes("new "));
          assertHolds(buffer, "new world");
          buffer.prepend(bytes("x".repeat(20_000)));
          assertThat(buffer.length()).isEqualTo(20_009);
          buffer.drain(20_000);
          buffer.prepend(buffers.ofParts("a ", "brave "));
          assertHolds(buffer, "a brave new world");
          buffer.prepend(buffer);
          buffer.prepend(buffers.empty());
          buffer.prepend(new byte[0]);
          assertHolds(buffer, "a brave new world");
          buffer.add("!");
          assertHolds(buffer, "a brave new world!");
        });
  }

  @EngineTest
  void emptyReferencesInFrontDoNoHarm(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("", "", "a");
          buffer.prepend(bytes("b"));
          assertHolds(buffer, "ba");
          final EventBuffer other = buffers.ofParts("");
          other.prepend(buffers.of("x"));
          other.prepend(bytes("w"));
          other.add("y");
          assertHolds(other, "wxy");
          assertThat(other.pullUp(3)).isNotNull();
        });
  }

  @EngineTest
  void referencesAreNeitherCopiedNorChangedAndReleasedOnce(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final byte[] data = bytes("this is what we refer to");
          final AtomicInteger released = new AtomicInteger();
          final EventBuffer buffer = buffers.of("before ");
          buffer.addReference(data, 8, 9, released::incrementAndGet);
          assertHolds(buffer, "before what we r");
          buffer.prepend(bytes("<"));
          buffer.add(">");
          data[8] = 'W'; // seen through the buffer: nothing was copied
          assertHolds(buffer, "<before What we r>");
          assertThat(buffer.drain(10)).isEqualTo(10);
          assertThat(released).hasValue(0);
          final EventBuffer other = buffers.empty();
          other.add(buffer);
          assertThat(other.drain(7)).isEqualTo(7);
          assertThat(released).hasValue(1);
          assertHolds(other, ">");
          assertThat(new String(data, java.nio.charset.StandardCharsets.US_ASCII))
              .isEqualTo("this is What we refer to");
        });
  }

  @EngineTest
  void aReferenceIsReleasedByClosingAndAnEmptyOneToo(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final AtomicInteger released = new AtomicInteger();
          final EventBuffer buffer = buffers.empty();
          buffer.addReference(new byte[10], 0, 10, released::incrementAndGet);
          buffer.addReference(new byte[10], 0, 0, released::incrementAndGet);
          buffer.addReference(ByteBuffer.allocateDirect(4), released::incrementAndGet);
          buffer.close();
          buffer.close();
          assertThat(released).hasValue(3);
        });
  }

  @EngineTest
  void aRefusedReferenceIsNotReleased(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final AtomicInteger released = new AtomicInteger();
          final EventBuffer buffer = buffers.empty();
          buffer.freezeBack();
          assertThatThrownBy(
                  () -> buffer.addReference(new byte[10], 0, 10, released::incrementAndGet))
              .isInstanceOf(IllegalStateException.class);
          assertThat(released).hasValue(0);
        });
  }

  @EngineTest
  void aReleaseThatThrowsLosesNothing(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final AtomicInteger released = new AtomicInteger();
          final EventBuffer buffer = buffers.empty();
          buffer.addReference(
              new byte[3],
              0,
              3,
              () -> {
                throw new IllegalStateException("on purpose");
              });
          buffer.addReference(new byte[3], 0, 3, released::incrementAndGet);
          buffer.add("rest");
          assertThatThrownBy(() -> buffer.drain(6)).hasMessage("on purpose");
          assertThat(released).hasValue(1);
          assertHolds(buffer, "rest");
        });
  }

  @EngineTest
  void severalBuffersShareBytesAndDrainThemAlone(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final AtomicInteger released = new AtomicInteger();
          final EventBuffer source = buffers.of("shared ");
          source.addReference(bytes("by many"), 0, 7, released::incrementAndGet);
          final EventBuffer one = buffers.of("1: ");
          final EventBuffer other = buffers.empty();
          one.addBufferReference(source);
          other.addBufferReference(one);
          source.add("!");
          source.drain(15);
          assertHolds(one, "1: shared by many");
          one.add(" more");
          assertHolds(other, "1: shared by many");
          one.close();
          assertThat(released).hasValue(0);
          assertHolds(other, "1: shared by many");
          other.drain(100);
          assertThat(released).hasValue(1);
        });
  }

  @EngineTest
  void sharedBytesCannotBeChangedThroughViews(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer source = buffers.of("alone");
          source.pullUp(-1).put(0, (byte) 'A');
          assertHolds(source, "Alone");
          final EventBuffer other = buffers.empty();
          other.addBufferReference(source);
          assertThat(source.pullUp(-1).isReadOnly()).isTrue();
          assertThat(other.pullUp(-1).isReadOnly()).isTrue();
          source.prepend(bytes("not "));
          assertHolds(source, "not Alone");
          assertHolds(other, "Alone");
        });
  }
}
