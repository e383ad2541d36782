package org.jevent.examples;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;

/**
 * Low-level events of this library: one for reading per connection, and one for writing where a
 * client does not keep up.
 */
final class EventServer implements Server {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final EventBase base;
  private final Counts counts = new Counts();
  private final Set<Connection> connections = new HashSet<>();
  private NetSocket listener;
  private Event accepting;

  /**
   * @param method null for the best
   */
  EventServer(final String method) {
    base = new EventBase(method == null ? new EventConfig() : new EventConfig().method(method));
  }

  @Override
  public EventBase base() {
    return base;
  }

  @Override
  public int open(final InetSocketAddress address) {
    listener = base.sockets().listen(address, NetSocket.DEFAULT_BACKLOG);
    accepting = base.newEvent(listener, Event.READ | Event.PERSIST, (event, what) -> accept());
    accepting.add();
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public String engine() {
    return base.method();
  }

  @Override
  public Counts counts() {
    return counts;
  }

  @Override
  public void serve() {
    base.dispatch();
    Set.copyOf(connections).forEach(Connection::close);
    if (accepting != null) {
      accepting.close();
      listener.close();
    }
    base.close();
  }

  private void accept() {
    try {
      NetSocket socket;
      while ((socket = listener.accept()) != null) {
        counts.connections.increment();
        NoDelay.set(socket);
        connections.add(new Connection(socket));
      }
    } catch (final ErrnoException e) {
      System.err.println("accept: " + e.getMessage());
      accepting.delete(); // no descriptor is free, most likely: try again a little later
      base.once(null, Event.TIMEOUT, PAUSE, (event, what) -> accepting.add());
    }
  }

  @Override
  public void stop() {
    base.loopBreak();
  }

  private final class Connection {
    private final NetSocket socket;
    private final LineTurner turner = new LineTurner();
    private final Event reading;
    private final Event writing;
    private boolean watchingReads;
    private boolean watchingWrites;
    private boolean ended;

    Connection(final NetSocket socket) {
      this.socket = socket;
      reading = base.newEvent(socket, Event.READ | Event.PERSIST, (event, what) -> read());
      writing = base.newEvent(socket, Event.WRITE | Event.PERSIST, (event, what) -> write());
      watchReads(true);
    }

    private void watchReads(final boolean on) {
      if (on != watchingReads) {
        watchingReads = on;
        set(reading, on);
      }
    }

    private void watchWrites(final boolean on) {
      if (on != watchingWrites) {
        watchingWrites = on;
        set(writing, on);
      }
    }

    private static void set(final Event event, final boolean pending) {
      if (pending) {
        event.add();
      } else {
        event.delete();
      }
    }

    private void read() {
      try {
        final int count = socket.read(turner.input());
        if (count == NetSocket.END) {
          ended = true;
        } else {
          counts.bytesIn.add(count);
          turner.turn();
          counts.lines.add(turner.takeLines());
        }
        write();
      } catch (final ErrnoException vanished) {
        close();
      }
    }

    private void write() {
      try {
        if (turner.hasOutput()) {
          final ByteBuffer answer = turner.output();
          counts.bytesOut.add(socket.write(answer));
          turner.written();
        }
        waitForWhatIsNext();
      } catch (final ErrnoException vanished) {
        close();
      }
    }

    private void waitForWhatIsNext() {
      if (ended && !turner.hasOutput()) {
        close();
      } else {
        watchWrites(turner.hasOutput());
        watchReads(!ended && turner.mayRead());
      }
    }

    private void close() {
      reading.close();
      writing.close();
      socket.close();
      connections.remove(this);
    }
  }
}
