package org.jevent.internal.engine.nio;

import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineProvider;

/** Makes engines in pure Java. It can always be used, and comes last where others can. */
public final class NioProvider implements EngineProvider {
  private static final int LAST = 0;

  /** On Windows, poll and select are slower than the system interface that NIO uses. */
  private static final int BEFORE_POLL = 35;

  @Override
  public String name() {
    return NioEngine.NAME;
  }

  @Override
  public int preference() {
    return System.getProperty("os.name", "").startsWith("Windows") ? BEFORE_POLL : LAST;
  }

  @Override
  public String reason() {
    return "";
  }

  @Override
  public int features() {
    return NioEngine.FEATURES;
  }

  @Override
  public boolean emulated() {
    return false;
  }

  @Override
  public Engine open() {
    return new NioEngine();
  }
}
