package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/** Bytes of a hostile client, to the reader of requests. */
class RequestFuzzTest {
  /** The reader accepts the same however the bytes are cut, and what regular expressions accept. */
  @FuzzTest
  void theReaderOfRequests(final byte[] bytes) {
    final Feed feed = new Feed(bytes);
    final ParserLimits limits = ParserLimits.DEFAULT;
    final List<String> whole = Served.of(bytes);
    assertThat(Served.run(limits, Long.MAX_VALUE, feed::byteByByte)).isEqualTo(whole);
    assertThat(Served.run(limits, 1, feed::segments)).isEqualTo(whole);
    if (bytes.length > 1) {
      final int place = 1 + (bytes[0] & 0xff) % (bytes.length - 1);
      assertThat(Served.run(limits, 3, reader -> feed.cut(place, reader))).isEqualTo(whole);
    }
    assertThat(whole.subList(0, whole.size() - 1)).isEqualTo(HeadOracle.accepted(bytes));
  }
}
