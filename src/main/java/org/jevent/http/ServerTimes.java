package org.jevent.http;

import java.time.Duration;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.stream.Deadlines;

/** The limits of time of one connection of a server: it has one deadline, which its state sets. */
final class ServerTimes extends Deadlines.Entry {
  /** How many checks an answer gets in the time that it may stand still. */
  private static final int LOOKS = 4;

  private final ServerConnection connection;

  /** Null while no output has waited. */
  private OutputWatch watch;

  /** The time of the handler began there: at the head, or with the last bytes of the body. */
  private long handledFrom;

  ServerTimes(final ServerConnection connection) {
    this.connection = connection;
  }

  static long nanos(final Duration time) {
    return Math.min(Durations.nanos("time", time), Deadlines.NONE / 4);
  }

  private static long after(final long now, final Duration time) {
    return time.isZero() ? Deadlines.NONE : now + nanos(time);
  }

  private Deadlines deadlines() {
    return connection.server().deadlines();
  }

  private HttpServerLimits limits() {
    return connection.server().limits();
  }

  private BufferEvent stream() {
    return connection.stream();
  }

  long now() {
    return deadlines().now();
  }

  private void set(final long at) {
    deadlines().set(this, at);
  }

  private void set(final Duration time) {
    set(now() + nanos(time));
  }

  /** The time between two checks of an answer. */
  private long look() {
    return nanos(limits().answerSilence()) / LOOKS;
  }

  private OutputWatch watch() {
    if (watch == null) {
      watch = new OutputWatch(connection);
    }
    return watch;
  }

  // ---- what begins ----

  /** A head is to come, or goes on. */
  void waitsForHead() {
    set(limits().headTime());
  }

  /** The handler has its time, from now on. */
  void handles() {
    handledFrom = now();
    final long most = after(handledFrom, limits().handling());
    set(stillWaits() ? Math.min(most, watch.due()) : most);
  }

  /** The rest of a request comes. */
  void skips() {
    set(limits().bodySilence());
  }

  /** Whether answers that were looked at before still wait: then looks go on. */
  private boolean stillWaits() {
    if (watch != null && stream().output().isEmpty()) {
      watch.stop();
    }
    return watch != null && watch.hasWaited();
  }

  /** Between two requests; perhaps an answer still leaves, and the connection rests behind it. */
  void rests(final boolean waits) {
    if (waits) {
      if (!stillWaits()) {
        watch().start(now());
        watch.due(now() + look());
      }
      set(watch.due());
    } else {
      watch = null;
      set(limits().idle());
    }
  }

  /** What is written leaves, and is the last. */
  void ends() {
    set(now() + look());
    watch().start(now());
  }

  void stop() {
    deadlines().remove(this);
  }

  /** The program waits for bytes of the body. */
  void watchBody() {
    final long at = connection.body().silentAt(nanos(limits().bodySilence()));
    if (deadlines().at(this) > at) {
      set(Math.max(at, now()));
    }
  }

  /** Looks at the output from now on, until it has left. */
  void watchAnswer() {
    final long at = now() + look();
    if (deadlines().at(this) > at) {
      set(at);
    }
  }

  // ---- what is over ----

  @Override
  protected void passed(final long now) {
    final ServerState state = connection.state();
    final boolean waited = watch != null && watch.hasWaited();
    if (!stream().output().isEmpty() || waited) {
      if (watch().hasStalled(now, nanos(limits().answerSilence()), limits().minRate())) {
        connection.failures().answerHasStalled();
        return;
      }
      watch.due(now + look());
      if (state != ServerState.EXCHANGE && state != ServerState.HEAD) {
        final boolean left = state == ServerState.IDLE && !watch.hasWaited();
        set(now + (left ? nanos(limits().idle()) : look()));
        return;
      }
    }
    switch (state) {
      case HEAD -> connection.failures().headIsLate();
      case EXCHANGE -> passedInExchange(now);
      case IDLE, SKIPPING, ENDING -> connection.close();
      default -> throw new IllegalStateException("a deadline of " + state);
    }
  }

  private void passedInExchange(final long now) {
    final HttpExchange its = connection.exchange();
    final ServedBody body = connection.body();
    if (body.hasStalled(its, now)) {
      connection.failures().bodyIsSlow();
      return;
    }
    long next = Deadlines.NONE;
    if (its.reading().isWanted() && !body.isComplete()) {
      next = body.silentAt(nanos(limits().bodySilence()));
    } else if (its.answer().state() == ResponseWriter.State.NONE) {
      next = after(Math.max(handledFrom, body.silentAt(0)), limits().handling());
      if (next <= now) {
        connection.failures().handlerIsLate();
        return;
      }
    }
    if (!stream().output().isEmpty()) {
      next = Math.min(next, now + look());
    }
    set(next);
  }
}
