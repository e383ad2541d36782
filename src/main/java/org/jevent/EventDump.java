package org.jevent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lists a base's events, for people and for {@link EventBase#foreachEvent}. Called under the base's
 * lock.
 */
final class EventDump {
  private EventDump() {}

  /** Every pending or active event once: those of handles and signals, timers, active ones. */
  static List<Event> events(final EventStates states) {
    final List<Event> list = new ArrayList<>();
    final Set<Event> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    final Consumer<Event> once =
        event -> {
          if (seen.add(event)) {
            list.add(event);
          }
        };
    states.io.forEach(once);
    states.signals.forEach(once);
    states.timers.forEach(
        node -> {
          if (node instanceof Event event) {
            once.accept(event);
          }
        });
    for (final CommonTimeout common : states.commonTimeouts()) {
      for (Event event = common.first(); event != null; event = event.commonNext) {
        once.accept(event);
      }
    }
    forEachActive(states, once);
    return list;
  }

  private static void forEachActive(final EventStates states, final Consumer<Event> visitor) {
    for (int i = 0; i < states.active.priorities(); i++) {
      visit(states.active.first(i), visitor);
    }
    visit(states.active.firstLater(), visitor);
  }

  private static void visit(final Activatable first, final Consumer<Event> visitor) {
    for (Activatable item = first; item != null; item = item.activeNext) {
      if (item instanceof Event event) {
        visitor.accept(event);
      }
    }
  }

  static void dump(final EventStates states, final long now, final Appendable out) {
    final List<Event> events = events(states);
    try {
      out.append("Inserted events:\n");
      for (final Event event : events) {
        if (event.inserted || EventStates.timed(event)) {
          out.append("  ").append(event.toString());
          if (EventStates.timed(event)) {
            out.append(" due in ")
                .append(Long.toString((event.deadline - now) / 1000))
                .append(" us");
          }
          out.append('\n');
        }
      }
      out.append("Active events:\n");
      for (final Event event : events) {
        if (event.queued != 0) {
          out.append("  ").append(event.toString()).append(" priority ");
          out.append(Integer.toString(event.priority)).append(" active with ");
          out.append(Masks.text(event.result)).append('\n');
        }
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
