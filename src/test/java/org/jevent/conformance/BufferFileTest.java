package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Buffers.inEachForm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.AfterEach;

/** Ranges of files in buffers, and on their way to a socket. */
class BufferFileTest {
  private static final int BIG = 512 * 1024;

  private Path path;
  private byte[] content;

  private Path file(final int size) {
    try {
      content = new byte[size];
      new Random(size).nextBytes(content);
      path = Files.createTempFile("buffer", ".file");
      return Files.write(path, content);
    } catch (final IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void delete() throws IOException {
    if (path != null) {
      Files.delete(path);
    }
  }

  private interface Filler {
    void fill(EventBuffer output);
  }

  /** What arrives at the other end of a stream that sends what {@code filler} adds. */
  private static byte[] sent(final Bases bases, final EventBase base, final Filler filler) {
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[1].setCallbacks(null, null, recorded::event);
    ends[1].enable(Event.READ);
    ends[0].output().add("head");
    filler.fill(ends[0].output());
    ends[0].output().add("tail");
    ends[0].shutdownOutput();
    Streams.run(base, () -> !recorded.events.isEmpty());
    final byte[] all = ends[1].input().toByteArray();
    assertThat(new String(all, 0, 4, java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("head");
    final byte[] tail = Arrays.copyOfRange(all, all.length - 4, all.length);
    assertThat(new String(tail, java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("tail");
    ends[0].close();
    ends[1].close();
    return Arrays.copyOfRange(all, 4, all.length - 4);
  }

  private byte[] range(final int from, final int count) {
    return Arrays.copyOfRange(content, from, from + count);
  }

  @EngineTest
  void aFileIsSentByTheSystemOrAsBytes(final Bases bases) {
    for (final int size : new int[] {1, 1000, BIG}) {
      final Path source = file(size);
      for (final int flags : new int[] {0, FileSegment.DISABLE_SENDFILE}) {
        final EventBase base = bases.base();
        final byte[] got =
            sent(
                bases,
                base,
                output -> {
                  try (FileSegment segment = FileSegment.open(base, source, 0, -1, flags)) {
                    output.addFileSegment(segment, 0, -1);
                  }
                });
        assertThat(got).as("%d bytes, flags %d", size, flags).isEqualTo(content);
      }
      final EventBase base = bases.base();
      assertThat(sent(bases, base, output -> output.addFile(source, 0, -1))).isEqualTo(content);
      try {
        Files.delete(path);
        path = null;
      } catch (final IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @EngineTest
  void offsetsInTheFileAndInTheSegmentAddUp(final Bases bases) {
    final Path source = file(BIG);
    for (final int flags : new int[] {0, FileSegment.DISABLE_SENDFILE}) {
      final EventBase base = bases.base();
      final byte[] got =
          sent(
              bases,
              base,
              output -> {
                try (FileSegment segment =
                    FileSegment.open(base, source, 4321, BIG - 10_000, flags)) {
                  output.addFileSegment(segment, 100, 200_000);
                  output.addFileSegment(segment, 0, 5);
                }
                output.addFile(source, 77, 3);
              });
      assertThat(Arrays.copyOf(got, 200_000)).isEqualTo(range(4421, 200_000));
      assertThat(Arrays.copyOfRange(got, 200_000, 200_005)).isEqualTo(range(4321, 5));
      assertThat(Arrays.copyOfRange(got, 200_005, 200_008)).isEqualTo(range(77, 3));
    }
  }

  @EngineTest
  void aSegmentOfPureJavaIsSentByAnyEngine(final Bases bases) {
    final Path source = file(100_000);
    final EventBase base = bases.base();
    final byte[] got =
        sent(
            bases,
            base,
            output -> {
              try (FileSegment segment = FileSegment.open(null, source, 0, -1, 0)) {
                output.addFileSegment(segment, 0, -1);
              }
            });
    assertThat(got).isEqualTo(content);
  }

  @EngineTest
  void aBufferWithFilesIsWrittenToASocket(final Bases bases) {
    final Path source = file(9000);
    inEachForm(
        bases,
        buffers -> {
          final EventBase base = bases.base();
          final NetSocket[] pair = bases.pair(base);
          final EventBuffer buffer = buffers.of("<");
          buffer.addFile(source, 10, 8000).add(">");
          assertThat(buffer.write(pair[0], -1)).isEqualTo(8002);
          final EventBuffer read = buffers.empty();
          read.maxRead(100_000);
          while (read.length() < 8002) {
            assertThat(read.read(pair[1], -1)).isPositive();
          }
          assertThat(read.get(0)).isEqualTo((byte) '<');
          read.drain(1);
          final byte[] middle = new byte[8000];
          read.remove(middle);
          assertThat(middle).isEqualTo(range(10, 8000));
          assertThat(read.read(pair[1], 10)).isEqualTo(NetSocket.WOULD_BLOCK);
        });
  }

  @EngineTest
  void everyReaderOfAFileSeesItsBytes(final Bases bases) {
    final Path source = file(40_000);
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.empty();
          buffer.addFile(source, 5, 30_000);
          assertThat(buffer.get(123)).isEqualTo(content[128]);
          final byte[] copy = new byte[10];
          buffer.copyOut(20_000, copy, 0, 10);
          assertThat(copy).isEqualTo(range(20_005, 10));
          assertThat(buffer.search(range(29_000, 20))).isEqualTo(28_995);
          buffer.drain(5);
          final byte[] all = new byte[29_995];
          buffer.pullUp(-1).get(all);
          assertThat(all).isEqualTo(range(10, 29_995));
          final EventBuffer half = buffers.empty();
          final EventBuffer again = buffers.empty();
          again.addFile(source, 0, -1);
          again.removeTo(half, 15_000);
          assertThat(half.toByteArray()).isEqualTo(range(0, 15_000));
          assertThat(again.toByteArray()).isEqualTo(range(15_000, 25_000));
        });
  }

  @EngineTest
  void theFileIsClosedWithItsLastUser(final Bases bases) {
    final Path source = file(100);
    inEachForm(
        bases,
        buffers -> {
          final AtomicInteger cleaned = new AtomicInteger();
          final FileSegment segment = FileSegment.open(buffers.base(), source, 0, -1, 0);
          segment.addCleanup(cleaned::incrementAndGet);
          final EventBuffer one = buffers.empty();
          final EventBuffer other = buffers.empty();
          one.addFileSegment(segment, 0, -1);
          other.addFileSegment(segment, 50, 50);
          other.addBufferReference(one);
          assertThat(segment.length()).isEqualTo(100);
          segment.close();
          segment.close();
          assertThatThrownBy(() -> one.addFileSegment(segment, 0, -1))
              .isInstanceOf(IllegalStateException.class);
          one.drain(100);
          other.drain(149);
          assertThat(cleaned).hasValue(0);
          other.close();
          assertThat(cleaned).hasValue(1);
        });
  }

  @EngineTest
  void whatCannotBeOpenedOrIsNotThereIsRefused(final Bases bases) {
    final Path source = file(100);
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("kept");
          assertThatThrownBy(() -> buffer.addFile(Path.of("/nowhere/at/all"), 0, -1))
              .isInstanceOfSatisfying(
                  ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
          assertThatThrownBy(() -> buffer.addFile(source, 0, 101))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> buffer.addFile(source, 101, -1))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> FileSegment.open(buffers.base(), source, 0, -1, 64))
              .isInstanceOf(IllegalArgumentException.class);
          buffer.addFile(source, 100, -1);
          Buffers.assertHolds(buffer, "kept");
        });
  }

  @EngineTest
  void aFileThatHasShrunkIsAnError(final Bases bases) throws IOException {
    final Path source = file(50_000);
    final EventBase base = bases.base();
    final EventBuffer buffer = bases.later(new EventBuffer(base));
    buffer.addFile(source, 0, -1);
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[0].setCallbacks(null, null, recorded::event);
    ends[0].output().addFile(source, 0, -1);
    Files.write(source, new byte[10]);
    assertThatThrownBy(() -> buffer.pullUp(-1))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
    assertThat(buffer.length()).isEqualTo(50_000);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("WRITING|ERROR");
    assertThat(ends[0].error()).isEqualTo(Errno.EIO);
  }
}
