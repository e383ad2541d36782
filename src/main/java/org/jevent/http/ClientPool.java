package org.jevent.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jevent.internal.loop.Cleanup;

/** All connections of a client, by what they go to. */
final class ClientPool {
  private final ClientContext context;
  private final Map<Origin, Destination> destinations = new HashMap<>();

  /** Those over streams of the program's. */
  private final Set<Destination> singles = new LinkedHashSet<>();

  /** Of the origins; the one that has been idle for the longest time is first. */
  private final Set<ClientConnection> idle = new LinkedHashSet<>();

  /** Calls that wait for the time of a retry. */
  private final Set<ClientCall> delayed = new LinkedHashSet<>();

  ClientPool(final ClientContext context) {
    this.context = context;
  }

  Destination to(final Origin origin) {
    Destination found = destinations.get(origin);
    if (found == null) {
      found = new Destination(context, origin);
      destinations.put(origin, found);
    }
    return found;
  }

  /** A destination that will have one connection only. */
  Destination single() {
    final Destination made = new Destination(context, null);
    singles.add(made);
    return made;
  }

  /** It has no connections and no calls. */
  void forget(final Destination empty) {
    if (empty.origin == null) {
      singles.remove(empty);
    } else {
      destinations.remove(empty.origin, empty);
    }
  }

  // ---- idle connections ----

  /** Closes the one that has been idle for the longest time if there are too many. */
  void idle(final ClientConnection connection) {
    final boolean added = idle.add(connection);
    assert added : connection;
    if (idle.size() > context.limits.idle()) {
      idle.iterator().next().evict();
    }
  }

  void idleNoMore(final ClientConnection connection) {
    final boolean removed = idle.remove(connection);
    assert removed : connection;
  }

  void closeIdle() {
    for (final ClientConnection each : List.copyOf(idle)) {
      each.evict();
    }
  }

  // ---- calls that wait for their time ----

  void delayed(final ClientCall call) {
    delayed.add(call);
  }

  void delayedNoMore(final ClientCall call) {
    delayed.remove(call);
  }

  // ---- counts ----

  int connections() {
    int sum = 0;
    for (final Destination each : all()) {
      sum += each.connections();
    }
    return sum;
  }

  int idleConnections() {
    return idle.size();
  }

  int waiting() {
    int sum = 0;
    for (final Destination each : all()) {
      sum += each.waiting();
    }
    return sum;
  }

  private List<Destination> all() {
    final List<Destination> all = new ArrayList<>(destinations.values());
    all.addAll(singles);
    return all;
  }

  /** Ends all calls and connections; what callbacks throw surfaces when all are ended. */
  void close() {
    final String why = "the client was closed";
    final Cleanup cleanup = new Cleanup();
    all().forEach(each -> cleanup.run(() -> each.close(why)));
    List.copyOf(delayed).forEach(each -> cleanup.run(() -> each.closed(why)));
    cleanup.rethrow();
  }
}
