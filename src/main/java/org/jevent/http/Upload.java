package org.jevent.http;

import java.io.IOException;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;

/** The requests of one connection while they are sent: what leaves is watched, and its time. */
final class Upload {
  /** A request that is no longer is taken as sent: a watched output costs more. */
  private static final long MAX_UNWATCHED = 64 * 1024;

  /** So often it is looked whether the peer takes something, within the limit of time. */
  private static final int LOOKS = 4;

  private final ClientContext context;
  private final ClientConnection connection;
  private final BufferEvent stream;
  private final RequestWriter writer;
  private ClientCall call;
  private HttpTimeouts times;
  private boolean watched;

  /** The source has bytes again, although it has not been found without. */
  private boolean resumed;

  /** When the request was added to the output. */
  private long begunAt;

  private long lastTaken;
  private long lastTakenAt;

  Upload(final ClientContext context, final ClientConnection connection, final BufferEvent stream) {
    this.context = context;
    this.connection = connection;
    this.stream = stream;
    writer = new RequestWriter(context, stream);
  }

  /** Adds a request to the output, or what of it may go. */
  void begin(final ClientCall begun, final boolean absolute) {
    call = begun;
    times = begun.request.timeouts();
    begunAt = context.base.cachedNanos();
    lastTaken = 0;
    try {
      writer.begin(begun, absolute);
      added();
    } catch (final IOException | RuntimeException e) {
      context.later(() -> failed(begun, "the request cannot be sent: " + e.getMessage(), e));
    }
  }

  private void failed(final ClientCall begun, final String why, final Exception cause) {
    if (isSending() && call == begun) {
      connection.fail(HttpException.Kind.CANCELLED, why, cause);
    }
  }

  private boolean isSending() {
    return connection.state() == ConnectionState.SENDING;
  }

  /** What comes after something was added to the output. */
  private void added() {
    switch (writer.state()) {
      case HELD -> connection.deadline(times.toContinue());
      case PULLING -> watch();
      case STALLED -> {
        watch();
        if (resumed) {
          resumeNow();
        }
      }
      case HANDED -> {
        final long left = stream.output().length();
        if (left == 0 || (left <= MAX_UNWATCHED && !watched)) {
          connection.sent();
        } else {
          watch();
        }
      }
      default -> throw new AssertionError(writer.state());
    }
  }

  private void watch() {
    stream.setWatermarks(Event.WRITE, writer.isHanded() ? 0 : RequestWriter.MIN_OUTPUT, 0);
    if (!watched) {
      watched = true;
      connection.watchOutput(true);
      lastTakenAt = context.deadlines.now();
      connection.deadline(lookAgain());
      if (!writer.isHanded()) {
        pullLater();
      }
    }
  }

  private long lookAgain() {
    return times.request() == HttpTimeouts.NONE
        ? HttpTimeouts.NONE
        : Math.max(1, times.request() / LOOKS);
  }

  private void pullLater() {
    stream.trigger(
        Event.WRITE, BufferEvent.TRIGGER_DEFERRED | BufferEvent.TRIGGER_IGNORE_WATERMARKS);
  }

  /** The output has been drained to its mark. */
  void outputLeft() {
    if (!isSending()) {
      return;
    }
    final ClientCall current = call;
    resumed = false;
    try {
      writer.pull();
    } catch (final IOException | RuntimeException e) {
      failed(current, "the body of the request: " + e.getMessage(), e);
    }
    if (isSending() && call == current) {
      added();
    }
  }

  /** The source has bytes again. */
  void resume() {
    if (isSending() && writer.state() == RequestWriter.State.STALLED) {
      resumeNow();
    } else {
      resumed = true; // the source says so while it is asked
    }
  }

  private void resumeNow() {
    resumed = false;
    writer.resume();
    pullLater();
  }

  /** The answer 100 has come. */
  void released() {
    if (isSending() && writer.state() == RequestWriter.State.HELD) {
      releaseBody();
    }
  }

  private void releaseBody() {
    writer.release();
    if (call.hop().body().isForeign()) {
      watch();
    } else {
      outputLeft();
    }
  }

  /** The time to look at it has come. */
  void passed(final long now) {
    if (writer.state() == RequestWriter.State.HELD) {
      releaseBody();
      return;
    }
    final long taken = writer.taken();
    if (taken != lastTaken || stream.output().isEmpty()) {
      lastTaken = taken;
      lastTakenAt = now;
    }
    if (now - lastTakenAt >= times.request()) {
      connection.fail(
          HttpException.Kind.TIMEOUT, "the peer has taken no byte of the request in time", null);
    } else {
      connection.deadline(lookAgain());
    }
  }

  /**
   * A final response has come, or the stream has failed: the rest is not sent.
   *
   * @return whether all of it has been handed to the output
   */
  boolean end() {
    final boolean whole = writer.isHanded();
    if (!whole) {
      writer.stop();
    }
    if (watched) {
      watched = false;
      connection.watchOutput(false);
    }
    return whole;
  }

  /** The exchange is over: an idle connection holds nothing of its last call. */
  void clear() {
    call = null;
    times = null;
    writer.clear();
  }

  /** The connection is closed. */
  void close() {
    writer.stop();
    clear();
  }

  /** Whether nothing of the request can have been handed to the system. */
  boolean isUntouched() {
    return begunAt == context.base.cachedNanos();
  }
}
