package org.jevent.engine.nio;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jevent.engine.Leaks;

/** An engine's selector, which the cleaner closes if nobody else does. */
final class OpenSelector implements Runnable, AutoCloseable {
  /**
   * A channel has been closed in this process. The JDK makes a socket of its own for the first one,
   * and no channel can be closed any more if there are no descriptors for it then.
   */
  private static volatile boolean channelsClose;

  private final Leaks.Site site = Leaks.siteOfFew();
  private volatile Selector selector = open();
  private volatile boolean closed;
  private Cleaner.Cleanable cleanable;

  private OpenSelector() {}

  static OpenSelector forEngine(final NioEngine owner) {
    final OpenSelector opened = new OpenSelector();
    opened.cleanable = Leaks.register(owner, opened);
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

  /** Takes a new one; returns the former, which is still open. */
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
