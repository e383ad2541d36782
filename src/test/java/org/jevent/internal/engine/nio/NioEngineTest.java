package org.jevent.internal.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is particular to the engine in pure Java. */
@Timeout(60)
class NioEngineTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final NioEngine engine = new NioEngine();
  private final List<Pipe> pipes = new ArrayList<>();

  /** Counts how often its channel was reported ready. */
  private static class Counter extends Attachment {
    int ready;

    @Override
    public void ready(final int mask, final Errno error) {
      assertThat(error).isEqualTo(Errno.NONE);
      ready++;
    }
  }

  @AfterEach
  void close() throws IOException {
    engine.close();
    for (final Pipe pipe : pipes) {
      pipe.source().close();
      pipe.sink().close();
    }
  }

  private Pipe pipe() throws IOException {
    final Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipes.add(pipe);
    return pipe;
  }

  private Counter watch(final Pipe pipe) {
    final Counter counter = new Counter();
    engine.poll(engine.attach(counter, pipe.source()), Engine.READ, false);
    return counter;
  }

  @Test
  void aSelectorThatKeepsReturningForNothingIsReplacedAndNothingIsLost() throws IOException {
    final Pipe before = pipe();
    final Counter counter = watch(before);
    engine.enter(0);
    final Selector first = engine.selector();
    for (int i = 0; i < 600; i++) {
      engine.selector().wakeup(); // behind the engine's back: a wait that ends for no reason
      engine.enter(10 * SECOND);
    }
    assertThat(engine.selector()).isNotSameAs(first);
    assertThat(first.isOpen()).isFalse();
    assertThat(counter.ready).isZero();
    final Counter later = watch(pipe());
    before.sink().write(ByteBuffer.allocate(1));
    pipes.get(1).sink().write(ByteBuffer.allocate(1));
    while (counter.ready == 0 || later.ready == 0) {
      engine.enter(SECOND);
    }
  }

  /** Slots that want nothing have no key, and are no reason to look for one that was lost. */
  @Test
  void slotsAreLookedThroughOnlyWhenAChannelWasClosed() throws IOException {
    final Errno[] recorded = {Errno.NONE};
    for (int i = 0; i < 10; i++) {
      engine.attach(new Counter(), pipe().source());
    }
    final Pipe lost = pipe();
    final Attachment watcher =
        new Attachment() {
          @Override
          public void ready(final int mask, final Errno error) {
            recorded[0] = error;
          }
        };
    engine.poll(engine.attach(watcher, lost.source()), Engine.READ, false);
    watch(pipe());
    for (int i = 0; i < 5; i++) {
      engine.enter(0);
    }
    assertThat(engine.searches()).isZero();
    lost.source().close();
    while (recorded[0] == Errno.NONE) {
      engine.enter(0);
    }
    assertThat(recorded[0]).isEqualTo(Errno.EBADF);
    assertThat(engine.searches()).isEqualTo(1);
    engine.rebuild();
    for (int i = 0; i < 5; i++) {
      engine.enter(0);
    }
    assertThat(engine.searches()).isEqualTo(1);
  }

  /**
   * As another thread may do at any time: the channel is closed when the system has reported it.
   */
  @Test
  void aChannelThatIsClosedAfterItWasReportedHarmsNoOther() throws IOException {
    final int many = 8;
    final List<Counter> counters = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      final Pipe pipe = pipe();
      final int neighbour = i ^ 1;
      final Counter counter =
          new Counter() {
            @Override
            public void ready(final int mask, final Errno error) {
              if (error == Errno.NONE) {
                super.ready(mask, error);
                close(pipes.get(neighbour).source());
              }
            }
          };
      engine.poll(engine.attach(counter, pipe.source()), Engine.READ, false);
      counters.add(counter);
      pipe.sink().write(ByteBuffer.allocate(1));
    }
    for (int i = 0; i < many; i++) {
      engine.enter(0);
    }
    for (int i = 0; i < many; i += 2) {
      final int first = counters.get(i).ready;
      final int second = counters.get(i + 1).ready;
      assertThat(Math.min(first, second)).isZero();
      assertThat(Math.max(first, second)).isPositive();
    }
  }

  private static void close(final Channel channel) {
    try {
      channel.close();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void wakeUpsAreNoReasonToReplaceTheSelector() {
    final Selector first = engine.selector();
    for (int i = 0; i < 2000; i++) {
      engine.wakeup();
      engine.enter(10 * SECOND);
    }
    assertThat(engine.selector()).isSameAs(first);
  }

  @Test
  void descriptorsAreRefusedByNumber() {
    assertThatThrownBy(() -> engine.attach(new Counter(), 7))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("descriptor 7");
    assertThatThrownBy(() -> engine.check(7)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> engine.sockets().adopt(7))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void whatItCannotWatchForIsRefused() throws IOException {
    final int slot = engine.attach(new Counter(), pipe().source());
    for (final int mask : new int[] {Engine.READ | Engine.ET, Engine.CLOSED}) {
      assertThatThrownBy(() -> engine.poll(slot, mask, false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** What an attachment throws is no error of its channel: it gets no completion for it. */
  @Test
  void anAttachmentThatThrowsHearsOfItsChannelAsBefore() throws IOException {
    final List<String> calls = new ArrayList<>();
    final Attachment throwing =
        new Attachment() {
          @Override
          public void received(
              final Memory memory, final int buffer, final int offset, final int length) {
            calls.add("received " + length);
            throw new IllegalStateException("on purpose");
          }

          @Override
          public void receiveEnded(final Errno error) {
            calls.add("ended " + error);
          }

          @Override
          public void sent(final long bytes, final Errno error) {
            calls.add("sent " + bytes + " " + error);
            throw new IllegalStateException("on purpose");
          }
        };
    final Pipe pipe = pipe();
    pipe.sink().configureBlocking(false);
    final int source = engine.attach(throwing, pipe.source());
    final int sink = engine.attach(throwing, pipe.sink());
    engine.receive(source, 100);
    final List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      final SendVector vector = new SendVector();
      vector.add(engine.allocate(i), 0, i);
      engine.send(sink, vector, false);
      expected.add("sent " + i + " NONE");
      expected.add("received " + i);
      while (calls.size() < expected.size()) {
        try {
          engine.enter(SECOND);
        } catch (final IllegalStateException e) {
          assertThat(e).hasMessage("on purpose");
        }
      }
      assertThat(calls).isEqualTo(expected);
    }
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        Arguments.of(new IOException("Connection reset by peer"), Errno.ECONNRESET),
        Arguments.of(new SocketException("Connection reset"), Errno.ECONNRESET),
        Arguments.of(new IOException("Broken pipe"), Errno.EPIPE),
        Arguments.of(new ConnectException("Connection refused"), Errno.ECONNREFUSED),
        Arguments.of(new ConnectException(), Errno.ECONNREFUSED),
        Arguments.of(new ConnectException("Connection timed out"), Errno.ETIMEDOUT),
        Arguments.of(new NoRouteToHostException(), Errno.EHOSTUNREACH),
        Arguments.of(new SocketException("Network is unreachable"), Errno.ENETUNREACH),
        Arguments.of(new BindException("Address already in use"), Errno.EADDRINUSE),
        Arguments.of(new BindException("Permission denied"), Errno.EACCES),
        Arguments.of(new BindException("Cannot assign requested address"), Errno.EADDRNOTAVAIL),
        Arguments.of(new IOException("Too many open files"), Errno.EMFILE),
        Arguments.of(new IOException("Too many open files in system"), Errno.ENFILE),
        Arguments.of(new IOException("Message too long"), Errno.EMSGSIZE),
        Arguments.of(new FileNotFoundException("x (No such file or directory)"), Errno.ENOENT),
        Arguments.of(new ClosedChannelException(), Errno.EBADF),
        Arguments.of(new NotYetConnectedException(), Errno.ENOTCONN),
        Arguments.of(new ConnectionPendingException(), Errno.EALREADY),
        Arguments.of(new AlreadyConnectedException(), Errno.EISCONN),
        Arguments.of(new PortUnreachableException(), Errno.ECONNREFUSED),
        Arguments.of(new UnsupportedAddressTypeException(), Errno.EAFNOSUPPORT),
        Arguments.of(new AlreadyBoundException(), Errno.EINVAL),
        Arguments.of(new IOException("something else"), Errno.EIO),
        Arguments.of(new ErrnoException("poll", Errno.ENOMEM, 12), Errno.ENOMEM));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void exceptionsOfTheJdkHaveTheSystemsNames(final Exception problem, final Errno expected) {
    assertThat(NioErrors.of(problem)).isEqualTo(expected);
    assertThat(NioErrors.exception("try it", problem))
        .hasMessageContaining("try it")
        .hasMessageContaining(expected.name())
        .hasCause(problem);
  }
}
