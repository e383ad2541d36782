package org.jevent.internal.engine;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jevent.error.Errno;
import org.jevent.internal.log.LibraryLog;

/**
 * Watches NIO channels for an engine that works with descriptors: the JDK does not give a
 * channel's. A daemon thread waits in a {@link Selector} while any channel is attached and wakes
 * the loop. A channel that is ready is not watched again until the loop has run its callbacks, so
 * that it is reported once an iteration, level-triggered.
 *
 * <p>All methods belong to the loop's thread.
 */
public final class ChannelBridge implements AutoCloseable {
  /** Receives readiness. */
  @FunctionalInterface
  public interface Ready {
    void ready(int slot, int mask, Errno error);
  }

  /** Receives the slots that are detached. */
  @FunctionalInterface
  public interface Detached {
    void detached(int slot);
  }

  private static final class Watched {
    private final int slot;
    private final SelectableChannel channel;
    private int mask;
    private boolean armed;
    private SelectionKey key;

    Watched(final int slot, final SelectableChannel channel) {
      this.slot = slot;
      this.channel = channel;
    }
  }

  private final Runnable wakeup;
  private final Map<Integer, Watched> bySlot = new HashMap<>();
  private final ArrayDeque<Watched> unarmed = new ArrayDeque<>();
  private final ArrayDeque<Integer> gone = new ArrayDeque<>();
  private final ArrayDeque<Watched> broken = new ArrayDeque<>();
  private final Object gate = new Object();

  /** Slots whose interest changes once they are connected. Guarded by the gate. */
  private final Set<Watched> unsettled = new HashSet<>();

  private Selector selector;
  private Thread thread;
  private boolean ready;
  private boolean closing;

  /**
   * @param wakeup wakes the loop; called by the bridge's thread
   */
  public ChannelBridge(final Runnable wakeup) {
    this.wakeup = wakeup;
  }

  /** Whether that slot is one of the bridge's. */
  public boolean has(final int slot) {
    return bySlot.containsKey(slot);
  }

  public void attach(final int slot, final SelectableChannel channel) {
    bySlot.put(slot, new Watched(slot, channel));
  }

  /** Watches for {@code Engine.READ} and {@code Engine.WRITE}; 0 stops. */
  public void poll(final int slot, final int mask) {
    final Watched watched = bySlot.get(slot);
    watched.mask = mask & (Engine.READ | Engine.WRITE);
    watched.armed = false;
    unarmed.add(watched);
  }

  public void detach(final int slot, final boolean close) {
    final Watched watched = bySlot.remove(slot);
    watched.mask = 0;
    if (watched.key != null) {
      watched.key.cancel();
    }
    synchronized (gate) {
      unsettled.remove(watched);
    }
    if (close) {
      try {
        watched.channel.close();
      } catch (final IOException e) {
        LibraryLog.log(System.Logger.Level.WARNING, "cannot close " + watched.channel, e);
      }
    }
    gone.add(slot);
  }

  /** Arms the interest before the loop waits. Returns true when there is a report already. */
  public boolean prepare() {
    Watched watched;
    boolean changed = !gone.isEmpty();
    while ((watched = unarmed.poll()) != null) {
      if (!watched.armed && bySlot.get(watched.slot) == watched) {
        watched.armed = true;
        arm(watched);
        changed = true;
      }
    }
    synchronized (gate) {
      if (changed && thread != null) {
        selector.wakeup();
      }
      return ready || !gone.isEmpty() || !broken.isEmpty();
    }
  }

  private void arm(final Watched watched) {
    try {
      start();
      synchronized (gate) {
        if (watched.key == null || !watched.key.isValid()) {
          selector.wakeup();
          watched.key = register(watched);
        }
        if (!ChannelOps.setInterest(watched.key, watched.mask)) {
          unsettled.add(watched);
        }
      }
    } catch (final IOException | RuntimeException e) {
      broken.add(watched); // closed, or put into blocking mode, since it was attached
    }
  }

  private SelectionKey register(final Watched watched) throws IOException {
    final SelectionKey former = watched.channel.keyFor(selector);
    if (former != null && !former.isValid()) {
      selector.selectNow(); // releases a key that was cancelled
    }
    return watched.channel.register(selector, 0, watched);
  }

  private void start() throws IOException {
    if (selector == null) {
      selector = Selector.open();
    }
    if (thread == null) {
      thread = new Thread(this::watch, "jevent-channel-bridge");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /**
   * The bridge's thread. It closes the selector that it has waited on: under Wine the process's
   * heap is broken when another thread does.
   */
  private void watch() {
    try {
      watchUntilClosing();
    } finally {
      closeSelector();
    }
  }

  /**
   * Waits until something is ready, notifies the loop, and waits until the loop has taken it. Again
   * and again.
   */
  private void watchUntilClosing() {
    while (true) {
      synchronized (gate) {
        awaitTaken();
        if (closing) {
          return;
        }
      }
      try {
        selector.select();
      } catch (final IOException e) {
        LibraryLog.log(System.Logger.Level.ERROR, "selecting failed", e);
        return;
      }
      synchronized (gate) {
        if (!selector.selectedKeys().isEmpty()) {
          ready = true;
          wakeup.run();
        } else {
          unsettled.removeIf(ChannelBridge::settled);
        }
      }
    }
  }

  /**
   * Updates a key under the gate, after a wait without a report: a program may connect and finish
   * connects without the engine. Returns true when that need not be checked again.
   */
  private static boolean settled(final Watched watched) {
    try {
      return watched.key.interestOps() == 0
          ? !ChannelOps.unsettled(watched.channel)
          : ChannelOps.setInterest(watched.key, watched.mask);
    } catch (final CancelledKeyException e) {
      return true;
    }
  }

  /** Waits under the gate until the loop has taken the reports. */
  private void awaitTaken() {
    while (ready && !closing) {
      try {
        gate.wait();
      } catch (final InterruptedException ignored) {
        Thread.interrupted(); // no code has a reason to interrupt this thread
      }
    }
  }

  /** Reports ready and detached slots; returns how many there were. */
  public int drain(final Ready sink, final Detached detached) {
    int count = 0;
    Watched failing;
    while ((failing = broken.poll()) != null) {
      sink.ready(failing.slot, 0, Errno.EBADF);
      count++;
    }
    synchronized (gate) {
      if (ready) {
        for (final SelectionKey key : selector.selectedKeys()) {
          count += report((Watched) key.attachment(), key, sink);
        }
        selector.selectedKeys().clear();
        ready = false;
        gate.notifyAll();
      }
    }
    Integer slot;
    while ((slot = gone.poll()) != null) {
      detached.detached(slot);
      count++;
    }
    return count;
  }

  private int report(final Watched watched, final SelectionKey key, final Ready sink) {
    if (bySlot.get(watched.slot) != watched || watched.mask == 0) {
      return 0;
    }
    final int mask = take(key, watched.mask);
    watched.armed = false;
    unarmed.add(watched);
    sink.ready(watched.slot, mask, Errno.NONE);
    return 1;
  }

  /**
   * Returns what a key is ready for and stops watching that. It is everything when the channel has
   * been closed, which any thread may do at any time.
   */
  private static int take(final SelectionKey key, final int wanted) {
    try {
      final int ops = key.readyOps();
      key.interestOps(0);
      return ChannelOps.mask(ops, wanted);
    } catch (final CancelledKeyException e) {
      return wanted;
    }
  }

  @Override
  public void close() {
    synchronized (gate) {
      closing = true;
      gate.notifyAll();
    }
    if (thread != null) {
      selector.wakeup();
      awaitEnd();
    } else if (selector != null) {
      closeSelector();
    }
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (final InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (final IOException e) {
      LibraryLog.log(System.Logger.Level.WARNING, "closing failed", e);
    }
  }
}
