package org.jevent.internal.engine;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * What to wait for on a channel, in the words of a selector and in those of an {@link Engine}.
 *
 * <p>A selector finds a stream ready for reading and writing only once {@code finishConnect} has
 * returned true, and for connecting only before that. The interest of a stream that is not
 * connected has to be updated before each wait.
 */
public final class ChannelOps {
  private ChannelOps() {}

  /** The operations to wait for, for {@code Engine.READ} and {@code Engine.WRITE}. */
  public static int interest(final SelectableChannel channel, final int mask) {
    if (mask != 0 && connecting(channel)) {
      return SelectionKey.OP_CONNECT;
    }
    final int wanted =
        ((mask & Engine.READ) != 0 ? SelectionKey.OP_READ | SelectionKey.OP_ACCEPT : 0)
            | ((mask & Engine.WRITE) != 0 ? SelectionKey.OP_WRITE : 0);
    return wanted & channel.validOps();
  }

  /**
   * What a channel is ready for, of what is wanted. A connect that has ended makes it writable; if
   * only reading is wanted, it counts as readable, as reading finishes the connect then.
   */
  public static int mask(final int operations, final int wanted) {
    int mask = 0;
    if ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0) {
      mask |= Engine.READ;
    }
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      mask |= Engine.WRITE;
    }
    if ((operations & SelectionKey.OP_CONNECT) != 0) {
      mask |= (wanted & Engine.WRITE) != 0 ? Engine.WRITE : Engine.READ;
    }
    return mask & wanted;
  }

  /**
   * Sets the interest of a key; false: it has to be set again before the next wait. What may change
   * is asked first, as another thread may finish a connect at any time.
   */
  static boolean setInterest(final SelectionKey key, final int mask) {
    final SelectableChannel channel = key.channel();
    final boolean settled = !unsettled(channel);
    key.interestOps(interest(channel, mask));
    return settled;
  }

  /** A connect has been started and {@code finishConnect} has not returned true yet. */
  public static boolean connecting(final SelectableChannel channel) {
    return channel instanceof SocketChannel stream && stream.isConnectionPending();
  }

  /**
   * Its interest may change without a call of the engine. Ask this before {@link #interest}:
   * another thread may finish a connect between the two, and the interest is then looked at again.
   */
  public static boolean unsettled(final SelectableChannel channel) {
    return channel instanceof SocketChannel stream && stream.isOpen() && !stream.isConnected();
  }
}
