package org.jevent.examples.simulation;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.Eol;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** Adds numbers, one a line, and answers each with the sum so far. */
public final class SumServer implements AutoCloseable {
  private static final int MAX_LINE = 20;

  private final EventBase base;
  private final ConnectionListener listener;

  public SumServer(EventBase base, InetSocketAddress address) {
    this.base = base;
    int options = ConnectionListener.CLOSE_ON_FREE | ConnectionListener.REUSEABLE;
    listener =
        ConnectionListener.bind(
            base,
            address,
            options,
            NetSocket.DEFAULT_BACKLOG,
            (self, socket, peer) -> serve(socket));
  }

  private void serve(NetSocket socket) {
    BufferEvent stream = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
    long[] sum = new long[1];
    stream.setCallbacks(self -> answer(self, sum), null, (self, what) -> self.closeAfterFlush());
    stream.enable(Event.READ | Event.WRITE);
  }

  /** Reads all lines that have come, whole ones only. */
  private static void answer(BufferEvent stream, long[] sum) {
    String line;
    while ((line = stream.input().readLine(Eol.LF, MAX_LINE)) != null) {
      sum[0] += Long.parseLong(line);
      stream.write((sum[0] + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Override
  public void close() {
    listener.close();
  }
}
