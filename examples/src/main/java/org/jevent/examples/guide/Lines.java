package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.Eol;
import org.jevent.buffer.LineTooLongException;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** A server that answers lines, and a client that asks it. */
public final class Lines {
  private static final int MAX_LINE = 1000;

  public static void main(String[] arguments) {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (EventBase base = new EventBase();
        ConnectionListener listener =
            ConnectionListener.bind(
                base,
                anyPort,
                ConnectionListener.CLOSE_ON_FREE,
                NetSocket.DEFAULT_BACKLOG,
                (self, socket, peer) -> serve(base, socket))) {
      SocketBufferEvent client = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      client.setCallbacks(Lines::print, null, (self, what) -> end(self, base, what));
      client.enable(Event.READ);
      client.output().add("hello\nworld\n");
      client.connect(listener.address());
      client.shutdownOutput(); // once both lines have left
      base.dispatch();
    }
  }

  private static void serve(EventBase base, NetSocket socket) {
    BufferEvent client = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
    client.setCallbacks(Lines::answer, null, (self, what) -> self.closeAfterFlush());
    client.enable(Event.READ);
  }

  private static void answer(BufferEvent client) {
    try {
      String line;
      while ((line = client.input().readLine(Eol.LF, MAX_LINE)) != null) {
        client.output().add(line.toUpperCase(Locale.ROOT)).add("\n");
      }
    } catch (LineTooLongException tooLong) {
      client.close(); // its line is not kept, however long it is
    }
  }

  private static void print(BufferEvent client) {
    String line;
    while ((line = client.input().readLine(Eol.LF)) != null) {
      System.out.println(line);
    }
  }

  private static void end(BufferEvent client, EventBase base, int what) {
    if (what != BufferEvent.CONNECTED) {
      client.close();
      base.loopExit();
    }
  }
}
