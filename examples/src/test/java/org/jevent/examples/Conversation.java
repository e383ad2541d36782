package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.http.HttpClient;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketMessage;

/** What this library's client says to a server that echoes. */
final class Conversation implements AutoCloseable {
  private static final int SIZE = 70_000;

  private final EventBase base;
  private final HttpClient client;
  private final Deque<Object> asked = new ArrayDeque<>();
  private String extensions;
  private String end;

  private Conversation() {
    base = new EventBase(new EventConfig().exceptionHandler((source, thrown) -> fail(thrown)));
    client = new HttpClient(base);
  }

  /**
   * Two rounds of messages, an end that the server makes, and one that the client makes.
   *
   * @param deflate how to compress; null: not at all
   * @return the extensions that were agreed on, or null
   */
  static String with(final String url, final DeflateConfig deflate) {
    try (Conversation talk = new Conversation()) {
      final WebSocketConfig config = WebSocketConfig.DEFAULT.deflate(deflate);
      talk.open(url, config, false);
      assertThat(talk.end).isEqualTo("4001 bye true");
      final String agreed = talk.extensions;
      talk.open(url, config, true);
      assertThat(talk.end).startsWith("1000 ").endsWith(" true");
      return agreed;
    }
  }

  /** This end fails the test: what was thrown is thrown again where the loop was started. */
  private static void fail(final Throwable thrown) {
    throw new AssertionError(thrown);
  }

  private void open(final String url, final WebSocketConfig config, final boolean closes) {
    end = null;
    WebSocket.connect(
        client,
        url,
        config,
        (socket, problem) -> {
          assertThat(problem).isNull();
          extensions = socket.extensions();
          socket.onMessage((self, message) -> heard(self, message));
          socket.onClose(
              (self, code, reason, clean) -> {
                end = code + " " + reason + " " + clean;
                base.loopExit();
              });
          if (closes) {
            socket.close(WebSocket.NORMAL, "done");
          } else {
            prepare();
            next(socket);
          }
        });
    base.dispatch();
  }

  private void prepare() {
    final byte[] uneven = new byte[SIZE];
    new Random(1).nextBytes(uneven);
    for (int round = 0; round < 2; round++) {
      asked.addAll(Arrays.asList("h\u00e9", "", "0123456789".repeat(SIZE / 10), uneven));
    }
  }

  private void next(final WebSocket socket) {
    if (asked.isEmpty()) {
      socket.send("close 4001 bye");
    } else if (asked.peek() instanceof String text) {
      socket.send(text);
    } else {
      socket.send((byte[]) asked.peek());
    }
  }

  private void heard(final WebSocket self, final WebSocketMessage message) {
    final Object answer = message.isText() ? message.text() : message.bytes();
    assertThat(answer).isEqualTo(asked.remove());
    next(self);
  }

  @Override
  public void close() {
    client.close();
    base.close();
  }
}
