package org.jevent.http.h1;

import java.nio.ByteBuffer;
import org.jevent.buffer.EventBuffer;

/** The ways in which the bytes of a connection may come. */
public final class Feed {
  /** Called when more bytes have come; false: it wants no more. */
  @FunctionalInterface
  public interface Reader {
    boolean more(EventBuffer input);
  }

  private final byte[] bytes;

  public Feed(final byte[] bytes) {
    this.bytes = bytes;
  }

  /** All bytes in one segment. */
  public void whole(final Reader reader) {
    try (EventBuffer input = new EventBuffer()) {
      input.add(bytes);
      reader.more(input);
    }
  }

  /** The bytes before a place, then the others. */
  public void cut(final int place, final Reader reader) {
    try (EventBuffer input = new EventBuffer()) {
      input.add(bytes, 0, place);
      if (reader.more(input)) {
        input.add(bytes, place, bytes.length - place);
        reader.more(input);
      }
    }
  }

  /** One byte after the other. */
  public void byteByByte(final Reader reader) {
    try (EventBuffer input = new EventBuffer()) {
      for (final byte value : bytes) {
        input.add(value);
        if (!reader.more(input)) {
          return;
        }
      }
    }
  }

  /** All bytes at once, each in a segment. */
  public void segments(final Reader reader) {
    try (EventBuffer input = new EventBuffer()) {
      for (int i = 0; i < bytes.length; i++) {
        input.addReference(ByteBuffer.wrap(bytes, i, 1).slice(), null);
      }
      reader.more(input);
    }
  }
}
