package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that has exchanged close frames, and waits for the server's end of the stream. */
class LingerTest {
  private static final byte[] CLOSE = {(byte) 0x88, 2, 3, (byte) 0xe8};

  private final EventBase base = new EventBase();
  private final BufferEvent[] ends = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
  private final WebSocket socket = WebSocket.over(ends[0], Role.CLIENT, WebSocketConfig.DEFAULT);

  private void closeBoth() {
    ends[1].enable(Event.READ | Event.WRITE);
    socket.close(WebSocket.NORMAL, "");
    ends[1].write(CLOSE);
    while (socket.state() != SocketState.CLOSED) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(WebSocketLoop.of(base).ending()).isOne();
    assertThat(ends[0].isClosed()).isFalse();
  }

  /** The loop keeps nothing of it, whether the server ends the stream or stays. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endsWithTheStreamOrWithItsTime(final boolean serverEnds) {
    closeBoth();
    if (serverEnds) {
      ends[1].close();
    }
    base.dispatch();
    assertThat(WebSocketLoop.of(base).ending()).isZero();
    assertThat(ends[0].isClosed()).isTrue();
    ends[1].close();
    base.close();
  }

  @Test
  void endsWithTheBase() {
    closeBoth();
    base.loopExit(Duration.ZERO);
    base.dispatch();
    base.close();
    assertThat(ends[0].isClosed()).isTrue();
    ends[1].close();
  }
}
