package consumer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.diagnostics.SystemReport;
import org.jevent.endpoint.ConnectionListener;

/**
 * A listener, an echo through it and a timer on one base; prints what served them and what came.
 */
public final class Program {
  private static final int SIZE = 1 << 20;
  private static final int TICKS = 3;

  private final EventBase base;
  private long echoed;
  private int ticks;

  private Program(final EventBase base) {
    this.base = base;
  }

  public static void main(final String[] arguments) {
    try (EventBase base = new EventBase()) {
      new Program(base).run();
    }
  }

  private void run() {
    final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    final int free = ConnectionListener.CLOSE_ON_FREE;
    try (ConnectionListener listener =
            ConnectionListener.bind(
                base,
                any,
                free,
                -1,
                (self, socket, peer) ->
                    echo(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)));
        SocketBufferEvent client = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
        Event timer = base.newPeriodicTimer((self, what) -> tick())) {
      client.setCallbacks(this::count, null, null);
      client.enable(Event.READ | Event.WRITE);
      client.connect(listener.address());
      client.write(new byte[SIZE]);
      timer.add(Duration.ofMillis(10));
      base.loopExit(Duration.ofSeconds(30));
      base.dispatch();
    }
    List.of(
            "method " + base.method(),
            SystemReport.report()
                .lines()
                .filter(line -> line.startsWith("library"))
                .findFirst()
                .get(),
            "echoed " + echoed,
            "ticks " + ticks)
        .forEach(System.out::println);
  }

  private void echo(final BufferEvent peer) {
    peer.setCallbacks(self -> self.write(self.input()), null, (self, what) -> self.close());
    peer.enable(Event.READ | Event.WRITE);
  }

  private void count(final BufferEvent client) {
    echoed += client.input().drain(client.input().length());
    endIfDone();
  }

  private void tick() {
    ticks++;
    endIfDone();
  }

  private void endIfDone() {
    if (echoed >= SIZE && ticks >= TICKS) {
      base.loopExit();
    }
  }
}
