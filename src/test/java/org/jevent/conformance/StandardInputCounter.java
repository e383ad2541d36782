package org.jevent.conformance;

import java.util.zip.CRC32;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;

/** Reads its standard input with a loop and says what came. */
final class StandardInputCounter {
  private long count;
  private final CRC32 sum = new CRC32();

  private StandardInputCounter() {}

  public static void main(final String[] arguments) {
    try (EventBase base = new EventBase(new EventConfig().method(arguments[0]))) {
      final StandardInputCounter counter = new StandardInputCounter();
      final NetSocket socket = base.sockets().standardInput();
      final SocketBufferEvent input = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
      input.setCallbacks(counter::take, null, counter::ended);
      input.enable(Event.READ);
      System.out.println("ready");
      base.dispatch();
    } catch (final ErrnoException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }

  private void take(final BufferEvent input) {
    final byte[] bytes = new byte[(int) input.input().length()];
    input.read(bytes);
    count += bytes.length;
    sum.update(bytes);
  }

  private void ended(final BufferEvent input, final int what) {
    final String how = Streams.text(what);
    final String why = (what & BufferEvent.ERROR) == 0 ? "" : " " + input.error();
    System.out.println(count + " bytes, sum " + sum.getValue() + ", " + how + why);
    input.close();
  }
}
