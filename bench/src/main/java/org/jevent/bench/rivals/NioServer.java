package org.jevent.bench.rivals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** Selector loops by hand, the first of which accepts and gives connections to all in turn. */
final class NioServer implements Rival {
  private final NioLoop[] loops;
  private final int work;

  NioServer(final int loops, final int work) {
    this.loops = new NioLoop[loops];
    this.work = work;
  }

  @Override
  public String style() {
    return "nio";
  }

  @Override
  public String engine() {
    return "selector";
  }

  @Override
  public int open(final int port, final boolean rot13) throws IOException {
    for (int i = 0; i < loops.length; i++) {
      loops[i] = new NioLoop(rot13, Work.of(work));
    }
    final ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    listener.configureBlocking(false);
    loops[0].accept(listener, loops);
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  @Override
  public void serve() throws IOException {
    for (int i = 1; i < loops.length; i++) {
      final NioLoop loop = loops[i];
      new Thread(() -> serveOrEnd(loop), "loop " + i).start();
    }
    loops[0].serve();
  }

  private static void serveOrEnd(final NioLoop loop) {
    try {
      loop.serve();
    } catch (final IOException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }
}
