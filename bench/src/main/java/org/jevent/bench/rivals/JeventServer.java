package org.jevent.bench.rivals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * This library's echo server on several bases, each with a separate thread. The first has the
 * listener and gives connections to all in turn.
 */
final class JeventServer implements Rival {
  /** A client that leaves more than this unread is not read from until it has read half of it. */
  private static final int MAX_WAITING = 1 << 18;

  private final Loop[] loops;
  private int next;

  JeventServer(final String engine, final int loops, final int work) {
    this.loops = new Loop[loops];
    for (int i = 0; i < loops; i++) {
      this.loops[i] = new Loop(new EventBase(new EventConfig().method(engine)), Work.of(work));
    }
  }

  @Override
  public String style() {
    return "jevent";
  }

  @Override
  public String engine() {
    return loops[0].base.method();
  }

  @Override
  public int open(final int port, final boolean rot13) {
    if (rot13) {
      throw new UnsupportedOperationException("this server only echoes");
    }
    final ConnectionListener listener =
        ConnectionListener.bind(
            loops[0].base,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            ConnectionListener.REUSEABLE,
            NetSocket.DEFAULT_BACKLOG,
            (self, socket, peer) -> accepted(socket));
    return ((InetSocketAddress) listener.address()).getPort();
  }

  private void accepted(final NetSocket socket) {
    final Loop loop = loops[next];
    next = next + 1 == loops.length ? 0 : next + 1;
    loop.base.execute(() -> loop.serve(socket));
  }

  @Override
  public void serve() {
    for (int i = 1; i < loops.length; i++) {
      final EventBase base = loops[i].base;
      new Thread(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY), "loop " + i).start();
    }
    loops[0].base.dispatch();
  }

  /** A base and what its thread does for each connection. */
  private static final class Loop {
    private final EventBase base;
    private final Work work;

    private Loop(final EventBase base, final Work work) {
      this.base = base;
      this.work = work;
    }

    private void serve(final NetSocket socket) {
      socket.set(NetOption.NO_DELAY, 1);
      final SocketBufferEvent client = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
      client.setCallbacks(this::echo, null, Loop::ended);
      client.enable(Event.READ);
    }

    private void echo(final BufferEvent client) {
      work.run();
      client.output().add(client.input());
      if (client.output().length() > MAX_WAITING) {
        client.disable(Event.READ);
        client.setWatermarks(Event.WRITE, MAX_WAITING / 2, 0);
        client.setCallbacks(this::echo, this::goOn, Loop::ended);
      }
    }

    private void goOn(final BufferEvent client) {
      client.setCallbacks(this::echo, null, Loop::ended);
      client.enable(Event.READ);
    }

    private static void ended(final BufferEvent client, final int what) {
      client.close();
    }
  }
}
