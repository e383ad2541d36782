package org.jevent.endpoint;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.error.ErrnoException;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopServices;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * Accepts connections; libevent's {@code struct evconnlistener}. The callback owns each socket that
 * it is given: non-blocking, close-on-exec.
 *
 * <p>Errors that concern one connection are passed over. Any other goes to the error callback, or
 * else to the base's exception handler, and accepting pauses for a moment. A process out of
 * descriptors so neither spins nor stops serving.
 *
 * <p>Any thread. Callbacks run in the loop's thread. A closed listener cannot be enabled or
 * disabled: {@link IllegalStateException}.
 */
public final class ConnectionListener implements AutoCloseable {
  /** Accepted sockets are left blocking; {@code LEV_OPT_LEAVE_SOCKETS_BLOCKING}. */
  public static final int LEAVE_SOCKETS_BLOCKING = 0x01;

  /** Closing the listener closes the listening socket; {@code LEV_OPT_CLOSE_ON_FREE}. */
  public static final int CLOSE_ON_FREE = 0x02;

  /** Close-on-exec, as all sockets of this library are; {@code LEV_OPT_CLOSE_ON_EXEC}. */
  public static final int CLOSE_ON_EXEC = 0x04;

  /** {@code SO_REUSEADDR}; {@code LEV_OPT_REUSEABLE}. */
  public static final int REUSEABLE = 0x08;

  /** Every listener is thread-safe; {@code LEV_OPT_THREADSAFE}. */
  public static final int THREADSAFE = 0x10;

  /** Begins when {@link #enable} is called; {@code LEV_OPT_DISABLED}. */
  public static final int DISABLED = 0x20;

  /** Accepts when data has come, where the system can; {@code LEV_OPT_DEFERRED_ACCEPT}. */
  public static final int DEFERRED_ACCEPT = 0x40;

  /** {@code SO_REUSEPORT}; {@code LEV_OPT_REUSEABLE_PORT}. */
  public static final int REUSEABLE_PORT = 0x80;

  /**
   * IPv6 only; {@code LEV_OPT_BIND_IPV6ONLY}. On {@code nio} it is answered with {@link
   * UnsupportedOperationException}: the JDK has no such option.
   */
  public static final int BIND_IPV6ONLY = 0x100;

  /** IPv6 and IPv4; {@code LEV_OPT_BIND_IPV4_AND_IPV6}. */
  public static final int BIND_IPV4_AND_IPV6 = 0x200;

  private static final int ALL = 0x3ff;
  private static final int KEEP_IDLE_SECONDS = 300;

  /** A connection has been accepted; {@code evconnlistener_cb}. */
  @FunctionalInterface
  public interface Callback {
    /**
     * Takes a connection. The loop's thread.
     *
     * @param socket the callback's from now on: it has to be closed, also when the callback throws
     * @param peer the address of the other end
     */
    void accepted(ConnectionListener listener, NetSocket socket, SocketAddress peer);
  }

  /** Accepting has failed and pauses; {@code evconnlistener_errorcb}. */
  @FunctionalInterface
  public interface ErrorCallback {
    void failed(ConnectionListener listener, ErrnoException problem);
  }

  /** What the program has asked for. */
  private enum Life {
    DISABLED,
    ENABLED,
    CLOSED
  }

  private final EventBase base;
  private final LoopServices services;
  private final NetSocket socket;
  private final int options;
  private final Job job;
  private final Acceptor acceptor;

  /** The listening socket has no {@code SO_KEEPALIVE} for accepted sockets to inherit. */
  private final boolean appliesKeepAlive;

  private volatile Callback callback;
  private volatile ErrorCallback errorCallback;

  /** Changes in {@link #become} only. */
  private volatile Life life = Life.DISABLED;

  /**
   * On a socket that is bound; {@code evconnlistener_new}.
   *
   * @param options a union of the constants of this class
   * @param backlog below 0: a sensible maximum; 0: the socket is listening already
   * @param callback null: disabled until there is one
   */
  public ConnectionListener(
      final EventBase base,
      final NetSocket socket,
      final int options,
      final int backlog,
      final Callback callback) {
    this(base, socket, options, backlog, callback, false);
  }

  private ConnectionListener(
      final EventBase base,
      final NetSocket socket,
      final int options,
      final int backlog,
      final Callback callback,
      final boolean appliesKeepAlive) {
    this.base = Objects.requireNonNull(base, "base");
    this.services = BaseAccess.services(base);
    this.socket = Objects.requireNonNull(socket, "socket");
    requireOptions(options);
    services.requireOpen("make a listener");
    this.options = options;
    this.callback = callback;
    this.appliesKeepAlive = appliesKeepAlive;
    EngineSocket.of(socket).claim(this);
    if (backlog != 0) {
      listen(backlog);
    }
    job = services.newJob(this, "a listener", this::deliver);
    acceptor =
        new Acceptor(
            base,
            socket,
            (options & CLOSE_ON_FREE) != 0,
            () -> receiver() != null,
            () -> life == Life.CLOSED,
            job);
    if ((options & DISABLED) == 0) {
      enable();
    }
  }

  private void listen(final int backlog) {
    try {
      socket.listen(backlog);
    } catch (final Throwable e) {
      EngineSocket.of(socket).unclaim(this);
      throw e;
    }
  }

  /**
   * Makes a socket, binds it and listens; {@code evconnlistener_new_bind}.
   *
   * @param address port 0 lets the system choose: see {@link #address}
   * @param backlog below 0: a sensible maximum
   * @throws ErrnoException if that fails, and nothing is left open
   */
  public static ConnectionListener bind(
      final EventBase base,
      final SocketAddress address,
      final int options,
      final int backlog,
      final Callback callback) {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(address, "address");
    requireOptions(options);
    if (backlog == 0) {
      throw new IllegalArgumentException(
          "backlog 0 means a socket that is listening already: other than 0, for a new one");
    }
    if (address instanceof UnixDomainSocketAddress
        && (options & (REUSEABLE | REUSEABLE_PORT)) != 0) {
      throw new IllegalArgumentException(
          "options "
              + options
              + " have REUSEABLE or REUSEABLE_PORT, which the address "
              + address
              + " cannot be: other than a Unix domain address");
    }
    StackReserve.largest();
    final NetSocket made = base.sockets().listener(address);
    try {
      final boolean internet = address instanceof InetSocketAddress;
      final boolean inherits = internet && tryTo(made, NetOption.KEEP_ALIVE, 1);
      prepare(made, address, options);
      made.bind(address);
      return new ConnectionListener(base, made, options, backlog, callback, internet && !inherits);
    } catch (final Throwable e) {
      made.close();
      throw e;
    }
  }

  private static void requireOptions(final int options) {
    Arguments.bits(
        "options", options, ALL, "LEAVE_SOCKETS_BLOCKING (1) to BIND_IPV4_AND_IPV6 (0x200)");
  }

  private static void prepare(
      final NetSocket made, final SocketAddress address, final int options) {
    if (address instanceof InetSocketAddress) {
      tryTo(made, NetOption.KEEP_IDLE, KEEP_IDLE_SECONDS);
    }
    if ((options & REUSEABLE) != 0) {
      made.set(NetOption.REUSE_ADDRESS, 1);
    }
    if ((options & REUSEABLE_PORT) != 0) {
      made.set(NetOption.REUSE_PORT, 1);
    }
    if ((options & DEFERRED_ACCEPT) != 0) {
      tryTo(made, NetOption.DEFER_ACCEPT, 1);
    }
    if ((options & BIND_IPV6ONLY) != 0) {
      made.set(NetOption.IPV6_ONLY, 1);
    } else if ((options & BIND_IPV4_AND_IPV6) != 0) {
      made.set(NetOption.IPV6_ONLY, 0);
    }
  }

  /** Sets an option that is desirable but not required: true when there is such an option. */
  private static boolean tryTo(final NetSocket made, final NetOption option, final int value) {
    try {
      made.set(option, value);
      return true;
    } catch (final UnsupportedOperationException | ErrnoException notHere) {
      return false;
    }
  }

  // ---- settings ----

  /** The base; {@code evconnlistener_get_base}. */
  public EventBase base() {
    return base;
  }

  /** The listening socket; {@code evconnlistener_get_fd}. */
  public NetSocket handle() {
    return socket;
  }

  /** Where it listens. */
  public SocketAddress address() {
    return socket.localAddress();
  }

  /** Another callback from now on, null for none; {@code evconnlistener_set_cb}. */
  public void setCallback(final Callback next) {
    StackReserve.medium();
    callback = next;
    changed();
  }

  /**
   * Sets the receiver of errors, null for the base's handler; {@code evconnlistener_set_error_cb}.
   */
  public void setErrorCallback(final ErrorCallback next) {
    errorCallback = next;
  }

  /** Accepts; {@code evconnlistener_enable}. */
  public void enable() {
    change("enable", Life.ENABLED);
  }

  /**
   * Accepts no more; inside the callback it stops after the connection in hand; {@code
   * evconnlistener_disable}. What the system has accepted by then waits for {@link #enable}.
   */
  public void disable() {
    change("disable", Life.DISABLED);
  }

  public boolean isEnabled() {
    return life == Life.ENABLED;
  }

  private void change(final String operation, final Life next) {
    StackReserve.medium();
    if (!become(next)) {
      throw new IllegalStateException(operation + " " + this + ": the listener is closed");
    }
    job.used();
    changed();
  }

  /** The one place where the life changes; false when it has ended. */
  private synchronized boolean become(final Life next) {
    final boolean open = life != Life.CLOSED;
    if (open) {
      life = next;
    }
    return open;
  }

  private void changed() {
    if (acceptor.hasReady()) {
      job.schedule();
    }
    acceptor.updateBeforePoll();
  }

  // ---- delivery; the loop's thread ----

  /** Delivers accepted connections in the loop, then the error that has ended accepting. */
  private void deliver() {
    try {
      Acceptor.Accepted next;
      Callback given;
      while ((given = receiver()) != null && (next = acceptor.next()) != null) {
        give(next, given);
      }
      if (life != Life.CLOSED) {
        reportProblem();
      }
    } finally {
      if (life == Life.CLOSED) {
        acceptor.closeReady();
      } else {
        acceptor.updateBeforePoll();
        scheduleRest();
      }
    }
  }

  /** Schedules what remains after a callback has thrown. */
  private void scheduleRest() {
    if (acceptor.hasProblem() || (receiver() != null && acceptor.hasReady())) {
      job.schedule();
    }
  }

  /** The callback, or null when none is to be called; another thread may take it away later. */
  private Callback receiver() {
    return life == Life.ENABLED ? callback : null;
  }

  private void give(final Acceptor.Accepted accepted, final Callback given) {
    try {
      if ((options & LEAVE_SOCKETS_BLOCKING) != 0) {
        accepted.socket().configureBlocking(true);
      }
      if (appliesKeepAlive) {
        tryTo(accepted.socket(), NetOption.KEEP_ALIVE, 1);
      }
    } catch (final RuntimeException e) {
      accepted.socket().close();
      services.report(this, e);
      return;
    }
    try {
      given.accepted(this, accepted.socket(), accepted.peer());
    } catch (final Exception e) {
      services.report(this, e);
    }
  }

  private void reportProblem() {
    final ErrnoException problem = acceptor.takeProblem();
    if (problem != null) {
      final ErrorCallback listener = errorCallback;
      if (listener != null) {
        listener.failed(this, problem);
      } else {
        services.report(this, problem);
      }
    }
  }

  // ---- the end ----

  /**
   * Accepts no more, and closes the listening socket with {@link #CLOSE_ON_FREE}; {@code
   * evconnlistener_free}. A second call does nothing. From another thread it waits until a running
   * callback has returned. A socket that has listened is closed when the loop waits next, and its
   * address is free then; where no loop runs, that is in the next one or when the base is closed.
   */
  @Override
  public void close() {
    StackReserve.largest();
    if (!become(Life.CLOSED)) {
      return;
    }
    acceptor.cancelPause();
    job.closed();
    EngineSocket.of(socket).unclaim(this);
    if (base.isClosed()) {
      if ((options & CLOSE_ON_FREE) != 0) {
        socket.close();
      }
      acceptor.closeReady();
    } else if (services.inLoop()) {
      acceptor.end();
    } else {
      acceptor.updateBeforePoll();
      job.awaitReturn();
    }
  }

  @Override
  public String toString() {
    return "listener on " + socket;
  }
}
