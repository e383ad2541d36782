package org.jevent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;

/** The chain as written by hand on {@link Selector}. */
final class SelectorChain extends Chain {
  private final Selector selector;
  private final SelectableChannel[] readers;
  private final SelectableChannel[] writers;
  private final ByteBuffer out = ByteBuffer.allocateDirect(1);
  private final ByteBuffer in = ByteBuffer.allocateDirect(1);

  SelectorChain(final Shape shape) throws IOException {
    super(shape);
    selector = Selector.open();
    readers = new SelectableChannel[shape.pairs()];
    writers = new SelectableChannel[shape.pairs()];
    open(shape.kind());
    for (int i = 0; i < readers.length; i++) {
      readers[i].configureBlocking(false);
      writers[i].configureBlocking(false);
      readers[i].register(selector, SelectionKey.OP_READ, i);
    }
  }

  private void open(final Kind kind) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      for (int i = 0; i < readers.length; i++) {
        if (kind == Kind.PIPE) {
          final Pipe pipe = Pipe.open();
          readers[i] = pipe.source();
          writers[i] = pipe.sink();
        } else {
          final SocketChannel writer = SocketChannel.open(listener.getLocalAddress());
          writer.setOption(StandardSocketOptions.TCP_NODELAY, true);
          readers[i] = listener.accept();
          writers[i] = writer;
        }
      }
    }
  }

  @Override
  void write(final int pair) {
    out.clear();
    try {
      if (((WritableByteChannel) writers[pair]).write(out) != 1) {
        throw new IllegalStateException("cannot write to pair " + pair);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(final SelectionKey key) {
    final int pair = (Integer) key.attachment();
    in.clear();
    try {
      if (((ReadableByteChannel) readers[pair]).read(in) != 1) {
        throw new IllegalStateException("nothing to read from pair " + pair);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    fired(pair);
  }

  @Override
  void runRound() {
    try {
      while (!isOver()) {
        selector.select(this::read);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      for (int i = 0; i < readers.length; i++) {
        readers[i].close();
        writers[i].close();
      }
      selector.close();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
