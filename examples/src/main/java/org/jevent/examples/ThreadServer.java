package org.jevent.examples;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/** One thread per connection: Java's counterpart of one process per connection. */
final class ThreadServer implements Server {
  private final ThreadFactory threads;
  private final Counts counts = new Counts();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;
  private ServerSocket listener;

  ThreadServer(final ThreadFactory threads) {
    this.threads = threads;
  }

  @Override
  public int open(final InetSocketAddress address) throws IOException {
    listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(address, 1024);
    return listener.getLocalPort();
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
      try {
        final Socket socket = listener.accept();
        counts.connections.increment();
        open.add(socket);
        threads.newThread(() -> serve(socket)).start();
      } catch (final IOException e) {
        if (!stopped) {
          System.err.println("accept: " + e.getMessage());
          pause();
        }
      }
    }
    for (final Socket socket : open) {
      socket.close();
    }
  }

  /** No descriptor was free, most likely: give others time to end. */
  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(final Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream()) {
      socket.setTcpNoDelay(true);
      final LineTurner turner = new LineTurner();
      while (true) {
        final ByteBuffer input = turner.input();
        final int count =
            in.read(input.array(), input.arrayOffset() + input.position(), input.remaining());
        if (count < 0) {
          return;
        }
        counts.bytesIn.add(count);
        input.position(input.position() + count);
        turner.turn();
        counts.lines.add(turner.takeLines());
        final ByteBuffer answer = turner.output();
        out.write(answer.array(), answer.arrayOffset(), answer.limit());
        counts.bytesOut.add(answer.limit());
        answer.position(answer.limit());
        turner.written();
      }
    } catch (final IOException vanished) {
      // the client is gone: so is the connection
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void stop() {
    stopped = true;
    try {
      listener.close();
    } catch (final IOException e) {
      System.err.println("close: " + e.getMessage());
    }
  }
}
