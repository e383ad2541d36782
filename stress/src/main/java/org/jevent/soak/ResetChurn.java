package org.jevent.soak;

import java.util.HashSet;
import java.util.Set;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * Floods of clients that connect and reset the connection, at once or in the middle of something.
 */
final class ResetChurn extends Churn {
  private static final int FLOOD = 8;
  private static final int SERVED = 50_000;

  private final ConnectionListener listener;
  private final Set<BufferEvent> served = new HashSet<>();

  ResetChurn(final Ground ground) {
    super(ground);
    listener =
        ConnectionListener.bind(
            base,
            Ground.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> serve(socket));
  }

  /** What a client sees of it, if anything, is not looked at. */
  private void serve(final NetSocket socket) {
    final SocketBufferEvent stream = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
    hold();
    served.add(stream);
    stream.setCallbacks(
        self -> self.input().drain(self.input().length()),
        null,
        (self, what) -> {
          served.remove(self);
          self.close();
          release();
        });
    stream.enable(Event.READ);
    stream.write(new byte[some(SERVED)]);
  }

  @Override
  void round() {
    final int[] left = {FLOOD};
    for (int i = 0; i < FLOOD; i++) {
      final SocketBufferEvent client = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      client.setCallbacks(
          null,
          null,
          (self, what) -> {
            if (what != BufferEvent.CONNECTED) {
              fail(Ends.text(what, self) + " instead of a connection");
            }
            reset(self, left);
          });
      client.connect(listener.address());
    }
  }

  private void reset(final BufferEvent client, final int[] left) {
    if (random.nextBoolean()) {
      client.write(new byte[some(SERVED)]);
    }
    if (random.nextBoolean()) {
      client.setCallbacks(null, null, null);
      client.enable(Event.READ);
      base.newTimer((event, what) -> resetNow(client, left)).addNanos(some(2_000_000));
    } else {
      resetNow(client, left);
    }
  }

  private void resetNow(final BufferEvent client, final int[] left) {
    client.handle().set(NetOption.LINGER, 0);
    client.close();
    if (--left[0] == 0) {
      over();
    }
  }

  @Override
  void close() {
    served.forEach(BufferEvent::close);
    listener.close();
  }
}
