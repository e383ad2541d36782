package org.jevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.StreamFilter;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A mixed program whose engine throws at its n-th call, for every n. Whatever throws, each stream
 * gets its end reported, no bytes are lost unseen, and the loop ends with nothing left.
 */
@Timeout(300)
class FailingEngineTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final byte[] CONTENT = new byte[40_000];

  static {
    new Random(3).nextBytes(CONTENT);
  }

  @TempDir private static Path directory;

  static Stream<String> engines() {
    final String only = System.getProperty("jevent.test.engines");
    return EventBase.supportedMethods().stream()
        .filter(MethodInfo::usable)
        .map(MethodInfo::name)
        .filter(name -> only == null || List.of(only.split(",")).contains(name));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anExceptionBelongsToItsStream(final String method) throws Exception {
    final Supplier<Throwable> problem = () -> new ErrnoException("on purpose", Errno.ENOMEM, 0);
    runForEachCall(method, problem, false);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void afterAnErrorALoopThatIsEnteredAgainGoesOn(final String method) throws Exception {
    runForEachCall(method, () -> new OutOfMemoryError("on purpose"), true);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aBaseThatCannotBeMadeClosesItsEngine(final String method) {
    int bases = 0;
    FailingEngine failing;
    do {
      failing = FailingEngine.whenMade(++bases, () -> new IllegalStateException("on purpose"));
      final EventConfig config = new EventConfig().method(method);
      config.providers = failing.providers();
      try {
        new EventBase(config).close();
      } catch (final IllegalStateException e) {
        assertThat(e).hasMessage("on purpose");
        assertThat(failing.failed()).isNotNull();
      }
      assertThat(failing.open()).as(failing.failed()).isZero();
    } while (failing.failed() != null);
    assertThat(bases).isGreaterThan(1);
  }

  private static void runForEachCall(
      final String method, final Supplier<Throwable> problem, final boolean isError)
      throws Exception {
    final Path file = directory.resolve("content");
    Files.write(file, CONTENT);
    int programs = 0;
    String failed;
    do {
      final FailingEngine failing = new FailingEngine(++programs, problem);
      final EventConfig config = new EventConfig().method(method);
      config.providers = failing.providers();
      final Program program = new Program(config, file);
      try {
        program.run(failing, isError);
      } catch (final AssertionError e) {
        throw new AssertionError("call " + programs + ", " + failing.failed() + ", has failed", e);
      } finally {
        program.base.close();
      }
      failed = failing.failed();
    } while (failed != null);
    assertThat(programs).isGreaterThan(50);
  }

  /** Clients that send and get everything back, each in another way. */
  private static final class Program {
    final List<Throwable> reported = new ArrayList<>();
    final EventBase base;
    final ConnectionListener listener;
    final List<Client> clients = new ArrayList<>();
    int ended;

    Program(final EventConfig config, final Path file) throws IOException {
      base = new EventBase(config.exceptionHandler((source, thrown) -> reported.add(thrown)));
      listener =
          ConnectionListener.bind(
              base,
              ANY_PORT,
              ConnectionListener.CLOSE_ON_FREE,
              -1,
              (self, socket, peer) ->
                  serve(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)));
      final StreamFilter pass =
          (source, target, limit, mode) -> {
            source.removeTo(target, limit < 0 ? source.length() : limit);
            return StreamFilter.Result.OK;
          };
      clients.add(new Client("bytes", socket(0), stream -> stream.write(CONTENT)));
      clients.add(
          new Client(
              "a file", socket(0), stream -> stream.output().addFile(file, 0, CONTENT.length)));
      clients.add(
          new Client(
              "deferred",
              socket(BufferEvent.DEFER_CALLBACKS),
              stream -> stream.output().addReference(CONTENT, 0, CONTENT.length, null)));
      final BufferEvent below = socket(0);
      clients.add(
          new Client(
              "a filter",
              BufferEvent.filter(below, pass, pass, BufferEvent.CLOSE_ON_FREE),
              stream -> stream.write(CONTENT)));
    }

    private BufferEvent socket(final int options) {
      return BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE | options);
    }

    /** A server whose callbacks end the stream when something that they call fails. */
    private void serve(final BufferEvent stream) {
      stream.setCallbacks(
          self -> orClose(self, () -> self.output().add(self.input())),
          null,
          (self, what) -> {
            if (what == (BufferEvent.READING | BufferEvent.EOF)) {
              self.closeAfterFlush();
            } else {
              self.close();
            }
          });
      stream.enable(Event.READ);
    }

    private static void orClose(final BufferEvent stream, final Runnable action) {
      try {
        action.run();
      } catch (final Throwable e) {
        stream.close();
        throw e;
      }
    }

    /** One client's conversation. */
    private final class Client {
      final String name;
      final BufferEvent stream;
      final java.util.function.Consumer<BufferEvent> send;
      int received;
      boolean over;
      boolean failed;

      Client(
          final String name,
          final BufferEvent stream,
          final java.util.function.Consumer<BufferEvent> send) {
        this.name = name;
        this.stream = stream;
        this.send = send;
        stream.setCallbacks(self -> orEnd(this::read), null, (self, what) -> event(what));
        stream.setTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10));
      }

      void start() {
        orEnd(
            () -> {
              send.accept(stream);
              stream.enable(Event.READ);
              final SocketBufferEvent connecting =
                  (SocketBufferEvent) (stream.underlying() == null ? stream : stream.underlying());
              connecting.connect(listener.address());
            });
      }

      private void orEnd(final Runnable action) {
        try {
          action.run();
        } catch (final Throwable e) {
          failed = true;
          end();
          throw e;
        }
      }

      private void read() {
        final byte[] bytes = new byte[(int) stream.input().length()];
        stream.input().remove(bytes);
        assertThat(bytes).isEqualTo(Arrays.copyOfRange(CONTENT, received, received + bytes.length));
        received += bytes.length;
        if (received == CONTENT.length) {
          end();
        }
      }

      private void event(final int what) {
        if (what != BufferEvent.CONNECTED) {
          assertThat(what & BufferEvent.TIMEOUT).as("%s stands still", this).isZero();
          failed = true;
          end();
        }
      }

      @Override
      public String toString() {
        return name + " after " + received + " bytes";
      }

      private void end() {
        if (!over) {
          over = true;
          stream.close();
          if (++ended == clients.size()) {
            listener.close();
          }
        }
      }
    }

    /** Runs until nothing is left, which is the end of the loop. */
    void run(final FailingEngine failing, final boolean isError) throws InterruptedException {
      final AtomicBoolean done = new AtomicBoolean();
      final Thread guard =
          new Thread(
              () -> {
                for (int i = 0; i < 3000 && !done.get(); i++) {
                  sleep();
                }
                if (!done.get()) {
                  base.loopBreak();
                }
              });
      guard.start();
      base.execute(() -> clients.forEach(client -> startOne(client)));
      LoopResult result = null;
      while (result == null) {
        try {
          result = base.dispatch();
        } catch (final OutOfMemoryError | ErrnoException e) {
          assertThat(isError || "enter".equals(failing.failed())).as("%s", e).isTrue();
        }
      }
      done.set(true);
      guard.join();
      assertThat(result).as("%s has failed", failing.failed()).isEqualTo(LoopResult.EMPTY);
      for (final Client client : clients) {
        assertThat(client.over).isTrue();
        assertThat(client.failed || client.received == CONTENT.length).isTrue();
      }
      if (failing.failed() == null) {
        assertThat(reported).isEmpty();
      }
      assertThat(reported)
          .allSatisfy(thrown -> assertThat(thrown).hasMessageContaining("on purpose"));
    }

    private void startOne(final Client client) {
      try {
        client.start();
      } catch (final ErrnoException | OutOfMemoryError e) {
        reported.add(e);
      }
    }

    private static void sleep() {
      try {
        Thread.sleep(10);
      } catch (final InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
