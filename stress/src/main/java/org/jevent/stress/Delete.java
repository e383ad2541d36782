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
import org.openjdk.jcstress.infra.results.II_Result;

/** Once delete has returned, the callback is not running and does not run again. */
final class Delete {
  private static final String OK = "0, 0";
  private static final String BROKEN = "the callback was running (first), or ran later (second)";

  private Delete() {}

  /** What the callbacks have in common: they record when they run. */
  public abstract static class Watched extends Looping {
    private volatile boolean inLoop;
    private volatile boolean deleted;
    private int late;

    final void callback() {
      inLoop = true;
      if (deleted) {
        late++;
      }
      for (int i = 0; i < 200; i++) {
        Thread.onSpinWait();
      }
      inLoop = false;
    }

    final void delete(final Event event, final II_Result r) {
      event.delete();
      deleted = true;
      r.r1 = inLoop ? 1 : 0;
      base.execute(base::loopBreak);
    }

    final void end(final II_Result r) {
      base.loop(EventBase.LOOP_NONBLOCK); // the last chance to run late
      r.r2 = late;
      base.close();
    }
  }

  @JCStressTest
  @Outcome(id = OK, expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = BROKEN)
  @State
  public static class OfAnActiveEvent extends Watched {
    private final Event event = base.newUserEvent((self, what) -> callback());

    @Actor
    public void loop() {
      run();
    }

    @Actor
    public void other(final II_Result r) {
      event.activate(Event.READ);
      delete(event, r);
    }

    @Arbiter
    public void arbiter(final II_Result r) {
      end(r);
    }
  }

  @JCStressTest
  @Outcome(id = OK, expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = BROKEN)
  @State
  public static class OfABusyTimer extends Watched {
    private final Event event = base.newPeriodicTimer((self, what) -> callback());

    public OfABusyTimer() {
      event.add(Duration.ZERO);
    }

    @Actor
    public void loop() {
      run();
    }

    @Actor
    public void other(final II_Result r) {
      delete(event, r);
    }

    @Arbiter
    public void arbiter(final II_Result r) {
      end(r);
    }
  }

  @JCStressTest
  @Outcome(id = OK, expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = BROKEN)
  @State
  public static class OfAReadyHandle extends Watched {
    private final Pair pair = new Pair(base);
    private final Event event =
        base.newEvent(pair.near, Event.WRITE | Event.PERSIST, (self, what) -> callback());

    public OfAReadyHandle() {
      event.add();
    }

    @Actor
    public void loop() {
      run();
    }

    @Actor
    public void other(final II_Result r) {
      delete(event, r);
    }

    @Arbiter
    public void arbiter(final II_Result r) {
      end(r);
      pair.close();
    }
  }

  /** Two threads want it gone, one of them for good. */
  @JCStressTest
  @Outcome(id = OK, expect = Expect.ACCEPTABLE)
  @Outcome(expect = Expect.FORBIDDEN, desc = BROKEN)
  @State
  public static class ByTwo extends Watched {
    private final Event event = base.newPeriodicTimer((self, what) -> callback());

    public ByTwo() {
      event.add(Duration.ZERO);
      start();
    }

    @Actor
    public void one(final II_Result r) {
      delete(event, r);
    }

    @Actor
    public void another() {
      event.close();
    }

    @Arbiter
    public void arbiter(final II_Result r) {
      ended();
      end(r);
    }
  }
}
