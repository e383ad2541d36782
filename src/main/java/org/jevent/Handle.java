package org.jevent;

import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;

/**
 * Something of the operating system that can become readable or writable: a raw descriptor or an
 * NIO channel. Sockets that the library opens ({@code org.jevent.net}) are handles of the kind that
 * their base works with best.
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
    return raw(Arguments.atLeast("descriptor", descriptor, 0), null);
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
