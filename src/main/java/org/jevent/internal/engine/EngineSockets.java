package org.jevent.internal.engine;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.jevent.net.Sockets;

/** Makes the sockets that an engine can attach. Any thread. */
public abstract class EngineSockets extends Sockets {
  /** Kinds of sockets. */
  public enum Kind {
    STREAM,
    /** A stream socket that will listen; pure Java has a separate class for it. */
    LISTENER,
    DATAGRAM
  }

  /** For an engine, whose threads the pumps of processes run in. */
  protected EngineSockets(final EngineEnvironment environment) {
    super(environment::newThread);
  }

  /** A socket that is neither bound nor connected. */
  public abstract NetSocket open(AddressFamily family, Kind kind);

  private NetSocket open(final SocketAddress address, final Kind kind) {
    return open(AddressFamily.of(address), kind);
  }

  @Override
  public final NetSocket stream(final SocketAddress address) {
    return open(address, Kind.STREAM);
  }

  @Override
  public final NetSocket connect(final SocketAddress address) {
    final NetSocket made = stream(address);
    try {
      made.connect(address);
      return made;
    } catch (final RuntimeException e) {
      made.close();
      throw e;
    }
  }

  @Override
  public final NetSocket listener(final SocketAddress address) {
    return open(address, Kind.LISTENER);
  }

  @Override
  public final NetSocket listen(final SocketAddress address, final int backlog) {
    final NetSocket made = listener(address);
    try {
      if (address instanceof InetSocketAddress) {
        made.set(NetOption.REUSE_ADDRESS, 1);
      }
      made.bind(address);
      made.listen(backlog);
      return made;
    } catch (final RuntimeException e) {
      made.close();
      throw e;
    }
  }

  @Override
  public final NetSocket datagram(final SocketAddress address) {
    final NetSocket made = open(address, Kind.DATAGRAM);
    try {
      made.bind(address);
      return made;
    } catch (final RuntimeException e) {
      made.close();
      throw e;
    }
  }
}
