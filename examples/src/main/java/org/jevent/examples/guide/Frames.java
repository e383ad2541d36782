package org.jevent.examples.guide;

import java.nio.charset.StandardCharsets;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;

/** A binary protocol: frames of a type, a length and that many bytes, over a pair of sockets. */
public final class Frames {
  private static final int HEADER = 1 + 4;
  private static final int MAX_FRAME = 1 << 20;

  public static void main(String[] arguments) {
    try (EventBase base = new EventBase()) {
      NetSocket[] pair = base.sockets().pair();
      SocketBufferEvent sender = BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
      SocketBufferEvent receiver = BufferEvent.socket(base, pair[1], BufferEvent.CLOSE_ON_FREE);
      send(sender.output(), 1, "first");
      send(sender.output(), 2, "second");
      sender.closeAfterFlush();
      receiver.setCallbacks(Frames::receive, null, (self, what) -> self.close());
      receiver.enable(Event.READ);
      base.dispatch();
    }
  }

  private static void send(EventBuffer output, int type, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    output.addInteger(type, 1).addInteger(body.length, 4).add(body);
  }

  private static void receive(BufferEvent stream) {
    EventBuffer input = stream.input();
    while (input.length() >= HEADER) {
      long length = input.getUnsigned(1, 4); // looked at, not taken: the body may not be here yet
      if (length > MAX_FRAME) {
        stream.close();
        return;
      }
      if (input.length() < HEADER + length) {
        return;
      }
      long type = input.readUnsigned(1);
      input.drain(4);
      byte[] body = input.readBytes((int) length);
      System.out.println(type + ": " + new String(body, StandardCharsets.UTF_8));
    }
  }
}
