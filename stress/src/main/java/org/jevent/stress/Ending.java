package org.jevent.stress;

import org.jevent.Event;
import org.jevent.EventBase;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Loops that end, and bases that are closed, while another thread is at them. */
final class Ending {
  private Ending() {}

  /** What {@link EventBase#execute} made of a task. */
  private static final int ACCEPTED = 1;

  private static final int REFUSED = 2;

  private static int execute(final EventBase base, final Runnable task) {
    try {
      base.execute(task);
      return ACCEPTED;
    } catch (final IllegalStateException e) {
      return REFUSED;
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "accepted, and ran")
  @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "refused, and did not run")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the task was lost, or ran although refused")
  @State
  public static class ExecuteAndClose {
    private final EventBase base = new EventBase();
    private volatile int ran;

    @Actor
    public void close() {
      base.close();
    }

    @Actor
    public void execute(final II_Result r) {
      r.r1 = Ending.execute(base, () -> ran++);
    }

    @Arbiter
    public void end(final II_Result r) {
      r.r2 = ran;
    }
  }

  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "accepted, and ran")
  @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "refused, and did not run")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the task was lost, or ran although refused")
  @State
  public static class ExecuteAndCloseWhileLooping extends Looping {
    private volatile int ran;

    public ExecuteAndCloseWhileLooping() {
      start();
    }

    @Actor
    public void close() {
      base.close();
    }

    @Actor
    public void execute(final II_Result r) {
      r.r1 = Ending.execute(base, () -> ran++);
    }

    @Arbiter
    public void end(final II_Result r) {
      ended();
      r.r2 = ran;
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "both returned, and the loop ended")
  @Outcome(expect = Expect.FORBIDDEN)
  @State
  public static class CloseTwice extends Looping {
    public CloseTwice() {
      start();
    }

    @Actor
    public void close() {
      base.close();
    }

    @Actor
    public void closeAgain() {
      base.close();
    }

    @Arbiter
    public void end(final I_Result r) {
      r.r1 = base.isClosed() ? ended() : 0;
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "done or refused, and not pending any more")
  @Outcome(expect = Expect.FORBIDDEN)
  @State
  public static class ActivateAndClose extends Looping {
    private final Event event = base.newUserEvent((self, what) -> {});

    public ActivateAndClose() {
      start();
    }

    @Actor
    public void close() {
      base.close();
    }

    @Actor
    public void activate() {
      try {
        event.activate(Event.READ);
        event.add(LOST);
      } catch (final IllegalStateException e) {
        // closed before that
      }
    }

    @Arbiter
    public void end(final I_Result r) {
      r.r1 = event.isPending() ? 0 : ended();
    }
  }

  /** Requested before the loop starts or while it runs: it ends. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the loop ended")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the request was lost")
  @State
  public static class ExitAndStart extends Looping {
    @Actor
    public void loop(final I_Result r) {
      r.r1 = run() * (base.gotExit() ? 1 : 0);
    }

    @Actor
    public void exit() {
      base.loopExit();
    }

    @Arbiter
    public void end() {
      base.close();
    }
  }

  /** A break before the start is forgotten, as libevent does; one after it is not. */
  @JCStressTest
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the loop ran, and was broken")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the request was lost")
  @State
  public static class BreakAfterStart extends Looping {
    private volatile boolean started;

    public BreakAfterStart() {
      base.execute(() -> started = true);
    }

    @Actor
    public void loop(final II_Result r) {
      r.r1 = run();
    }

    @Actor
    public void stop(final II_Result r) {
      while (!started) {
        Thread.onSpinWait();
      }
      base.loopBreak();
      r.r2 = 1;
    }

    @Arbiter
    public void end() {
      base.close();
    }
  }

  @JCStressTest
  @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "the first ran, the second was refused")
  @Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "the second ran, the first was refused")
  @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one after the other")
  @Outcome(expect = Expect.FORBIDDEN)
  @State
  public static class TwoLoops {
    private final EventBase base = new EventBase();

    @Actor
    public void one(final II_Result r) {
      r.r1 = loop();
    }

    @Actor
    public void another(final II_Result r) {
      r.r2 = loop();
    }

    private int loop() {
      try {
        base.loop(EventBase.LOOP_NONBLOCK | EventBase.LOOP_NO_EXIT_ON_EMPTY);
        return 1;
      } catch (final IllegalStateException e) {
        return 2;
      }
    }

    @Arbiter
    public void end() {
      base.close();
    }
  }
}
