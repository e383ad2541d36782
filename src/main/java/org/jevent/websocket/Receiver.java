package org.jevent.websocket;

import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;

/** Takes frames from the input of a session, puts messages together, and delivers them. */
final class Receiver implements AutoCloseable {
  private final Session session;
  private final Handlers handlers;
  private final WebSocketLoop loop;
  private final FrameReader frames;
  private final Inbox inbox;
  private boolean running;

  Receiver(
      final Session session,
      final Handlers handlers,
      final EventBase base,
      final Role role,
      final WebSocketConfig config,
      final Agreement.Deflate deflate) {
    this.session = session;
    this.handlers = handlers;
    loop = WebSocketLoop.of(base);
    frames = new FrameReader(role, deflate != null, config.maxFrame());
    inbox =
        new Inbox(
            base,
            config,
            deflate == null ? null : new MessageInflater(loop, deflate.receivesWithContext()));
  }

  /** Whether a handler is called from {@link #run}. */
  boolean isRunning() {
    return running;
  }

  /** Takes what is there, as long as the session reads. */
  void run(final EventBuffer input) {
    assert !running : session;
    running = true;
    try {
      while (session.reads() && step(input)) {}
    } finally {
      running = false;
    }
  }

  /** Takes a frame, or a part of one; false: more bytes are needed, or the session has failed. */
  private boolean step(final EventBuffer input) {
    if (frames.left() == 0 && !begin(input)) {
      return false;
    }
    if (frames.isControl()) {
      if (input.length() < frames.length()) {
        return false;
      }
      control(input);
      return true;
    }
    if (input.isEmpty() && frames.left() > 0) {
      return false;
    }
    if (session.isOpen()) {
      data(input);
    } else {
      frames.take(input.drain(frames.left())); // behind this end's close frame
    }
    return true;
  }

  /** Takes the head of the next frame. */
  private boolean begin(final EventBuffer input) {
    switch (frames.read(input, loop.head)) {
      case INCOMPLETE -> {
        return false;
      }
      case REFUSED -> {
        session.fail(frames.code(), frames.reason());
        return false;
      }
      default -> {
        final boolean refused =
            !frames.isControl() && session.isOpen() && inbox.begin(frames) == Inbox.Step.REFUSED;
        if (refused) {
          session.fail(inbox.code(), inbox.reason());
        }
        return !refused;
      }
    }
  }

  private void data(final EventBuffer input) {
    switch (inbox.take(input, frames)) {
      case REFUSED -> session.fail(inbox.code(), inbox.reason());
      case MESSAGE -> handlers.message(inbox, true);
      case MORE -> {
        if (!inbox.data().isEmpty()) {
          handlers.message(inbox, false);
        }
      }
    }
  }

  private void control(final EventBuffer input) {
    final byte[] payload = loop.control;
    final int count = input.remove(payload, 0, (int) frames.length());
    frames.take(count);
    Masking.apply(payload, 0, count, frames.mask());
    if (frames.opcode() == Opcode.CLOSE) {
      session.closeCame(CloseFrame.read(payload, count));
    } else if (session.isOpen() && frames.opcode() == Opcode.PING) {
      session.pingCame(payload, count);
      handlers.pinged(payload, count);
    } else if (session.isOpen()) {
      handlers.ponged(payload, count);
    }
  }

  /** How many bytes of a message that is not whole there are. */
  long held() {
    return inbox.held();
  }

  @Override
  public void close() {
    inbox.close();
  }
}
