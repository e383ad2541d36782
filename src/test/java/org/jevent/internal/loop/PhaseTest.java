package org.jevent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which phase of a loop may follow which. */
class PhaseTest {
  private static Set<Phase> following(final Phase phase) {
    final Set<Phase> all = EnumSet.noneOf(Phase.class);
    Arrays.stream(Phase.values()).filter(next -> next.follows(phase)).forEach(all::add);
    return all;
  }

  @Test
  void anIterationPreparesEntersTheEngineCollectsAndRuns() {
    assertThat(following(Phase.PREPARING))
        .containsExactlyInAnyOrder(Phase.POLLING, Phase.WAITING, Phase.IDLE);
    assertThat(following(Phase.POLLING)).containsExactlyInAnyOrder(Phase.COLLECTING, Phase.IDLE);
    assertThat(following(Phase.COLLECTING))
        .containsExactlyInAnyOrder(Phase.RUNNING, Phase.PREPARING, Phase.IDLE);
    assertThat(following(Phase.RUNNING)).containsExactlyInAnyOrder(Phase.PREPARING, Phase.IDLE);
  }

  @Test
  void aWaitIsWokenOnceAtMost() {
    assertThat(following(Phase.WAITING))
        .containsExactlyInAnyOrder(Phase.WOKEN, Phase.COLLECTING, Phase.IDLE);
    assertThat(following(Phase.WOKEN)).containsExactlyInAnyOrder(Phase.COLLECTING, Phase.IDLE);
  }

  @Test
  void aLoopOrAClosingThreadBeginsWhereNoneRuns() {
    assertThat(following(Phase.IDLE)).containsExactlyInAnyOrder(Phase.PREPARING, Phase.CLOSING);
    assertThat(following(Phase.CLOSING)).containsExactly(Phase.IDLE);
  }

  @ParameterizedTest
  @EnumSource
  void noPhaseFollowsItself(final Phase phase) {
    assertThat(phase.follows(phase)).isFalse();
  }
}
