package org.jevent.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection of the servers that work with channels by hand. */
final class ChannelConnection {
  final SocketChannel channel;
  private final LineTurner turner = new LineTurner();
  private final Counts counts;
  private boolean ended;

  ChannelConnection(final SocketChannel channel, final Counts counts) throws IOException {
    this.channel = channel;
    this.counts = counts;
    channel.configureBlocking(false);
    NoDelay.set(channel);
    counts.connections.increment();
  }

  /** Reads once and answers as far as it goes. Returns true while the connection lives. */
  boolean read() {
    if (!wantsRead()) {
      return write();
    }
    try {
      final int count = channel.read(turner.input());
      if (count < 0) {
        ended = true;
      } else {
        counts.bytesIn.add(count);
        turner.turn();
        counts.lines.add(turner.takeLines());
      }
      return write();
    } catch (final IOException vanished) {
      return close();
    }
  }

  /** Writes what there is. Returns true while the connection lives. */
  boolean write() {
    try {
      if (turner.hasOutput()) {
        final ByteBuffer answer = turner.output();
        counts.bytesOut.add(channel.write(answer));
        turner.written();
      }
      return !ended || turner.hasOutput() || close();
    } catch (final IOException vanished) {
      return close();
    }
  }

  boolean wantsRead() {
    return !ended && turner.mayRead();
  }

  boolean wantsWrite() {
    return turner.hasOutput();
  }

  /** Always false: the connection lives no more. */
  boolean close() {
    try {
      channel.close();
    } catch (final IOException e) {
      System.err.println("close: " + e.getMessage());
    }
    return false;
  }
}
