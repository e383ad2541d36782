package org.jevent.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;

/**
 * One of the examples' servers within this process, whose loop the test turns itself, and its
 * clients.
 */
final class LocalServer implements AutoCloseable {
  private final Server server;
  private final EventBase base;
  private final List<SocketChannel> clients = new ArrayList<>();
  private final ByteBuffer question;
  private final ByteBuffer answer;

  /**
   * @param server which this one closes at its end
   * @param connections how many clients there are
   * @param line what each of them sends
   */
  LocalServer(final Server server, final int connections, final byte[] line) throws IOException {
    this.server = server;
    base = server.base();
    final InetAddress here = InetAddress.getLoopbackAddress();
    final int port = server.open(new InetSocketAddress(here, 0));
    for (int i = 0; i < connections; i++) {
      final SocketChannel client = SocketChannel.open(new InetSocketAddress(here, port));
      client.configureBlocking(false);
      clients.add(client);
    }
    question = ByteBuffer.allocateDirect(line.length).put(line).flip();
    answer = ByteBuffer.allocateDirect(line.length);
  }

  EventBase base() {
    return base;
  }

  /** A line from each client. */
  void ask() throws IOException {
    for (final SocketChannel client : clients) {
      if (client.write(question.rewind()) != question.limit()) {
        throw new IOException("a client could not send");
      }
    }
  }

  /** How many bytes of answers have come to the clients. */
  int answered() throws IOException {
    int bytes = 0;
    for (final SocketChannel client : clients) {
      bytes += Math.max(0, client.read(answer.clear()));
    }
    return bytes;
  }

  int bytesOfAll() {
    return clients.size() * question.limit();
  }

  @Override
  public void close() throws IOException {
    for (final SocketChannel client : clients) {
      client.close();
    }
    // Stopping means a loop that runs; at its end the server closes what it has open.
    base.execute(base::loopBreak);
    server.serve();
  }
}
