package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpHeaders;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compressors are lent, and come back whatever ends a connection. */
class ZipPoolTest {
  private static final int MAX_TURNS = 100_000;

  private final WebSocketConfig config =
      WebSocketConfig.DEFAULT.maxMessage(10_000).deflate(DeflateConfig.DEFAULT.threshold(0));
  private int thrown;
  private int ends;
  private int messages;
  private final EventBase base =
      new EventBase(
          new EventConfig().method("nio").exceptionHandler((source, exception) -> thrown++));

  @AfterEach
  void close() {
    base.close();
  }

  private WebSocket over(final BufferEvent stream, final Role role, final boolean takeover) {
    final Agreement agreement =
        new Agreement(null, DeflateOffer.NAME, new Agreement.Deflate(takeover, takeover));
    return WebSocket.over(stream, role, config, agreement, new HttpHeaders(), null, () -> {})
        .onClose((self, code, reason, clean) -> ends++);
  }

  private BufferEvent[] pair() {
    final NetSocket[] ends = base.sockets().pair();
    return new BufferEvent[] {
      BufferEvent.socket(base, ends[0], BufferEvent.CLOSE_ON_FREE),
      BufferEvent.socket(base, ends[1], BufferEvent.CLOSE_ON_FREE)
    };
  }

  private void run(final java.util.function.BooleanSupplier until) {
    for (int turn = 0; !until.getAsBoolean(); turn++) {
      assertThat(turn).as("%d ends, %d messages", ends, messages).isLessThan(MAX_TURNS);
      base.loop(EventBase.LOOP_NONBLOCK);
    }
  }

  /** One after the other, and in lots: each client sends a text, gets it back, and both end. */
  @ParameterizedTest
  @CsvSource({"1000, 1, true", "3000, 1, false", "1000, 500, true", "5000, 500, false"})
  void manySockets(final int all, final int lot, final boolean takeover) {
    for (int done = 0; done < all; done += lot) {
      final List<WebSocket> clients = new ArrayList<>();
      final List<WebSocket> servers = new ArrayList<>();
      messages = 0;
      ends = 0;
      for (int i = 0; i < lot; i++) {
        final BufferEvent[] pair = pair();
        servers.add(
            over(pair[0], Role.SERVER, takeover).onMessage((self, message) -> self.send(message)));
        clients.add(over(pair[1], Role.CLIENT, takeover).onMessage((self, message) -> messages++));
      }
      clients.forEach(each -> each.send("hello ".repeat(10)));
      run(() -> messages == lot);
      assertThat(Zips.taken(base)).isEqualTo(takeover ? 4 * lot : 0);
      for (int i = 0; i < lot; i++) {
        end(clients.get(i), done + i);
      }
      run(() -> ends == 2 * lot);
      assertThat(clients).allMatch(each -> each.state() == SocketState.CLOSED);
      assertThat(servers).allMatch(each -> each.state() == SocketState.CLOSED);
      assertThat(Zips.taken(base)).isZero();
    }
  }

  private static void end(final WebSocket client, final int number) {
    switch (number % 4) {
      case 0 -> client.close();
      case 1 -> client.close(WebSocket.NORMAL, "");
      case 2 -> client.stream().shutdownOutput();
      default -> client.send(new byte[10_001]); // which is more than the server takes
    }
  }

  /** Within callbacks: of a message, of the end, of a failure, at the first message. */
  @Test
  void endsWithinCallbacks() {
    for (final String way : List.of("close", "leave", "throw", "twice", "part")) {
      ends = 0;
      final BufferEvent[] pair = pair();
      final WebSocket server = over(pair[0], Role.SERVER, true);
      final WebSocket client = over(pair[1], Role.CLIENT, true);
      server.onText(
          (self, text) -> {
            self.send(text);
            switch (way) {
              case "close" -> self.close();
              case "leave" -> self.close(WebSocket.NORMAL, "");
              case "throw" -> throw new IllegalStateException("on purpose");
              default -> {
                self.close(WebSocket.NORMAL, "");
                self.close();
              }
            }
          });
      if (way.equals("part")) {
        server.onFragment((self, bytes, text, last) -> self.close());
      }
      client.send("text".repeat(100));
      client.send("more".repeat(100));
      run(() -> ends == 2);
      assertThat(Zips.taken(base)).as(way).isZero();
    }
    assertThat(thrown).isEqualTo(1);
  }

  /** A client waits for the end of its stream, which the base does not wait for. */
  @Test
  void theBaseIsClosedWhileAStreamEnds() {
    final NetSocket[] pair = base.sockets().pair();
    final BufferEvent stream = BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
    final WebSocket client = over(stream, Role.CLIENT, true);
    try (NetSocket server = pair[1]) {
      client.close(WebSocket.NORMAL, "");
      assertThat(server.write(ByteBuffer.wrap(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8})))
          .isEqualTo(4);
      run(() -> ends == 1);
      assertThat(stream.isClosed()).isFalse();
      base.close();
      assertThat(stream.isClosed()).isTrue();
    }
  }

  @Test
  void aPoolKeepsFew() {
    final ZipPool pool = new ZipPool();
    final List<Inflater> inflaters = new ArrayList<>();
    final List<Deflater> deflaters = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      inflaters.add(pool.takeInflater());
      deflaters.add(pool.takeDeflater(1 + i % 9));
    }
    assertThat(pool.taken()).isEqualTo(40);
    inflaters.forEach(pool::give);
    deflaters.forEach(pool::give);
    assertThat(pool.taken()).isZero();
    assertThat(inflaters.stream().filter(ZipPoolTest::isOpen)).hasSize(8);
    final Inflater again = pool.takeInflater();
    pool.close();
    assertThat(isOpen(again)).isTrue();
    pool.give(again);
    assertThat(inflaters).noneMatch(ZipPoolTest::isOpen);
    assertThat(pool.taken()).isZero();
  }

  private static boolean isOpen(final Inflater inflater) {
    try {
      inflater.getBytesRead();
      return true;
    } catch (final NullPointerException | IllegalStateException e) { // older and newer JDKs
      return false;
    }
  }
}
