package org.jevent.internal.bytes;

import java.util.concurrent.atomic.AtomicInteger;

/** Bytes that several segments share; the last one releases them. */
final class SharedStore implements Store {
  private final Store origin;
  private final Segment original;
  private final AtomicInteger users = new AtomicInteger(1);

  private SharedStore(final Segment original) {
    this.origin = original.store;
    this.original = original;
  }

  /** Another segment with the same bytes. Both are read-only from now on. */
  static Segment share(final Segment segment) {
    final SharedStore shared =
        segment.store instanceof SharedStore already
            ? already
            : new SharedStore(segment.detachedCopy());
    final Segment twin = new Segment(shared, segment.memory, segment.start, segment.end);
    twin.end = segment.end;
    shared.users.incrementAndGet();
    segment.store = shared;
    segment.limit = segment.end;
    return twin;
  }

  @Override
  public void release(final Segment segment) {
    final int left = users.decrementAndGet();
    assert left >= 0 : left;
    if (left == 0) {
      origin.release(original);
    }
  }

  @Override
  public boolean writable() {
    return false;
  }

  @Override
  public boolean movable() {
    return origin.movable();
  }
}
