package org.jevent.buffer;

/**
 * A line is longer than its reader allows, whether its end has come yet or not. All its bytes are
 * still in the buffer: a server refuses such a peer, or drains them.
 */
public final class LineTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The limit, in bytes. */
  private final int maxLength;

  LineTooLongException(final int maxLength) {
    super("the line has more than the allowed " + maxLength + " bytes");
    this.maxLength = maxLength;
  }

  /** How many bytes the line was allowed to have, without its ending. */
  public int maxLength() {
    return maxLength;
  }
}
