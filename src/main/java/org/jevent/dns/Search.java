package org.jevent.dns;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsName;

/** Looks a name up in one domain after the other, until it is found in one. */
final class Search<T> {
  /** Looks one full name up; returns what cancels that. May call back before it returns. */
  @FunctionalInterface
  interface Step<T> {
    Runnable start(DnsName name, DnsCallback<T> callback);
  }

  private final List<DnsName> names;
  private final Step<T> step;
  private final DnsCallback<T> callback;
  private Runnable running;
  private DnsException worst;
  private int next;
  private boolean ended;

  Search(final List<DnsName> names, final Step<T> step, final DnsCallback<T> callback) {
    this.names = names;
    this.step = step;
    this.callback = callback;
  }

  /** The full names that a name may stand for, in the order of the look-ups. */
  static List<DnsName> names(final DnsName name, final int ndots, final List<DnsName> domains) {
    if (domains.isEmpty()) {
      return List.of(name);
    }
    final Set<DnsName> names = new LinkedHashSet<>();
    final boolean first = name.labels() - 1 >= ndots;
    if (first) {
      names.add(name);
    }
    for (final DnsName domain : domains) {
      try {
        names.add(name.below(domain));
      } catch (final DnsFormatException e) {
        // too long: there is no such name
      }
    }
    names.add(name);
    return new ArrayList<>(names);
  }

  void start() {
    final DnsName name = names.get(next++);
    final int started = next;
    final Runnable canceller = step.start(name, this::ended);
    if (!ended && started == next) {
      running = canceller; // else it has ended already, and the next one may be under way
    }
  }

  private void ended(final T result, final DnsException problem) {
    running = null;
    if (ended) {
      return;
    }
    if (problem == null || next == names.size() || ends(problem.kind())) {
      ended = true;
      callback.done(result, problem == null ? null : worst(problem));
      return;
    }
    worst = worst(problem);
    start();
  }

  /** Asking on would only take as long again. */
  private static boolean ends(final Kind kind) {
    return switch (kind) {
      case NXDOMAIN, NODATA, SERVFAIL, REFUSED, FORMERR, NOTIMP, LOOP, MALFORMED -> false;
      default -> true;
    };
  }

  /** What a failing server hides is not said to be absent; data of another type is not either. */
  private DnsException worst(final DnsException problem) {
    return worst == null || rank(problem.kind()) > rank(worst.kind()) ? problem : worst;
  }

  private static int rank(final Kind kind) {
    return switch (kind) {
      case NXDOMAIN -> 0;
      case NODATA -> 1;
      default -> 2;
    };
  }

  void cancel() {
    ended = true;
    if (running != null) {
      running.run();
    }
  }
}
