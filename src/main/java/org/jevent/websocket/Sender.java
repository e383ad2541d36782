package org.jevent.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;

/** What leaves a connection: messages, compressed where that was agreed, and control frames. */
final class Sender implements AutoCloseable {
  /** The output is low again with this many bytes. */
  static final long LOW_MARK = Outbox.MARK / 4;

  private final WebSocketConfig config;
  private final WebSocketLoop loop;
  private final FrameWriter writer;
  private final Outbox outbox;
  private final EventBuffer output;
  private final MessageDeflater deflater;

  /** Runs when a frame could not be written whole: what follows would be read as its rest. */
  private final Runnable broken;

  /** The payload of the newest pong that has to wait, or null. */
  private byte[] pong;

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

  /** A whole message: all bytes of a buffer, which is empty then. */
  void message(final int opcode, final EventBuffer payload) {
    if (compresses(payload.length()) && compressed(opcode, payload)) {
      payload.drain(payload.length());
    } else {
      frame(Opcode.FIN | opcode, payload, payload.length());
    }
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
    try {
      final long count = deflater.deflate(message, packed);
      final boolean shorter =
          count < message.length() || deflater.hasContext(); // it has it already
      if (shorter) {
        frame(Opcode.FIN | Opcode.RSV1 | opcode, packed, count);
      }
      return shorter;
    } catch (final RuntimeException | Error e) {
      broken.run(); // the context has what the peer never gets
      throw e;
    } finally {
      packed.drain(packed.length());
    }
  }

  /** A frame of a message, as it is. */
  void frame(final int first, final byte[] payload) {
    final EventBuffer to = outbox.begin();
    write(to, first, payload, payload.length);
    outbox.end(to);
  }

  /** The same with the first bytes of a buffer, which loses them. */
  void frame(final int first, final EventBuffer payload, final long count) {
    final EventBuffer to = outbox.begin();
    try {
      writer.add(to, first, payload, count);
    } catch (final RuntimeException | Error e) {
      broken.run();
      throw e;
    }
    outbox.end(to);
  }

  /** The first bytes of an array. */
  private void write(final EventBuffer to, final int first, final byte[] payload, final int count) {
    try {
      writer.add(to, first, payload, count);
    } catch (final RuntimeException | Error e) {
      broken.run();
      throw e;
    }
  }

  /** A message that was framed before; it is added whole or not at all. */
  void prepared(final PreparedMessage message) {
    final EventBuffer to = outbox.begin();
    message.addTo(to, loop, deflater == null || deflater.hasContext() ? null : config.deflate());
    outbox.end(to);
  }

  // ---- control frames, which go ahead of the frames that wait ----

  private void control(final int opcode, final byte[] payload, final int count) {
    final long before = output.length();
    write(output, Opcode.FIN | opcode, payload, count);
    outbox.passedBy(output.length() - before);
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

  @Override
  public void close() {
    outbox.close();
    if (deflater != null) {
      deflater.close();
    }
  }
}
