package org.jevent.examples;

import java.net.SocketAddress;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;

/**
 * The last listing of the book's first chapter: a buffer event for each connection. Complete lines
 * are turned as one block, in an array that all connections share: the JVM makes loops over arrays
 * wide. Of a line that is too long each {@value #MAX_LINE} bytes are answered as a separate line,
 * so with a newline that the client did not send.
 */
final class BufferEventServer extends LoopServer {
  private static final int MAX_LINE = LineTurner.MAX_LINE;

  /** So much is received and sent at a time, in place of 16 KiB: long lines take fewer calls. */
  private static final int AT_ONCE = 4 * MAX_LINE;

  /** A client that leaves more than this unread is not read from until it has read half of it. */
  private static final int MAX_WAITING = 4 * MAX_LINE;

  private final byte[] block = new byte[MAX_LINE];
  private final boolean lossless;

  BufferEventServer(final String method) {
    this(method, false);
  }

  /**
   * @param lossless adds nothing to a line that is too long, as the servers of the other listings
   */
  BufferEventServer(final String method, final boolean lossless) {
    super(method);
    this.lossless = lossless;
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
    final EventBuffer output = client.output();
    int count;
    while ((count = ready(input)) > 0) {
      input.remove(block, 0, count);
      final boolean complete = block[count - 1] == '\n';
      lines += Rot13.lines(block, count);
      Rot13.turn(block, count);
      output.add(block, 0, count);
      bytesIn += count;
      bytesOut += count;
      if (!lossless && !complete) {
        output.add((byte) '\n');
        bytesOut++;
      }
    }
    if (output.length() > MAX_WAITING) {
      client.disable(Event.READ);
      client.setWatermarks(Event.WRITE, MAX_WAITING / 2, 0);
      client.setCallbacks(this::turn, this::goOn, this::ended);
    }
  }

  /**
   * How many bytes can be answered as one block: those of complete lines, else {@link #MAX_LINE} of
   * one that is too long, else none.
   */
  private int ready(final EventBuffer input) {
    final long whole = input.lastIndexOf((byte) '\n') + 1;
    if (whole > 0 && (whole <= MAX_LINE || lossless)) {
      return (int) Math.min(whole, MAX_LINE);
    }
    if (input.length() < MAX_LINE) {
      return 0;
    }
    input.copyOut(0, block, 0, MAX_LINE);
    int end = MAX_LINE;
    while (end > 0 && block[end - 1] != '\n') {
      end--;
    }
    return end > 0 ? end : MAX_LINE;
  }

  private void goOn(final BufferEvent client) {
    client.setCallbacks(this::turn, null, this::ended);
    client.enable(Event.READ);
    turn(client);
  }

  /** The client sends no more: it gets the answers that are on their way. */
  private void ended(final BufferEvent client, final int what) {
    if ((what & BufferEvent.CONNECTED) != 0) {
      return; // a handshake of TLS is over
    }
    if ((what & BufferEvent.EOF) != 0 && !client.output().isEmpty()) {
      client.setCallbacks(null, this::close, (self, event) -> close(self));
      client.setWatermarks(Event.WRITE, 0, 0);
    } else {
      close(client);
    }
  }
}
