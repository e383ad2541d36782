package org.jevent.internal.bytes;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/**
 * An echo server without limits of its program, a client that never reads and many honest ones, in
 * one process with the default limit of memory. Prints how many honest ones got all their answers,
 * how many exceptions there were, and the most that the server's buffers took, in MiB.
 */
public final class PressureProgram {
  private static final int ROUNDS = 20;
  private static final int MESSAGE = 1000;
  private static final int FLOOD = 1 << 20;
  private static final long PATIENCE_NANOS = 90_000_000_000L;

  private final EventBase server;
  private final EventBase clients;
  private int finished;
  private int exceptions;
  private long most;

  private PressureProgram(final String method) {
    server = new EventBase(config(method));
    clients = new EventBase(config(method));
  }

  private EventConfig config(final String method) {
    return new EventConfig().method(method).exceptionHandler((source, thrown) -> exceptions++);
  }

  public static void main(final String[] arguments) {
    final PressureProgram program = new PressureProgram(arguments[0]);
    program.run(Integer.parseInt(arguments[1]));
    System.out.println(program.finished + " " + program.exceptions + " " + (program.most >> 20));
  }

  private void run(final int honest) {
    try (server;
        clients;
        ConnectionListener listener = listener()) {
      final InetSocketAddress address = (InetSocketAddress) listener.address();
      flood(address);
      final long end = System.nanoTime() + PATIENCE_NANOS;
      iterate(end, () -> server.bufferMemory() > server.maxBufferMemory() * 8 / 10);
      for (int i = 0; i < honest; i++) {
        talk(address);
        server.loop(EventBase.LOOP_NONBLOCK);
        clients.loop(EventBase.LOOP_NONBLOCK);
      }
      iterate(end, () -> finished == honest);
    }
  }

  private interface Condition {
    boolean holds();
  }

  private void iterate(final long end, final Condition until) {
    while (!until.holds() && System.nanoTime() < end) {
      server.loop(EventBase.LOOP_NONBLOCK);
      clients.loop(EventBase.LOOP_NONBLOCK);
      most = Math.max(most, server.bufferMemory());
    }
  }

  private ConnectionListener listener() {
    return ConnectionListener.bind(
        server,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        ConnectionListener.CLOSE_ON_FREE,
        NetSocket.DEFAULT_BACKLOG,
        (self, socket, peer) -> {
          final BufferEvent client = BufferEvent.socket(server, socket, BufferEvent.CLOSE_ON_FREE);
          client.setCallbacks(
              each -> each.output().add(each.input()), null, (each, what) -> each.close());
          client.enable(Event.READ);
        });
  }

  private void flood(final InetSocketAddress address) {
    final SocketBufferEvent hostile = BufferEvent.socket(clients, BufferEvent.CLOSE_ON_FREE);
    hostile.setWatermarks(Event.WRITE, FLOOD, 0);
    hostile.setCallbacks(null, each -> each.write(new byte[FLOOD]), null);
    hostile.write(new byte[FLOOD]);
    hostile.connect(address);
  }

  private void talk(final InetSocketAddress address) {
    final SocketBufferEvent honest = BufferEvent.socket(clients, BufferEvent.CLOSE_ON_FREE);
    final int[] rounds = new int[1];
    honest.setCallbacks(
        each -> {
          each.input().drain(MESSAGE);
          if (++rounds[0] < ROUNDS) {
            each.write(new byte[MESSAGE]);
          } else {
            finished++;
          }
        },
        null,
        null);
    honest.setWatermarks(Event.READ, MESSAGE, 0);
    honest.enable(Event.READ);
    honest.write(new byte[MESSAGE]);
    honest.connect(address);
  }
}
