package org.jevent.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jevent.error.Errno;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A cancelled send ends at once, with exactly the bytes that the peer gets. */
@Timeout(60)
class CancelSendTest {
  private static final int SIZE = 12_000_000;

  private static final byte[] BYTES = new byte[SIZE];

  static {
    new Random(5).nextBytes(BYTES);
  }

  /** Counts what has left, and the sends that have ended. */
  private static final class Sender extends Recorder {
    final List<Errno> ends = new ArrayList<>();
    long last;

    @Override
    public void sent(final long count, final Errno error) {
      last = count;
      ends.add(error);
    }
  }

  @TempDir Path directory;

  private static Rig rig(final String name) {
    final Rig rig = new Rig(name);
    if (!rig.engine.cancelsSends()) {
      rig.close();
      assumeThat(name).as("a method that cancels sends").isEqualTo("another one");
    }
    return rig;
  }

  private static SendVector whole(final Rig rig) {
    final SendVector vector = new SendVector();
    vector.add(rig.memory(BYTES), 0, SIZE);
    return vector;
  }

  /** The peer gets the first {@code count} bytes, and nothing follows them. */
  private static void expectFirst(final NetSocket peer, final long count) {
    final ByteBuffer got = ByteBuffer.allocate(SIZE);
    final long end = System.nanoTime() + 10_000_000_000L;
    while (got.position() < count) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      peer.read(got);
    }
    assertThat(peer.read(ByteBuffer.allocate(1))).isZero();
    assertThat(got.position()).isEqualTo((int) count);
    assertThat(Arrays.equals(got.array(), 0, (int) count, BYTES, 0, (int) count)).isTrue();
  }

  private static void expectCancelled(final Rig rig, final Sender sender, final NetSocket peer) {
    rig.until(() -> !sender.ends.isEmpty());
    rig.settle();
    assertThat(sender.ends).containsExactly(Errno.ECANCELED);
    assertThat(sender.last).isBetween(0L, SIZE - 1L);
    expectFirst(peer, sender.last);
    sender.ends.clear();
  }

  private static void expectNext(
      final Rig rig, final Sender sender, final int slot, final NetSocket peer) {
    rig.engine.send(slot, rig.vector("next"), false);
    rig.until(() -> !sender.ends.isEmpty());
    assertThat(sender.ends).containsExactly(Errno.NONE);
    assertThat(Rig.readAll(peer, 4)).isEqualTo("next");
    sender.ends.clear();
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void aSendThatWaitsEndsWithWhatHasLeft(final String name) {
    try (Rig rig = rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Sender sender = new Sender();
      final int slot = rig.attach(sender, pair[0]);
      for (final boolean quietly : new boolean[] {false, true}) {
        rig.engine.send(slot, whole(rig), quietly);
        rig.settle();
        assertThat(sender.ends).isEmpty();
        rig.engine.cancelSend(slot);
        expectCancelled(rig, sender, pair[1]);
        expectNext(rig, sender, slot, pair[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void inOneBatchWithItsSendWhatLeavesAtOnceHasLeft(final String name) {
    try (Rig rig = rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Sender sender = new Sender();
      final int slot = rig.attach(sender, pair[0]);
      for (final boolean quietly : new boolean[] {false, true}) {
        rig.engine.send(slot, whole(rig), quietly);
        rig.engine.cancelSend(slot);
        expectCancelled(rig, sender, pair[1]);
        rig.engine.send(slot, rig.vector("small"), quietly);
        rig.engine.cancelSend(slot);
        rig.engine.flushDeferredCompletions();
        rig.until(() -> !sender.ends.isEmpty());
        assertThat(sender.ends).containsExactly(Errno.NONE);
        assertThat(Rig.readAll(pair[1], 5)).isEqualTo("small");
        sender.ends.clear();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void itEndsNoLaterSend(final String name) {
    try (Rig rig = rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Sender sender = new Sender();
      final int slot = rig.attach(sender, pair[0]);
      rig.engine.cancelSend(slot);
      rig.engine.send(slot, whole(rig), false);
      rig.settle();
      assertThat(sender.ends).isEmpty();
      final ByteBuffer got = ByteBuffer.allocate(SIZE);
      rig.until(
          () -> {
            pair[1].read(got);
            return !sender.ends.isEmpty();
          });
      assertThat(sender.ends).containsExactly(Errno.NONE);
      assertThat(sender.last).isEqualTo(SIZE);
      rig.engine.cancelSend(slot);
      rig.settle();
      assertThat(sender.ends).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void vectorsAndFilesEndInTheMiddle(final String name) throws IOException {
    final Path path = directory.resolve("content");
    Files.write(path, BYTES);
    try (Rig rig = rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Sender sender = new Sender();
      final int slot = rig.attach(sender, pair[0]);
      final Memory memory = rig.memory(BYTES);
      final SendVector vector = new SendVector();
      for (int at = 0; at < SIZE; at += SIZE / 100) {
        vector.add(memory, at, SIZE / 100);
      }
      rig.engine.send(slot, vector, false);
      rig.settle();
      rig.engine.cancelSend(slot);
      expectCancelled(rig, sender, pair[1]);
      final EngineFile file = rig.later(rig.engine.openFile(path));
      rig.engine.sendFile(slot, file, 0, SIZE);
      rig.settle();
      rig.engine.cancelSend(slot);
      expectCancelled(rig, sender, pair[1]);
      expectNext(rig, sender, slot, pair[1]);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void aShutdownAndADetachBehindItComeAtOnce(final String name) {
    try (Rig rig = rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Sender sender = new Sender();
      final int slot = rig.attach(sender, pair[0]);
      rig.engine.send(slot, whole(rig), false);
      rig.engine.shutdown(slot, Engine.SHUT_WRITE);
      rig.settle();
      assertThat(sender.log).isEmpty();
      rig.engine.cancelSend(slot);
      rig.engine.detach(slot, false);
      rig.until(() -> sender.log.contains("detached"));
      assertThat(sender.ends).containsExactly(Errno.ECANCELED);
      final ByteBuffer got = ByteBuffer.allocate(SIZE);
      while (pair[1].read(got) > 0) {
        assertThat(got.position()).isLessThanOrEqualTo((int) sender.last);
      }
      assertThat(got.position()).isEqualTo((int) sender.last);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void aSendThatWaitsForItsConnectionSendsNothing(final String name) {
    try (Rig rig = rig(name)) {
      final NetSocket listener = rig.listener();
      final Sender sender = new Sender();
      final int slot = rig.attach(sender, rig.stream());
      rig.engine.connect(slot, listener.localAddress());
      rig.engine.send(slot, rig.vector("early"), false);
      rig.engine.cancelSend(slot);
      rig.until(() -> !sender.ends.isEmpty() && !sender.log.isEmpty());
      assertThat(sender.log).containsExactly("connected NONE");
      final boolean atOnce = sender.ends.contains(Errno.NONE);
      assertThat(sender.ends).containsExactly(atOnce ? Errno.NONE : Errno.ECANCELED);
      assertThat(sender.last).isEqualTo(atOnce ? 5 : 0);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void aMethodThatCannotCancelRefuses(final String name) {
    try (Rig rig = new Rig(name)) {
      assumeThat(rig.engine.cancelsSends()).as("%s cancels sends", name).isFalse();
      final int slot = rig.attach(new Recorder(), rig.pair()[0]);
      assertThatThrownBy(() -> rig.engine.cancelSend(slot))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(name);
    }
  }
}
