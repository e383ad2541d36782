package org.jevent.sim;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;

/** Bare sockets of two hosts, which a test uses call by call, with time in between. */
final class Talk implements AutoCloseable {
  final World world;
  final Host server;
  final Host client;
  final EventBase serverBase;
  final EventBase clientBase;
  NetSocket listener;
  NetSocket near;
  NetSocket far;

  Talk() {
    this(World.open(1));
  }

  Talk(final World world) {
    this.world = world;
    server = world.host("server");
    client = world.host("client");
    serverBase = server.foreground(EventBase::new);
    clientBase = client.foreground(EventBase::new);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(server.address(), Servers.PORT);
  }

  /** Listens, connects, accepts. */
  Talk connected() {
    listen(16);
    near = clientBase.sockets().connect(address());
    pass(5);
    far = listener.accept();
    return this;
  }

  NetSocket listen(final int backlog) {
    listener = serverBase.sockets().listen(address(), backlog);
    return listener;
  }

  void pass(final long millis) {
    world.run(java.time.Duration.ofMillis(millis));
  }

  static int write(final NetSocket socket, final int bytes) {
    return socket.write(ByteBuffer.allocate(bytes));
  }

  static int read(final NetSocket socket) {
    return socket.read(ByteBuffer.allocate(1 << 20));
  }

  /** Reads all that is there: the number of bytes. */
  static int readAll(final NetSocket socket) {
    int sum = 0;
    int count;
    while ((count = read(socket)) > 0) {
      sum += count;
    }
    return sum;
  }

  /** Writes until it would have to wait. */
  static int fill(final NetSocket socket) {
    int sum = 0;
    int count;
    while ((count = write(socket, 8192)) > 0) {
      sum += count;
    }
    return sum;
  }

  /** What a call meets, in words: a number, or the error's name. */
  static String outcome(final java.util.function.Supplier<Object> call) {
    try {
      return String.valueOf(call.get());
    } catch (final ErrnoException e) {
      return e.errno().name();
    }
  }

  static List<String> outcomes(final NetSocket socket, final int... directions) {
    final List<String> all = new ArrayList<>();
    for (final int direction : directions) {
      all.add(
          direction == 0 ? outcome(() -> read(socket)) : outcome(() -> write(socket, direction)));
    }
    return all;
  }

  @Override
  public void close() {
    serverBase.close();
    clientBase.close();
    world.close();
  }
}
