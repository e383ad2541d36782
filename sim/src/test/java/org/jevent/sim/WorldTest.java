package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.EngineUnavailableException;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WorldTest {
  /** Lines that a client has sent and got back. */
  private static final class Client {
    final StringBuilder sent = new StringBuilder();
    final StringBuilder came = new StringBuilder();
    final List<String> events = new ArrayList<>();
    SocketBufferEvent stream;

    void start(final Host host, final int lines) {
      final EventBase base = new EventBase();
      stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      stream.setCallbacks(
          self -> {
            came.append(
                new String(
                    self.input().readBytes((int) self.input().length()),
                    java.nio.charset.StandardCharsets.US_ASCII));
          },
          null,
          (self, what) -> events.add(Integer.toHexString(what)));
      stream.enable(Event.READ | Event.WRITE);
      stream.connect("server", Servers.PORT);
      for (int i = 0; i < lines; i++) {
        final String line = "line " + i + " of " + host.name() + "\n";
        sent.append(line);
        stream.write(line.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      }
    }
  }

  private static String story(final long seed, final double rate) {
    try (World world = World.open(seed)) {
      final Host server = world.host("server");
      server.start(Servers.echo());
      if (rate > 0) {
        world.faults(Faults.NETWORK, Faults.ENGINE, Faults.CPU).rate(rate);
      }
      final List<Client> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        final Client client = new Client();
        clients.add(client);
        world.host("client" + i).start(host -> client.start(host, 50));
      }
      world.eventually(
          Duration.ofMinutes(10),
          "all lines come back",
          () -> clients.stream().allMatch(one -> one.came.length() == one.sent.length()));
      for (final Client client : clients) {
        assertThat(client.came.toString()).isEqualTo(client.sent.toString());
      }
      return Long.toHexString(world.digest()) + " " + world.now() + " " + world.report();
    }
  }

  @Test
  void theSameSeedGivesTheSameRunAndOthersGiveOthers() {
    final List<String> stories = new ArrayList<>();
    for (int seed = 0; seed < 20; seed++) {
      final String first = story(seed, 0.05);
      assertThat(story(seed, 0.05)).isEqualTo(first);
      assertThat(stories).doesNotContain(first);
      stories.add(first);
    }
  }

  @Test
  void timePassesAsFastAsNothingHappens() {
    try (World world = World.open(1)) {
      final AtomicInteger beats = new AtomicInteger();
      world
          .host("one")
          .start(
              host -> {
                final EventBase base = new EventBase();
                final Event timer = base.newPeriodicTimer((self, what) -> beats.incrementAndGet());
                timer.add(Duration.ofHours(1));
              });
      world.run(Duration.ofDays(365));
      assertThat(beats.get()).isEqualTo(365 * 24);
      assertThat(world.now()).isEqualTo(Duration.ofDays(365));
    }
  }

  @Test
  void programsThatDispatchHaveThreads() {
    try (World world = World.open(1)) {
      final List<String> said = new ArrayList<>();
      world
          .host("server")
          .main(
              host -> {
                final EventBase base = new EventBase();
                Servers.serve(
                    base,
                    stream -> {
                      stream.setCallbacks(
                          self -> {
                            said.add("server read " + self.input().length());
                            base.loopExit();
                          },
                          null,
                          null);
                      stream.enable(Event.READ);
                    });
                base.dispatch();
                said.add("server ends at " + host.nanoTime() / 1_000_000 + " ms");
                base.close();
              });
      world
          .host("client")
          .main(
              host -> {
                host.sleep(Duration.ofMillis(100));
                final EventBase base = new EventBase();
                final SocketBufferEvent stream =
                    BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
                stream.connect("server", Servers.PORT);
                stream.write(new byte[5]);
                base.loop(EventBase.LOOP_ONCE);
                said.add("client slept");
              });
      world.run(Duration.ofSeconds(10));
      assertThat(said)
          .containsExactlyInAnyOrder("client slept", "server read 5", "server ends at 102 ms");
    }
  }

  @Test
  void exceptionsOfCallbacksAreFailures() {
    try (World world = World.open(7)) {
      world
          .host("one")
          .start(
              host ->
                  new EventBase()
                      .newTimer(
                          (self, what) -> {
                            throw new IllegalStateException("made up");
                          })
                      .add(Duration.ofSeconds(3)));
      assertThatThrownBy(() -> world.run(Duration.ofSeconds(5)))
          .isInstanceOf(SimulationFailure.class)
          .hasMessageContaining("THROWN at 3000000000 ns, seed 0x7")
          .hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatMustAlwaysHoldIsCheckedAfterEachEvent() {
    try (World world = World.open(7)) {
      final AtomicInteger count = new AtomicInteger();
      world
          .host("one")
          .start(
              host ->
                  new EventBase()
                      .newPeriodicTimer((self, what) -> count.incrementAndGet())
                      .add(Duration.ofSeconds(1)));
      world.always("less than three", () -> count.get() < 3);
      assertThatThrownBy(() -> world.run(Duration.ofSeconds(10)))
          .isInstanceOf(SimulationFailure.class)
          .hasMessageContaining("ALWAYS at 3000000000 ns")
          .hasMessageContaining("less than three");
    }
  }

  @Test
  void whatNeverComesTrueIsADeadlockWhenNothingCanHappen() {
    try (World world = World.open(7)) {
      world.host("one").start(host -> new EventBase());
      assertThatThrownBy(
              () -> world.eventually(Duration.ofSeconds(10), "a miracle happens", () -> false))
          .isInstanceOf(SimulationFailure.class)
          .hasMessageContaining("DEADLOCK")
          .hasMessageContaining("a miracle happens");
      final EventBase waiting = world.host("two").foreground(EventBase::new);
      assertThatThrownBy(() -> waiting.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY))
          .hasMessageContaining("nothing can happen");
    }
  }

  @Test
  void loopsThatRunWithoutTimePassingAreFound() {
    try (World world = World.open(7)) {
      world
          .host("one")
          .start(
              host -> {
                final EventBase base = new EventBase();
                final Runnable[] again = new Runnable[1];
                again[0] = () -> base.execute(again[0]);
                base.execute(again[0]);
              });
      assertThatThrownBy(() -> world.run(Duration.ofSeconds(10)))
          .isInstanceOf(SimulationFailure.class)
          .hasMessageContaining("SPIN at 0 ns")
          .hasMessageContaining("of host one");
    }
  }

  @Test
  void otherThreadsAreRefusedUnlessAllowed() throws InterruptedException {
    try (World world = World.open(7)) {
      final EventBase[] made = new EventBase[1];
      world.host("one").start(host -> made[0] = new EventBase());
      final List<Throwable> thrown = new ArrayList<>();
      final Thread other =
          new Thread(
              () -> {
                try {
                  made[0].execute(() -> {});
                } catch (final IllegalStateException e) {
                  thrown.add(e);
                }
              });
      other.start();
      other.join();
      assertThat(thrown).hasSize(1);
      assertThat(thrown.get(0)).hasMessageContaining("World.allowThreads");
    }
  }

  /** Another thread wakes the loop at any moment: before it waits, and while it does. */
  @Test
  @Timeout(60)
  void noWakeUpOfAnotherThreadIsLost() throws Exception {
    for (int round = 0; round < 100; round++) {
      try (World world = World.open(round).allowThreads()) {
        final EventBase base = world.host("one").foreground(() -> new EventBase());
        final CompletableFuture<?> loop =
            CompletableFuture.runAsync(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY));
        for (int i = 0; i < 50; i++) {
          final CountDownLatch ran = new CountDownLatch(1);
          base.execute(ran::countDown);
          ran.await();
        }
        base.close();
        loop.get();
      }
    }
  }

  @Test
  void aTimerThatEndsAfterAllTimeNeverFires() {
    try (World world = World.open(1)) {
      final AtomicInteger fired = new AtomicInteger();
      final Host host = world.host("one");
      world.at(
          Duration.ofSeconds(1),
          () ->
              host.start(
                  self ->
                      new EventBase()
                          .newTimer((event, what) -> fired.incrementAndGet())
                          .add(Duration.ofNanos(Long.MAX_VALUE))));
      world.run(Duration.ofDays(1000));
      assertThat(fired).hasValue(0);
    }
  }

  @Test
  void clocksGoWrongAsAsked() {
    try (World world = World.open(1)) {
      final List<Long> fired = new ArrayList<>();
      final Host fast = world.host("fast").clockRate(1.5);
      fast.start(
          host ->
              new EventBase()
                  .newTimer((self, what) -> fired.add(world.now().toMillis()))
                  .add(Duration.ofSeconds(3)));
      final Instant before = fast.time();
      fast.clockJump(Duration.ofDays(-1));
      assertThat(fast.time()).isEqualTo(before.minus(Duration.ofDays(1)));
      world.run(Duration.ofSeconds(10));
      assertThat(fired).containsExactly(2000L);
      assertThat(fast.nanoTime()).isEqualTo(15_000_000_000L);
    }
  }

  @Test
  void aPausedHostFiresALateTimerOnce() {
    try (World world = World.open(1)) {
      final List<Long> fired = new ArrayList<>();
      final Host host = world.host("one");
      host.start(
          self ->
              new EventBase()
                  .newTimer((event, what) -> fired.add(world.now().toMillis()))
                  .add(Duration.ofSeconds(1)));
      world.at(Duration.ofMillis(500), () -> host.pause(Duration.ofSeconds(2)));
      world.run(Duration.ofSeconds(10));
      assertThat(fired).containsExactly(2500L);
    }
  }

  @Test
  void aCrashedHostRunsNothingAndStartsAgain() {
    try (World world = World.open(1)) {
      final List<String> said = new ArrayList<>();
      final Host host = world.host("one");
      host.start(
          self -> {
            self.kept().merge("starts", 1, (one, other) -> (Integer) one + (Integer) other);
            new EventBase()
                .newPeriodicTimer(
                    (event, what) -> said.add(self.kept().get("starts") + ":" + world.now()))
                .add(Duration.ofSeconds(1));
          });
      world.at(Duration.ofMillis(2500), () -> host.crash(Crash.POWER));
      world.at(Duration.ofMillis(4500), host::restart);
      world.run(Duration.ofSeconds(6));
      assertThat(said).containsExactly("1:PT1S", "1:PT2S", "2:PT5.5S");
    }
  }

  @Test
  void signalsReachTheBasesThatWatchThemOrEndTheProcess() {
    try (World world = World.open(1)) {
      final AtomicInteger came = new AtomicInteger();
      final Host host = world.host("one");
      host.start(
          self -> new EventBase().newSignal(15, (event, what) -> came.incrementAndGet()).add());
      assertThat(host.signal("TERM")).isTrue();
      world.run(Duration.ofMillis(1));
      assertThat(came.get()).isEqualTo(1);
      assertThat(host.isUp()).isTrue();
      assertThat(host.signal("WINCH")).isFalse();
      assertThat(host.isUp()).isTrue();
      assertThat(host.signal("INT")).isFalse();
      assertThat(host.isUp()).isFalse();
    }
  }

  @Test
  void theMethodExistsInAWorldOnly() {
    assertThatThrownBy(() -> new EventBase(new EventConfig().method("sim")))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("org.jevent.sim");
    try (World world = World.open(1)) {
      world
          .host("one")
          .start(
              host -> {
                assertThat(new EventBase().method()).isEqualTo("sim");
                assertThatThrownBy(() -> new EventBase(new EventConfig().method("epoll")))
                    .isInstanceOf(EngineUnavailableException.class)
                    .hasMessageContaining("epoll");
              });
    }
  }

  @Test
  void twoWorldsInTwoThreadsDoNotDisturbEachOther() throws Exception {
    final String expected = story(5, 0.05);
    final List<String> found = java.util.Collections.synchronizedList(new ArrayList<>());
    final List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      final Thread thread = new Thread(() -> found.add(story(5, 0.05)));
      thread.start();
      threads.add(thread);
    }
    for (final Thread thread : threads) {
      thread.join();
    }
    assertThat(found).containsExactly(expected, expected);
  }

  /** A world of one host whose timer fires after a second. */
  private static World withTimer(final java.util.function.Consumer<World> callback) {
    final World world = World.open(1);
    world
        .host("one")
        .start(
            host ->
                new EventBase()
                    .newTimer((self, what) -> callback.accept(world))
                    .add(Duration.ofSeconds(1)));
    return world;
  }

  private static void assertRunRefuses(final World world, final String message) {
    try (world) {
      assertThatThrownBy(() -> world.run(Duration.ofSeconds(2)))
          .isInstanceOf(SimulationFailure.class)
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining(message);
      assertThat(world.now()).isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void codeThatTheWorldRunsCannotCloseIt() {
    assertRunRefuses(withTimer(World::close), "close: the world runs this code");
    final World planned = World.open(1);
    planned.at(Duration.ofSeconds(1), planned::close);
    assertRunRefuses(planned, "close: the world runs this code");
    final World threaded = World.open(1);
    threaded
        .host("one")
        .main(
            host -> {
              host.sleep(Duration.ofSeconds(1));
              threaded.close();
            });
    assertRunRefuses(threaded, "close: the world runs this code");
  }

  @Test
  void codeThatTheWorldRunsCannotRunIt() {
    assertRunRefuses(withTimer(world -> world.run(Duration.ofSeconds(1))), "run: the world runs");
    assertRunRefuses(
        withTimer(world -> world.eventually(Duration.ofSeconds(1), "never", () -> false)),
        "run: the world runs");
    assertRunRefuses(
        withTimer(world -> world.settle(Duration.ofSeconds(1))), "run: the world runs");
  }

  @Test
  @Timeout(30)
  void aBodyThatReturnsCannotDispatch() {
    try (World world = World.open(1)) {
      assertThatThrownBy(
              () ->
                  world
                      .host("one")
                      .start(
                          host -> {
                            final EventBase base = new EventBase();
                            base.newPeriodicTimer((self, what) -> {}).add(Duration.ofSeconds(1));
                            base.dispatch();
                          }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Host.main")
          .hasMessageContaining("return");
      assertThat(world.now()).isZero();
    }
  }

  @Test
  @Timeout(30)
  void aCallbackCannotDispatchAnotherBase() {
    assertRunRefuses(
        withTimer(
            world -> {
              final EventBase other = new EventBase();
              other.newPeriodicTimer((self, what) -> {}).add(Duration.ofSeconds(1));
              other.dispatch();
            }),
        "Host.main");
  }

  private static void assertRefused(
      final org.assertj.core.api.ThrowableAssert.ThrowingCallable call, final String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void argumentsThatMeanNothingAreRefused() {
    try (World world = World.open(1)) {
      final Host host = world.host("one");
      for (final double rate :
          new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e300, 1e-300}) {
        assertRefused(() -> host.clockRate(rate), "clock rate " + rate, "0.001..1000");
      }
      final Duration negative = Duration.ofSeconds(-1);
      assertRefused(() -> world.run(negative), "run PT-1S is negative");
      assertRefused(() -> world.settle(negative), "settle PT-1S is negative");
      assertRefused(() -> world.eventually(negative, "it", () -> true), "it within PT-1S");
      assertRefused(() -> host.pause(negative), "pause PT-1S is negative");
      assertRefused(() -> world.run(Duration.ofSeconds(Long.MAX_VALUE)), "106751 days");
      world.run(Duration.ofSeconds(5));
      assertRefused(() -> world.at(Duration.ofSeconds(1), () -> {}), "at PT1S: it is PT5S already");
      final Choices choices = world.choices();
      assertRefused(() -> choices.between("x", 5, 1), "x: between 5 and 1 are no numbers");
      assertRefused(
          () -> choices.between("x", Integer.MIN_VALUE, Integer.MAX_VALUE), "4294967296 numbers");
      assertRefused(() -> choices.happens("x", Double.NaN), "rate NaN");
      assertRefused(() -> world.fault("unknown", 0.5), "fault unknown", "EMFILE", "SEGMENT_LOST");
      assertRefused(() -> world.fault("EMFILE", 2), "rate 2.0");
      assertRefused(() -> world.fault("USER", 0.5), "fault USER");
    }
  }

  @Test
  void aClosedWorldRefuses() {
    final World world = World.open(1);
    final Host host = world.host("one");
    world.close();
    assertThatThrownBy(() -> world.run(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> host.start(self -> {})).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void datagramsArriveAndClosedPortsAreReported() {
    try (Talk talk = new Talk()) {
      final InetSocketAddress address = new InetSocketAddress(talk.server.address(), 53);
      final NetSocket far = talk.serverBase.sockets().datagram(address);
      final NetSocket near =
          talk.clientBase.sockets().datagram(new InetSocketAddress(talk.client.address(), 0));
      near.send(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), address);
      talk.pass(1);
      final java.nio.ByteBuffer target = java.nio.ByteBuffer.allocate(2);
      assertThat(far.receive(target)).isEqualTo(near.localAddress());
      assertThat(target.position()).isEqualTo(2);
      near.connect(new InetSocketAddress(talk.server.address(), 54));
      assertThat(Talk.outcomes(near, 7)).containsExactly("7");
      talk.pass(5);
      assertThat(Talk.outcomes(near, 0, 7)).containsExactly("ECONNREFUSED", "7");
      talk.pass(5);
      assertThat(Talk.outcome(() -> near.send(java.nio.ByteBuffer.allocate(65_508), null)))
          .isEqualTo("ECONNREFUSED");
      assertThat(Talk.outcome(() -> near.send(java.nio.ByteBuffer.allocate(65_508), null)))
          .isEqualTo("EMSGSIZE");
    }
  }

  @Test
  void datagramsAreLostDoubledAndLate() {
    try (Talk talk = new Talk(World.open(3))) {
      final InetSocketAddress address = new InetSocketAddress(talk.server.address(), 53);
      final NetSocket far = talk.serverBase.sockets().datagram(address);
      final NetSocket near =
          talk.clientBase.sockets().datagram(new InetSocketAddress(talk.client.address(), 0));
      talk.world.faults(Faults.NETWORK).rate(0.2);
      for (int i = 0; i < 100; i++) {
        near.send(java.nio.ByteBuffer.wrap(new byte[] {(byte) i}), address);
      }
      talk.pass(1000);
      final List<Integer> came = new ArrayList<>();
      final java.nio.ByteBuffer target = java.nio.ByteBuffer.allocate(2);
      while (far.receive(target.clear()) != null) {
        came.add((int) target.get(0));
      }
      assertThat(came.stream().distinct().count()).isLessThan(95);
      assertThat(came.stream().distinct().count()).isLessThan(came.size());
      assertThat(came).isNotEqualTo(came.stream().sorted().toList());
      final SimulationReport report = talk.world.report();
      report.require("DATAGRAM_LOST", 1);
      report.require("DATAGRAM_DOUBLED", 1);
      report.require("DATAGRAM_LATE", 1);
    }
  }
}
