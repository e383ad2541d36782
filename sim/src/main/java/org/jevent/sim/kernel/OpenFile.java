package org.jevent.sim.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jevent.error.Errno;
import org.jevent.sim.core.Entity;

/** What a descriptor stands for: a socket, or an end of a pair or of a pipe. */
public abstract class OpenFile {
  /** Readable; the value of {@code Engine.READ}. */
  public static final int READ = 0x02;

  /** Writable; {@code Engine.WRITE}. */
  public static final int WRITE = 0x04;

  /** The peer has ended its side; {@code Engine.CLOSED}. */
  public static final int CLOSED = 0x80;

  /** Is notified of changes. */
  @FunctionalInterface
  public interface Watcher {
    /** Something about the file may be different: its readiness, or an outcome is known. */
    void changed();
  }

  private static final Watcher[] NO_WATCHERS = {};

  final Machine machine;
  final Network network;
  final Entity entity;
  private final SocketOptions options;
  private SocketAddress local;
  private Errno error = Errno.NONE;

  /** The start of the machine that it belongs to: after a crash it is lost. */
  private final int incarnation;

  /** Nearly always one. */
  private Watcher watcher;

  private Watcher[] others = NO_WATCHERS;

  OpenFile(final Machine machine, final Entity entity, final SocketOptions options) {
    this.machine = machine;
    this.entity = entity;
    this.options = options;
    network = machine.network();
    incarnation = machine.incarnation();
  }

  /** Whom choices about it are drawn for. */
  public final Entity entity() {
    return entity;
  }

  /** Its options. */
  public final SocketOptions options() {
    return options;
  }

  /** Where it is bound, or null. */
  public final SocketAddress local() {
    return local;
  }

  /** The address of the internet where it is bound. */
  final InetAddress localAddress() {
    return ((InetSocketAddress) local).getAddress();
  }

  /** Gives it an address; the caller has taken it. */
  final void bound(final SocketAddress address) {
    local = address;
  }

  /** Binds it: 0, or an error. */
  public abstract int bind(SocketAddress address);

  /** Whether it listens. */
  public boolean isListening() {
    return false;
  }

  /** How many bytes can be read by one call. */
  public abstract int available();

  final boolean hasError() {
    return error != Errno.NONE;
  }

  final void error(final Errno next) {
    error = next;
  }

  /** The error that waits, which is reported once. */
  public final Errno takeError() {
    final Errno found = error;
    error = Errno.NONE;
    return found;
  }

  /** Its machine has not crashed since it was opened. */
  final boolean isAlive() {
    return machine.isUp() && machine.incarnation() == incarnation;
  }

  /** What it is ready for: {@link #READ} and its relatives. */
  public abstract int readiness();

  /** Closes it; its descriptor is free already. */
  abstract void close();

  /** Adds a watcher. */
  public final void watch(final Watcher added) {
    if (watcher == null) {
      watcher = added;
    } else {
      final Watcher[] more = java.util.Arrays.copyOf(others, others.length + 1);
      more[others.length] = added;
      others = more;
    }
  }

  /** Removes a watcher. */
  public final void unwatch(final Watcher removed) {
    if (watcher == removed) {
      watcher = others.length == 0 ? null : others[others.length - 1];
      others = others.length == 0 ? others : java.util.Arrays.copyOf(others, others.length - 1);
    } else {
      others =
          java.util.Arrays.stream(others).filter(one -> one != removed).toArray(Watcher[]::new);
    }
  }

  /** Notifies the watchers. */
  final void changed() {
    if (watcher != null) {
      watcher.changed();
      for (final Watcher other : others) {
        other.changed();
      }
    }
  }
}
