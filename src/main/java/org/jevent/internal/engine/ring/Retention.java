package org.jevent.internal.engine.ring;

/**
 * Which receive buffers Java retains. Only changes are submitted to the shim, just before it is
 * entered: a buffer that was drained in the meantime has cost nothing.
 */
final class Retention {
  /** The maximum of buffers of a ring: the bits of a mask. */
  static final int MAX_BUFFERS = Long.SIZE;

  private final Submissions submissions;
  private final int[] holds = new int[MAX_BUFFERS];
  private long changed;
  private long reportedBits;

  Retention(final Submissions submissions) {
    this.submissions = submissions;
  }

  void retain(final int buffer) {
    if (holds[buffer]++ == 0) {
      changed |= 1L << buffer;
    }
  }

  void release(final int buffer) {
    if (holds[buffer] == 0) {
      throw new IllegalStateException("receive buffer " + buffer + " is not retained");
    }
    if (--holds[buffer] == 0) {
      changed |= 1L << buffer;
    }
  }

  /** Whether Java retains no buffer. */
  boolean isEmpty() {
    for (final int count : holds) {
      if (count != 0) {
        return false;
      }
    }
    return true;
  }

  /** For assertions, once what has changed was submitted: the shim retains what Java holds. */
  private boolean agrees() {
    for (int buffer = 0; buffer < MAX_BUFFERS; buffer++) {
      if ((holds[buffer] > 0) != ((reportedBits >>> buffer & 1) != 0)) {
        return false;
      }
    }
    return true;
  }

  /** Submits what has changed; retaining goes with the very next batch, however full it is. */
  void publish() {
    while (changed != 0) {
      final int buffer = Long.numberOfTrailingZeros(changed);
      final long bit = 1L << buffer;
      if (holds[buffer] > 0 && (reportedBits & bit) == 0) {
        submissions.addReserved(Layout.OP_RETAIN, buffer);
        reportedBits |= bit;
      } else if (holds[buffer] == 0 && (reportedBits & bit) != 0) {
        submissions.add(Layout.OP_RELEASE, 0, 0, buffer);
        reportedBits &= ~bit;
      }
      changed &= ~bit;
    }
    assert agrees() : Long.toHexString(reportedBits);
  }
}
