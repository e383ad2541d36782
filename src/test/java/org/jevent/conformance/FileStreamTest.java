package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Watcher;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Buffer events on what is no socket: files, directories, devices, terminals, pipes. The same on
 * every engine that takes descriptors, whether or not it can watch them.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "what is no socket has no readiness there")
class FileStreamTest {
  private static final int O_RDONLY = 0;
  private static final int O_RDWR_NOCTTY = 0x102;
  private static final int LENGTH = 200_001;

  @TempDir private Path directory;

  private static NetSocket open(final EventBase base, final Path path) {
    return base.sockets().adopt(Native.call("open", path.toString(), O_RDONLY));
  }

  private static NetSocket openToWrite(final EventBase base, final Path path) throws IOException {
    if (Files.notExists(path)) {
      Files.createFile(path);
    }
    return base.sockets().adopt(Native.call("open", path.toString(), 1 /* O_WRONLY */));
  }

  private Path file(final byte[] bytes) throws IOException {
    return Files.write(directory.resolve("file"), bytes);
  }

  private static byte[] random() {
    final byte[] bytes = new byte[LENGTH];
    new Random(LENGTH).nextBytes(bytes);
    return bytes;
  }

  private static BufferEvent stream(
      final Bases bases, final NetSocket socket, final Streams.EventRecorder recorded) {
    final SocketBufferEvent stream =
        bases.later(BufferEvent.socket(bases.latest(), socket, BufferEvent.CLOSE_ON_FREE));
    stream.setCallbacks(null, null, recorded::event);
    return stream;
  }

  @EngineTest
  void aRegularFileIsReadToItsEnd(final Bases bases) throws Exception {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final byte[] bytes = random();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final BufferEvent stream = stream(bases, open(base, file(bytes)), recorded);
    stream.enable(Event.READ);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
    final byte[] read = new byte[LENGTH + 1];
    assertThat(stream.read(read)).isEqualTo(LENGTH);
    assertThat(read).startsWith(bytes);
  }

  @EngineTest
  void theLoopEndsWithTheFile(final Bases bases) throws Exception {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    stream(bases, open(base, file(random())), recorded).enable(Event.READ);
    base.dispatch();
    assertThat(recorded.events).containsExactly("READING|EOF");
  }

  @EngineTest
  void aFileThatIsNotReadFromDoesNotTurnTheLoop(final Bases bases) throws Exception {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final BufferEvent stream = stream(bases, open(base, file(random())), recorded);
    stream.setWatermarks(Event.READ, 0, 10_000);
    stream.enable(Event.READ);
    Streams.run(base, () -> stream.input().length() >= 10_000);
    final AtomicInteger turns = new AtomicInteger();
    try (Watcher watcher = base.watchPrepare((self, timeout) -> turns.incrementAndGet())) {
      assertThat(watcher).isNotNull();
      Streams.runFor(base, 50); // wakes every five milliseconds
    }
    assertThat(turns.get()).isLessThan(100);
    assertThat(recorded.events).isEmpty();
    final EventBuffer rest = bases.later(new EventBuffer(base));
    stream.setCallbacks(self -> self.read(rest), null, recorded::event);
    stream.read(rest);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
    assertThat(rest.length()).isEqualTo(LENGTH);
  }

  @EngineTest
  void aStreamBesideAFileIsServed(final Bases bases) throws Exception {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final BufferEvent zeros = stream(bases, open(base, Path.of("/dev/zero")), recorded);
    zeros.setCallbacks(self -> self.input().drain(self.input().length()), null, recorded::event);
    zeros.enable(Event.READ);
    final SocketBufferEvent[] ends = Streams.pair(bases, base, 0);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[100_000]);
    Streams.run(base, () -> ends[1].input().length() == 100_000);
    assertThat(recorded.events).isEmpty();
  }

  @EngineTest
  void whatIsWrittenToAFileStandsInIt(final Bases bases) throws Exception {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final byte[] bytes = random();
    final Path target = directory.resolve("target");
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final BufferEvent stream = stream(bases, openToWrite(base, target), recorded);
    stream.write(bytes);
    stream.output().addFile(file(bytes), 0, LENGTH);
    Streams.run(base, () -> stream.output().isEmpty());
    assertThat(recorded.events).isEmpty();
    assertThat(Files.size(target)).isEqualTo(2 * LENGTH);
    assertThat(Files.readAllBytes(target)).startsWith(bytes).endsWith(bytes);
  }

  @EngineTest
  void closingAfterFlushingAFileOrAPipeLosesNothing(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final byte[] bytes = random();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final NetSocket[] pipe = base.sockets().pipe();
    final BufferEvent reader = stream(bases, pipe[0], recorded);
    final BufferEvent writer = stream(bases, pipe[1], recorded);
    writer.write(bytes);
    writer.closeAfterFlush();
    reader.enable(Event.READ);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
    assertThat(reader.input().length()).isEqualTo(LENGTH);
    if (!bases.isNio()) {
      final Path target = directory.resolve("target");
      final BufferEvent stream = stream(bases, openToWrite(base, target), recorded);
      stream.write(bytes);
      stream.closeAfterFlush();
      base.dispatch();
      assertThat(Files.readAllBytes(target)).isEqualTo(bytes);
    }
  }

  @EngineTest
  void aDirectoryIsAnErrorAndNoBytes(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final BufferEvent stream = stream(bases, open(base, directory), recorded);
    stream.enable(Event.READ);
    base.dispatch();
    assertThat(recorded.events).containsExactly("READING|ERROR");
    assertThat(stream.error()).isEqualTo(Errno.EISDIR);
    assertThat(stream.input().isEmpty()).isTrue();
  }

  @EngineTest
  void theNullDeviceEndsAtOnceAndTakesEverything(final Bases bases) throws Exception {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final Path device = Path.of("/dev/null");
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    stream(bases, open(base, device), recorded).enable(Event.READ);
    base.dispatch();
    assertThat(recorded.events).containsExactly("READING|EOF");
    final BufferEvent sink = stream(bases, openToWrite(base, device), recorded);
    sink.write(new byte[1_000_000]);
    Streams.run(base, () -> sink.output().isEmpty());
    assertThat(recorded.events).hasSize(1);
  }

  @EngineTest
  void aPipeInBlockingModeDoesNotStopTheLoop(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final NetSocket[] pipe = base.sockets().pipe();
    for (final NetSocket end : pipe) {
      assertThat(end.isBlocking()).isFalse();
      end.configureBlocking(true);
      assertThat(end.isBlocking()).isTrue();
    }
    final BufferEvent reader = stream(bases, pipe[0], recorded);
    final BufferEvent writer = stream(bases, pipe[1], recorded);
    writer.write(new byte[LENGTH]);
    Streams.run(base, () -> writer.output().length() < LENGTH);
    reader.enable(Event.READ);
    Streams.run(base, () -> reader.input().length() == LENGTH);
    writer.close();
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
  }

  @EngineTest
  void theModeOfASocketIsChanged(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    assertThat(pair[0].isBlocking()).isFalse();
    pair[0].configureBlocking(true);
    assertThat(pair[0].isBlocking()).isTrue();
    pair[0].configureBlocking(false);
    final java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(8);
    assertThat(pair[0].read(bytes)).isEqualTo(NetSocket.WOULD_BLOCK);
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void aTerminalIsAStream(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final int master = Native.call("posix_openpt", O_RDWR_NOCTTY);
    Native.call("grantpt", master);
    Native.call("unlockpt", master);
    final byte[] name = new byte[64];
    Native.call("ptsname_r", master, name, (long) name.length);
    final int slave = Native.call("open", name, O_RDWR_NOCTTY);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final BufferEvent user = stream(bases, base.sockets().adopt(master), recorded);
    final BufferEvent program = stream(bases, base.sockets().adopt(slave), recorded);
    program.enable(Event.READ);
    user.write("hello\n".getBytes(StandardCharsets.US_ASCII));
    Streams.run(base, () -> program.input().length() == 6);
    user.write(new byte[] {4}); // the user ends the input
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
  }

  @EngineTest
  void aNamedPipeIsAStream(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final Path fifo = directory.resolve("fifo");
    Native.call("mkfifo", fifo.toString(), 0600);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final NetSocket both =
        base.sockets().adopt(Native.call("open", fifo.toString(), 2 /* O_RDWR */));
    final BufferEvent reader = stream(bases, open(base, fifo), recorded);
    final BufferEvent writer = stream(bases, both, recorded);
    reader.enable(Event.READ);
    writer.write(new byte[LENGTH]);
    Streams.run(base, () -> reader.input().length() == LENGTH);
    writer.close();
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void anEventDescriptorIsAStream(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final BufferEvent stream =
        stream(bases, base.sockets().adopt(Native.call("eventfd", 0, 0)), recorded);
    stream.enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    stream.write(new byte[] {0, 0, 0, 7, 7, 0, 0, 0});
    Streams.run(base, () -> stream.input().length() == Long.BYTES);
    assertThat(recorded.events).isEmpty();
  }

  @EngineTest
  void anEventOnAFileIsOfTheFeatureAndSaysWhatElseThereIs(final Bases bases) throws Exception {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket file = bases.later(open(base, file(new byte[10])));
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        bases.later(base.newEvent(file, Event.READ, (self, what) -> ran.incrementAndGet()));
    if (bases.has(EventBase.FEATURE_FDS)) {
      event.add();
      base.dispatch();
      assertThat(ran).hasValue(1);
    } else {
      assertThatThrownBy(event::add)
          .isInstanceOf(ErrnoException.class)
          .hasMessageContaining("fd " + file.descriptor())
          .hasMessageContaining("method " + bases.method())
          .hasMessageContaining("EventBuffer.addFile")
          .hasMessageContaining("EPERM");
      base.dispatch();
      assertThat(ran).hasValue(0);
    }
  }

  @EngineTest
  void whatCannotBeADescriptorIsRefusedAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    assertThatThrownBy(() -> base.sockets().adopt(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    if (bases.isNio()) {
      assertThatThrownBy(() -> base.sockets().adopt(0))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("descriptor 0");
    }
  }
}
