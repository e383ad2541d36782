package org.jevent.sim.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The order in which entries happen, beside a sorted list. */
class TimelineTest {
  private final Timeline timeline = new Timeline();
  private final List<Named> happened = new ArrayList<>();

  private final class Named extends Timeline.Entry {
    final int number;

    /** The model: when it happens, and how many were asked for before. */
    long at;

    long order;

    Named(final int number) {
      this.number = number;
    }

    @Override
    protected void happen() {
      happened.add(this);
    }

    @Override
    public String toString() {
      return "entry " + number + " at " + at;
    }
  }

  @Test
  void whatIsOfOneTimeHappensInTheOrderOfAsking() {
    final List<Named> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      final Named entry = new Named(i);
      asked.add(entry);
      timeline.schedule(entry, 1 + i % 2);
    }
    while (timeline.size() > 0) {
      timeline.happenNext();
    }
    asked.sort(Comparator.comparingInt(entry -> entry.number % 2));
    assertThat(happened).isEqualTo(asked);
  }

  @Test
  void whatIsScheduledAgainComesAfterAllOfItsNewTime() {
    final Named first = new Named(1);
    final Named second = new Named(2);
    final Named third = new Named(3);
    timeline.schedule(first, 5);
    timeline.schedule(second, 5);
    timeline.schedule(third, 5);
    timeline.schedule(first, 5);
    timeline.schedule(second, 4);
    while (timeline.size() > 0) {
      timeline.happenNext();
    }
    assertThat(happened).containsExactly(second, third, first);
  }

  /** Few times and many entries, or the reverse: chains that are long, or more than are known. */
  @Test
  void anyOrderOfCallsAgreesWithASortedList() {
    for (int seed = 0; seed < 300; seed++) {
      happened.clear();
      compare(new Random(seed), 1 + seed % 100);
    }
  }

  private void compare(final Random random, final int times) {
    final List<Named> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(new Named(i));
    }
    final List<Named> model = new ArrayList<>();
    final Comparator<Named> first =
        Comparator.comparingLong((Named entry) -> entry.at).thenComparing(entry -> entry.order);
    for (int i = 0; i < 1000; i++) {
      final Named entry = all.get(random.nextInt(all.size()));
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          entry.at = timeline.now() + random.nextInt(times);
          entry.order = i;
          timeline.schedule(entry, entry.at);
          model.remove(entry);
          model.add(entry);
        }
        case 2 -> {
          timeline.cancel(entry);
          model.remove(entry);
        }
        default -> happenNext(model, first);
      }
      assertThat(timeline.size()).isEqualTo(model.size());
      assertThat(entry.isScheduled()).isEqualTo(model.contains(entry));
    }
    assertThat(timeline.pending()).containsExactlyInAnyOrder(model.toArray(Named[]::new));
    while (!model.isEmpty()) {
      happenNext(model, first);
    }
    assertThat(timeline.nextTime()).isEqualTo(Long.MAX_VALUE);
  }

  private void happenNext(final List<Named> model, final Comparator<Named> first) {
    if (model.isEmpty()) {
      assertThat(timeline.size()).isZero();
      return;
    }
    final Named next = model.stream().min(first).orElseThrow();
    model.remove(next);
    assertThat(timeline.nextTime()).isEqualTo(next.at);
    timeline.happenNext();
    assertThat(happened.get(happened.size() - 1)).isSameAs(next);
    assertThat(timeline.now()).isEqualTo(next.at);
  }
}
