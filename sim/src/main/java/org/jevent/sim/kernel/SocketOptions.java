package org.jevent.sim.kernel;

import org.jevent.error.Errno;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.net.NetOption;

/** The options of one socket. Those of a listener are the first values of what it accepts. */
@SuppressWarnings("EnumOrdinal") // places of arrays, and orders of states
public final class SocketOptions {
  private static final int SEND_BUFFER = 256 * 1024;
  private static final int RECEIVE_BUFFER = 128 * 1024;
  private static final int MIN_SEND_BUFFER = 4608;
  private static final int MIN_RECEIVE_BUFFER = 2304;
  private static final int MAX_BUFFER = 8 * 1024 * 1024;
  private static final int MAX_RETRIES = 255;
  private static final int MAX_STEP = 120;
  private static final int LINGER_OFF = -1;
  private static final NetOption[] ALL = NetOption.values();

  /** What a socket has before anything is set; {@link NetOption#KEEP_IDLE} and so on in seconds. */
  private static final int[] FIRST = new int[ALL.length];

  static {
    FIRST[NetOption.KEEP_IDLE.ordinal()] = 7200;
    FIRST[NetOption.KEEP_INTERVAL.ordinal()] = 75;
    FIRST[NetOption.KEEP_COUNT.ordinal()] = 9;
    FIRST[NetOption.SEND_BUFFER.ordinal()] = SEND_BUFFER;
    FIRST[NetOption.RECEIVE_BUFFER.ordinal()] = RECEIVE_BUFFER;
    FIRST[NetOption.LINGER.ordinal()] = LINGER_OFF;
    FIRST[NetOption.PATH_MTU_DISCOVERY.ordinal()] = 1;
  }

  private final AddressFamily family;

  /** Shared until something is set. */
  private int[] values;

  private boolean own;

  SocketOptions(final AddressFamily family) {
    this.family = family;
    values = FIRST;
  }

  /** The same values as those of another socket. */
  SocketOptions(final SocketOptions listener) {
    family = listener.family;
    values = listener.values;
    listener.own = false;
  }

  /** The family of the socket. */
  public AddressFamily family() {
    return family;
  }

  /** Sets one: 0, or an error. Sizes of buffers are doubled, as Linux does it. */
  public int set(final NetOption option, final int value) {
    if (value > most(option)) {
      return Result.of(Errno.EINVAL);
    }
    if (!own) {
      values = values.clone();
      own = true;
    }
    values[option.ordinal()] = allowed(option, value);
    return 0;
  }

  private static int most(final NetOption option) {
    return switch (option) {
      case KEEP_IDLE, KEEP_INTERVAL -> Short.MAX_VALUE;
      case KEEP_COUNT -> Byte.MAX_VALUE;
      default -> Integer.MAX_VALUE;
    };
  }

  private static int allowed(final NetOption option, final int value) {
    if (option == NetOption.SEND_BUFFER || option == NetOption.RECEIVE_BUFFER) {
      final int least = option == NetOption.SEND_BUFFER ? MIN_SEND_BUFFER : MIN_RECEIVE_BUFFER;
      return (int) Math.min(MAX_BUFFER, Math.max(least, value * 2L));
    }
    return option == NetOption.DEFER_ACCEPT ? ofRetries(value) : value;
  }

  /** Linux counts retries of the handshake, whose times double up to a limit. */
  private static int ofRetries(final int seconds) {
    if (seconds == 0) {
      return 0;
    }
    int step = 1;
    int sum = 1;
    for (int retries = 1; sum < seconds && retries < MAX_RETRIES; retries++) {
      step = Math.min(step * 2, MAX_STEP);
      sum += step;
    }
    return sum;
  }

  /** The value of one. */
  public int get(final NetOption option) {
    return values[option.ordinal()];
  }

  private boolean is(final NetOption option) {
    return get(option) != 0;
  }

  int sendBuffer() {
    return get(NetOption.SEND_BUFFER);
  }

  int receiveBuffer() {
    return get(NetOption.RECEIVE_BUFFER);
  }

  boolean noDelay() {
    return is(NetOption.NO_DELAY);
  }

  boolean keepAlive() {
    return is(NetOption.KEEP_ALIVE);
  }

  boolean reuseAddress() {
    return is(NetOption.REUSE_ADDRESS);
  }

  boolean reusePort() {
    return is(NetOption.REUSE_PORT);
  }

  boolean ipv6Only() {
    return is(NetOption.IPV6_ONLY);
  }

  /** Seconds; -1 is off. */
  int linger() {
    return get(NetOption.LINGER);
  }
}
