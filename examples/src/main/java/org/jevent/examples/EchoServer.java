package org.jevent.examples;

import java.net.SocketAddress;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;

/** Sends back what comes, without copying it. */
final class EchoServer extends LoopServer {
  /** As much may wait for a client that does not read; then it is not read from either. */
  private static final int MAX_WAITING = 1 << 18;

  EchoServer(final String method) {
    super(method);
  }

  @Override
  void connected(final BufferEvent client, final SocketAddress peer) {
    client.setCallbacks(this::echo, null, this::ended);
    client.enable(Event.READ);
  }

  private void echo(final BufferEvent client) {
    bytesIn += client.input().length();
    bytesOut += client.input().length();
    client.output().add(client.input());
    if (client.output().length() > MAX_WAITING) {
      client.disable(Event.READ);
      client.setWatermarks(Event.WRITE, MAX_WAITING / 2, 0);
      client.setCallbacks(this::echo, this::goOn, this::ended);
    }
  }

  private void goOn(final BufferEvent client) {
    client.setCallbacks(this::echo, null, this::ended);
    client.enable(Event.READ);
  }

  private void ended(final BufferEvent client, final int what) {
    if ((what & BufferEvent.EOF) != 0 && !client.output().isEmpty()) {
      client.setCallbacks(null, this::close, (self, event) -> close(self));
      client.setWatermarks(Event.WRITE, 0, 0);
    } else {
      close(client);
    }
  }
}
