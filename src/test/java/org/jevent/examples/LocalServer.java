package org.jevent.examples;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;

/**
 * One of the examples' servers within this process, whose loop the test turns itself, and its
 * clients. Examples are compiled apart from tests, so the server is made by its name.
 */
final class LocalServer implements AutoCloseable {
  private final Object server;
  private final EventBase base;
  private final List<SocketChannel> clients = new ArrayList<>();
  private final ByteBuffer question;
  private final ByteBuffer answer;

  /**
   * @param type the name of the server's class
   * @param engine what it runs on
   * @param connections how many clients there are
   * @param line what each of them sends
   */
  LocalServer(final String type, final String engine, final int connections, final byte[] line)
      throws ReflectiveOperationException, IOException {
    final Class<?> found = Class.forName(LocalServer.class.getPackageName() + "." + type);
    final Constructor<?> constructor = found.getDeclaredConstructor(String.class);
    constructor.setAccessible(true);
    server = constructor.newInstance(engine);
    base = (EventBase) method("base").invoke(server);
    final InetAddress here = InetAddress.getLoopbackAddress();
    final Object port =
        method("open", InetSocketAddress.class).invoke(server, new InetSocketAddress(here, 0));
    for (int i = 0; i < connections; i++) {
      final SocketChannel client = SocketChannel.open(new InetSocketAddress(here, (Integer) port));
      client.configureBlocking(false);
      clients.add(client);
    }
    question = ByteBuffer.allocateDirect(line.length).put(line).flip();
    answer = ByteBuffer.allocateDirect(line.length);
  }

  private Method method(final String name, final Class<?>... parameters)
      throws NoSuchMethodException {
    final Method method = server.getClass().getMethod(name, parameters);
    method.setAccessible(true);
    return method;
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
  public void close() throws IOException, ReflectiveOperationException {
    for (final SocketChannel client : clients) {
      client.close();
    }
    // Stopping means a loop that runs; at its end the server closes what it has open.
    base.execute(base::loopBreak);
    method("serve").invoke(server);
  }
}
