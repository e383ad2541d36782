package org.jevent.stress;

import java.nio.charset.StandardCharsets;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Buffers with locking, and thread-safe buffer events, in two threads. */
final class Buffers {
  private Buffers() {}

  private static EventBuffer locked(final String text) {
    final EventBuffer buffer = new EventBuffer();
    buffer.enableLocking();
    return buffer.add(text);
  }

  private static String text(final EventBuffer buffer) {
    final byte[] bytes = new byte[(int) buffer.length()];
    buffer.remove(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @JCStressTest
  @Outcome(
      id = {"aabb", "bbaa"},
      expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost or mixed")
  @State
  public static class Adding {
    private final EventBuffer buffer = locked("");

    @Actor
    public void one() {
      buffer.add("aa");
    }

    @Actor
    public void another() {
      buffer.add("bb");
    }

    @Arbiter
    public void end(final L_Result r) {
      r.r1 = text(buffer);
      buffer.close();
    }
  }

  /** The usual way into a deadlock. */
  @JCStressTest
  @Outcome(
      id = {"ab, ", ", ab", "ba, ", ", ba"},
      expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost or doubled")
  @State
  public static class MovingBothWays {
    private final EventBuffer a = locked("a");
    private final EventBuffer b = locked("b");

    @Actor
    public void one() {
      a.add(b);
    }

    @Actor
    public void another() {
      b.add(a);
    }

    @Arbiter
    public void end(final LL_Result r) {
      r.r1 = text(a);
      r.r2 = text(b);
      a.close();
      b.close();
    }
  }

  @JCStressTest
  @Outcome(
      id = {"xy, z", "zxy, ", "z, xy"},
      expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost or doubled")
  @State
  public static class TakingAndPutting {
    private final EventBuffer buffer = locked("xy");

    @Actor
    public void take(final LL_Result r) {
      r.r1 = text(2);
    }

    private String text(final int count) {
      final byte[] bytes = new byte[count];
      buffer.remove(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Actor
    public void put() {
      buffer.add("z");
    }

    @Arbiter
    public void end(final LL_Result r) {
      r.r2 = Buffers.text(buffer);
      buffer.close();
    }
  }

  /** The length that another thread has changed is seen. */
  @JCStressTest(Mode.Termination)
  @Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "the buffer seemed empty for ever")
  @State
  public static class SeeingWhatWasAdded {
    private final EventBuffer buffer = locked("");

    @Actor
    public void look() {
      while (buffer.isEmpty()) {
        Thread.onSpinWait();
      }
    }

    @Signal
    public void add() {
      buffer.add("x");
    }
  }

  private static final int SAFE = BufferEvent.THREADSAFE;

  /** Takes down what comes, and ends the loop when it is what two threads have written. */
  private static void read(
      final EventBase base, final BufferEvent stream, final StringBuilder arrived) {
    stream.setCallbacks(
        self -> {
          arrived.append(text(self.input()));
          if (arrived.length() == 4) {
            base.loopBreak();
          }
        },
        null,
        null);
    stream.enable(Event.READ);
  }

  /** Each end is another thread's, and the loop a third's. */
  @JCStressTest
  @Outcome(
      id = {"aabb", "bbaa"},
      expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, mixed, or never delivered")
  @State
  public static class WritingToAPair extends Looping {
    private final BufferEvent[] ends = BufferEvent.pair(base, SAFE);
    private final StringBuilder arrived = new StringBuilder();

    public WritingToAPair() {
      read(base, ends[1], arrived);
      start();
    }

    @Actor
    public void one() {
      ends[0].write("aa".getBytes(StandardCharsets.UTF_8));
    }

    @Actor
    public void another() {
      ends[0].write("bb".getBytes(StandardCharsets.UTF_8));
    }

    @Arbiter
    public void end(final L_Result r) {
      ended();
      r.r1 = arrived.toString();
      ends[0].close();
      ends[1].close();
      base.close();
    }
  }

  /** The same through the system, with a socket for each end. */
  @JCStressTest
  @Outcome(
      id = {"aabb", "bbaa"},
      expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "lost, mixed, or never delivered")
  @State
  public static class WritingToASocket extends Looping {
    private final Pair pair = new Pair(base);
    private final SocketBufferEvent near = BufferEvent.socket(base, pair.near, SAFE);
    private final SocketBufferEvent far = BufferEvent.socket(base, pair.far, SAFE);
    private final StringBuilder arrived = new StringBuilder();

    public WritingToASocket() {
      read(base, far, arrived);
      start();
    }

    @Actor
    public void one() {
      near.write("aa".getBytes(StandardCharsets.UTF_8));
    }

    @Actor
    public void another() {
      near.write("bb".getBytes(StandardCharsets.UTF_8));
    }

    @Arbiter
    public void end(final L_Result r) {
      ended();
      r.r1 = arrived.toString();
      near.close();
      far.close();
      base.close();
      pair.close();
    }
  }

  /** After close has returned no callback runs. */
  @JCStressTest
  @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = "a callback was running (first), or ran later")
  @State
  public static class ClosingAStream extends Looping {
    private final Pair pair = new Pair(base);
    private final SocketBufferEvent near = BufferEvent.socket(base, pair.near, SAFE);
    private final SocketBufferEvent far = BufferEvent.socket(base, pair.far, SAFE);
    private volatile boolean inLoop;
    private volatile boolean closed;
    private int late;

    public ClosingAStream() {
      far.setCallbacks(
          self -> {
            inLoop = true;
            if (closed) {
              late++;
            }
            self.input().drain(self.input().length());
            inLoop = false;
          },
          null,
          null);
      far.enable(Event.READ);
      near.write(new byte[1]);
    }

    @Actor
    public void loop() {
      run();
    }

    @Actor
    public void close(final LL_Result r) {
      far.close();
      closed = true;
      r.r1 = inLoop ? 1 : 0;
      base.execute(base::loopBreak);
    }

    @Arbiter
    public void end(final LL_Result r) {
      base.loop(EventBase.LOOP_NONBLOCK);
      r.r2 = late;
      near.close();
      base.close();
      pair.close();
    }
  }
}
