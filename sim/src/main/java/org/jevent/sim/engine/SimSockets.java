package org.jevent.sim.engine;

import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineSockets;
import org.jevent.net.NetSocket;
import org.jevent.sim.kernel.Result;

/** Makes the sockets of one host. */
final class SimSockets extends EngineSockets {
  private final SimEngine engine;

  SimSockets(final SimEngine engine) {
    super(engine);
    this.engine = engine;
  }

  @Override
  public NetSocket open(final AddressFamily family, final Kind kind) {
    engine.requireAlive();
    final int descriptor =
        kind == Kind.DATAGRAM ? engine.machine().datagram(family) : engine.machine().stream(family);
    if (descriptor < 0) {
      throw new ErrnoException(
          "open a socket on host " + engine.machine().name(), Result.error(descriptor), 0);
    }
    return new SimSocket(engine.host(), descriptor);
  }

  private NetSocket[] ends(final boolean oneWay) {
    engine.requireAlive();
    final int[] descriptors = new int[2];
    final int result = engine.machine().pair(descriptors, oneWay);
    if (result < 0) {
      throw new ErrnoException(
          "make a pair on host " + engine.machine().name(), Result.error(result), 0);
    }
    return new NetSocket[] {
      new SimSocket(engine.host(), descriptors[0]), new SimSocket(engine.host(), descriptors[1])
    };
  }

  @Override
  public NetSocket[] pair() {
    return ends(false);
  }

  @Override
  public NetSocket[] pipe() {
    return ends(true);
  }

  @Override
  public NetSocket adopt(final int descriptor) {
    Arguments.atLeast("descriptor", descriptor, 0);
    engine.requireAlive();
    engine.check(descriptor);
    return new SimSocket(engine.host(), descriptor);
  }

  @Override
  public NetSocket standardInput() {
    throw new UnsupportedOperationException("a simulated host has no standard input");
  }
}
