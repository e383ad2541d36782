package org.jevent.examples;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * {@code TCP_NODELAY}: an answer in pieces does not wait for the client to acknowledge each. Some
 * systems refuse it to a connection that was reset; the next receive reports that.
 */
final class NoDelay {
  private NoDelay() {}

  static void set(final NetSocket socket) {
    try {
      socket.set(NetOption.NO_DELAY, 1);
    } catch (final ErrnoException reset) {
      // see above
    }
  }

  static void set(final SocketChannel channel) {
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    } catch (final IOException reset) {
      // see above
    }
  }
}
