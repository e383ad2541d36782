package org.jevent;

import java.nio.channels.SelectableChannel;

/** A handle that was not opened by the library. */
record RawHandle(int descriptor, SelectableChannel channel) implements Handle {
  @Override
  public String toString() {
    return channel == null ? "fd " + descriptor : channel.toString();
  }
}
