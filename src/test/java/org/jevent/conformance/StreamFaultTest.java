package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.FileSegment;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.Errno;
import org.jevent.net.NetOption;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong inside the library's own work belongs to the stream that it was done for. */
class StreamFaultTest {
  @TempDir private Path directory;

  private Path file(final int size) throws IOException {
    final Path file = Files.createTempFile(directory, "content", "");
    Files.write(file, new byte[size]);
    return file;
  }

  private static void shorten(final Path file, final int size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  /** The file stands first in the output or behind other bytes, and is sent or read. */
  @EngineTest
  void aFileThatHasBecomeShorterIsAnErrorOfWriting(final Bases bases) throws IOException {
    for (final int before : List.of(0, 100)) {
      for (final int flags : List.of(0, FileSegment.DISABLE_SENDFILE)) {
        final EventBase base = bases.base();
        final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
        final Path file = file(200_000);
        final Streams.EventRecorder recorded = new Streams.EventRecorder();
        ends[0].setCallbacks(null, null, recorded::event);
        ends[0].enable(Event.READ);
        ends[1].enable(Event.READ);
        ends[0].write(new byte[before]);
        try (FileSegment segment = FileSegment.open(base, file, 0, -1, flags)) {
          ends[0].output().addFileSegment(segment, 0, -1);
        }
        shorten(file, 50_000);
        Streams.run(base, () -> !recorded.events.isEmpty());
        assertThat(recorded.events).containsExactly("WRITING|ERROR");
        assertThat(ends[0].error()).isEqualTo(Errno.EIO);
        ends[1].write(new byte[10]);
        Streams.run(base, () -> ends[0].input().length() == 10); // it still reads
        assertThat(ends[1].input().length()).isLessThanOrEqualTo(before + 50_000);
        assertThat(bases.exceptions).isEmpty();
        base.close();
      }
    }
  }

  @EngineTest
  void eachReleaseThatThrowsIsReportedAndTheOthersRun(final Bases bases) {
    for (final boolean closedWhileSending : List.of(true)) {
      final EventBase base = bases.base();
      bases.exceptions.clear();
      final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      final int[] released = {0};
      for (int i = 0; i < 100; i++) {
        ends[0]
            .output()
            .addReference(
                new byte[100_000],
                0,
                100_000,
                () -> {
                  released[0]++;
                  throw new IllegalStateException("on purpose");
                });
      }
      base.loop(EventBase.LOOP_NONBLOCK);
      if (closedWhileSending) {
        ends[0].close();
      } else {
        ends[1].enable(Event.READ);
        ends[1].setCallbacks(self -> self.input().drain(self.input().length()), null, null);
      }
      Streams.run(base, () -> released[0] == 100);
      Streams.runFor(base, 10);
      assertThat(bases.exceptions.stream().mapToInt(e -> 1 + e.getSuppressed().length).sum())
          .isEqualTo(100);
      base.close();
    }
  }

  @EngineTest
  void anErrorInABufferCallbackEndsTheLoopAndLosesNoEvent(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<String> order = new ArrayList<>();
    ends[1].setCallbacks(
        self -> order.add("read " + self.input().length()),
        null,
        (self, what) -> order.add(Streams.text(what)));
    ends[1]
        .input()
        .addCallback(
            (buffer, before, added, removed) -> {
              throw new AssertionError("on purpose");
            });
    ends[1].enable(Event.READ);
    ends[0].write(new byte[10]);
    ends[0].shutdownOutput();
    int errors = 0;
    while (order.size() < 2) {
      try {
        Streams.run(base, () -> order.size() == 2);
      } catch (final AssertionError e) {
        assertThat(e).hasMessage("on purpose");
        errors++;
      }
    }
    assertThat(order).containsExactly("read 10", "READING|EOF");
    assertThat(errors).isPositive();
  }

  // ---- one order of events ----

  private static List<String> eventsOfAReset(
      final Bases bases, final boolean unreadAtThePeer, final boolean deferred) {
    final EventBase base = bases.base();
    final int options = BufferEvent.CLOSE_ON_FREE | (deferred ? BufferEvent.DEFER_CALLBACKS : 0);
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, options);
    final List<String> events = new ArrayList<>();
    ends[0].setCallbacks(
        null, null, (self, what) -> events.add(Streams.text(what) + " " + self.error()));
    ends[0].enable(Event.READ);
    ends[0].write(new byte[16 << 20]);
    Streams.run(base, () -> ends[0].output().length() < 16 << 20);
    if (!unreadAtThePeer) {
      ends[1].handle().set(NetOption.LINGER, 0);
    }
    ends[1].close();
    Streams.run(base, () -> events.size() == 2);
    Streams.runFor(base, 20);
    base.close();
    return events;
  }

  @EngineTest
  void aConnectionThatBreaksBothWaysIsTwoEventsInOneOrder(final Bases bases) {
    for (int round = 0; round < 10; round++) {
      for (final boolean unread : List.of(true, false)) {
        assertThat(eventsOfAReset(bases, unread, round % 2 == 1))
            .containsExactly("READING|ERROR ECONNRESET", "WRITING|ERROR ECONNRESET");
      }
    }
  }

  @EngineTest
  void anEndAndAnErrorThatAreDueTogetherAreTwoCalls(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent stream = bases.later(BufferEvent.pair(base, 0)[0]);
    final List<String> events = new ArrayList<>();
    stream.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    stream.triggerEvent(BufferEvent.WRITING | BufferEvent.ERROR, 0);
    stream.triggerEvent(BufferEvent.READING | BufferEvent.EOF, 0);
    stream.triggerEvent(BufferEvent.ERROR, 0);
    base.dispatch();
    assertThat(events).containsExactly("ERROR", "READING|EOF", "WRITING|ERROR");
  }
}
