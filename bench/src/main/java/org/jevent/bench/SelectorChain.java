package org.jevent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
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
  private final SelectionKey[] keys;
  private final boolean once;
  private final ByteBuffer out = ByteBuffer.allocateDirect(1);
  private final ByteBuffer in = ByteBuffer.allocateDirect(1);

  SelectorChain(final Shape shape) throws IOException {
    super(shape);
    selector = Selector.open();
    readers = new SelectableChannel[shape.pairs()];
    writers = new SelectableChannel[shape.pairs()];
    keys = new SelectionKey[shape.pairs()];
    once = shape.once();
    open(shape.kind());
    for (int i = 0; i < readers.length; i++) {
      readers[i].configureBlocking(false);
      writers[i].configureBlocking(false);
      keys[i] = readers[i].register(selector, once ? 0 : SelectionKey.OP_READ, i);
    }
  }

  private void open(final Kind kind) throws IOException {
    final SocketAddress place = meetingPlace(kind);
    try (ServerSocketChannel listener =
        kind == Kind.UNIX
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open()) {
      listener.bind(place);
      for (int i = 0; i < readers.length; i++) {
        if (kind == Kind.PIPE) {
          final Pipe pipe = Pipe.open();
          readers[i] = pipe.source();
          writers[i] = pipe.sink();
        } else {
          final SocketChannel writer = SocketChannel.open(listener.getLocalAddress());
          if (kind == Kind.TCP) {
            writer.setOption(StandardSocketOptions.TCP_NODELAY, true);
          }
          readers[i] = listener.accept();
          writers[i] = writer;
        }
      }
    }
    forget(place);
  }

  @Override
  void watch(final int pair) {
    keys[pair].interestOps(SelectionKey.OP_READ);
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
    if (once) {
      key.interestOps(0);
    }
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
