package org.jevent.soak;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** Clients connect, send, get everything back, and end in one way or another. */
final class EchoChurn extends Churn {
  private static final long PAUSE = 40_000_000;
  private static final int LARGE = 100_000;
  private static final int SMALL = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ConnectionListener listener;

  EchoChurn(final Ground ground) {
    super(ground);
    listener =
        ConnectionListener.bind(
            base,
            Ground.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> serve(socket));
  }

  private void serve(final NetSocket socket) {
    hold();
    final SocketBufferEvent stream = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
    if (random.nextBoolean()) {
      stream.setTimeouts(PATIENCE, PATIENCE);
    }
    stream.setCallbacks(self -> self.write(self.input()), null, this::serverEvent);
    stream.enable(Event.READ);
  }

  private void serverEvent(final BufferEvent stream, final int what) {
    if ((what & BufferEvent.TIMEOUT) != 0) {
      fail("a server's time-out has passed");
    }
    if ((what & BufferEvent.EOF) != 0 && random.nextBoolean()) {
      stream.closeAfterFlush();
    } else {
      stream.close();
    }
    release();
  }

  @Override
  long pause() {
    return PAUSE;
  }

  @Override
  void round() {
    final Flow flow = new Flow(this, random.nextInt(4) == 0 ? some(LARGE) : some(SMALL));
    final SocketBufferEvent client = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    client.setWatermarks(Event.WRITE, Flow.WINDOW / 2, 0);
    client.setCallbacks(
        self -> {
          if (flow.take(self.input())) {
            end(self);
          }
        },
        flow::send,
        (self, what) -> {
          if (what == BufferEvent.CONNECTED) {
            flow.send(self);
          } else {
            fail(Ends.text(what, self) + " after " + flow);
            self.close();
            over();
          }
        });
    client.enable(Event.READ);
    client.connect(listener.address());
  }

  private void end(final BufferEvent client) {
    switch (random.nextInt(3)) {
      case 0 -> client.close();
      case 1 -> client.closeAfterFlush();
      default -> {
        client.setCallbacks(
            self -> fail("bytes after the last"),
            null,
            (self, what) -> {
              self.close();
              over();
            });
        client.shutdownOutput();
        return;
      }
    }
    over();
  }

  @Override
  void close() {
    listener.close();
  }
}
