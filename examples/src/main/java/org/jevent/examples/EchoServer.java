package org.jevent.examples;

import java.net.SocketAddress;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.Pipe;

/** Sends back what comes, without copying it, as fast as the client reads. */
final class EchoServer extends LoopServer {
  EchoServer(final String method) {
    super(method);
  }

  @Override
  void connected(final BufferEvent client, final SocketAddress peer) {
    final Pipe pipe = client.pipeTo(client);
    pipe.onEnd(
        () -> {
          bytesIn += pipe.moved();
          bytesOut += pipe.moved();
          forget(client);
        });
  }
}
