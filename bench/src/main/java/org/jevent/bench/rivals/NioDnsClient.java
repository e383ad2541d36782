package org.jevent.bench.rivals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Queries by hand: one connected socket, one buffer, and no more is read of an answer than whether
 * it is one. Nothing is looked at again if it is lost.
 */
final class NioDnsClient {
  private static final int MAX_MESSAGE = 1232;
  private static final int IDS = 1 << Short.SIZE;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_MESSAGE);
  private final byte[][] queries = new byte[DnsLoad.NAMES][];
  private final boolean[] open = new boolean[IDS];
  private final DatagramChannel channel = DatagramChannel.open();
  private final Selector selector = Selector.open();
  private final DnsLoad load;
  private int id;

  NioDnsClient(final InetSocketAddress server, final DnsLoad load) throws IOException {
    this.load = load;
    for (int i = 0; i < queries.length; i++) {
      queries[i] = DnsBytes.query(DnsLoad.name(i));
    }
    channel.connect(server).configureBlocking(false).register(selector, SelectionKey.OP_READ);
  }

  void run() throws IOException {
    load.begin(this::ask);
    while (true) {
      selector.select(key -> receiveAll());
    }
  }

  private void ask(final int name) {
    id = (id + 1) % IDS;
    open[id] = true;
    try {
      channel.write(buffer.clear().put(queries[name]).putShort(0, (short) id).flip());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void receiveAll() {
    try {
      while (channel.read(buffer.clear()) > 0) {
        buffer.flip();
        final int answered = Short.toUnsignedInt(buffer.getShort(0));
        final boolean right = open[answered] && DnsBytes.isAnswer(buffer);
        open[answered] = false;
        load.answered(right ? null : "an answer to " + answered);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
