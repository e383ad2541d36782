package org.jevent.internal.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Lists a loop's events, for people and for visitors. Called under the lock. */
final class EventDump {
  private EventDump() {}

  /** Every pending or active event once: those of handles and signals, timers, active ones. */
  static List<EventNode> events(final EventLoop loop) {
    final List<EventNode> list = new ArrayList<>();
    final Set<EventNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    final Consumer<EventNode> once =
        event -> {
          if (seen.add(event)) {
            list.add(event);
          }
        };
    loop.io.forEach(once);
    loop.signals.forEach(once);
    loop.timers.forEach(once);
    for (int i = 0; i < loop.active.priorities(); i++) {
      visit(loop.active.first(i), once);
    }
    visit(loop.active.firstLater(), once);
    return list;
  }

  private static void visit(final Activatable first, final Consumer<EventNode> visitor) {
    for (Activatable item = first; item != null; item = item.activeNext) {
      if (item instanceof EventNode event) {
        visitor.accept(event);
      }
    }
  }

  static void dump(final EventLoop loop, final Appendable out) {
    final long now = loop.clock.now();
    final List<EventNode> events = events(loop);
    try {
      out.append("Inserted events:\n");
      for (final EventNode event : events) {
        if (event.inserted || event.timed()) {
          out.append("  ").append(event.toString());
          if (event.timed()) {
            out.append(" due in ")
                .append(Long.toString((event.deadline - now) / 1000))
                .append(" us");
          }
          out.append('\n');
        }
      }
      out.append("Active events:\n");
      for (final EventNode event : events) {
        if (event.queued != 0) {
          out.append("  ").append(event.toString()).append(" priority ");
          out.append(Integer.toString(event.currentPriority())).append(" active with ");
          out.append(Masks.text(event.result)).append('\n');
        }
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
