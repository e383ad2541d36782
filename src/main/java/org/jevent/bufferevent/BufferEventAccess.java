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
    return started(core, transport);
  }

  /** Makes the public object of a stream, which begins. */
  static BufferEvent started(final StreamCore core, final Transport transport) {
    final BufferEvent made =
        transport.carrier() == null ? new BufferEvent(core) : new SocketBufferEvent(core);
    core.start(made, transport);
    return made;
  }

  /** The stream that moves the bytes of one over a socket: itself, or a hidden one below. */
  static StreamCore carrier(final StreamCore core) {
    final StreamCore hidden = core.transport().carrier();
    return hidden == null ? core : hidden;
  }

  /** The public object of a stream, or null. */
  static BufferEvent face(final StreamCore other) {
    return other == null ? null : (BufferEvent) other.face();
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
