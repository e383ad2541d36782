package org.jevent.bench.rivals;

import java.nio.ByteBuffer;

/**
 * Requests and answers of a fixed size on one connection. It begins with two numbers of four bytes:
 * the size of a request, and that of an answer.
 */
final class Exchange {
  /** The bytes that a connection begins with. */
  static final int SIZES = 2 * Integer.BYTES;

  private static final int MAX_ANSWER = 1 << 20;
  private static final int LETTERS = 26;

  private int request;
  private int answer;

  /** Bytes that have not been answered. */
  private int received;

  /** What answers begin with, direct; it is shared and not to be changed. */
  static ByteBuffer answers() {
    final ByteBuffer answers = ByteBuffer.allocateDirect(MAX_ANSWER);
    for (int i = 0; i < MAX_ANSWER; i++) {
      answers.put((byte) ('a' + i % LETTERS));
    }
    return answers.flip();
  }

  boolean isOpen() {
    return request > 0;
  }

  void open(final int ofRequests, final int ofAnswers) {
    if (ofRequests <= 0 || ofAnswers <= 0 || ofAnswers > MAX_ANSWER) {
      throw new IllegalArgumentException("sizes that no client sends");
    }
    request = ofRequests;
    answer = ofAnswers;
  }

  /** The size of an answer. */
  int answer() {
    return answer;
  }

  /** Bytes of requests have come; returns how many answers they deserve. */
  int received(final int bytes) {
    received += bytes;
    final int complete = received / request;
    received -= complete * request;
    return complete;
  }
}
