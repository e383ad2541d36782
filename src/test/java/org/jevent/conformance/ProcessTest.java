package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;
import org.jevent.net.ProcessSockets;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The standard streams of a process as sockets of a loop. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "starts programs of POSIX")
class ProcessTest {
  private static final int LENGTH = 1_000_000;

  @TempDir private Path directory;

  private static ProcessBuilder shell(final String script) {
    return new ProcessBuilder("sh", "-c", script);
  }

  private static BufferEvent stream(
      final Bases bases, final NetSocket socket, final Streams.EventRecorder recorded) {
    final SocketBufferEvent stream =
        bases.later(BufferEvent.socket(bases.latest(), socket, BufferEvent.CLOSE_ON_FREE));
    stream.setCallbacks(null, null, recorded::event);
    stream.enable(Event.READ);
    return stream;
  }

  private static String text(final BufferEvent stream) {
    final byte[] bytes = new byte[(int) stream.input().length()];
    stream.read(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @EngineTest
  void whatIsWrittenToAProcessComesBackAndItsEnds(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final ProcessSockets child = base.sockets().ofProcess(shell("cat; echo done >&2"));
    final Streams.EventRecorder output = new Streams.EventRecorder();
    final Streams.EventRecorder errors = new Streams.EventRecorder();
    final BufferEvent stdout = stream(bases, child.stdout(), output);
    final BufferEvent stderr = stream(bases, child.stderr(), errors);
    final SocketBufferEvent stdin =
        bases.later(BufferEvent.socket(base, child.stdin(), BufferEvent.CLOSE_ON_FREE));
    final byte[] sent = new byte[LENGTH];
    new Random(LENGTH).nextBytes(sent);
    stdin.write(sent);
    stdin.closeAfterFlush();
    Streams.run(base, () -> !output.events.isEmpty() && !errors.events.isEmpty());
    assertThat(output.events).containsExactly("READING|EOF");
    assertThat(errors.events).containsExactly("READING|EOF");
    final byte[] echoed = new byte[LENGTH + 1];
    assertThat(stdout.read(echoed)).isEqualTo(LENGTH);
    assertThat(echoed).startsWith(sent);
    assertThat(text(stderr)).isEqualTo("done\n");
    assertThat(child.process().waitFor()).isZero();
  }

  @EngineTest
  void aProcessThatDoesNotReadHoldsBackWhoWritesToIt(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Path sign = directory.resolve("sign");
    final String script = "while [ ! -e " + sign + " ]; do sleep 0.01; done; wc -c";
    final ProcessSockets child = bases.later(base.sockets().ofProcess(shell(script)));
    final SocketBufferEvent stdin =
        bases.later(BufferEvent.socket(base, child.stdin(), BufferEvent.CLOSE_ON_FREE));
    final Streams.EventRecorder output = new Streams.EventRecorder();
    final BufferEvent stdout = stream(bases, child.stdout(), output);
    stdin.write(new byte[LENGTH]);
    Streams.runFor(base, 50);
    assertThat(stdin.output().length()).isGreaterThan(LENGTH / 2);
    stdin.closeAfterFlush();
    Files.createFile(sign);
    Streams.run(base, () -> !output.events.isEmpty());
    assertThat(text(stdout).trim()).isEqualTo(String.valueOf(LENGTH));
    assertThat(child.process().waitFor()).isZero();
  }

  @EngineTest
  void aProcessThatIsGoneIsReportedToItsWriter(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final ProcessSockets child = base.sockets().ofProcess(shell("exec <&-; echo closed; exit 3"));
    final Streams.EventRecorder output = new Streams.EventRecorder();
    final BufferEvent stdout = stream(bases, child.stdout(), output);
    child.stderr().close();
    final Streams.EventRecorder input = new Streams.EventRecorder();
    final SocketBufferEvent stdin =
        bases.later(BufferEvent.socket(base, child.stdin(), BufferEvent.CLOSE_ON_FREE));
    stdin.setCallbacks(null, null, input::event);
    Streams.run(base, () -> !output.events.isEmpty());
    assertThat(text(stdout)).isEqualTo("closed\n");
    assertThat(child.process().waitFor()).isEqualTo(3);
    stdin.write(new byte[LENGTH]);
    Streams.run(base, () -> !input.events.isEmpty());
    assertThat(input.events).containsExactly("WRITING|ERROR");
  }

  @EngineTest
  void whatTheBuilderRedirectsHasNoSocket(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final File file = directory.resolve("out").toFile();
    final ProcessBuilder builder =
        shell("cat; echo error >&2").redirectErrorStream(true).redirectInput(new File("/dev/null"));
    try (ProcessSockets child = base.sockets().ofProcess(builder)) {
      assertThat(child.stdin()).isNull();
      assertThat(child.stderr()).isNull();
      final Streams.EventRecorder recorded = new Streams.EventRecorder();
      final BufferEvent stdout = stream(bases, child.stdout(), recorded);
      Streams.run(base, () -> !recorded.events.isEmpty());
      assertThat(text(stdout)).isEqualTo("error\n");
    }
    builder.redirectOutput(file);
    try (ProcessSockets child = base.sockets().ofProcess(builder)) {
      assertThat(child.stdout()).isNull();
      assertThat(child.process().waitFor()).isZero();
    }
    assertThat(Files.readString(file.toPath())).isEqualTo("error\n");
  }

  @EngineTest
  void theBuilderIsLeftAsItWas(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final ProcessBuilder builder = shell("exit 0");
    for (int i = 0; i < 2; i++) {
      try (ProcessSockets child = base.sockets().ofProcess(builder)) {
        assertThat(child.process().waitFor()).isZero();
      }
      assertThat(builder.redirectInput()).isSameAs(Redirect.PIPE);
      assertThat(builder.redirectOutput()).isSameAs(Redirect.PIPE);
      assertThat(builder.redirectError()).isSameAs(Redirect.PIPE);
    }
    final ProcessBuilder wrong = new ProcessBuilder(directory.resolve("nothing").toString());
    assertThatThrownBy(() -> base.sockets().ofProcess(wrong))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nothing");
    assertThat(wrong.redirectInput()).isSameAs(Redirect.PIPE);
    assertThat(wrong.redirectOutput()).isSameAs(Redirect.PIPE);
  }

  @EngineTest
  void eventsWatchItsStreams(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    try (ProcessSockets child = base.sockets().ofProcess(shell("read line; echo \"<$line>\""))) {
      final ByteBuffer bytes = ByteBuffer.allocate(64);
      final AtomicInteger ends = new AtomicInteger();
      final NetSocket stdout = child.stdout();
      final Event reading =
          bases.later(
              base.newEvent(
                  stdout,
                  Event.READ | Event.PERSIST,
                  (event, what) -> {
                    if (stdout.read(bytes) == NetSocket.END) {
                      ends.incrementAndGet();
                      event.delete();
                    }
                  }));
      assertThat(stdout.read(bytes)).isEqualTo(NetSocket.WOULD_BLOCK);
      reading.add();
      child.stdin().write(ByteBuffer.wrap("line\n".getBytes(StandardCharsets.US_ASCII)));
      base.dispatch();
      assertThat(ends).hasValue(1);
      assertThat(new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII))
          .isEqualTo("<line>\n");
    }
  }

  /** A process that got the other ends, too, would keep its own input open. */
  @EngineTest
  void otherProcessesDoNotInheritTheEnds(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final ProcessSockets first = base.sockets().ofProcess(shell("cat"));
    final ProcessSockets second = bases.later(base.sockets().ofProcess(shell("cat")));
    final BufferEvent stdout = stream(bases, first.stdout(), recorded);
    first.stderr().close();
    first.stdin().close();
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("READING|EOF");
    assertThat(stdout.input().isEmpty()).isTrue();
    assertThat(second.process().isAlive()).isTrue();
  }
}
