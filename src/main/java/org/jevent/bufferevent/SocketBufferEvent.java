package org.jevent.bufferevent;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.stream.SocketTransport;
import org.jevent.internal.stream.StreamCore;
import org.jevent.net.ConnectAttempt;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;

/**
 * A buffer event on a socket, a pipe end or whatever else a {@link NetSocket} may be; libevent's
 * {@code bufferevent_socket_*}. {@link BufferEvent#socket} makes one.
 *
 * <p>Threads and errors: as of {@link BufferEvent}.
 */
public final class SocketBufferEvent extends BufferEvent {
  SocketBufferEvent(final StreamCore core) {
    super(core);
  }

  static SocketBufferEvent make(final EventBase base, final NetSocket socket, final int options) {
    final StreamCore core = new StreamCore(base, options, null);
    final SocketBufferEvent made = new SocketBufferEvent(core);
    if (socket != null) {
      EngineSocket.of(socket).claim(made);
    }
    core.start(made, new SocketTransport(core, socket));
    return made;
  }

  private SocketTransport transport() {
    return (SocketTransport) BufferEventAccess.carrier(core()).transport();
  }

  @Override
  public NetSocket handle() {
    return transport().socket();
  }

  /**
   * Connects: CONNECTED or ERROR comes later; what was added to the output before is sent then. A
   * socket is made if there is none; {@code bufferevent_socket_connect}.
   *
   * @param address null: a connect of the socket is in progress already
   * @throws IllegalStateException if a connect is in progress, or TLS has begun its handshake
   */
  public void connect(final SocketAddress address) {
    if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
      throw new IllegalArgumentException(
          "connect: the address " + internet + " is unresolved; connect(host, port) looks it up");
    }
    core().enter("connect");
    try {
      transport().connector().start(address);
    } finally {
      core().exit();
    }
  }

  /** As {@link #connect(String, int, Resolver)}, with the resolver of its base. */
  public void connect(final String host, final int port) {
    connect(host, port, base().resolver());
  }

  /**
   * Looks a host up and connects to its addresses in turn until one accepts; {@code
   * bufferevent_socket_connect_hostname}. A failed look-up is an ERROR, and {@link #dnsError} says
   * more.
   *
   * @param port 1..65535
   */
  public void connect(final String host, final int port, final Resolver resolver) {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(resolver, "resolver");
    Arguments.within("port", port, 1, 65_535);
    core().enter("connect");
    try {
      transport().connector().start(resolver, host, port);
    } finally {
      core().exit();
    }
  }

  /** Why the last look-up failed, or null; {@code bufferevent_socket_get_dns_error}. */
  public Exception dnsError() {
    return transport().lookUpProblem();
  }

  /**
   * The addresses that the last connect by name has tried, in their order, and what became of each:
   * at most 64. Empty without such a connect.
   */
  public List<ConnectAttempt> connectTrace() {
    return transport().race();
  }

  /**
   * Goes on with another socket, leaving the former one alone; {@code bufferevent_setfd}.
   *
   * @param socket null: with none
   * @throws IllegalStateException if TLS on it has begun its handshake, for another socket
   */
  public void setHandle(final NetSocket socket) {
    change("setHandle", socket, false);
  }

  /**
   * Goes on with another socket, closing the former one if it is not the same; {@code
   * bufferevent_replacefd}.
   *
   * @param socket null: with none
   * @throws IllegalStateException as of {@link #setHandle}
   */
  public void replaceHandle(final NetSocket socket) {
    change("replaceHandle", socket, true);
  }

  private void change(final String operation, final NetSocket next, final boolean closing) {
    core().enter(operation);
    try {
      transport().change(operation, next, closing);
      core().transport().writingChanged();
    } finally {
      core().exit();
    }
  }

  /**
   * Its callbacks' priority; {@code bufferevent_priority_set}.
   *
   * @param priority 0 to the number of priorities less 1
   */
  public void priority(final int priority) {
    Arguments.within("priority", priority, 0, base().priorities() - 1);
    core().enter("priority");
    try {
      core().jobPriority(priority);
      BufferEventAccess.carrier(core()).jobPriority(priority);
    } finally {
      core().exit();
    }
  }

  @Override
  public int priority() {
    return core().jobPriority();
  }
}
