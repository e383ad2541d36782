package org.jevent.internal.stream;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.error.Errno;
import org.jevent.internal.engine.EngineEnvironment;
import org.jevent.net.ConnectAttempt;
import org.jevent.net.ConnectAttempt.Outcome;

/** The addresses that a connect by name has tried, in their order, and what became of each. */
final class RaceLog {
  /** What is kept: a resolver may find any number of addresses. */
  private static final int MAX = 64;

  private final EngineEnvironment engine;
  private final long begun;
  private final List<ConnectAttempt> attempts = new ArrayList<>(2);

  RaceLog(final EngineEnvironment engine) {
    this.engine = engine;
    begun = engine.nanoTime();
  }

  private Duration now() {
    return Duration.ofNanos(engine.nanoTime() - begun);
  }

  /** An address is tried from now on; returns its number. */
  int started(final InetSocketAddress address) {
    if (attempts.size() < MAX) {
      attempts.add(new ConnectAttempt(address, now(), null, Outcome.UNDER_WAY, ""));
      return attempts.size() - 1;
    }
    return MAX;
  }

  /** An attempt has ended; one that had ended before stays as it is. */
  void ended(final int number, final Outcome outcome, final Errno problem) {
    if (number >= attempts.size() || attempts.get(number).outcome() != Outcome.UNDER_WAY) {
      return;
    }
    final ConnectAttempt attempt = attempts.get(number);
    attempts.set(
        number,
        new ConnectAttempt(
            attempt.address(),
            attempt.started(),
            now(),
            outcome,
            outcome == Outcome.FAILED ? problem.name() : ""));
  }

  /** Nothing of it goes on. */
  void close() {
    for (int i = 0; i < attempts.size(); i++) {
      ended(i, Outcome.CLOSED, Errno.NONE);
    }
  }

  List<ConnectAttempt> attempts() {
    return List.copyOf(attempts);
  }
}
