package org.jevent.examples.guide;

import org.jevent.EventBase;
import org.jevent.http.HttpClient;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** Sends a text, prints the first one that comes, and ends. */
public final class WebSocketAsk {
  public static void main(String[] arguments) {
    String url = arguments.length > 0 ? arguments[0] : "ws://localhost:8080/chat";
    try (EventBase base = new EventBase();
        HttpClient client = new HttpClient(base)) {
      WebSocket.connect(
          client,
          url,
          WebSocketConfig.DEFAULT,
          (socket, problem) -> {
            if (problem != null) {
              System.err.println(problem.getMessage());
            } else {
              ask(socket);
            }
          });
      base.dispatch(); // until nothing is open any more
    }
  }

  private static void ask(WebSocket socket) {
    socket.onText(
        (self, text) -> {
          System.out.println(text);
          self.close(WebSocket.NORMAL, "");
        });
    socket.onClose((self, code, reason, clean) -> System.out.println("closed: " + code));
    socket.send("hello");
  }
}
