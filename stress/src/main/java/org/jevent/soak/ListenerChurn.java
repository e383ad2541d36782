package org.jevent.soak;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** Listeners that come and go, and are disabled and enabled while clients knock. */
final class ListenerChurn extends Churn {
  private static final long PAUSE = 40_000_000;
  private static final int CLIENTS = 4;

  ListenerChurn(final Ground ground) {
    super(ground);
  }

  @Override
  long pause() {
    return PAUSE;
  }

  @Override
  void round() {
    new Door().begin();
  }

  private final class Door {
    private final List<SocketBufferEvent> clients = new ArrayList<>();
    private final ConnectionListener listener;
    private final Event handle;
    private int accepted;
    private int greeted;

    Door() {
      listener =
          ConnectionListener.bind(
              base,
              Ground.ANY_PORT,
              ConnectionListener.CLOSE_ON_FREE
                  | ConnectionListener.REUSEABLE // many ports have connections that linger
                  | (random.nextBoolean() ? ConnectionListener.DISABLED : 0),
              -1,
              (self, socket, peer) -> greet(socket, peer));
      handle = base.newPeriodicTimer((event, what) -> turn());
    }

    void begin() {
      for (int i = 0; i < CLIENTS; i++) {
        knock();
      }
      handle.addNanos(some(2_000_000));
    }

    private void turn() {
      if (random.nextBoolean()) {
        listener.enable();
      } else {
        listener.disable();
      }
    }

    /** Other programs may connect to a port that has just become free; they are turned away. */
    private void greet(final NetSocket socket, final SocketAddress peer) {
      if (clients.stream().noneMatch(client -> peer.equals(client.handle().localAddress()))) {
        socket.close();
        return;
      }
      accepted++;
      final SocketBufferEvent stream = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
      stream.write(Pattern.bytes(0, 0, CLIENTS));
      stream.closeAfterFlush();
      if (random.nextInt(CLIENTS) == 0) {
        listener.disable();
      }
      if (accepted == CLIENTS) {
        handle.close();
        listener.close();
      }
    }

    private void knock() {
      final SocketBufferEvent client = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      client.setCallbacks(
          null,
          null,
          (self, what) -> {
            if (what == BufferEvent.CONNECTED) {
              return;
            }
            final byte[] greeting = self.input().toByteArray();
            if (what != (BufferEvent.READING | BufferEvent.EOF)
                || greeting.length != CLIENTS
                || Pattern.mismatch(0, 0, greeting, CLIENTS) >= 0) {
              fail(Ends.text(what, self) + " after " + greeting.length + " bytes");
            }
            checked(greeting.length);
            clients.remove(client);
            self.close();
            if (++greeted == CLIENTS) {
              over();
            }
          });
      client.enable(Event.READ);
      client.connect(listener.address());
      clients.add(client);
    }
  }
}
