package org.jevent.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.internal.stream.Deadlines;

/** The end of a server that answers what it has begun. */
final class Drain extends Deadlines.Entry {
  private final EventBase base;
  private final Deadlines deadlines;
  private final ConnectionSet connections;
  private final List<Runnable> done = new ArrayList<>();
  private long deadline;
  private boolean idleMayGoOn;

  Drain(final EventBase base, final Deadlines deadlines, final ConnectionSet connections) {
    this.base = base;
    this.deadlines = deadlines;
    this.connections = connections;
  }

  /**
   * Begins, or goes on with another deadline.
   *
   * @param most how long connections may go on
   * @param grace how long idle ones may
   * @param then runs once when the last one has ended
   */
  void begin(final Duration most, final Duration grace, final Runnable then) {
    done.add(then);
    idleMayGoOn = true;
    final long now = deadlines.now();
    deadline = Deadlines.after(now, most);
    deadlines.set(this, Math.min(deadline, Deadlines.after(now, grace)));
  }

  @Override
  protected void passed(final long now) {
    if (!idleMayGoOn || now >= deadline) {
      connections.forEach(ServerConnection::close);
      connections.forEachUpgraded(HttpUpgraded::cut);
      return;
    }
    idleMayGoOn = false;
    connections.forEach(
        each -> {
          if (each.state() == ServerState.IDLE) {
            each.endIdle();
          }
        });
    if (!connections.isEmpty()) {
      deadlines.set(this, deadline);
    }
  }

  /** Calls the program if the last connection has ended. */
  void endIfEmpty() {
    if (!done.isEmpty() && connections.isEmpty()) {
      final List<Runnable> then = List.copyOf(done);
      done.clear();
      deadlines.remove(this);
      if (!base.isClosed()) {
        then.forEach(each -> base.newDeferred(each).schedule());
      }
    }
  }
}
