package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.function.Predicate;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.SocketBufferEvent;

/** How many calls lie between the return of the engine's wait and the callback of a stream. */
class FramesTest {
  private static final int MAX_FRAMES = 20;

  /** The JDK's selector calls back for each channel. */
  private static final int MAX_FRAMES_OF_NIO = 30;

  private static long between(
      final List<StackFrame> frames, final Predicate<String> from, final String to) {
    return frames.stream()
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .dropWhile(from.negate())
        .takeWhile(name -> !name.endsWith(to))
        .count();
  }

  private static List<StackFrame> stack() {
    return StackWalker.getInstance().walk(frames -> frames.toList());
  }

  @EngineTest
  void aByteReachesItsCallbackInAFewCalls(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, 0);
    final long[] counts = new long[2];
    ends[1]
        .input()
        .addCallback(
            (buffer, before, added, removed) -> {
              if (added > 0) {
                counts[0] =
                    between(stack(), name -> name.contains(".SocketTransport."), "Loop.await");
              }
            });
    ends[1].setCallbacks(
        self -> counts[1] = between(stack(), name -> name.contains(".BufferEvent"), "Loop.iterate"),
        null,
        null);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[1]);
    Streams.run(base, () -> counts[1] > 0);
    assertThat(counts[0]).as("completion").isPositive();
    assertThat(counts[0] + counts[1])
        .as("%s and %s", counts[0], counts[1])
        .isLessThanOrEqualTo(base.method().equals("nio") ? MAX_FRAMES_OF_NIO : MAX_FRAMES);
  }
}
