package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.junit.jupiter.api.Test;

/** A host that is paused, and clocks whose rate changes while something waits. */
class PauseTest {
  private static Duration seconds(final long count) {
    return Duration.ofSeconds(count);
  }

  private static void ticks(final EventBase base, final World world, final List<Duration> at) {
    base.newPeriodicTimer((event, what) -> at.add(world.now())).add(seconds(1));
  }

  @Test
  void aPauseStopsLoopsAndThreadsAlike() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      final List<Duration> started = new ArrayList<>();
      final List<Duration> dispatched = new ArrayList<>();
      final List<Duration> slept = new ArrayList<>();
      host.start(self -> ticks(new EventBase(), world, started));
      host.main(
          self -> {
            final EventBase base = new EventBase();
            ticks(base, world, dispatched);
            base.dispatch();
          });
      host.thread(
          "sleeper",
          () -> {
            while (true) {
              host.sleep(seconds(1));
              slept.add(world.now());
            }
          });
      world.run(Duration.ofMillis(1500));
      host.pause(seconds(10));
      world.run(seconds(5));
      host.pause(seconds(10)); // longer than was said
      world.run(Duration.ofMillis(9900));
      for (final List<Duration> one : List.of(started, dispatched, slept)) {
        assertThat(one).containsExactly(seconds(1));
      }
      world.run(Duration.ofMillis(200));
      for (final List<Duration> one : List.of(started, dispatched, slept)) {
        assertThat(one).hasSize(2);
      }
      host.crash(Crash.POWER);
    }
  }

  @Test
  void calmEndsAPause() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      final List<Duration> started = new ArrayList<>();
      final List<Duration> slept = new ArrayList<>();
      host.start(self -> ticks(new EventBase(), world, started));
      host.thread(
          "sleeper",
          () -> {
            host.sleep(seconds(1));
            slept.add(world.now());
          });
      host.pause(Duration.ofDays(1));
      world.run(seconds(5));
      assertThat(started).isEmpty();
      world.calm();
      world.run(seconds(10));
      assertThat(started).contains(seconds(5)).hasSizeGreaterThan(9);
      assertThat(slept).containsExactly(seconds(5));
    }
  }

  @Test
  void aThreadOfAPausedHostEndsWithACrash() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      final List<String> ran = new ArrayList<>();
      host.thread(
          "sleeper",
          () -> {
            try {
              host.sleep(seconds(1));
            } finally {
              ran.add("finally");
            }
          });
      world.run(Duration.ofMillis(1));
      host.pause(Duration.ofDays(1));
      world.run(seconds(2));
      host.crash(Crash.POWER);
      world.run(seconds(1));
      assertThat(ran).containsExactly("finally");
    }
  }

  @Test
  void aWaitThatHasBegunFollowsTheClock() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      final List<Duration> all = new ArrayList<>();
      host.clockRate(0.001);
      host.start(
          self -> new EventBase().newTimer((event, what) -> all.add(world.now())).add(seconds(1)));
      host.main(
          self -> {
            final EventBase base = new EventBase();
            base.newTimer((event, what) -> all.add(world.now())).add(seconds(1));
            base.dispatch();
          });
      host.thread(
          "sleeper",
          () -> {
            host.sleep(seconds(1));
            all.add(world.now());
          });
      world.run(seconds(10));
      assertThat(all).isEmpty();
      world.calm();
      world.run(Duration.ofMillis(980));
      assertThat(all).isEmpty();
      world.run(Duration.ofMillis(20));
      assertThat(all).hasSize(3);
    }
  }

  @Test
  void aThreadSleepsItsTimeByASlowerClock() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      final List<Long> slept = new ArrayList<>();
      host.main(
          self -> {
            final long begin = self.nanoTime();
            self.sleep(seconds(10));
            slept.add(self.nanoTime() - begin);
          });
      world.run(seconds(1));
      host.clockRate(0.1);
      world.run(seconds(89));
      assertThat(slept).isEmpty();
      world.run(seconds(2));
      assertThat(slept).hasSize(1);
      assertThat(slept.get(0)).isBetween(seconds(10).toNanos(), seconds(10).toNanos() + 10);
    }
  }

  @Test
  void aForegroundLoopFollowsTheClock() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      host.clockRate(0.001);
      final Duration end =
          host.foreground(
              () -> {
                final EventBase base = new EventBase();
                base.newTimer((event, what) -> {}).add(seconds(1));
                world.at(seconds(2), () -> host.clockRate(1));
                base.dispatch();
                return world.now();
              });
      assertThat(end).isBetween(Duration.ofMillis(2990), seconds(3));
    }
  }
}
