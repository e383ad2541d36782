package org.jevent.bufferevent;

/**
 * Decides which events of the stream below a filter passes on. It sees the end of the stream, and
 * may answer on {@code underlying.output()} without bytes of the program, as a handshake does. It
 * reports further events by {@link BufferEvent#triggerEvent} on the filter's buffer event.
 */
@FunctionalInterface
public interface EventFilter {
  /**
   * An event has happened below. Called on the loop's thread. What it throws goes to the base's
   * handler, and the event is passed on.
   *
   * @param underlying the stream below
   * @param what a union of {@link BufferEvent#READING} and its relatives
   * @return what the filter's own event callback is called with, or 0: it is not called
   */
  int filter(BufferEvent underlying, int what);
}
