package org.jevent.buffer;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Room at the end of a buffer to write into: fill the views in order, from their starts, and {@link
 * EventBuffer#commit} it. It is void once the buffer has changed in any other way. {@code
 * evbuffer_reserve_space}.
 */
public final class Reservation {
  final EventBuffer buffer;
  final ByteBuffer[] views;
  final int version;

  Reservation(final EventBuffer buffer, final ByteBuffer[] views, final int version) {
    this.buffer = buffer;
    this.views = views;
    this.version = version;
  }

  /** The views, one or two; their positions say how much has been written. */
  public List<ByteBuffer> views() {
    return List.of(views);
  }

  /** The first view. */
  public ByteBuffer first() {
    return views[0];
  }

  /** How many bytes there is room for. */
  public int size() {
    int sum = 0;
    for (final ByteBuffer view : views) {
      sum += view.limit();
    }
    return sum;
  }
}
