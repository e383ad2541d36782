package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.http.h1.Feed;

/** Bytes of a hostile peer, to the reader of frames and to what makes messages of them. */
class FramesFuzzTest {
  private static final EventBase BASE = new EventBase(new EventConfig().method("nio"));

  /**
   * The first byte says by which rules to read, the second one where to cut. What is seen does not
   * depend on cuts, and is what the oracle sees; no compressor is left.
   */
  @FuzzTest
  void theReaderOfFrames(final byte[] bytes) {
    if (bytes.length < 3) {
      return;
    }
    final FrameRun.Rules rules =
        new FrameRun.Rules(
            (bytes[0] & 1) == 0 ? Role.SERVER : Role.CLIENT,
            (bytes[0] & 2) != 0,
            (bytes[0] & 4) != 0);
    final byte[] stream = Arrays.copyOfRange(bytes, 2, bytes.length);
    final Feed feed = new Feed(stream);
    final int place = (bytes[1] & 0xff) % stream.length;
    final List<String> expected = comparable(rules, FrameOracle.seen(stream, rules));
    assertThat(run(rules, run -> feed.whole(run::more))).isEqualTo(expected);
    assertThat(run(rules, run -> feed.byteByByte(run::more))).isEqualTo(expected);
    assertThat(run(rules, run -> feed.segments(run::more))).isEqualTo(expected);
    assertThat(run(rules, run -> feed.cut(place, run::more))).isEqualTo(expected);
    assertThat(Zips.taken(BASE)).isZero();
  }

  private static List<String> run(final FrameRun.Rules rules, final Consumer<FrameRun> feed) {
    try (FrameRun run = new FrameRun(BASE, rules)) {
      feed.accept(run);
      return comparable(rules, run.seen());
    }
  }

  /** Of text that is too long and wrong, the steps of the decompression decide what is seen. */
  private static List<String> comparable(final FrameRun.Rules rules, final List<String> seen) {
    return rules.compression()
        ? seen.stream().map(each -> each.replace("refused 1009", "refused 1007")).toList()
        : seen;
  }
}
