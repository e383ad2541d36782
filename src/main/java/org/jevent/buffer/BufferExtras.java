package org.jevent.buffer;

/** What few buffers have: each stream has two buffers, so these fields would cost all of them. */
final class BufferExtras {
  /** It shows the segments of a visit. */
  final ByteView view = new ByteView();

  /** How many bytes one {@link EventBuffer#read} reads at most. */
  int maxRead = EventBuffer.DEFAULT_MAX_READ;
}
