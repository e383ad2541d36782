package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.BufferEvent.DataCallback;
import org.jevent.bufferevent.BufferEvent.EventCallback;
import org.jevent.endpoint.ConnectionListener;

/**
 * A program whose connections are idle. Prints histograms of the heap: before connections are
 * accepted, afterwards, and when each of them has echoed a byte.
 */
final class IdleConnections {
  /** How many connections the histograms differ by. */
  static final int MANY = 400;

  /** Connections before that, so that all classes are there. */
  private static final int FEW = 20;

  private final List<SocketChannel> clients = new ArrayList<>();
  private final EventBase base;
  private final ConnectionListener listener;
  private final DataCallback echo = this::echo;
  private final EventCallback end = (stream, what) -> stream.close();
  private int accepted;
  private int echoed;

  private IdleConnections(final EventBase base) {
    this.base = base;
    final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    listener =
        ConnectionListener.bind(
            base,
            any,
            ConnectionListener.CLOSE_ON_FREE,
            MANY,
            (self, socket, peer) -> {
              final BufferEvent made = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
              made.setCallbacks(echo, null, end);
              made.enable(Event.READ);
              accepted++;
            });
  }

  public static void main(final String[] arguments) throws Exception {
    try (EventBase base = new EventBase(new EventConfig().method(arguments[0]))) {
      final IdleConnections program = new IdleConnections(base);
      program.connect(FEW);
      program.acceptAll();
      program.echoAll();
      histogram();
      program.connect(MANY);
      System.out.println(histogram());
      program.acceptAll();
      System.out.println(histogram());
      program.echoAll();
      System.out.println(histogram());
    }
  }

  private void echo(final BufferEvent stream) {
    stream.output().add(stream.input());
    echoed++;
  }

  private void connect(final int count) throws IOException {
    for (int i = 0; i < count; i++) {
      clients.add(SocketChannel.open(listener.address()));
    }
  }

  private void acceptAll() {
    while (accepted < clients.size()) {
      base.loop(EventBase.LOOP_ONCE);
    }
    base.loop(EventBase.LOOP_NONBLOCK); // what is wanted of the last ones is submitted
  }

  /** One after the other, so that the pool needs no more for many than for few. */
  private void echoAll() throws IOException {
    final ByteBuffer one = ByteBuffer.allocate(1);
    for (final SocketChannel client : clients) {
      client.write(one.clear());
      final int before = echoed;
      while (echoed == before) {
        base.loop(EventBase.LOOP_ONCE);
      }
      base.loop(EventBase.LOOP_NONBLOCK);
      client.read(one.clear());
    }
  }

  /** The live objects of each class, found by a full collection. */
  static String histogram() throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
  }
}
