package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jevent.internal.leak.Leaks;

/** An engine's selector, which the cleaner closes if the engine is never closed. */
final class OpenSelector implements Runnable, AutoCloseable {
  /**
   * A channel has been closed in this process. The JDK makes an internal socket for the first one,
   * and without a descriptor for it no channel can be closed any more.
   */
  private static volatile boolean channelsClose;

  private static final Set<OpenSelector> ALL = ConcurrentHashMap.newKeySet();

  private final Leaks.Site site = Leaks.siteOfFew();
  private final Object gate = new Object();
  private volatile Selector selector = open();
  private volatile boolean closed;
  private Cleaner.Cleanable cleanable;

  /** Guarded by the gate. */
  private boolean selecting;

  private OpenSelector() {}

  static OpenSelector forEngine(final NioEngine owner) {
    final OpenSelector opened = new OpenSelector();
    opened.cleanable = Leaks.register(owner, opened);
    ALL.add(opened);
    return opened;
  }

  private static Selector open() {
    try {
      if (!channelsClose) {
        SocketChannel.open().close();
        channelsClose = true;
      }
      return Selector.open();
    } catch (final IOException e) {
      throw NioErrors.exception("open a selector", e);
    }
  }

  Selector selector() {
    return selector;
  }

  /**
   * Waits until a channel is ready.
   *
   * @param millis 0: not at all; negative: without limit
   */
  void select(final Consumer<SelectionKey> onReady, final long millis) throws IOException {
    synchronized (gate) {
      assert !selecting : "two threads wait";
      selecting = true;
    }
    try {
      if (millis == 0) {
        selector.selectNow(onReady);
      } else if (millis < 0) {
        selector.select(onReady);
      } else {
        selector.select(onReady, millis);
      }
    } finally {
      synchronized (gate) {
        selecting = false;
      }
    }
  }

  /**
   * A closed channel keeps its descriptor until each selector that has watched it selects once
   * more. No running loop may do that. Any thread.
   */
  static void release(final SelectableChannel channel) throws IOException {
    if (channel.isRegistered()) {
      for (final OpenSelector each : ALL) {
        if (channel.keyFor(each.selector) != null) {
          each.dropCancelled();
        }
      }
    }
  }

  /** Drops the keys that were cancelled: now, or else when the wait that is under way ends. */
  void dropCancelled() throws IOException {
    synchronized (gate) {
      if (selecting) {
        selector.wakeup();
        return;
      }
      try {
        selector.selectNow(key -> {});
      } catch (final ClosedSelectorException e) {
        // and its keys are gone
      }
    }
  }

  /** Opens a new selector; returns the former one, which is still open. */
  Selector renew() {
    final Selector former = selector;
    selector = open();
    return former;
  }

  @Override
  public void close() {
    closed = true;
    cleanable.clean();
  }

  @Override
  public void run() {
    ALL.remove(this);
    try {
      selector.close();
    } catch (final IOException e) {
      throw NioErrors.exception("close a selector", e);
    } finally {
      if (!closed) {
        Leaks.report("an event base", NioEngine.NAME, site);
      }
    }
  }
}
