package org.jevent.internal.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import org.jevent.error.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NioErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "Connection reset by peer, ECONNRESET",
    "An existing connection was forcibly closed by the remote host, ECONNRESET",
    "An established connection was aborted by the software in your host machine, ECONNABORTED",
    "Too many open files in system, ENFILE",
    "Too many open files, EMFILE",
    "accept failed: Invalid argument, EINVAL"
  })
  void theSystemsMessageNamesTheError(final String words, final Errno error) {
    assertThat(NioErrors.of(new IOException(words))).isEqualTo(error);
    assertThat(NioErrors.of(new SocketException(words))).isEqualTo(error);
  }

  @Test
  void onlyWhatConcernsOneConnectionIsPassedOverByAccept() {
    assertThat(Errno.values())
        .filteredOn(NioErrors::acceptPassesOver)
        .containsExactlyInAnyOrder(Errno.ECONNABORTED, Errno.ECONNRESET);
  }
}
