package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The oracle itself knows the examples of RFC 6455, section 5.7, and of RFC 7692, section 7.2.3.
 */
class FrameOracleTest {
  @ParameterizedTest
  @CsvSource({
    "CLIENT, 810548656c6c6f, text 48656c6c6f",
    "SERVER, 818537fa213d7f9f4d5158, text 48656c6c6f",
    "CLIENT, 010348656c80026c6f, text 48656c6c6f",
    "CLIENT, 890548656c6c6f, 9 48656c6c6f",
    "SERVER, 8a8537fa213d7f9f4d5158, 10 48656c6c6f",
    "CLIENT, c107f248cdc9c90700, text 48656c6c6f",
    "CLIENT, 4103f248cd8004c9c90700, text 48656c6c6f",
    "CLIENT, c10b000500faff48656c6c6f00, text 48656c6c6f",
    "CLIENT, c108f348cdc9c9070000, text 48656c6c6f",
    "CLIENT, c10100, text ''",
    "CLIENT, 8101ff, refused 1007",
    "CLIENT, 8102eda0, refused 1007",
    "CLIENT, 827e000141, refused 1002",
    "CLIENT, 827e7fff, refused 1009",
    "CLIENT, 8400, refused 1002",
    "SERVER, 8100, refused 1002",
    "CLIENT, 8180, refused 1002",
  })
  void examples(final Role role, final String bytes, final String expected) {
    assertThat(
            FrameOracle.seen(HexFormat.of().parseHex(bytes), new FrameRun.Rules(role, true, true)))
        .isEqualTo(List.of(expected.replace("''", "")));
  }
}
