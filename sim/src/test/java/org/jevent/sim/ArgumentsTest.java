package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.EventBase;
import org.junit.jupiter.api.Test;

/** What worlds, hosts and links refuse, and how. */
class ArgumentsTest {
  private static final Duration BEFORE = Duration.ofSeconds(-1);
  private static final Duration LONG = Duration.ofDays(365 * 300);

  private static void assertRefused(final Runnable call, final String words) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void negativeAndWrongNumbersAreRefused() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      final Link link = world.link(host, world.host("two"));
      assertRefused(() -> link.clog(BEFORE), "clog");
      assertRefused(() -> world.names().delay(BEFORE), "delay");
      assertRefused(() -> host.descriptors(-1), "descriptors -1");
      final Duration median = Duration.ofMillis(1);
      assertRefused(() -> Latency.lognormal(median, Double.NaN), "sigma NaN");
      assertRefused(() -> Latency.lognormal(median, -3), "sigma -3");
    }
  }

  @Test
  void longTimesAreCut() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      final Host other = world.host("two");
      final Instant before = host.time();
      host.clockJump(LONG).clockJump(LONG).clockJump(LONG.negated());
      assertThat(host.time()).isEqualTo(before);
      host.clockJump(LONG.negated()).clockJump(LONG.negated());
      assertThat(host.time()).isBefore(before.minus(Duration.ofDays(365 * 290)));
      world.link(host, other).latency(Latency.fixed(LONG)).clog(LONG);
      world.names().delay(LONG);
      other.start(Servers.echo());
      host.start(
          self ->
              org.jevent.bufferevent.BufferEvent.socket(new EventBase(), 0)
                  .connect(new java.net.InetSocketAddress(other.address(), Servers.PORT)));
      world.run(Duration.ofDays(1));
      assertThat(world.link(host, other).lost()).isZero();
    }
  }

  @Test
  void hostsOfAnotherWorldAreRefused() {
    try (World world = World.open(1);
        World second = World.open(2)) {
      final Host own = world.host("one");
      final Host foreign = second.host("two");
      assertRefused(() -> world.link(own, foreign), "two");
      assertRefused(() -> world.partition(foreign, own, Link.Cut.DROP), "another world");
      assertRefused(() -> world.heal(foreign, own), "another world");
    }
  }

  @Test
  void aHostWithoutAddressGetsOneThatIsFree() {
    try (World world = World.open(1)) {
      world.host("one", "10.0.0.2");
      assertThat(world.host("two").address().getHostAddress()).isEqualTo("10.0.0.3");
      world.host("three", "10.0.0.254");
      assertThat(world.host("four").address().getHostAddress()).isEqualTo("10.0.0.4");
    }
  }

  @Test
  void aRefusedHostKeepsNoAddress() {
    try (World world = World.open(1)) {
      world.host("one", "10.1.0.1");
      assertRefused(() -> world.host("two", "10.1.0.2", "10.1.0.1"), "that of host one");
      assertRefused(() -> world.host("two", "10.1.0.2", "10.1.0.2"), "twice");
      assertThat(world.host("two", "10.1.0.2").addresses()).hasSize(1);
    }
  }

  @Test
  void signalsThatDoNotExistAreRefusedAndKillEndsTheProcess() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      final AtomicInteger came = new AtomicInteger();
      host.start(
          self -> new EventBase().newSignal(15, (event, what) -> came.incrementAndGet()).add());
      for (final String name : List.of("SIGTERM", "NONSENSE", "")) {
        assertRefused(() -> host.signal(name), "TERM");
      }
      assertThat(host.isUp()).isTrue();
      assertThat(host.signal("kill")).isFalse();
      assertThat(host.isUp()).isFalse();
      assertThat(came).hasValue(0);
    }
  }

  @Test
  void aClosedWorldSaysSo() {
    final World world = World.open(1);
    final Host host = world.host("one");
    final Names names = world.names();
    final World.Rates rates = world.faults(Faults.CPU);
    world.close();
    final List<Runnable> calls =
        List.of(
            () -> world.link(host, host),
            () -> world.partition(host, host, Link.Cut.DROP),
            () -> world.heal(host, host),
            () -> world.always("is", () -> true),
            () -> rates.rate(1),
            () -> world.fault("EMFILE", 1),
            () -> host.crash(Crash.POWER),
            host::restart,
            () -> host.pause(Duration.ZERO),
            () -> host.signal("TERM"),
            () -> names.put("one", List.of()),
            () -> names.fail("one", new java.io.IOException()),
            () -> names.delay(Duration.ZERO),
            world::choices);
    for (int i = 0; i < calls.size(); i++) {
      assertThatThrownBy(calls.get(i)::run)
          .as("call %d", i)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the world is closed");
    }
  }
}
