package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.sim.LineServer.Mutant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server with a bug of each kind fails in one of a thousand worlds, and a correct one in none.
 */
class MutantTest {
  private static final int SEEDS = 1000;
  private static final int MAX_CHOICES = 8;
  private static final int MAX_LINES = 40;
  private static final Duration LONG = Duration.ofMinutes(30);

  /** Where the lines of a story begin. */
  private static final String STORY = "What happened (virtual time, host, event):";

  /** Notices calls after the last one. */
  private static final class Contract implements LineServer.Handler {
    private final Set<Object> ended = new HashSet<>();
    private boolean broken;

    @Override
    public void flushed(final Object connection) {
      broken |= ended.contains(connection);
    }

    @Override
    public void closed(final Object connection) {
      broken |= !ended.add(connection);
    }
  }

  /** One connection of the client: it sends lines, and at the end {@code quit} or its end. */
  private static final class Talker {
    private final Choices choices;
    private final SocketBufferEvent stream;
    private final Event pause;
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private final ByteArrayOutputStream came = new ByteArrayOutputStream();
    private int lines;
    private boolean ended;

    /** All lines were sent, and the end. */
    private boolean finished;

    /** It has sent more than it gets answers to: a reset may take some of them away. */
    private boolean reckless;

    Talker(final EventBase base, final Choices choices) {
      this.choices = choices;
      lines = choices.between("lines", 1, 4);
      stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      pause = base.newTimer((self, what) -> send());
      stream.setCallbacks(
          self -> came.writeBytes(self.input().readBytes((int) self.input().length())),
          null,
          (self, what) -> {
            if ((what & (BufferEvent.EOF | BufferEvent.ERROR)) != 0) {
              ended = true;
              self.close();
            }
          });
      stream.enable(Event.READ | Event.WRITE);
      stream.connect("server", Servers.PORT);
      send();
    }

    private void send() {
      if (ended) {
        return;
      }
      while (lines-- > 0) {
        final String line = "x".repeat(choices.between("size", 1, 3000)) + "\n";
        expected.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
        write(line);
        if (choices.happens("pause", 0.3)) {
          pause.add(LineServer.LINE_TIME.multipliedBy(2));
          return;
        }
      }
      finished = true;
      if (choices.happens("quits", 0.5)) {
        reckless = choices.happens("goes on", 0.5);
        write(reckless ? "quit\nno answer\n" : "quit\n");
      } else {
        stream.shutdownOutput();
      }
    }

    private void write(final String text) {
      stream.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private boolean isPrefix() {
      final byte[] all = expected.toByteArray();
      final byte[] some = came.toByteArray();
      return some.length <= all.length && Arrays.equals(some, 0, some.length, all, 0, some.length);
    }

    private boolean isComplete() {
      return ended && finished && (reckless || came.size() == expected.size());
    }
  }

  private static Campaign campaign(final Mutant mutant) {
    return Campaign.of("LineServer." + mutant, world -> scenario(world, mutant));
  }

  private static void scenario(final World world, final Mutant mutant) {
    final Contract contract = new Contract();
    final Host server = world.host("server");
    server.start(host -> LineServer.start(new EventBase(), contract, mutant));
    world.faults(Faults.NETWORK, Faults.ENGINE, Faults.CPU).rate(0.03);
    world.fault("SHORT_SEND", world.choices().happens("short sends", 0.5) ? 0.1 : 0);
    final List<Talker> talkers = new ArrayList<>();
    world
        .host("client")
        .start(
            host -> {
              final EventBase base = new EventBase();
              for (int i = world.choices().between("talkers", 1, 2); i > 0; i--) {
                talkers.add(new Talker(base, world.choices()));
              }
            });
    world.always("answers are the lines", () -> talkers.stream().allMatch(Talker::isPrefix));
    world.always("no call after the last", () -> !contract.broken);
    world.eventually(
        LONG, "all is answered and ended", () -> talkers.stream().allMatch(Talker::isComplete));
    world.eventually(LONG, "the server has closed", () -> server.openDescriptors() == 1);
  }

  /** The number of the first of these seeds that fails; -1: none. */
  private static int firstFailure(final Mutant mutant) {
    final Campaign campaign = campaign(mutant).shrink(false);
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        campaign.run(seed);
      } catch (final SimulationFailure e) {
        return seed;
      }
    }
    return -1;
  }

  @Test
  void theCorrectServerPasses() {
    final Campaign campaign = campaign(Mutant.NONE).shrink(false);
    for (int seed = 0; seed < SEEDS; seed++) {
      campaign.run(seed);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void eachMutantIsFound(final Mutant mutant) {
    assertThat(firstFailure(mutant)).isBetween(0, SEEDS - 1);
  }

  private static String reduced(final Mutant mutant, final Path directory) {
    try {
      campaign(mutant).directory(directory).run(firstFailure(mutant));
    } catch (final SimulationFailure e) {
      return e.getMessage();
    }
    throw new AssertionError(mutant + " does not fail");
  }

  private static double seconds(final String line) {
    final Duration time = Duration.parse("PT" + line.strip().split(" \\| ", -1)[0]);
    return time.toNanos() / 1e9;
  }

  @Test
  void storiesAreShortAndInOrder(@TempDir final Path directory) {
    final List<Integer> lengths = new ArrayList<>();
    for (final Mutant mutant : EnumSet.complementOf(EnumSet.of(Mutant.NONE))) {
      final String text = reduced(mutant, directory);
      final int choices =
          Integer.parseInt(text.replaceAll("(?s).*Reduced to (\\d+) choices.*", "$1"));
      assertThat(choices).as(text).isLessThanOrEqualTo(MAX_CHOICES);
      final List<String> lines =
          text.substring(text.indexOf(STORY) + STORY.length())
              .lines()
              .filter(line -> line.startsWith("  "))
              .toList();
      assertThat(lines).as(text).hasSizeBetween(1, MAX_LINES);
      assertThat(lines).allMatch(line -> line.matches("  [0-9HMS.]+ \\| [a-z ]+ \\| .+"));
      assertThat(lines.stream().map(MutantTest::seconds).toList()).as(text).isSorted();
      assertThat(text).contains("| server | ").contains("| client | ").contains("is connected");
      lengths.add(lines.size());
    }
    lengths.sort(null);
    assertThat(lengths.get(lengths.size() / 2)).as("lines in the median").isLessThanOrEqualTo(12);
  }
}
