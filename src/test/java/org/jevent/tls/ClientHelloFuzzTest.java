package org.jevent.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.jevent.internal.bytes.ByteQueue;

/** Bytes of a hostile client, to the reader that a server chooses its context with. */
class ClientHelloFuzzTest {
  /** The reader says one thing, however the bytes are cut, and takes none. */
  @FuzzTest
  void theReaderOfClientHellos(final byte[] bytes) {
    final ByteQueue queue = new ByteQueue(null);
    final ClientHello cut = new ClientHello();
    ClientHello.Result last = ClientHello.Result.INCOMPLETE;
    for (int i = 0; i < bytes.length && last == ClientHello.Result.INCOMPLETE; i++) {
      queue.add(bytes[i]);
      last = cut.read(queue);
      assertThat(queue.length()).isEqualTo(i + 1);
    }
    final ClientHello whole = new ClientHello();
    queue.clear();
    queue.add(bytes, 0, bytes.length);
    assertThat(whole.read(queue)).isEqualTo(last);
    assertThat(whole.name()).isEqualTo(cut.name());
    assertThat(whole.protocols()).isEqualTo(cut.protocols());
  }
}
