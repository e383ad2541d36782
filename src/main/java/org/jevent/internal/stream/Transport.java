package org.jevent.internal.stream;

import org.jevent.error.Errno;

/**
 * How a stream's bytes move: over a socket, between two streams in memory, or through a filter. Its
 * stream is a {@link StreamCore}, whose queues it fills and drains, and which it reports to.
 *
 * <p>Each method is called with the stream's guard held. {@link #beforePoll} runs on the loop's
 * thread; the others run on the thread that uses the stream.
 */
public interface Transport {
  /** {@link #flush}: moves what is there; the values are libevent's {@code BEV_NORMAL} and on. */
  int NORMAL = 0;

  /** {@link #flush}: keeps nothing back. */
  int FLUSH = 1;

  /** {@link #flush}: the stream has come to its end. */
  int FINISHED = 2;

  /** Whether bytes may be read, or how many, has changed. */
  void readingChanged();

  /**
   * The program has enabled reading. When the input has ended for good, that is reported once more,
   * as the program's part that reads now may not know it. A socket receives its end once more.
   */
  default void readingEnabled() {}

  /** Whether bytes may be written, or how many, has changed. */
  void writingChanged();

  /** Bytes were added to the output. */
  void outputAdded();

  /** Runs once before the loop waits, after {@link StreamCore#schedulePrePoll}. */
  default void beforePoll() {}

  /** From now on a callback may wait for bytes to leave. */
  default void progressWatched() {}

  /** Whether it would read arriving bytes: the read time-out runs. */
  boolean isReading();

  /** Whether bytes wait to be written, or a connect is under way: the write time-out runs. */
  boolean isWriting();

  /**
   * Insists on moving bytes.
   *
   * @param mask READ, WRITE or both
   * @param mode {@link #NORMAL}, {@link #FLUSH} or {@link #FINISHED}
   * @return whether anything was moved
   */
  boolean flush(int mask, int mode);

  /** Ends the stream for the peer once the output has left. */
  void shutdownOutput();

  /** {@link StreamCore#discards} from now on. */
  default void discardInput() {}

  /** Lets what is below write, as the output has to pass it. */
  default void enableWritingBelow() {}

  /** The output present is the last. */
  default void finishOutput() {}

  /** What is sent is not whole: no end of it is to look like that of a whole one. */
  default void breakOff() {}

  /** Whether all output has left, so that a stream that only waits for that can close. */
  boolean isFlushed();

  /**
   * Whether all output that the transport does not keep back on purpose has left. The stream goes
   * on; {@link #isFlushed} is about its end.
   */
  default boolean isDrained() {
    return isFlushed();
  }

  /** Whether the rest of the output can never leave. */
  default boolean isHopeless() {
    return false;
  }

  /** What an error is reported as, given what is known of the connection. */
  default Errno refined(final Errno reason) {
    return reason;
  }

  /** The stream below, or null. */
  default StreamCore below() {
    return null;
  }

  /**
   * The stream below that has the socket and is not shown, or null. The socket, the rate limits and
   * the size of one read and one write are that one's.
   */
  default StreamCore carrier() {
    return null;
  }

  /** Whether bytes can move: no connect is still to come or under way. */
  default boolean isConnected() {
    return below() == null || below().transport().isConnected();
  }

  /** The other end in memory, or null. */
  default StreamCore partner() {
    return null;
  }

  /** The stream is closed: releases what is below, and the output when nothing uses it any more. */
  void close();

  /** What the stream is, for messages. */
  @Override
  String toString();
}
