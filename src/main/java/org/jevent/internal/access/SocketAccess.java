package org.jevent.internal.access;

/**
 * What streams and events need of a socket. {@code NetSocket} sets it in its initializer, which has
 * run as soon as there is a socket.
 */
public abstract class SocketAccess {
  private static volatile SocketAccess instance;

  /** For the implementation in {@code NetSocket}. */
  protected SocketAccess() {}

  /** Called once, by the initializer of {@code NetSocket}. */
  public static void set(final SocketAccess access) {
    instance = access;
  }

  /** The access; null while there is no socket. */
  public static SocketAccess get() {
    return instance;
  }

  /**
   * Whether a handle is an open socket. What was found out about its descriptor then stays valid.
   */
  public static boolean isOpenSocket(final Object handle) {
    final SocketAccess access = instance;
    return access != null && access.isOpen(handle);
  }

  /** Whether a handle is a socket, and open. */
  protected abstract boolean isOpen(Object handle);

  /**
   * The user reads, writes or accepts with the socket from now on.
   *
   * @throws IllegalStateException if something else does
   */
  public abstract void claim(Object socket, Object user);

  /** The user no longer has the socket. */
  public abstract void unclaim(Object socket, Object user);

  /** Leaves the closing of the descriptor to the engine that it is attached to. */
  public abstract void detachDescriptor(Object socket);
}
