package org.jevent.fuzz;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.net.NetSocket;

/**
 * What happens on one engine when a program runs: events, timers, activations and streams. The
 * story holds nothing that engines may do in different ways. Calls without a descriptor are in one
 * sequence, and each descriptor has another. Bytes are recorded as a sum, and the loop runs until
 * it is quiet before the state is read.
 */
public final class Story implements AutoCloseable {
  static final int CALLED = 4;
  static final int WATCHED = 2;
  static final int STREAMS = 2;
  static final int PRIORITIES = 3;
  private static final int QUIET_PASSES = 4;
  private static final int MAX_REACTIONS = 40;
  private static final long NEVER = 3_600_000_000_000L;

  /** What an event does when it is called. */
  public record Reaction(int kind, int target) {}

  /** One step of a program. */
  public record Step(int kind, int actor, int number, Reaction reaction) {
    private static final int MAX_BYTES = 3000;

    /** Reads a step. */
    public static Step from(final Input input) {
      return new Step(
          input.number(KINDS - 1),
          input.number(CALLED - 1),
          input.number(MAX_BYTES),
          new Reaction(input.number(5), input.number(CALLED - 1)));
    }
  }

  static final int KINDS = 19;

  private final EventBase base;
  private final List<Throwable> thrown = new ArrayList<>();
  private final StringBuilder calls = new StringBuilder();
  private final Event[] called = new Event[CALLED];
  private final Reaction[] reactions = new Reaction[CALLED];
  private final Watched[] watched = new Watched[WATCHED];
  private final Ends[] streams = new Ends[STREAMS];
  private int activity;
  private int reacted;

  Story(final String method) {
    base =
        new EventBase(
            new EventConfig()
                .method(method)
                .priorities(PRIORITIES)
                .exceptionHandler((source, exception) -> thrown.add(exception)));
    for (int i = 0; i < CALLED; i++) {
      called[i] = newCalled(i);
      reactions[i] = new Reaction(0, 0);
    }
  }

  /** What the program reports on that engine. */
  public static String of(final String method, final List<Step> program) {
    final StringBuilder text = new StringBuilder();
    try (Story story = new Story(method)) {
      for (final Step step : program) {
        story.take(step);
      }
      story.settle();
      story.say(text);
    }
    return text.toString();
  }

  private Event newCalled(final int index) {
    final Event event = base.newTimer((self, what) -> call(index, what));
    event.priority(index % PRIORITIES);
    return event;
  }

  private void call(final int index, final int what) {
    activity++;
    calls.append(index).append(':').append(what).append(' ');
    if (reacted < MAX_REACTIONS) {
      react(reactions[index]);
    }
  }

  private void react(final Reaction reaction) {
    final Event target = called[reaction.target];
    switch (reaction.kind) {
      case 1 -> target.activate(Event.TIMEOUT);
      case 2 -> target.delete();
      case 3 -> target.addNanos(0);
      case 4 -> target.addNanos(NEVER);
      case 5 -> base.execute(() -> note("task" + reaction.target));
      default -> {
        return;
      }
    }
    reacted++;
  }

  private void note(final String what) {
    activity++;
    calls.append(what).append(' ');
  }

  private void take(final Step step) {
    final Event event = called[step.actor];
    switch (step.kind) {
      case 0 -> event.activate(step.number % 2 == 0 ? Event.TIMEOUT : Event.READ);
      case 1 -> event.addNanos(0);
      case 2 -> event.addNanos(NEVER);
      case 3 -> event.delete();
      case 4 -> setPriority(event, step.number % PRIORITIES);
      case 5 -> reactions[step.actor] = step.reaction;
      case 6 -> base.execute(() -> note("task" + step.number));
      case 7 -> settle();
      case 8 -> reportCounts();
      case 9, 10, 11, 12 -> watched(step.actor).take(step);
      default -> streams(step.actor).take(step);
    }
  }

  private static void setPriority(final Event event, final int priority) {
    if ((event.pending(Event.READ | Event.TIMEOUT)) == 0) {
      event.priority(priority);
    }
  }

  private void reportCounts() {
    calls.append('[');
    for (final Event event : called) {
      calls.append(event.pending(Event.TIMEOUT | Event.READ)).append(',');
    }
    calls.append("] ");
  }

  private Watched watched(final int index) {
    final int at = index % WATCHED;
    if (watched[at] == null) {
      watched[at] = new Watched(at);
    }
    return watched[at];
  }

  private Ends streams(final int index) {
    final int at = index % STREAMS;
    if (streams[at] == null) {
      streams[at] = new Ends(base, () -> activity++);
    }
    return streams[at];
  }

  /** Until nothing happens any more. */
  void settle() {
    int quiet = 0;
    while (quiet < QUIET_PASSES) {
      final int before = activity;
      base.loop(EventBase.LOOP_NONBLOCK);
      quiet = activity == before ? quiet + 1 : 0;
    }
    calls.append("| ");
  }

  private void say(final StringBuilder text) {
    text.append("calls ").append(calls).append('\n');
    for (final Watched each : watched) {
      text.append(each == null ? "" : each.recorded).append('\n');
    }
    for (final Ends each : streams) {
      text.append(each == null ? "" : each.say()).append('\n');
    }
    thrown.forEach(exception -> text.append(exception).append('\n'));
  }

  @Override
  public void close() {
    for (final Ends each : streams) {
      if (each != null) {
        each.close();
      }
    }
    for (final Watched each : watched) {
      if (each != null) {
        each.close();
      }
    }
    base.close();
  }

  /** A pair of sockets, one of which is watched by events. */
  private final class Watched implements AutoCloseable {
    final StringBuilder recorded = new StringBuilder();
    private final NetSocket[] pair = base.sockets().pair();
    private final Event always;
    private final Event once;
    private final Event writable;
    private int sent;
    private int received;
    private boolean shut;

    Watched(final int index) {
      always = base.newEvent(pair[0], Event.READ | Event.PERSIST, (event, what) -> drain());
      once = base.newEvent(pair[0], Event.READ, (event, what) -> say("readable"));
      writable = base.newEvent(pair[0], Event.WRITE, (event, what) -> say("writable"));
      always.priority(index % PRIORITIES);
    }

    private void say(final String what) {
      activity++;
      recorded.append(what).append(' ');
    }

    private void drain() {
      activity++;
      final ByteBuffer bytes = ByteBuffer.allocate(4096);
      int count = pair[0].read(bytes);
      while (count > 0) {
        received += count;
        bytes.clear();
        count = pair[0].read(bytes);
      }
      if (count < 0) {
        recorded.append("end ");
        always.delete();
      }
    }

    void take(final Step step) {
      switch (step.kind) {
        case 9 -> send(step.number % 1000);
        case 10 -> watch(step.number % 6);
        case 11 -> {
          settle();
          recorded.append(received).append('/').append(sent).append(' ');
        }
        default -> {
          if (step.number % 4 == 0 && !shut) {
            shut = true;
            pair[1].shutdownOutput();
          }
        }
      }
    }

    private void send(final int count) {
      if (!shut) {
        sent += pair[1].write(ByteBuffer.allocate(count));
      }
    }

    private void watch(final int what) {
      switch (what) {
        case 0 -> always.add();
        case 1 -> once.add();
        case 2 -> writable.add();
        case 3 -> always.delete();
        case 4 -> once.delete();
        default -> writable.delete();
      }
    }

    @Override
    public void close() {
      always.close();
      once.close();
      writable.close();
      pair[0].close();
      pair[1].close();
    }
  }
}
