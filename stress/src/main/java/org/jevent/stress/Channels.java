package org.jevent.stress;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import org.jevent.Event;
import org.jevent.net.Handle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** NIO channels, which any thread may close at any time. */
final class Channels {
  private Channels() {}

  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the loop went on until it was stopped")
  @Outcome(expect = Expect.FORBIDDEN)
  @State
  public static class ClosedWhileReady extends Looping {
    private final Pipe[] pipes = new Pipe[4];

    public ClosedWhileReady() {
      try {
        for (int i = 0; i < pipes.length; i++) {
          pipes[i] = Pipe.open();
          pipes[i].source().configureBlocking(false);
          pipes[i].sink().write(ByteBuffer.allocate(1));
          base.newEvent(
                  Handle.of(pipes[i].source()), Event.READ | Event.PERSIST, (self, what) -> {})
              .add();
        }
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
      base.exceptionHandler((source, exception) -> {}); // what is gone cannot be watched
    }

    @Actor
    public void loop(final I_Result r) {
      r.r1 = run();
    }

    @Actor
    public void close() {
      closeAll(true);
      base.execute(base::loopBreak);
    }

    private void closeAll(final boolean sources) {
      try {
        for (final Pipe pipe : pipes) {
          (sources ? pipe.source() : pipe.sink()).close();
        }
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Arbiter
    public void end() {
      base.close();
      closeAll(false);
    }
  }
}
