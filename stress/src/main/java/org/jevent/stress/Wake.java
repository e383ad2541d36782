package org.jevent.stress;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Whatever another thread asks of a loop that is about to wait is noticed. */
final class Wake {
  private Wake() {}

  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the task ended the loop")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
  @State
  public static class ByExecute extends Looping {
    @Actor
    public void loop(final I_Result r) {
      r.r1 = run();
    }

    @Actor
    public void other() {
      base.execute(base::loopBreak);
    }

    @Arbiter
    public void end() {
      base.close();
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the event ended the loop")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
  @State
  public static class ByActivate extends Looping {
    private final Event event = base.newUserEvent((self, what) -> base.loopBreak());

    @Actor
    public void loop(final I_Result r) {
      r.r1 = run();
    }

    @Actor
    public void other() {
      event.activate(Event.READ);
    }

    @Arbiter
    public void end() {
      base.close();
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the timer ended the loop")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
  @State
  public static class ByEarlierTimer extends Looping {
    private final Event event = base.newTimer((self, what) -> base.loopBreak());

    @Actor
    public void loop(final I_Result r) {
      r.r1 = run();
    }

    @Actor
    public void other() {
      event.add(Duration.ofNanos(1));
    }

    @Arbiter
    public void end() {
      base.close();
    }
  }

  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the ready handle ended the loop")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
  @State
  public static class ByWatching extends Looping {
    private final Pair pair = new Pair(base);
    private final Event event =
        base.newEvent(pair.near, Event.WRITE, (self, what) -> base.loopBreak());

    @Actor
    public void loop(final I_Result r) {
      r.r1 = run();
    }

    @Actor
    public void other() {
      event.add();
    }

    @Arbiter
    public void end() {
      base.close();
      pair.close();
    }
  }

  /** Two threads at once, of which the loop is woken by one. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "both tasks ran")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a wake-up was lost")
  @State
  public static class ByTwo extends Looping {
    private int ran;

    public ByTwo() {
      start();
    }

    @Actor
    public void one() {
      base.execute(this::count);
    }

    @Actor
    public void another() {
      base.execute(this::count);
    }

    private void count() {
      if (++ran == 2) {
        base.loopBreak();
      }
    }

    @Arbiter
    public void end(final I_Result r) {
      r.r1 = ended();
      base.close();
    }
  }

  /** The last event that keeps the loop alive is deleted while it starts to wait. */
  @JCStressTest
  @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the loop found nothing to wait for")
  @Outcome(expect = Expect.FORBIDDEN, desc = "the wake-up was lost")
  @State
  public static class ByDeletingTheLast {
    private final EventBase base = new EventBase();
    private volatile boolean lost;
    private final Event event = base.newTimer((self, what) -> lost = true);

    public ByDeletingTheLast() {
      event.add(Looping.LOST);
    }

    @Actor
    public void loop(final I_Result r) {
      base.dispatch();
      r.r1 = lost ? 0 : 1;
    }

    @Actor
    public void other() {
      event.delete();
    }

    @Arbiter
    public void end() {
      base.close();
    }
  }
}
