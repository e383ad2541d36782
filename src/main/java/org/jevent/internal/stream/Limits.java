package org.jevent.internal.stream;

/** How many bytes a stream may move now. Called with the guard held. */
public interface Limits {
  /** How many bytes one read may take, at most {@code single}. */
  int readAllowance(int single);

  /** How many bytes one write may take, at most {@code single}. */
  int writeAllowance(int single);

  /** Bytes have been moved. */
  void charge(long read, long written);

  /** The stream has this priority. */
  void priority(int value);

  /** The stream is closed. */
  void close();
}
