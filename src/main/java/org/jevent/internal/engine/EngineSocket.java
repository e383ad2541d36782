package org.jevent.internal.engine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * What the library's packages may do with a {@link NetSocket} and a program may not. Each socket is
 * one object, made by an engine: this class stands between the public one and the engine's.
 */
public abstract class EngineSocket extends NetSocket {
  private static final int CHOSEN_BACKLOG = 1024;

  /** The stream, listener or datagram event that has it, or null. */
  private Object user;

  /** The hidden side of a socket. */
  public static EngineSocket of(final NetSocket socket) {
    if (socket instanceof EngineSocket made) {
      return made;
    }
    throw new IllegalArgumentException("socket " + socket + " was not made by a base");
  }

  /**
   * {@code next} reads, writes or accepts with it from now on.
   *
   * @throws IllegalStateException if something else does
   */
  public final synchronized void claim(final Object next) {
    Objects.requireNonNull(next, "next");
    if (user != null && user != next) {
      throw new IllegalStateException("use " + this + ": it belongs to a " + user + " already");
    }
    user = next;
  }

  /** {@code former} no longer has the socket. */
  public final synchronized void unclaim(final Object former) {
    if (user == Objects.requireNonNull(former, "former")) {
      user = null;
    }
  }

  /**
   * Leaves the closing to the engine that the socket is attached to: {@link Engine#detach}. A
   * descriptor that is closed twice may belong to another object by then.
   *
   * @return false: it was closed before, and the engine must not close it
   */
  public abstract boolean detachDescriptor();

  /** Closes what was detached, as the engine could not take it. */
  public abstract void closeDetached();

  /** How many connections may wait to be accepted. */
  protected static int backlog(final int asked) {
    return asked < 0 ? CHOSEN_BACKLOG : asked;
  }

  /** Refuses a read-only buffer before the call, as received bytes would be lost otherwise. */
  protected static ByteBuffer requireWritable(final ByteBuffer target) {
    if (Objects.requireNonNull(target, "target").isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    return target;
  }

  /** Systems differ in what they make of other values, if they refuse them. */
  protected static void requireValid(final NetOption option, final int value) {
    Objects.requireNonNull(option, "option");
    if (option.max() < option.min()) {
      throw new UnsupportedOperationException(
          "set " + option + " to " + value + ": it can only be got");
    }
    Arguments.within("value of " + option, value, option.min(), option.max());
  }

  /** The destination of a datagram, for messages. */
  protected static String receiver(final SocketAddress to) {
    return to == null ? "the connected peer" : to.toString();
  }
}
