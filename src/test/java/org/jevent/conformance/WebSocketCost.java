package org.jevent.conformance;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.internal.engine.ring.RingEngines;
import org.jevent.net.NetSocket;
import org.jevent.websocket.Frames;
import org.jevent.websocket.Role;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** Measures what messages and idle sockets cost, where leak detection records no traces. */
final class WebSocketCost {
  private static final int ROUNDS = 14;
  private static final int MESSAGES = 2000;
  private static final int BYTES = 125;
  private static final int BATCH = 100;

  private WebSocketCost() {}

  /** Arguments: the method, and "echo" or the number of idle sockets. */
  public static void main(final String[] arguments) {
    try (EventBase base = new EventBase(new EventConfig().method(arguments[0]))) {
      if (arguments[1].equals("echo")) {
        for (final Role role : Role.values()) {
          System.out.println(
              allocated(
                      base, role, socket -> socket.onMessage((self, message) -> self.send(message)))
                  + " "
                  + allocated(
                      base, role, socket -> socket.onBinary((self, bytes) -> self.send(bytes))));
        }
      } else {
        idle(base, Integer.parseInt(arguments[1]));
      }
    }
  }

  /** The fewest bytes a message that any round allocates, with the echo and a raw peer. */
  private static long allocated(
      final EventBase base, final Role role, final Consumer<WebSocket> handlers) {
    final NetSocket[] pair = base.sockets().pair();
    final SocketBufferEvent near = BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
    final WebSocket socket = WebSocket.over(near, role, WebSocketConfig.DEFAULT);
    handlers.accept(socket);
    final byte[] frame =
        Frames.frame(role == Role.SERVER, Frames.FIN | Frames.BINARY, new byte[BYTES]);
    final int answer = Frames.frame(role == Role.CLIENT, 0, new byte[BYTES]).length;
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final long[] marks = new long[ROUNDS + 1];
    final int[] count = new int[1];
    try (SocketBufferEvent peer = BufferEvent.socket(base, pair[1], BufferEvent.CLOSE_ON_FREE)) {
      peer.setCallbacks(
          self -> {
            if (self.input().length() < answer) {
              return;
            }
            self.input().drain(answer);
            if (++count[0] % MESSAGES == 0) {
              marks[count[0] / MESSAGES] = threads.getCurrentThreadAllocatedBytes();
            }
            if (count[0] < ROUNDS * MESSAGES) {
              self.write(frame);
            }
          },
          null,
          null);
      peer.enable(Event.READ | Event.WRITE);
      peer.write(frame);
      Streams.run(base, 60, () -> count[0] == ROUNDS * MESSAGES);
      socket.close();
    }
    long min = Long.MAX_VALUE;
    for (int i = 2; i <= ROUNDS; i++) {
      min = Math.min(min, marks[i] - marks[i - 1]);
    }
    return min / MESSAGES;
  }

  private static long usedHeap() {
    long min = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      min = Math.min(min, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return min;
  }

  /** Each has had a message and a ping. Counted are the socket, its stream and the peer's. */
  private static void idle(final EventBase base, final int count) {
    final List<BufferEvent> peers = new ArrayList<>();
    final List<WebSocket> sockets = new ArrayList<>();
    make(base, BATCH, peers, sockets);
    final long before = usedHeap();
    final long pooled = RingEngines.allocatedBytes();
    make(base, count, peers, sockets);
    final long heap = (usedHeap() - before) / count;
    System.out.println(heap + " " + (RingEngines.allocatedBytes() - pooled) / count);
    sockets.forEach(WebSocket::close);
    peers.forEach(BufferEvent::close);
  }

  private static void make(
      final EventBase base,
      final int count,
      final List<BufferEvent> peers,
      final List<WebSocket> sockets) {
    final int answer = 2 * (BYTES + 2);
    final byte[] said =
        Frames.join(
            Frames.frame(true, Frames.FIN | Frames.BINARY, new byte[BYTES]),
            Frames.frame(true, Frames.FIN | Frames.PING, new byte[BYTES]));
    final int[] got = new int[1];
    for (int i = 0; i < count; i++) {
      final BufferEvent[] ends = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
      final WebSocket socket = WebSocket.over(ends[0], Role.SERVER, WebSocketConfig.DEFAULT);
      socket.onMessage((self, message) -> self.send(message));
      ends[1].enable(Event.READ | Event.WRITE);
      ends[1].setCallbacks(
          self -> {
            if (self.input().length() == answer) {
              self.input().drain(answer);
              got[0]++;
            }
          },
          null,
          null);
      ends[1].write(said);
      peers.add(ends[1]);
      sockets.add(socket);
      if (i % BATCH == BATCH - 1) {
        base.loop(EventBase.LOOP_NONBLOCK);
      }
    }
    Streams.run(base, 30, () -> got[0] == count);
  }
}
