package org.jevent.bufferevent;

import org.jevent.internal.stream.StreamAccess;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.Transport;

/** The hidden side of buffer events, for the streams below them. */
final class BufferEventAccess extends StreamAccess {
  @Override
  public StreamCore core(final Object bufferEvent) {
    return ((BufferEvent) bufferEvent).core();
  }

  @Override
  public Object start(final StreamCore core, final Transport transport) {
    return BufferEvent.started(core, transport);
  }

  @Override
  protected void callData(final Object callback, final Object bufferEvent) {
    ((BufferEvent.DataCallback) callback).run((BufferEvent) bufferEvent);
  }

  @Override
  protected void callEvent(final Object callback, final Object bufferEvent, final int what) {
    ((BufferEvent.EventCallback) callback).run((BufferEvent) bufferEvent, what);
  }
}
