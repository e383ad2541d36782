package org.jevent.internal.engine;

import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jevent.error.Errno;
import org.jevent.net.NetSocket;

/** An attachment that writes down what happens to it. */
class Recorder extends Attachment {
  final List<String> log = new ArrayList<>();
  final List<NetSocket> accepted = new ArrayList<>();
  final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  final List<Integer> buffers = new ArrayList<>();
  final List<SocketAddress> senders = new ArrayList<>();
  Memory memory;
  int lastOffset;
  long sentBytes;

  @Override
  public void ready(final int mask, final Errno error) {
    log.add("ready " + mask + " " + error);
  }

  @Override
  public void received(final Memory from, final int buffer, final int offset, final int length) {
    final byte[] copy = new byte[length];
    from.buffer().get(offset, copy);
    bytes.writeBytes(copy);
    buffers.add(buffer);
    memory = from;
    lastOffset = offset;
    log.add("received " + length);
  }

  @Override
  public void receiveEnded(final Errno error) {
    log.add("end " + error);
  }

  @Override
  public void receivedFrom(
      final SocketAddress from,
      final Memory where,
      final int buffer,
      final int offset,
      final int length,
      final boolean truncated) {
    final byte[] copy = new byte[length];
    where.buffer().get(offset, copy);
    bytes.writeBytes(copy);
    senders.add(from);
    log.add("datagram " + length + (truncated ? " truncated" : ""));
  }

  @Override
  public void sent(final long count, final Errno error) {
    sentBytes += count;
    log.add("sent " + error);
  }

  @Override
  public void accepted(final NetSocket socket, final SocketAddress peer, final Errno error) {
    if (socket != null) {
      accepted.add(socket);
      senders.add(peer);
    }
    log.add("accepted " + error);
  }

  @Override
  public void connected(final Errno error) {
    log.add("connected " + error);
  }

  @Override
  public void shut(final Errno error) {
    log.add("shut " + error);
  }

  @Override
  public void detached() {
    log.add("detached");
  }
}
