package org.jevent.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;

/** What leaves a connection: messages, compressed where that was agreed, and control frames. */
final class Sender implements AutoCloseable {
  /** Up to this many bytes of a prepared message are copied to each socket, more are shared. */
  private static final int COPIED = 4096;

  /** The output is low again with this many bytes. */
  static final long LOW_MARK = Outbox.MARK / 4;

  private final WebSocketConfig config;
  private final WebSocketLoop loop;
  private final FrameWriter writer;
  private final Outbox outbox;
  private final EventBuffer output;
  private final MessageDeflater deflater;

  /** Runs when bytes of a message are lost: the peer would not notice that they are missing. */
  private final Runnable broken;

  /** The payload of the newest pong that has to wait, or null. */
  private byte[] pong;

  /** The close frame was added, or the connection is over. */
  private boolean hasEnded;

  Sender(
      final EventBase base,
      final EventBuffer output,
      final Role role,
      final WebSocketConfig config,
      final Agreement.Deflate deflate,
      final Runnable broken) {
    this.config = config;
    this.broken = broken;
    this.output = output;
    loop = WebSocketLoop.of(base);
    writer = loop.writer(role);
    outbox = new Outbox(base, output);
    deflater =
        deflate == null
            ? null
            : new MessageDeflater(loop, config.deflate().level(), deflate.sendsWithContext());
  }

  // ---- messages ----

  /** Whether this many bytes more may wait. */
  boolean hasRoom(final long count) {
    return count <= config.maxQueued() - outbox.held();
  }

  /** Whether the program need not wait. */
  boolean isWritable() {
    return outbox.queued() < Outbox.MARK;
  }

  /** A whole message, of whose bytes there is a copy afterwards. */
  void message(final int opcode, final byte[] payload) {
    boolean sent = false;
    if (compresses(payload.length)) {
      try (EventBuffer message = new EventBuffer()) {
        sent = compressed(opcode, message.addReference(ByteBuffer.wrap(payload), null));
      }
    }
    if (!sent) {
      frame(Opcode.FIN | opcode, payload);
    }
  }

  /**
   * A whole message: all bytes of a buffer, which is empty then.
   *
   * @return false: the program has ended the connection meanwhile
   */
  boolean message(final int opcode, final EventBuffer payload) {
    if (compresses(payload.length()) && compressed(opcode, payload)) {
      payload.drain(payload.length());
      return true;
    }
    return frame(Opcode.FIN | opcode, payload, payload.length());
  }

  private boolean compresses(final long length) {
    return deflater != null && length >= config.deflate().threshold();
  }

  /**
   * Sends a message compressed, and keeps its bytes.
   *
   * @return false: it would be longer, and is to be sent as it is
   */
  private boolean compressed(final int opcode, final EventBuffer message) {
    final EventBuffer packed = loop.compressed;
    final EventBuffer frame = loop.takeFrame();
    try {
      final boolean shorter;
      try {
        final long count = deflater.deflate(message, packed);
        shorter = count < message.length() || deflater.hasContext(); // it has it already
        if (shorter) {
          writer.add(frame, Opcode.FIN | Opcode.RSV1 | opcode, packed, count);
        }
      } finally {
        packed.drain(packed.length()); // before code of the program can run
      }
      if (shorter) {
        outbox.add(frame);
      }
      return shorter;
    } catch (final RuntimeException | Error e) {
      broken.run(); // the context has what the peer never gets
      throw e;
    } finally {
      loop.giveFrame(frame);
    }
  }

  /** A frame of a message, as it is. If it cannot be added, nothing of it is. */
  void frame(final int first, final byte[] payload) {
    if (FrameWriter.isShort(payload.length)) {
      outbox.add(loop.step, writer.write(first, payload, payload.length), false);
      return;
    }
    final EventBuffer frame = loop.takeFrame();
    try {
      writer.add(frame, first, payload);
      outbox.add(frame);
    } finally {
      loop.giveFrame(frame);
    }
  }

  /**
   * The same with the first bytes of a buffer, which loses them.
   *
   * @return false: what the buffer has released has ended the connection
   */
  boolean frame(final int first, final EventBuffer payload, final long count) {
    if (FrameWriter.isShort(count)) {
      outbox.add(loop.step, writer.write(first, payload, (int) count), false);
      payload.drain(count);
      return true;
    }
    final EventBuffer frame = loop.takeFrame();
    try {
      writer.add(frame, first, payload, count);
      if (!hasEnded) {
        outbox.add(frame);
      }
      return !hasEnded;
    } catch (final RuntimeException | Error e) {
      broken.run(); // the buffer has lost what is not sent
      throw e;
    } finally {
      loop.giveFrame(frame);
    }
  }

  /** A message that was framed before; it is added whole or not at all. */
  void prepared(final PreparedMessage message) {
    final byte[] frame =
        message.frame(loop, deflater == null || deflater.hasContext() ? null : config.deflate());
    outbox.add(frame, frame.length, frame.length > COPIED);
  }

  // ---- control frames, which go ahead of the frames that wait ----

  private void control(final int opcode, final byte[] payload, final int count) {
    outbox.addAhead(loop.step, writer.write(Opcode.FIN | opcode, payload, count));
  }

  void ping(final byte[] payload) {
    control(Opcode.PING, payload, payload.length);
  }

  /** Answers a ping, in place of an answer that waits: the newest is enough (section 5.5.3). */
  void pong(final byte[] payload, final int count) {
    pong = null;
    if (output.length() > LOW_MARK) {
      pong = Arrays.copyOf(payload, count);
    } else {
      control(Opcode.PONG, payload, count);
    }
  }

  /**
   * The last frame, behind those that wait. A pong that waits goes ahead of it.
   *
   * @param code below 0: none
   * @param reason in UTF-8, 123 bytes at most
   */
  void close(final int code, final byte[] reason) {
    if (pong != null) {
      control(Opcode.PONG, pong, pong.length);
      pong = null;
    }
    frame(Opcode.FIN | Opcode.CLOSE, CloseFrame.payload(code, reason));
    hasEnded = true;
  }

  // ---- the output ----

  /** Whether something waits for {@link #drained}. */
  boolean waits() {
    return pong != null || outbox.hasWaiting();
  }

  /** The output is low. */
  void drained() {
    if (pong != null) {
      final byte[] payload = pong;
      pong = null;
      pong(payload, payload.length);
    }
    outbox.drained();
  }

  /** Drops what has not reached the output. */
  void dropWaiting() {
    pong = null;
    outbox.dropWaiting();
  }

  /** Moves all that waits to the output, as nothing will be called any more. */
  void flush() {
    outbox.flush();
  }

  /** How many bytes the stream has taken. */
  long taken() {
    return outbox.taken();
  }

  long queued() {
    return outbox.queued();
  }

  /** How many bytes wait to reach the output. */
  long waiting() {
    return outbox.waiting();
  }

  @Override
  public void close() {
    hasEnded = true;
    outbox.close();
    if (deflater != null) {
      deflater.close();
    }
  }
}
