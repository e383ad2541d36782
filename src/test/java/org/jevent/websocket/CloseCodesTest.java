package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All codes that a close frame can have. */
class CloseCodesTest {
  /** Those that RFC 6455 and the registry allow, one by one. */
  private static Set<Integer> allowed() {
    final Set<Integer> codes =
        new HashSet<>(Set.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011));
    codes.addAll(Set.of(1012, 1013, 1014));
    IntStream.range(3000, 5000).forEach(codes::add);
    return codes;
  }

  @Test
  void allOfThem() {
    final Set<Integer> allowed = allowed();
    for (int code = -1; code <= 0x10000; code++) {
      assertThat(CloseCodes.mayCome(code)).as("%d comes", code).isEqualTo(allowed.contains(code));
      assertThat(CloseCodes.mayBeSent(code))
          .as("%d is sent", code)
          .isEqualTo(allowed.contains(code) && code != 1002);
    }
  }
}
