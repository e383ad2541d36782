package org.jevent.sim;

import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;

/** Small programs for the tests of the simulator. */
final class Servers {
  static final int PORT = 7;

  private Servers() {}

  /** Echoes, as the book does it. */
  static Consumer<Host> echo() {
    return host -> serve(new EventBase(), Servers::echo);
  }

  /** Echoes what a stream brings. */
  static void echo(final SocketBufferEvent stream) {
    stream.setCallbacks(
        reader -> reader.output().add(reader.input()),
        null,
        (self, what) -> {
          if ((what & (BufferEvent.EOF | BufferEvent.ERROR)) != 0) {
            self.closeAfterFlush();
          }
        });
    stream.enable(Event.READ | Event.WRITE);
  }

  static ConnectionListener serve(
      final EventBase base, final Consumer<SocketBufferEvent> accepted) {
    return serve(base, new InetSocketAddress(PORT), accepted);
  }

  static ConnectionListener serve(
      final EventBase base,
      final InetSocketAddress address,
      final Consumer<SocketBufferEvent> accepted) {
    return ConnectionListener.bind(
        base,
        address,
        ConnectionListener.CLOSE_ON_FREE | ConnectionListener.REUSEABLE,
        -1,
        (listener, socket, peer) ->
            accepted.accept(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)));
  }
}
