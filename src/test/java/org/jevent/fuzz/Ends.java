package org.jevent.fuzz;

import java.util.zip.CRC32;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetSocket;

/**
 * Two streams at the ends of a pair of sockets, and the bytes and events that each has received.
 */
final class Ends implements AutoCloseable {
  private static final int MAX_IN_FLIGHT = 50_000;

  private final Runnable activity;
  private final End[] ends = new End[2];

  Ends(final EventBase base, final Runnable activity) {
    this.activity = activity;
    final NetSocket[] pair = base.sockets().pair();
    ends[0] = new End(base, pair[0]);
    ends[1] = new End(base, pair[1]);
  }

  void take(final Story.Step step) {
    final End end = ends[step.number() % 2];
    final int number = step.number() / 2;
    switch (step.kind()) {
      case 13 -> end.write(number);
      case 14 -> end.stream.enable(number % 2 == 0 ? Event.READ : Event.WRITE);
      case 15 -> end.stream.disable(number % 2 == 0 ? Event.READ : Event.WRITE);
      case 16 -> end.limit(number % 40, number % 7 * 100);
      case 17 -> end.keep = number % 100;
      default -> end.end(number % 3 == 0);
    }
  }

  String say() {
    return ends[0].say() + " - " + ends[1].say();
  }

  @Override
  public void close() {
    ends[0].stream.close();
    ends[1].stream.close();
  }

  private final class End {
    final BufferEvent stream;
    int keep; /* of the input, when it is read */
    private final CRC32 received = new CRC32();
    private final StringBuilder recorded = new StringBuilder();
    private long count;
    private int sent;
    private boolean ended;

    End(final EventBase base, final NetSocket socket) {
      stream = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
      stream.setCallbacks(self -> read(), null, (self, what) -> say(what));
    }

    private void read() {
      activity.run();
      final int taken = (int) Math.max(0, stream.input().length() - keep);
      final byte[] bytes = new byte[taken];
      stream.input().remove(bytes);
      received.update(bytes);
      count += taken;
    }

    private void say(final int what) {
      activity.run();
      recorded.append(Integer.toHexString(what)).append(' ');
    }

    void write(final int size) {
      if (ended || sent + size > MAX_IN_FLIGHT) {
        return;
      }
      final byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) ((sent + i) * 31);
      }
      sent += size;
      stream.write(bytes);
    }

    void limit(final int low, final int high) {
      stream.setWatermarks(Event.READ, low, high == 0 ? 0 : high + low);
    }

    void end(final boolean truly) {
      if (truly && !ended) {
        ended = true;
        stream.shutdownOutput();
      }
    }

    /** Of the input, what was read and what is kept is one sequence. */
    String say() {
      final byte[] left = stream.input().toByteArray();
      received.update(left);
      return (count + left.length)
          + "#"
          + Long.toHexString(received.getValue())
          + " sent "
          + sent
          + " left "
          + stream.output().length()
          + " events "
          + recorded
          + "enabled "
          + stream.enabled();
    }
  }
}
