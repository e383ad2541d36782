package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Buffers.assertHolds;
import static org.jevent.conformance.Buffers.bytes;
import static org.jevent.conformance.Buffers.inEachForm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.BufferCallback;
import org.jevent.buffer.CallbackEntry;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;

/** Who hears of changes, frozen ends, locks, and closed buffers. */
class BufferCallbackTest {
  private static BufferCallback noting(final List<String> notes, final String name) {
    return (buffer, before, added, removed) ->
        notes.add(name + before + "+" + added + "-" + removed);
  }

  @EngineTest
  void callbacksHearOfEachChangeUntilDisabledOrRemoved(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final List<String> notes = new ArrayList<>();
          final EventBuffer buffer = buffers.empty();
          final BufferCallback second = noting(notes, "b:");
          final CallbackEntry entry = buffer.addCallback(noting(notes, "a:"));
          buffer.addCallback(second);
          buffer.add("hello");
          assertThat(notes).containsExactly("b:0+5-0", "a:0+5-0");
          notes.clear();
          entry.setEnabled(false);
          assertThat(entry.isEnabled()).isFalse();
          buffer.drain(2);
          assertThat(notes).containsExactly("b:5+0-2");
          notes.clear();
          entry.setEnabled(true);
          buffer.removeCallback(second);
          buffers.empty().add(buffer);
          assertThat(notes).containsExactly("a:3+0-3");
          notes.clear();
          buffer.drain(5);
          buffer.add(new byte[0]);
          assertThat(notes).isEmpty();
          entry.remove();
          entry.remove();
          buffer.add("unheard");
          assertThat(notes).isEmpty();
        });
  }

  @EngineTest
  void changesMadeInACallbackAreReportedAfterIt(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final List<String> notes = new ArrayList<>();
          final EventBuffer buffer = buffers.empty();
          buffer.addCallback(
              (self, before, added, removed) -> {
                notes.add(before + "+" + added + "-" + removed);
                if (self.length() > 10) {
                  self.drain(3);
                  notes.add("drained");
                }
              });
          buffer.add("x".repeat(15));
          assertThat(notes).containsExactly("0+15-0", "drained", "15+0-3", "drained", "12+0-3");
          assertThat(buffer.length()).isEqualTo(9);
        });
  }

  @EngineTest
  void deferredCallbacksRunOnceInTheLoopWithTheSums(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> notes = new ArrayList<>();
    try (EventBuffer buffer = new EventBuffer(base)) {
      buffer.addCallback(noting(notes, ""));
      buffer.deferCallbacks(base);
      buffer.add("hello");
      buffer.add(" world");
      buffer.drain(4);
      assertThat(notes).isEmpty();
      base.dispatch();
      assertThat(notes).containsExactly("0+11-4");
      buffer.drain(1);
    }
    base.dispatch();
    assertThat(notes).hasSize(1);
  }

  /** The stream moves what was added at once, before the callbacks run. */
  @EngineTest
  void outputThatLeavesAtOnceIsReportedAsAddedAndRemoved(final Bases bases) {
    final BufferEvent[] ends = BufferEvent.pair(bases.base(), 0);
    final List<String> notes = new ArrayList<>();
    ends[0].output().addCallback(noting(notes, ""));
    ends[0].write(bytes("hello"));
    assertThat(notes).containsExactly("0+5-0");
    ends[1].enable(Event.READ);
    assertThat(notes).containsExactly("0+5-0", "5+0-5");
    ends[0].write(bytes("again"));
    assertThat(notes).containsExactly("0+5-0", "5+0-5", "0+5-5");
    ends[0].close();
    ends[1].close();
  }

  private static void refused(final ThrowingCallable operation) {
    assertThatThrownBy(operation)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen");
  }

  @EngineTest
  void aFrozenFrontKeepsItsBytes(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("line\nkept");
          buffer.freezeFront();
          refused(() -> buffer.drain(1));
          refused(() -> buffer.remove(new byte[1]));
          refused(() -> buffer.prepend(bytes("x")));
          refused(() -> buffer.prepend(buffers.of("x")));
          refused(() -> buffer.readLine(Eol.LF));
          refused(() -> buffer.removeTo(buffers.empty(), 1));
          refused(() -> buffers.empty().add(buffer));
          buffer.add("!");
          assertThat(buffer.pullUp(2)).isNotNull();
          assertThat(buffer.search(bytes("kept"))).isEqualTo(5);
          assertHolds(buffer, "line\nkept!");
          buffer.unfreezeFront();
          assertThat(buffer.readLine(Eol.LF)).isEqualTo("line");
        });
  }

  @EngineTest
  void aFrozenBackIsNotAddedTo(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("kept");
          final EventBuffer other = buffers.of("other");
          buffer.freezeBack();
          refused(() -> buffer.add("x"));
          refused(() -> buffer.add((byte) 1));
          refused(() -> buffer.addFormat("%d", 1));
          refused(() -> buffer.add(other));
          refused(() -> buffer.addBufferReference(other));
          refused(() -> other.removeTo(buffer, 1));
          refused(() -> buffer.reserve(10, 1));
          assertHolds(other, "other");
          buffer.prepend(bytes("still "));
          buffer.drain(1);
          assertHolds(buffer, "till kept");
          buffer.unfreezeBack();
          buffer.add("!");
          assertHolds(buffer, "till kept!");
        });
  }

  @EngineTest
  void aClosedBufferRefusesEverythingClearly(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("gone");
          buffer.close();
          buffer.close();
          assertThatThrownBy(() -> buffer.add("x"))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("add: the buffer is closed");
          assertThatThrownBy(() -> buffer.drain(1)).hasMessageContaining("closed");
          assertThatThrownBy(() -> buffer.pullUp(1)).hasMessageContaining("closed");
          assertThatThrownBy(() -> buffers.empty().add(buffer)).hasMessageContaining("closed");
          assertThat(buffer.length()).isZero();
          assertThat(buffer).hasToString("buffer of 0 bytes, closed");
        });
  }

  @EngineTest
  void aLockedBufferIsUsedByManyThreads(final Bases bases) throws InterruptedException {
    final EventBase base = bases.base();
    try (EventBuffer buffer = new EventBuffer(base)) {
      buffer.enableLocking();
      final int threads = 4;
      final CountDownLatch done = new CountDownLatch(threads);
      for (int i = 0; i < threads; i++) {
        final byte letter = (byte) ('a' + i);
        new Thread(
                () -> {
                  for (int n = 0; n < 2000; n++) {
                    buffer.lock();
                    buffer.add(letter).add(letter);
                    buffer.unlock();
                  }
                  done.countDown();
                })
            .start();
      }
      final int[] taken = {0};
      base.execute(() -> drainPairs(base, buffer, taken, threads * 4000));
      base.dispatch();
      done.await();
      assertThat(taken[0]).isEqualTo(threads * 4000);
    }
  }

  /** Each is the other's source: a thread that locks them in the order of the call deadlocks. */
  @EngineTest
  void lockedBuffersAreMovedBothWaysAtOnce(final Bases bases) throws Exception {
    final int rounds = 20_000;
    try (EventBuffer a = new EventBuffer(bases.base());
        EventBuffer b = new EventBuffer()) {
      a.enableLocking();
      b.enableLocking();
      a.add("a");
      b.add("b");
      final CompletableFuture<Void> other =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  b.add(a);
                  a.prepend(b);
                }
              },
              Threads.EACH);
      for (int i = 0; i < rounds; i++) {
        a.add(b);
        a.removeTo(b, 1);
      }
      other.get(30, TimeUnit.SECONDS);
      assertThat(a.length() + b.length()).isEqualTo(2);
    }
  }

  /** What is shown in another buffer may be drained by a second thread meanwhile. */
  @EngineTest
  void aLockedBufferIsReferredToWhileAnotherThreadUsesIt(final Bases bases) throws Exception {
    final int rounds = 5000;
    try (EventBuffer source = new EventBuffer(bases.base());
        EventBuffer seen = new EventBuffer()) {
      source.enableLocking();
      final CompletableFuture<Void> other =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  source.lock();
                  source.add("ab").add("ab");
                  source.unlock();
                  source.drain(4);
                }
              },
              Threads.EACH);
      while (!other.isDone()) {
        seen.addBufferReference(source);
        assertThat(Buffers.text(seen)).matches("(abab)?");
        seen.drain(seen.length());
      }
      other.get(30, TimeUnit.SECONDS);
    }
  }

  private static void drainPairs(
      final EventBase base, final EventBuffer buffer, final int[] taken, final int all) {
    final byte[] pair = new byte[2];
    buffer.lock();
    while (buffer.length() >= 2) {
      buffer.remove(pair);
      assertThat(pair[0]).isEqualTo(pair[1]);
      taken[0] += 2;
    }
    buffer.unlock();
    if (taken[0] < all) {
      base.execute(() -> drainPairs(base, buffer, taken, all));
    }
  }

  @EngineTest
  void aCallbackThatAnotherOneTakesAwayIsNotCalled(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final List<String> notes = new ArrayList<>();
          final EventBuffer buffer = buffers.empty();
          final BufferCallback gone = noting(notes, "gone:");
          final CallbackEntry[] entry = {null};
          entry[0] = buffer.addCallback(gone);
          buffer.addCallback(
              (self, before, added, removed) -> {
                self.removeCallback(gone);
                entry[0].setEnabled(true);
              });
          buffer.add("hello");
          assertThat(notes).isEmpty();
          assertThat(entry[0].isEnabled()).isFalse();
        });
  }

  @EngineTest
  void aBufferThatACallbackClosesCallsNoOther(final Bases bases) {
    final List<String> notes = new ArrayList<>();
    for (final EventBuffer buffer : List.of(new EventBuffer(), new EventBuffer(bases.base()))) {
      buffer.addCallback(noting(notes, ""));
      buffer.addCallback((self, before, added, removed) -> self.close());
      buffer.add("hello");
      assertThat(notes).isEmpty();
    }
  }

  /** With a base its handler gets what they throw, without one the operation that is done does. */
  @EngineTest
  void eachCallbackHearsOfAChangeAlthoughOthersThrow(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[0]);
    bases.later(pair[1]);
    final RuntimeException oops = new IllegalStateException("oops");
    try (EventBuffer alone = new EventBuffer();
        EventBuffer based = new EventBuffer(base)) {
      for (final EventBuffer buffer : List.of(alone, based, pair[0].output())) {
        bases.exceptions.clear();
        final List<String> notes = new ArrayList<>();
        buffer.addCallback(noting(notes, "a:"));
        buffer.addCallback(
            (self, before, added, removed) -> {
              throw oops;
            });
        if (buffer == alone) {
          assertThatThrownBy(() -> buffer.add("12345")).isSameAs(oops);
        } else {
          buffer.add("12345");
          assertThat(bases.exceptions).containsExactly(oops);
        }
        assertThat(buffer.length()).isEqualTo(5);
        assertThat(notes).containsExactly("a:0+5-0");
      }
    }
  }

  @EngineTest
  void deferredCallbacksOfAClosedBaseRunNoMore(final Bases bases) {
    final EventBase base = bases.inner().base();
    final List<String> notes = new ArrayList<>();
    try (EventBuffer buffer = new EventBuffer()) {
      buffer.addCallback(noting(notes, ""));
      buffer.deferCallbacks(base);
      base.close();
      buffer.add("hello");
      assertHolds(buffer, "hello");
      assertThat(notes).isEmpty();
    }
  }
}
