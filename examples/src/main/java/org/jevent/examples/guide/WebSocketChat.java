package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jevent.EventBase;
import org.jevent.http.HttpServer;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.WebSocket;

/** What one says all hear. */
public final class WebSocketChat {
  private static final Set<WebSocket> ROOM = new HashSet<>();

  public static void main(String[] arguments) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    try (EventBase base = new EventBase();
        HttpServer server = new HttpServer(base)) {
      server.handle("/chat", WebSocket.accept(WebSocketChat::enter));
      server.bind(address);
      base.dispatch();
    }
  }

  private static void enter(WebSocket guest) {
    ROOM.add(guest);
    guest.onText((self, text) -> say(PreparedMessage.text(text)));
    guest.onClose((self, code, reason, clean) -> ROOM.remove(self));
  }

  private static void say(PreparedMessage message) {
    for (WebSocket each : List.copyOf(ROOM)) { // one that does not read is dropped meanwhile
      each.send(message);
    }
  }
}
