package org.jevent.examples;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The bad example: asks every connection, again and again, whether there is something. Keeps a
 * processor busy with nothing.
 */
final class BusyPollServer implements Server {
  private final Counts counts = new Counts();
  private final List<ChannelConnection> connections = new ArrayList<>();
  private volatile boolean stopped;
  private ServerSocketChannel listener;

  @Override
  public int open(final InetSocketAddress address) throws IOException {
    listener = ServerSocketChannel.open();
    listener.bind(address, 1024);
    listener.configureBlocking(false);
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  @Override
  public String engine() {
    return "-";
  }

  @Override
  public Counts counts() {
    return counts;
  }

  @Override
  public void serve() throws IOException {
    while (!stopped) {
      accept();
      connections.removeIf(connection -> !connection.read());
      Thread.onSpinWait();
    }
    listener.close();
    connections.forEach(ChannelConnection::close);
  }

  private void accept() {
    try {
      final SocketChannel channel = listener.accept();
      if (channel != null) {
        connections.add(new ChannelConnection(channel, counts));
      }
    } catch (final IOException e) {
      System.err.println("accept: " + e.getMessage());
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }
}
