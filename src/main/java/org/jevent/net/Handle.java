package org.jevent.net;

import java.nio.channels.SelectableChannel;
import java.util.Objects;

/**
 * Something of the operating system that can become readable or writable: a raw descriptor or an
 * NIO channel. Sockets that a base makes ({@link NetSocket}) are handles of the kind that it works
 * with best.
 *
 * <p>Native engines watch both kinds; the engine {@code nio} watches channels only. A handle must
 * be non-blocking while it is watched. It is not closed by the events that watch it.
 */
public interface Handle {
  /** The descriptor, or -1 when it is a channel. */
  int descriptor();

  /** The channel, or null when it is a descriptor. */
  SelectableChannel channel();

  /**
   * A raw descriptor, such as 0 for standard input.
   *
   * @throws IllegalArgumentException if negative
   */
  static Handle of(final int descriptor) {
    if (descriptor < 0) {
      throw new IllegalArgumentException("descriptor " + descriptor + " is less than 0");
    }
    return raw(descriptor, null);
  }

  /** An NIO channel, which must be in non-blocking mode when it is watched. */
  static Handle of(final SelectableChannel channel) {
    return raw(-1, Objects.requireNonNull(channel, "channel"));
  }

  private static Handle raw(final int number, final SelectableChannel opened) {
    record Raw(int descriptor, SelectableChannel channel) implements Handle {
      @Override
      public String toString() {
        return channel == null ? "fd " + descriptor : channel.toString();
      }
    }

    return new Raw(number, opened);
  }
}
