package org.jevent.bench.rivals;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A selector loop by hand: one thread, one direct buffer that all connections share, and nothing
 * allocated once connections are there. An idle connection has no buffer.
 */
final class NioLoop {
  private static final int BLOCK = 65_536;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(Turning.MAX_LINE + BLOCK);
  private final Selector selector;
  private final boolean rot13;
  private final Work work;

  /** Those that accepted connections are given to in turn. */
  private NioLoop[] loops;

  private int next;

  NioLoop(final boolean rot13, final Work work) throws IOException {
    selector = Selector.open();
    this.rot13 = rot13;
    this.work = work;
  }

  /** Accepts connections for all of the loops, of which this is one. */
  void accept(final ServerSocketChannel listener, final NioLoop... all) throws IOException {
    loops = all;
    listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  void serve() throws IOException {
    while (true) {
      selector.select(this::ready);
    }
  }

  private void ready(final SelectionKey key) {
    final Connection connection = (Connection) key.attachment();
    try {
      if (connection == null) {
        acceptAll((ServerSocketChannel) key.channel());
      } else if (connection.waiting != null && connection.waiting.hasRemaining()) {
        sendRest(key, connection);
      } else {
        answer(key, connection);
      }
    } catch (final IOException e) {
      drop(connection, e);
    }
  }

  private static void drop(final Connection connection, final IOException reason) {
    if (connection == null) {
      throw new IllegalStateException("accepting", reason);
    }
    try {
      connection.channel.close();
    } catch (final IOException e) {
      System.err.println("closing: " + e.getMessage());
    }
  }

  private void acceptAll(final ServerSocketChannel listener) throws IOException {
    for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      loops[next].take(channel);
      next = next + 1 == loops.length ? 0 : next + 1;
    }
  }

  /** Any thread. */
  private void take(final SocketChannel channel) throws IOException {
    channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
    selector.wakeup();
  }

  private void answer(final SelectionKey key, final Connection connection) throws IOException {
    connection.takeHeld(buffer.clear());
    buffer.limit(buffer.position() + BLOCK);
    if (connection.channel.read(buffer) < 0) {
      connection.channel.close();
      return;
    }
    work.run();
    final int size = buffer.position();
    final int answerable = rot13 ? turn(size) : size;
    if (answerable > 0) {
      connection.channel.write(buffer.position(0).limit(answerable));
      if (buffer.hasRemaining()) {
        connection.await(buffer);
        key.interestOps(SelectionKey.OP_WRITE);
      }
    }
    if (answerable < size) {
      connection.hold(buffer.limit(size).position(answerable));
    }
  }

  /** Turns what can be answered, and returns how much that is. */
  private int turn(final int size) {
    int lines = size;
    while (lines > 0 && buffer.get(lines - 1) != '\n') {
      lines--;
    }
    final int answerable = Turning.answerable(lines, size);
    buffer.limit(buffer.capacity());
    int i = 0;
    for (; i <= answerable - Long.BYTES; i += Long.BYTES) {
      buffer.putLong(i, Turning.turn(buffer.getLong(i)));
    }
    for (; i < answerable; i++) {
      buffer.put(i, Turning.turn(buffer.get(i)));
    }
    return answerable;
  }

  private static void sendRest(final SelectionKey key, final Connection connection)
      throws IOException {
    connection.channel.write(connection.waiting);
    if (!connection.waiting.hasRemaining()) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  /** A client, and its bytes that could not be dealt with at once. */
  private static final class Connection {
    private static final int MIN_CAPACITY = 256;

    private final SocketChannel channel;

    /** The beginning of a line, up to the position. */
    private ByteBuffer held;

    /** Answers that the socket did not take; while there are any nothing is received. */
    private ByteBuffer waiting;

    private Connection(final SocketChannel channel) {
      this.channel = channel;
    }

    private void takeHeld(final ByteBuffer target) {
      if (held != null && held.position() > 0) {
        target.put(held.flip());
        held.clear();
      }
    }

    private void hold(final ByteBuffer rest) {
      if (held == null || held.capacity() < rest.remaining()) {
        held = ByteBuffer.allocate(Math.max(MIN_CAPACITY, 2 * rest.remaining()));
      }
      held.put(rest);
    }

    private void await(final ByteBuffer rest) {
      if (waiting == null || waiting.capacity() < rest.remaining()) {
        waiting = ByteBuffer.allocateDirect(rest.remaining());
      }
      waiting.clear().put(rest).flip();
    }
  }
}
