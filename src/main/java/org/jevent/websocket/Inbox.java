package org.jevent.websocket;

import java.util.zip.DataFormatException;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;

/**
 * Puts messages together: their fragments, without masks, decompressed, and checked as they come.
 */
final class Inbox implements AutoCloseable {
  private static final int MAX_EMPTY = 100;

  /** More bytes than that from one are an attack. */
  private static final int MAX_RATIO = 200;

  /** This many bytes may come whatever the ratio. */
  private static final long FREE = 256 * 1024;

  /** What has become of the bytes. */
  enum Step {
    /** The message goes on. */
    MORE,
    /** The message is whole. */
    MESSAGE,
    /** It may not be; nothing behind it may be read. */
    REFUSED
  }

  private final EventBase base;
  private final WebSocketConfig config;
  private final MessageInflater inflater;

  /** Null until a text comes. */
  private Utf8 utf8;

  private EventBuffer data;
  private EventBuffer packed;
  private boolean text;
  private boolean compressed;
  private int fragments;
  private int empties;
  private long total;
  private long packedTotal;
  private int code;
  private String reason;

  /**
   * @param inflater or null: nothing is compressed
   */
  Inbox(final EventBase base, final WebSocketConfig config, final MessageInflater inflater) {
    this.base = base;
    this.config = config;
    this.inflater = inflater;
  }

  /** The message as far as it has come and was not taken. */
  EventBuffer data() {
    if (data == null) {
      data = new EventBuffer(base);
    }
    return data;
  }

  boolean isText() {
    return text;
  }

  /** The close code of a refusal. */
  int code() {
    return code;
  }

  /** Why it was refused. */
  String reason() {
    return reason;
  }

  private Step refuse(final int closeCode, final String why) {
    code = closeCode;
    reason = why;
    return Step.REFUSED;
  }

  private Step tooBig() {
    return refuse(WebSocket.TOO_BIG, "a message of more than " + config.maxMessage() + " bytes");
  }

  /** The head of a frame with a part of a message has come. */
  Step begin(final FrameReader frame) {
    if (frame.opcode() != Opcode.CONTINUATION) {
      assert data == null || data.isEmpty() : data;
      text = frame.opcode() == Opcode.TEXT;
      compressed = frame.isCompressed();
      fragments = 0;
      empties = 0;
      total = 0;
      packedTotal = 0;
      beginCheck();
    }
    if (++fragments > config.maxFragments()) {
      return refuse(
          WebSocket.POLICY, "a message in more than " + config.maxFragments() + " fragments");
    }
    empties = frame.length() == 0 ? empties + 1 : 0;
    if (empties > MAX_EMPTY) {
      return refuse(WebSocket.POLICY, "more than " + MAX_EMPTY + " empty fragments in a row");
    }
    // Not a sum, which could be more than a long holds.
    return !compressed && frame.length() > config.maxMessage() - total ? tooBig() : Step.MORE;
  }

  private void beginCheck() {
    if (utf8 != null) {
      utf8.reset();
    } else if (text) {
      utf8 = new Utf8();
    }
  }

  /** Takes what has come of the frame's payload. */
  Step take(final EventBuffer input, final FrameReader frame) {
    final long count = Math.min(input.length(), frame.left());
    final EventBuffer to = compressed ? packed() : data();
    if (count > 0) {
      // Where they came, at the front: behind a long message each piece would be looked for.
      Masking.apply(input, 0, count, frame.mask(), frame.taken());
      if (!compressed && !check(input, 0, count)) {
        return refuse(WebSocket.NOT_UTF8, "text that is not UTF-8");
      }
      if (count == input.length()) {
        to.add(input);
      } else {
        input.removeTo(to, count);
      }
      frame.take(count);
    }
    final boolean last = frame.left() == 0 && frame.isFinal();
    if (compressed) {
      packedTotal += count;
      final Step step = inflate(last);
      if (step == Step.REFUSED) {
        return step;
      }
    }
    if (!last) {
      return Step.MORE;
    }
    return text && !utf8.isComplete()
        ? refuse(WebSocket.NOT_UTF8, "text that ends within a character")
        : Step.MESSAGE;
  }

  private EventBuffer packed() {
    if (packed == null) {
      packed = new EventBuffer(base);
    }
    return packed;
  }

  private boolean check(final EventBuffer bytes, final long from, final long count) {
    total += count;
    return !text || bytes.forEachSegment(from, count, utf8);
  }

  private Step inflate(final boolean last) {
    if (last && packedTotal == 0) {
      return Step.MORE; // an empty message, from a compressor that had nothing to add
    }
    Step step = inflateAll();
    if (step == Step.MORE && last) {
      final long whole = total;
      inflater.addTail(packed);
      step = inflateAll();
      if (step == Step.MORE && total > whole) {
        return refuse(WebSocket.NOT_UTF8, "a compressed message that was cut");
      }
      inflater.endMessage();
    }
    return step;
  }

  private Step inflateAll() {
    final EventBuffer to = data();
    try {
      for (; ; ) {
        final long from = to.length();
        final int made = inflater.step(packed, to);
        if (made == 0) {
          return Step.MORE;
        }
        if (!check(to, from, made)) {
          return refuse(WebSocket.NOT_UTF8, "text that is not UTF-8");
        }
        if (total > config.maxMessage()) {
          return tooBig();
        }
        if (total > FREE && total / packedTotal > MAX_RATIO) {
          return refuse(
              WebSocket.TOO_BIG, "a message of more than " + MAX_RATIO + " bytes from each one");
        }
      }
    } catch (final DataFormatException e) {
      return refuse(WebSocket.NOT_UTF8, "a message that cannot be decompressed: " + e.getMessage());
    }
  }

  /** How many bytes there are of a message that is not whole. */
  long held() {
    return (data == null ? 0 : data.length()) + (packed == null ? 0 : packed.length());
  }

  @Override
  public void close() {
    if (data != null) {
      data.close();
      data = null;
    }
    if (packed != null) {
      packed.close();
      packed = null;
    }
    if (inflater != null) {
      inflater.close();
    }
  }
}
