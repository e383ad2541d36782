package org.jevent.sim;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;

/**
 * Worlds of the library's programs, whose choices and faults are the bytes of a fuzzer. The
 * programs that go on for minutes are not among them: without delays a world of theirs takes ten
 * seconds.
 */
class WorldFuzzTest {
  /** A program, which gets a new world. */
  @FunctionalInterface
  private interface Program {
    void run(LibraryCampaignTest programs, World world, Choices choices);
  }

  private static final List<Program> PROGRAMS =
      List.of(
          LibraryCampaignTest::echoLosesNothing,
          LibraryCampaignTest::aHalfClosedRequestHasItsWholeAnswer,
          LibraryCampaignTest::aProxyPassesEverythingOn,
          LibraryCampaignTest::aRateIsKeptExactly,
          LibraryCampaignTest::filtersOnBothSidesUndoEachOther,
          LibraryCampaignTest::datagramsAreAnsweredInTheEnd);

  /** Of these faults a connection survives any: the seventh lost SYN would be its end. */
  private static final int MAX_FAULTS = 6;

  private static final byte FAULT = (byte) 255;

  private static byte[] choices(final byte... bytes) {
    final byte[] made = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
    int faults = 0;
    for (int i = 0; i < made.length; i++) {
      if (made[i] == FAULT && ++faults > MAX_FAULTS) {
        made[i]--;
      }
    }
    return made;
  }

  /** The first byte chooses the program. */
  @FuzzTest
  void world(final byte[] bytes) {
    final int first = bytes.length == 0 ? 0 : bytes[0] & 0xff;
    final Program program = PROGRAMS.get(first % PROGRAMS.size());
    Campaign.of(
            "world-" + first % PROGRAMS.size(),
            world -> program.run(new LibraryCampaignTest(), world, world.choices()))
        .run(choices(bytes));
  }
}
