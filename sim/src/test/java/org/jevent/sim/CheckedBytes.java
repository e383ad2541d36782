package org.jevent.sim;

import org.jevent.bufferevent.BufferEvent;

/** The bytes of one direction: what was sent, and how much of it has come, compared as it comes. */
final class CheckedBytes {
  private long sent;
  private long came;

  private static byte at(final long position) {
    return (byte) (position * 7 + (position >>> 8));
  }

  /** The next bytes to send. */
  byte[] next(final int count) {
    final byte[] made = new byte[count];
    for (int i = 0; i < count; i++) {
      made[i] = at(sent++);
    }
    return made;
  }

  /** Takes what a stream has received: it has to be the continuation of what came before. */
  void take(final BufferEvent stream) {
    final byte[] bytes = stream.input().readBytes((int) stream.input().length());
    for (final byte each : bytes) {
      if (each != at(came)) {
        throw new AssertionError("byte " + came + " is " + each + " instead of " + at(came));
      }
      came++;
    }
    if (came > sent) {
      throw new AssertionError(came + " bytes have come of " + sent);
    }
  }

  long came() {
    return came;
  }

  boolean isComplete() {
    return came == sent;
  }

  @Override
  public String toString() {
    return came + " of " + sent + " bytes";
  }
}
