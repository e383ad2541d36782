package org.jevent.examples;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A hand-written {@link Selector} loop: what the library is compared with. */
final class SelectServer implements Server {
  private static final long PAUSE_MILLIS = 100;

  private final Counts counts = new Counts();
  private volatile boolean stopped;
  private Selector selector;
  private ServerSocketChannel listener;
  private SelectionKey accepting;

  @Override
  public int open(final InetSocketAddress address) throws IOException {
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    listener.bind(address, 1024);
    listener.configureBlocking(false);
    accepting = listener.register(selector, SelectionKey.OP_ACCEPT);
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
      final boolean paused = accepting.interestOps() == 0;
      selector.select(this::ready, paused ? PAUSE_MILLIS : 0);
      if (paused) {
        accepting.interestOps(SelectionKey.OP_ACCEPT);
      }
    }
    for (final SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }

  private void ready(final SelectionKey key) {
    if (key == accepting) {
      accept();
      return;
    }
    final ChannelConnection connection = (ChannelConnection) key.attachment();
    boolean alive = !key.isWritable() || connection.write();
    alive = alive && (!key.isReadable() || connection.read());
    if (alive) {
      final int wanted =
          (connection.wantsRead() ? SelectionKey.OP_READ : 0)
              | (connection.wantsWrite() ? SelectionKey.OP_WRITE : 0);
      if (key.interestOps() != wanted) {
        key.interestOps(wanted);
      }
    }
  }

  private void accept() {
    try {
      SocketChannel channel;
      while ((channel = listener.accept()) != null) {
        final ChannelConnection connection = new ChannelConnection(channel, counts);
        channel.register(selector, SelectionKey.OP_READ, connection);
      }
    } catch (final IOException e) {
      System.err.println("accept: " + e.getMessage());
      accepting.interestOps(0); // no descriptor is free, most likely: try again a little later
    }
  }

  @Override
  public void stop() {
    stopped = true;
    selector.wakeup();
  }
}
