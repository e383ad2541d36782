package org.jevent.sim;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/**
 * A small server on events and sockets, which answers each line with the same line. The line {@code
 * quit} ends the connection. One that does not end in time ends it, too. A mutant of it has one bug
 * of a kind that servers have.
 */
final class LineServer {
  /** The bug that a server has. */
  enum Mutant {
    /** A correct server. */
    NONE,
    /** After a write that took a part, nothing waits for room for the rest. */
    LOST_WAKE_UP,
    /** The last byte that a short write took is sent again. */
    BYTE_TWICE,
    /** Lines behind {@code quit} are answered on a closed socket. */
    USE_AFTER_CLOSE,
    /** A callback that was deferred comes although the connection was closed. */
    CALLBACK_AFTER_CLOSE,
    /** The time-out of a line goes on after the line has ended in a second part. */
    TIMEOUT_NOT_CANCELLED,
    /** The end of the input is forgotten while answers wait for room. */
    HALF_CLOSE_LOST
  }

  /** What is notified of connections; nothing of one comes after its end. */
  interface Handler {
    /** All answers have left. */
    void flushed(Object connection);

    /** The connection is closed: the last call. */
    void closed(Object connection);
  }

  static final Duration LINE_TIME = Duration.ofMinutes(1);
  private static final int READ_SIZE = 4096;

  private final EventBase base;
  private final Handler handler;
  private final Mutant mutant;

  private LineServer(final EventBase base, final Handler handler, final Mutant mutant) {
    this.base = base;
    this.handler = handler;
    this.mutant = mutant;
  }

  /** Listens at the port of the tests. */
  static void start(final EventBase base, final Handler handler, final Mutant mutant) {
    final LineServer server = new LineServer(base, handler, mutant);
    ConnectionListener.bind(
        base,
        new InetSocketAddress(Servers.PORT),
        ConnectionListener.CLOSE_ON_FREE | ConnectionListener.REUSEABLE,
        NetSocket.DEFAULT_BACKLOG,
        (listener, socket, peer) -> server.new Connection(socket));
  }

  private final class Connection {
    private final NetSocket socket;
    private final Event readable;
    private final Event writable;
    private final Event late;
    private final ByteBuffer part = ByteBuffer.allocate(READ_SIZE);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] answers = {};
    private boolean inputEnded;
    private boolean closed;

    Connection(final NetSocket socket) {
      this.socket = socket;
      readable = base.newEvent(socket, Event.READ | Event.PERSIST, (self, what) -> read());
      writable = base.newEvent(socket, Event.WRITE, (self, what) -> write());
      late = base.newTimer((self, what) -> close());
      readable.add();
    }

    private void read() {
      part.clear();
      final int count = socket.read(part);
      if (count == NetSocket.END) {
        inputEnded = true;
        readable.delete();
        endIfDone();
        return;
      }
      final boolean continued = line.size() > 0;
      for (int i = 0; i < count && (!closed || mutant == Mutant.USE_AFTER_CLOSE); i++) {
        line.write(part.get(i));
        if (part.get(i) == '\n') {
          answer(line.toString(StandardCharsets.US_ASCII), continued);
          line.reset();
        }
      }
      if (!closed && line.size() > 0 && !late.isPending()) {
        late.add(LINE_TIME);
      }
    }

    private void answer(final String text, final boolean continued) {
      if (!(mutant == Mutant.TIMEOUT_NOT_CANCELLED && continued)) {
        late.delete();
      }
      if ("quit\n".equals(text)) {
        inputEnded = true;
        readable.delete();
        endIfDone();
      } else if (!inputEnded || mutant == Mutant.USE_AFTER_CLOSE) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        final int before = answers.length;
        answers = Arrays.copyOf(answers, before + bytes.length);
        System.arraycopy(bytes, 0, answers, before, bytes.length);
        if (before == 0) {
          write();
        }
      }
    }

    private void write() {
      final int count = socket.write(ByteBuffer.wrap(answers));
      final int left = answers.length - count;
      final int from = mutant == Mutant.BYTE_TWICE && count > 0 && left > 0 ? count - 1 : count;
      answers = Arrays.copyOfRange(answers, from, answers.length);
      if (answers.length == 0) {
        base.execute(this::flushed);
        endIfDone();
      } else if (count == 0 || mutant != Mutant.LOST_WAKE_UP) {
        writable.add();
      }
    }

    private void flushed() {
      if (!closed || mutant == Mutant.CALLBACK_AFTER_CLOSE) {
        handler.flushed(this);
      }
    }

    private void endIfDone() {
      if (inputEnded && answers.length == 0) {
        close();
      } else if (mutant == Mutant.HALF_CLOSE_LOST) {
        inputEnded = false;
      }
    }

    private void close() {
      closed = true;
      readable.close();
      writable.close();
      late.close();
      socket.close();
      handler.closed(this);
    }
  }
}
