package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.engine.nio.NioState.Sending;

/** What is being sent on one channel: one range of memory, several, a datagram or a file. */
final class NioSend {
  private Sending state = Sending.IDLE;
  private Memory range;
  private int rangeOffset;
  private int rangeLength;
  private ByteBuffer[] parts;
  private boolean datagram;
  private SocketAddress to;
  private NioFile file;
  private long filePosition;
  private long fileRemaining;
  private long sent;

  /** Whether a send is under way. */
  boolean active() {
    return state != Sending.IDLE;
  }

  /** Whether it is to end with what has left. */
  boolean cancelled() {
    return state == Sending.CANCELLED;
  }

  /** Ends the send, if there is one, at the next occasion. */
  void cancel() {
    if (state == Sending.ACTIVE) {
      state = state.to(Sending.CANCELLED);
    }
  }

  /** How many bytes of it have been sent. */
  long sent() {
    return sent;
  }

  /** The ranges of a vector, as one datagram or as bytes. */
  void begin(final SendVector vector, final boolean asDatagram, final SocketAddress target) {
    if (vector.size() == 1 && !asDatagram) {
      range = vector.memory(0);
      rangeOffset = vector.offset(0);
      rangeLength = vector.length(0);
    } else {
      final ByteBuffer[] slices = new ByteBuffer[vector.size()];
      for (int i = 0; i < slices.length; i++) {
        slices[i] = vector.memory(i).buffer().slice(vector.offset(i), vector.length(i));
      }
      parts = slices;
    }
    datagram = asDatagram;
    to = target;
    sent = 0;
    state = state.to(Sending.ACTIVE);
  }

  void begin(final NioFile source, final long position, final long count) {
    file = source;
    filePosition = position;
    fileRemaining = count;
    datagram = false;
    sent = 0;
    state = state.to(Sending.ACTIVE);
  }

  /** Ends the send. */
  void end() {
    state = state.to(Sending.IDLE);
    range = null;
    parts = null;
    file = null;
    to = null;
  }

  /** Sends as much as the channel takes; returns true when the send is complete. */
  boolean step(final SelectableChannel channel) throws IOException {
    if (datagram) {
      return sendDatagram((DatagramChannel) channel);
    }
    final WritableByteChannel target = (WritableByteChannel) channel;
    return range != null ? sendRange(target) : file != null ? sendFile(target) : sendParts(target);
  }

  private boolean sendRange(final WritableByteChannel target) throws IOException {
    while (rangeLength > 0) {
      final int count = target.write(range.range(rangeOffset, rangeLength));
      if (count == 0) {
        return false;
      }
      assert count > 0 && count <= rangeLength : count;
      rangeOffset += count;
      rangeLength -= count;
      sent += count;
    }
    return true;
  }

  private boolean sendParts(final WritableByteChannel target) throws IOException {
    int first = 0;
    while (true) {
      while (first < parts.length && !parts[first].hasRemaining()) {
        first++;
      }
      if (first == parts.length) {
        return true;
      }
      final long count =
          target instanceof GatheringByteChannel gathering
              ? gathering.write(parts, first, parts.length - first)
              : target.write(parts[first]);
      if (count == 0) {
        return false;
      }
      sent += count;
    }
  }

  private boolean sendFile(final WritableByteChannel target) throws IOException {
    while (fileRemaining > 0) {
      final long count = file.transferTo(filePosition, fileRemaining, target);
      if (count == 0) {
        return file.endsAt(filePosition);
      }
      assert count > 0 && count <= fileRemaining : count;
      filePosition += count;
      fileRemaining -= count;
      sent += count;
    }
    return true;
  }

  /** An empty one counts as sent: the JDK answers 0 whether it has left or would have to wait. */
  private boolean sendDatagram(final DatagramChannel target) throws IOException {
    final ByteBuffer whole = parts.length == 1 ? parts[0] : joined();
    final int length = whole.remaining();
    final int count = to == null ? target.write(whole) : target.send(whole, to);
    assert count == 0 || count == length : count + " of a datagram of " + length;
    sent = count;
    return count > 0 || length == 0;
  }

  private ByteBuffer joined() {
    int length = 0;
    for (final ByteBuffer part : parts) {
      length += part.remaining();
    }
    final ByteBuffer whole = ByteBuffer.allocate(length);
    for (final ByteBuffer part : parts) {
      whole.put(part.duplicate());
    }
    return whole.flip();
  }
}
