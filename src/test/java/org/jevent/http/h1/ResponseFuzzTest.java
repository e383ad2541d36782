package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Bytes of a hostile server, to the reader of responses. */
class ResponseFuzzTest {
  private static final String[] METHODS = {"GET", "HEAD", "CONNECT", "POST"};

  /** The reader says the same however the bytes are cut; the first one chooses the method. */
  @FuzzTest
  void theReaderOfResponses(final byte[] bytes) {
    if (bytes.length > 0) {
      final String method = METHODS[bytes[0] & 3];
      assertThat(Answered.ofSomeCuts(method, Arrays.copyOfRange(bytes, 1, bytes.length)))
          .isNotEmpty();
    }
  }
}
