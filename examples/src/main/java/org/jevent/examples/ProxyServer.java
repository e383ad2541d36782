package org.jevent.examples;

import java.net.SocketAddress;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;

/**
 * Connects each client to a server and moves what either says to the other, without copying it. A
 * side that reads too slowly slows the other one down. The end of one direction is passed on, and
 * the other direction goes on.
 */
final class ProxyServer extends LoopServer {
  /** As much may wait for one side; then the other one is not read from. */
  private static final int MAX_WAITING = 512 * 1024;

  private final String host;
  private final int port;

  ProxyServer(final String method, final String host, final int port) {
    super(method);
    this.host = host;
    this.port = port;
  }

  @Override
  void connected(final BufferEvent client, final SocketAddress peer) {
    final BufferEvent server = later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final Side near = new Side(client);
    final Side far = new Side(server);
    near.join(far);
    far.join(near);
    client.enable(Event.READ);
    server.enable(Event.READ);
    server.connect(host, port);
  }

  /** One of the two connections. */
  private final class Side {
    private final BufferEvent stream;
    private Side other;
    private boolean ended;

    Side(final BufferEvent stream) {
      this.stream = stream;
    }

    void join(final Side side) {
      other = side;
      stream.setCallbacks(self -> pass(), null, (self, what) -> happened(what));
    }

    private void pass() {
      final long length = stream.input().length();
      bytesIn += length;
      bytesOut += length;
      other.stream.write(stream.input());
      if (other.stream.output().length() >= MAX_WAITING) {
        stream.disable(Event.READ);
        other.stream.setWatermarks(Event.WRITE, MAX_WAITING / 2, 0);
        other.stream.setCallbacks(
            self -> other.pass(), self -> goOn(), (self, what) -> other.happened(what));
      }
    }

    /** The other side has read enough. */
    private void goOn() {
      other.join(this);
      if (!ended) {
        stream.enable(Event.READ);
      }
    }

    private void happened(final int what) {
      if (what == BufferEvent.CONNECTED) {
        return;
      }
      if ((what & BufferEvent.ERROR) != 0) {
        close(stream);
        close(other.stream);
        return;
      }
      ended = true;
      other.stream.shutdownOutput();
      if (other.ended) {
        closeWhenSent(stream);
        closeWhenSent(other.stream);
      }
    }
  }
}
