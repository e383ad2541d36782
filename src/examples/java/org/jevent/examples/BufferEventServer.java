package org.jevent.examples;

import java.net.SocketAddress;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;

/**
 * The last listing of the book's first chapter: a buffer event for each connection. Complete lines
 * are turned as one block; a line that is too long is turned in pieces.
 */
final class BufferEventServer extends LoopServer {
  private static final int MAX_LINE = LineTurner.MAX_LINE;

  /** So much is received and sent at a time, in place of 16 KiB: long lines take fewer calls. */
  private static final int AT_ONCE = 4 * MAX_LINE;

  /** A client that leaves more than this unread is not read from until it has read half of it. */
  private static final int MAX_WAITING = 4 * MAX_LINE;

  private final byte[] block = new byte[MAX_LINE];

  BufferEventServer(final String method) {
    super(method);
  }

  @Override
  void connected(final BufferEvent client, final SocketAddress peer) {
    client.setCallbacks(this::turn, null, this::ended);
    client.setWatermarks(Event.READ, 0, AT_ONCE);
    client.maxSingleRead(AT_ONCE);
    client.maxSingleWrite(AT_ONCE);
    client.enable(Event.READ);
  }

  private void turn(final BufferEvent client) {
    final EventBuffer input = client.input();
    long ready = input.lastIndexOf((byte) '\n') + 1;
    if (ready == 0) {
      ready = input.length() / MAX_LINE * MAX_LINE;
    }
    bytesIn += ready;
    while (ready > 0) {
      final int count = input.remove(block, 0, (int) Math.min(ready, MAX_LINE));
      Rot13.turn(block, count);
      lines += Rot13.lines(block, count);
      client.output().add(block, 0, count);
      bytesOut += count;
      ready -= count;
    }
    if (client.output().length() > MAX_WAITING) {
      client.disable(Event.READ);
      client.setWatermarks(Event.WRITE, MAX_WAITING / 2, 0);
      client.setCallbacks(this::turn, this::goOn, this::ended);
    }
  }

  private void goOn(final BufferEvent client) {
    client.setCallbacks(this::turn, null, this::ended);
    client.enable(Event.READ);
    turn(client);
  }

  /** The client sends no more: it gets the answers that are on their way. */
  private void ended(final BufferEvent client, final int what) {
    if ((what & BufferEvent.EOF) != 0 && !client.output().isEmpty()) {
      client.setCallbacks(null, this::close, (self, event) -> close(self));
      client.setWatermarks(Event.WRITE, 0, 0);
    } else {
      close(client);
    }
  }
}
