package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.junit.jupiter.api.io.TempDir;

/** Looking at an output while the system still sends from it changes nothing that is sent. */
class SentBytesTest {
  private static final int BYTES = 8 << 20;

  @TempDir Path directory;

  private static byte[] pattern() {
    final byte[] bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  /** Takes what was given back too early, and writes over it. */
  private static List<EventBuffer> writeOver(final EventBase base) {
    final byte[] other = new byte[100_000];
    Arrays.fill(other, (byte) 0xff);
    final List<EventBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      buffers.add(new EventBuffer(base).add(other));
      for (int j = 0; j < 100; j++) {
        buffers.add(new EventBuffer(base).add(Arrays.copyOf(other, 200)));
      }
    }
    return buffers;
  }

  private static void receiveAll(
      final EventBase base, final BufferEvent reader, final byte[] expected) {
    reader.enable(Event.READ);
    Streams.run(base, () -> reader.input().length() == expected.length);
    assertThat(reader.input().toByteArray()).isEqualTo(expected);
  }

  @EngineTest
  void bytesThatArePulledUpMeanwhileAreSentAsTheyWere(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final byte[] sent = pattern();
    base.execute(
        () -> {
          for (int i = 0; i < BYTES; i += 256) {
            ends[0].output().add(sent, i, 256);
          }
        });
    Streams.runFor(base, 50); // until nothing more can leave
    final List<EventBuffer> others = new ArrayList<>();
    base.execute(
        () -> {
          assertThat(ends[0].output().pullUp(60_000)).isNotNull();
          others.addAll(writeOver(base));
        });
    base.loop(EventBase.LOOP_NONBLOCK);
    receiveAll(base, ends[1], sent);
    others.forEach(EventBuffer::close);
  }

  @EngineTest
  void aFileThatIsSearchedMeanwhileIsSentAsItWas(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final byte[] sent = pattern();
    final Path file = Files.write(directory.resolve("sent"), sent);
    final Path other = Files.write(directory.resolve("other"), new byte[BYTES]);
    ends[0].output().addFile(file, 0, -1);
    Streams.runFor(base, 50);
    assertThat(ends[0].output().length()).isPositive();
    assertThat(ends[0].output().indexOf((byte) 0xff)).isEqualTo(-1);
    final List<FileSegment> opened = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      opened.add(FileSegment.open(base, other, 0, -1, 0));
    }
    receiveAll(base, ends[1], sent);
    opened.forEach(FileSegment::close);
  }

  /** What was referred to is released when it has left, and not before. */
  @EngineTest
  void aReferenceThatIsPulledUpMeanwhileIsReleasedWhenItHasLeft(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final int[] released = {0};
    final byte[] sent = new byte[BYTES];
    ends[0].output().addReference(sent, 0, BYTES / 2, () -> released[0]++);
    ends[0].output().addReference(sent, BYTES / 2, BYTES / 2, () -> released[0]++);
    Streams.runFor(base, 50);
    final int before = released[0];
    final long left = ends[0].output().length();
    assertThat(ends[0].output().pullUp(-1).remaining()).isEqualTo((int) left);
    assertThat(released[0]).isEqualTo(before);
    receiveAll(base, ends[1], sent);
    Streams.run(base, () -> released[0] == 2);
  }
}
