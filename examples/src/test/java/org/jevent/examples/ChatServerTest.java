package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The chat server in this process, whose loop the test turns itself. */
@Timeout(120)
class ChatServerTest {
  /** More than a send that has left and was not reported yet, and less than drops a guest. */
  private static final int MUCH = 100_000;

  private static final byte[] QUESTION = "/who\n".getBytes(StandardCharsets.US_ASCII);

  static Stream<String> engines() {
    return ServersTest.engines();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aClientThatOnlySendsNoMoreStillReceives(final String engine) throws Exception {
    final ChatServer server = new ChatServer(engine);
    try (EventBase loop = server.base()) {
      final NetSocket[] pair = loop.sockets().pair();
      final BufferEvent guest = BufferEvent.socket(loop, pair[0], BufferEvent.CLOSE_ON_FREE);
      server.connected(guest, null);
      try (NetSocket client = pair[1]) {
        final int asked = askUntilAnswersWait(loop, client, guest);
        client.shutdownOutput();
        assertThat(answers(loop, client)).isEqualTo(asked);
      }
    }
  }

  private static int askUntilAnswersWait(
      final EventBase loop, final NetSocket client, final BufferEvent guest) {
    int asked = 0;
    while (guest.output().length() < MUCH) {
      for (int i = 0; i < 1000; i++) {
        final ByteBuffer question = ByteBuffer.wrap(QUESTION);
        while (question.hasRemaining()) {
          if (client.write(question) == NetSocket.WOULD_BLOCK) {
            loop.loop(EventBase.LOOP_ONCE);
          }
        }
        asked++;
      }
      loop.loop(EventBase.LOOP_NONBLOCK);
      loop.loop(EventBase.LOOP_NONBLOCK);
    }
    return asked;
  }

  /** All but the greeting. */
  private static long answers(final EventBase loop, final NetSocket client) {
    final StringBuilder recorded = new StringBuilder();
    final ByteBuffer bytes = ByteBuffer.allocate(4096);
    for (int i = 0; i < 10; i++) {
      loop.loop(EventBase.LOOP_NONBLOCK); // it sees the end before anything has been read
    }
    int count;
    while ((count = client.read(bytes.clear())) != NetSocket.END) {
      recorded.append(new String(bytes.array(), 0, count, StandardCharsets.US_ASCII));
      loop.loop(EventBase.LOOP_NONBLOCK);
    }
    return recorded.toString().lines().filter("* guest1"::equals).count();
  }
}
