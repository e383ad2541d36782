package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jevent.EventBase;
import org.jevent.endpoint.DatagramEvent;

/** UDP: one socket sends each datagram back, the other one asks. */
public final class Datagrams {
  public static void main(String[] arguments) {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (EventBase base = new EventBase();
        DatagramEvent echo =
            DatagramEvent.bind(
                base, anyPort, (self, data, from, truncated) -> self.send(data, from));
        DatagramEvent asking =
            DatagramEvent.bind(
                base,
                anyPort,
                (self, data, from, truncated) -> {
                  System.out.println(StandardCharsets.UTF_8.decode(data));
                  base.loopExit();
                })) {
      echo.enable();
      asking.enable();
      asking.send(ByteBuffer.wrap("datagram".getBytes(StandardCharsets.UTF_8)), echo.address());
      base.dispatch();
    }
  }
}
