package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DigestTest {
  @Test
  void oneSeedIsOneStoryEverywhere() {
    assertThat(Digests.compute()).isEqualTo(Digests.EXPECTED);
  }
}
