package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jevent.EventBase;
import org.jevent.http.HttpServer;

/** Answers every GET with a line. */
public final class HttpHello {
  public static void main(String[] arguments) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
    try (EventBase base = new EventBase();
        HttpServer server = new HttpServer(base)) {
      server.handle("/", exchange -> exchange.respond(200, "hello\n"), "GET");
      server.bind(address);
      base.dispatch();
    }
  }
}
