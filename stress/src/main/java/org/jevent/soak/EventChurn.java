package org.jevent.soak;

import java.nio.ByteBuffer;
import org.jevent.Event;
import org.jevent.net.NetSocket;

/** Events of sockets and pipes, added and deleted while bytes go through. */
final class EventChurn extends Churn {
  private static final int MAX_BYTES = 20_000;

  EventChurn(final Ground ground) {
    super(ground);
  }

  @Override
  void round() {
    new Way(random.nextBoolean() ? base.sockets().pair() : base.sockets().pipe()).begin();
  }

  /** From one end to the other. */
  private final class Way {
    private final NetSocket from;
    private final NetSocket to;
    private final Event reading;
    private final Event writing;
    private final int seed = random.nextInt();
    private final int total = some(MAX_BYTES);
    private final byte[] scratch = new byte[1024];
    private int sent;
    private int arrived;

    Way(final NetSocket[] ends) {
      to = ends[0];
      from = ends[1];
      reading = base.newEvent(to, Event.READ | persist(), (event, what) -> read());
      writing = base.newEvent(from, Event.WRITE | persist(), (event, what) -> write());
    }

    private int persist() {
      return random.nextBoolean() ? Event.PERSIST : 0;
    }

    void begin() {
      reading.add();
      writing.add();
    }

    private void write() {
      if (sent < total) {
        final int count = Math.min(some(scratch.length), total - sent);
        sent += Math.max(0, from.write(ByteBuffer.wrap(Pattern.bytes(seed, sent, count))));
      }
      if (sent == total) {
        writing.delete();
      } else {
        goOn(writing);
      }
    }

    private void read() {
      final int count = to.read(ByteBuffer.wrap(scratch, 0, some(scratch.length)));
      if (count > 0) {
        if (Pattern.mismatch(seed, arrived, scratch, count) >= 0) {
          fail("wrong bytes after " + arrived);
        }
        arrived += count;
        checked(count);
      } else if (count == NetSocket.END) {
        fail("the end after " + arrived + " of " + total);
        arrived = total;
      }
      if (arrived == total) {
        end();
      } else {
        goOn(reading);
      }
    }

    /** Pending again, at once or after a pause. */
    private void goOn(final Event event) {
      if (random.nextInt(8) == 0) {
        event.delete();
        base.newTimer((timer, what) -> event.add()).addNanos(some(1_000_000));
      } else if (random.nextInt(4) == 0) {
        event.delete();
        event.add();
      } else if ((event.events() & Event.PERSIST) == 0) {
        event.add();
      }
    }

    /** The numbers of these descriptors are the next ones' at once. */
    private void end() {
      reading.close();
      writing.close();
      to.close();
      from.close();
      over();
    }
  }
}
