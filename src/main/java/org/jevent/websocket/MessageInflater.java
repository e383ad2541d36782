package org.jevent.websocket;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jevent.buffer.EventBuffer;

/** Decompresses the messages of a connection (RFC 7692, section 7.2.2). */
final class MessageInflater implements AutoCloseable {
  /** The end of each message that is not sent. */
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final WebSocketLoop loop;
  private final boolean takeover;
  private Inflater inflater;
  private int inEnd;
  private boolean tailed;

  /** Nothing of the message has come behind a last block. */
  private boolean ended;

  /**
   * @param takeover whether a message may refer to those before it
   */
  MessageInflater(final WebSocketLoop loop, final boolean takeover) {
    this.loop = loop;
    this.takeover = takeover;
  }

  /** All of the message was given to {@link #step}: what is not sent is added. */
  void addTail(final EventBuffer packed) {
    if (!ended || !packed.isEmpty()) {
      packed.add(TAIL);
      tailed = true;
    }
  }

  /**
   * Takes bytes, and adds what becomes of them, {@link WebSocketLoop#STEP} at most.
   *
   * @return how many were added; 0: all were taken
   * @throws DataFormatException if they are no compressed message
   */
  int step(final EventBuffer packed, final EventBuffer to) throws DataFormatException {
    if (inflater == null) {
      inflater = loop.zips.takeInflater();
    }
    for (; ; ) {
      final int made = inflater.inflate(loop.step);
      if (made > 0) {
        to.add(loop.step, 0, made);
        return made;
      }
      if (inflater.needsDictionary()) {
        throw new DataFormatException("a dictionary is asked for");
      }
      if (inflater.finished()) {
        restart(packed);
      }
      if (inflater.needsInput()) {
        if (packed.isEmpty()) {
          return 0;
        }
        inEnd = packed.remove(loop.packed);
        inflater.setInput(loop.packed, 0, inEnd);
        ended = false;
      }
    }
  }

  /**
   * A block said that it was the last one: what follows begins with an empty window. Some senders
   * leave out the empty block behind it, whose end is the tail.
   */
  private void restart(final EventBuffer packed) throws DataFormatException {
    final int left = inflater.getRemaining();
    inflater.reset();
    final long rest = left + packed.length();
    if (!tailed || rest > TAIL.length) {
      inflater.setInput(loop.packed, inEnd - left, left);
      ended = rest == 0;
    } else if (rest == 0 || rest == TAIL.length) {
      packed.drain(packed.length());
    } else {
      throw new DataFormatException("a block that goes on behind the message");
    }
  }

  /** The message has ended. */
  void endMessage() {
    tailed = false;
    ended = false;
    if (!takeover) {
      close();
    }
  }

  @Override
  public void close() {
    if (inflater != null) {
      loop.zips.give(inflater);
      inflater = null;
    }
  }
}
