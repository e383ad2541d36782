package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.sim.junit.SimulationTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignTest {
  /** A client that thinks that a message arrives in one piece. */
  private static void careless(final World world) {
    world.host("server").start(Servers.echo());
    world.faults(Faults.NETWORK, Faults.ENGINE, Faults.CPU).rate(0.05);
    final boolean[] done = new boolean[1];
    world
        .host("client")
        .start(
            host -> {
              final EventBase base = new EventBase();
              final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
              stream.setCallbacks(
                  self -> {
                    if (self.input().length() != 100) {
                      throw new IllegalStateException("half a message: " + self.input().length());
                    }
                    self.input().drain(100);
                    done[0] = true;
                  },
                  null,
                  null);
              stream.enable(Event.READ | Event.WRITE);
              stream.connect("server", Servers.PORT);
              stream.write(new byte[100]);
            });
    world.eventually(Duration.ofMinutes(5), "an answer comes", () -> done[0]);
  }

  private static SimulationFailure failureOf(final Campaign campaign) {
    return catchThrowableOfType(SimulationFailure.class, campaign::run);
  }

  @Test
  void aFaultIsFoundReducedAndWritten(@TempDir final Path directory) throws Exception {
    final SimulationFailure failure =
        failureOf(Campaign.of("careless", CampaignTest::careless).seeds(1000).directory(directory));
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(SimulationFailure.Kind.THROWN);
    assertThat(failure).hasMessageContaining("half a message");
    assertThat(failure).hasMessageContaining("-Djevent.sim.seed=0x");
    assertThat(failure).hasMessageContaining("is connected");
    final String text = failure.getMessage();
    final int choices =
        Integer.parseInt(text.replaceAll("(?s).*Reduced to (\\d+) choices.*", "$1"));
    assertThat(choices).isLessThanOrEqualTo(4);
    final Set<String> endings = new TreeSet<>();
    try (java.util.stream.Stream<Path> files = Files.list(directory)) {
      files.forEach(file -> endings.add(file.toString().replaceAll(".*\\.", "")));
    }
    assertThat(endings).containsExactly("choices", "pcapng", "txt");
  }

  private static List<Long> drawn(final boolean repeatable) {
    final List<Long> values = new ArrayList<>();
    Campaign.of("drawn", world -> values.add((long) world.choices().choose("value", 1 << 30)))
        .seeds(10)
        .repeatable(repeatable)
        .run();
    return values;
  }

  @Test
  void aRepeatableCampaignHasTheSameWorldsEachTime() {
    assertThat(drawn(true)).isEqualTo(drawn(true)).isNotEqualTo(drawn(false));
    assertThat(drawn(false)).isNotEqualTo(drawn(false));
    assertThat(drawn(false).subList(0, 5)).isEqualTo(drawn(true).subList(0, 5));
  }

  @Test
  void aRecordOfAFailureIsTriedFirst(@TempDir final Path directory) {
    failureOf(Campaign.of("careless", CampaignTest::careless).seeds(1000).directory(directory));
    final AtomicLong worlds = new AtomicLong();
    final SimulationFailure again =
        failureOf(
            Campaign.of(
                    "careless",
                    world -> {
                      worlds.incrementAndGet();
                      careless(world);
                    })
                .records(directory));
    assertThat(again).hasMessageContaining("half a message");
    assertThat(worlds.get()).as("itself, and its report").isEqualTo(2);
  }

  @Test
  void aRunThatDependsOnSomethingElseIsFound() {
    final AtomicLong runs = new AtomicLong();
    final SimulationFailure failure =
        failureOf(
            Campaign.of(
                    "forgetful",
                    world -> {
                      world
                          .host("one")
                          .start(
                              host ->
                                  new EventBase()
                                      .newTimer((self, what) -> {})
                                      .add(Duration.ofNanos(runs.incrementAndGet())));
                      world.run(Duration.ofSeconds(1));
                    })
                .seeds(3));
    assertThat(failure.kind()).isEqualTo(SimulationFailure.Kind.DIVERGED);
  }

  @Test
  void aNeedleIsFoundAmongThousandsOfChoices() {
    final SimulationFailure failure =
        failureOf(
            Campaign.of(
                    "needle",
                    world -> {
                      int sum = 0;
                      for (int i = 0; i < 10_000; i++) {
                        final int value = world.choices().choose("value", 1000);
                        sum += i % 3333 == 5 && value > 100 ? 1 : 0;
                      }
                      if (sum >= 3) {
                        throw new IllegalStateException("three at once");
                      }
                    })
                .seeds(1000));
    assertThat(failure).hasMessageContaining("Reduced to 3 choices");
  }

  @Test
  void allSequencesAreTried() {
    final Set<String> seen = new TreeSet<>();
    final SimulationReport report =
        Campaign.of(
                "all",
                world ->
                    seen.add(world.choices().choose("a", 3) + "" + world.choices().choose("b", 2)))
            .runAll(5);
    assertThat(seen).containsExactly("00", "01", "10", "11", "20", "21");
    assertThat(report.worlds()).isEqualTo(6);
  }

  private static Campaign twoOfTwelve() {
    return Campaign.of(
        "two of twelve",
        world -> {
          final Choices choices = world.choices();
          if (choices.between("a", 0, 3) == 2 && choices.between("b", 0, 2) == 1) {
            throw new IllegalStateException("found");
          }
        });
  }

  @Test
  void aFailureOfAllSequencesIsRepeatedFromItsChoices(@TempDir final Path directory) {
    final SimulationFailure failure =
        catchThrowableOfType(
            SimulationFailure.class, () -> twoOfTwelve().directory(directory).runAll(50));
    final Path file = directory.resolve("two_of_twelve-exhaustive.choices");
    assertThat(failure)
        .hasMessageContaining("found")
        .hasMessageContaining("Repeat it with -Djevent.sim.choices=" + file)
        .hasMessageContaining("USER a #0: 2 of 4")
        .hasMessageContaining("USER b #0: 1 of 3")
        .hasMessageContaining("Files: ");
    assertThat(file).exists();
    assertThatThrownBy(() -> twoOfTwelve().replay(file))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("found")
        .hasMessageContaining("USER b #0: 1 of 3");
  }

  @Test
  void allSequencesEndWithTheBudget() {
    final SimulationReport report =
        Campaign.of("all", world -> world.choices().choose("a", 3))
            .budget(Duration.ofNanos(1))
            .runAll(5);
    assertThat(report.worlds()).isEqualTo(1);
  }

  @Test
  void choicesOfAFailureAreGivenWithoutReducingThem() {
    assertThatThrownBy(() -> twoOfTwelve().shrink(false).runAll(50))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("Campaign.replay")
        .hasMessageContaining("USER a #0: 2 of 4");
  }

  @SimulationTest(seeds = 50)
  void theAnnotationRunsManyWorlds(final World world, final Choices choices) {
    world.host("server").start(Servers.echo());
    world.faults(Faults.NETWORK).rate(choices.happens("calm", 0.5) ? 0 : 0.01);
    world.run(Duration.ofSeconds(1));
    assertThat(world.now()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void faultsAreCountedByTheStateOfTheirConnection() {
    final LibraryCampaignTest programs = new LibraryCampaignTest();
    final SimulationReport report =
        Campaign.of(
                "half-closed",
                world -> programs.aHalfClosedRequestHasItsWholeAnswer(world, world.choices()))
            .seeds(60)
            .run();
    report.require("SEGMENT_LOST at CONNECTED", 1);
    report.require("SEGMENT_LOST at CONNECTED, input ended", 1);
    report.require("SEGMENT_LOST at CONNECTED, output ended", 1);
    assertThatThrownBy(() -> report.require("SEGMENT_LOST at LISTENING", 1))
        .isInstanceOf(AssertionError.class);
  }

  /** What has happened in all worlds of a campaign. */
  private static SimulationReport side(final int jobs, final Set<Long> values) {
    return Campaign.of(
            "side by side",
            world -> {
              careful(world);
              values.add((long) world.choices().choose("value", 1 << 30));
            })
        .seeds(60)
        .repeatable(true)
        .jobs(jobs)
        .run();
  }

  private static void careful(final World world) {
    world.host("server").start(Servers.echo());
    world.faults(Faults.NETWORK).rate(0.02);
    world.run(Duration.ofSeconds(1));
  }

  @Test
  void worldsSideBySideAreTheSame() {
    final Set<Long> one = new ConcurrentSkipListSet<>();
    final Set<Long> four = new ConcurrentSkipListSet<>();
    final SimulationReport report = side(1, one);
    assertThat(side(4, four)).hasToString(report.toString());
    assertThat(four).isEqualTo(one);
  }

  /** All worlds wait until a second thread has begun one: a single thread would wait in vain. */
  @Test
  void severalThreadsTryThem() {
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    final CountDownLatch two = new CountDownLatch(2);
    Campaign.of(
            "both",
            world -> {
              if (threads.add(Thread.currentThread())) {
                two.countDown();
              }
              try {
                assertThat(two.await(60, TimeUnit.SECONDS)).isTrue();
              } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
              }
            })
        .seeds(40)
        .jobs(2)
        .run();
    assertThat(threads).hasSize(2);
  }

  @Test
  void theFirstFailureIsTheSameWithMoreThreads() {
    final SimulationFailure alone =
        failureOf(Campaign.of("careless", CampaignTest::careless).seeds(300).repeatable(true));
    final SimulationFailure together =
        failureOf(
            Campaign.of("careless", CampaignTest::careless).seeds(300).repeatable(true).jobs(3));
    assertThat(together).hasMessage(alone.getMessage());
  }

  @Test
  void whatIsThrownInAnotherThreadComesOut() {
    final OutOfMemoryError planted = new OutOfMemoryError("planted");
    assertThatThrownBy(
            () ->
                Campaign.of(
                        "planted",
                        world -> {
                          throw planted;
                        })
                    .jobs(2)
                    .run())
        .isSameAs(planted);
  }

  @Test
  void aSecondRunThatFailsIsOneThatDiffers() {
    for (final boolean one : new boolean[] {false, true}) {
      final AtomicLong runs = new AtomicLong();
      final Campaign campaign =
          Campaign.of(
                  "second",
                  world -> {
                    if (runs.getAndIncrement() > 0) {
                      throw new IllegalStateException("not as before");
                    }
                  })
              .seeds(1);
      final SimulationFailure failure =
          catchThrowableOfType(
              SimulationFailure.class, () -> assertThat(one ? campaign.run(5L) : campaign.run()));
      assertThat(failure).isNotNull().hasMessageContaining("not as before");
      assertThat(failure.kind()).isEqualTo(SimulationFailure.Kind.DIVERGED);
      assertThat(failure).hasRootCauseMessage("not as before");
    }
  }

  @Test
  void aRecordThatFailsSaysWhatHasHappened(@TempDir final Path directory) throws Exception {
    final Path records = directory.resolve("records");
    failureOf(Campaign.of("careless", CampaignTest::careless).seeds(1000).directory(records));
    final Path files = directory.resolve("files");
    final SimulationFailure failure =
        failureOf(
            Campaign.of("careless", CampaignTest::careless)
                .seeds(1)
                .records(records)
                .directory(files));
    final Path record;
    try (java.util.stream.Stream<Path> all = Files.list(records)) {
      record = all.filter(file -> file.toString().endsWith(".choices")).findFirst().orElseThrow();
    }
    assertThat(failure)
        .hasMessageContaining("careless: ")
        .hasMessageContaining("half a message")
        .hasMessageContaining("-Djevent.sim.choices=" + record)
        .hasMessageContaining("is connected")
        .hasMessageContaining("Files: " + files);
    final Path named;
    try (java.util.stream.Stream<Path> all = Files.list(files)) {
      named = all.filter(file -> file.toString().endsWith(".txt")).findFirst().orElseThrow();
    }
    assertThat(named.getFileName().toString())
        .isEqualTo("careless-" + record.getFileName().toString().replace(".choices", ".txt"));
  }

  @Test
  void aBudgetHasRoomForOneWorldAtLeast() {
    final AtomicLong runs = new AtomicLong();
    final Campaign campaign = Campaign.of("one", world -> runs.incrementAndGet()).seeds(50);
    for (final Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThatThrownBy(() -> campaign.budget(none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("budget");
    }
    assertThat(campaign.budget(Duration.ofNanos(1)).run().worlds()).isEqualTo(1);
    assertThat(campaign.budget(Duration.ofDays(200_000)).run().worlds()).isEqualTo(50);
  }

  @Test
  void theFileOfAStorySaysHowManyLinesItLacks(@TempDir final Path directory) throws Exception {
    failureOf(
        Campaign.of(
                "long",
                world -> {
                  final Host host = world.host("one");
                  for (int i = 0; i < 12_000; i++) {
                    host.pause(Duration.ZERO);
                  }
                  throw new IllegalStateException("the end");
                })
            .seeds(1)
            .directory(directory));
    try (java.util.stream.Stream<Path> files = Files.list(directory)) {
      final Path text = files.filter(file -> file.toString().endsWith(".txt")).findFirst().get();
      assertThat(Files.readAllLines(text)).contains("... 2000 lines before");
    }
  }
}
