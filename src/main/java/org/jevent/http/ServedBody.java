package org.jevent.http;

import java.nio.charset.StandardCharsets;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.h1.BodyReader;
import org.jevent.internal.stream.StreamAccess;

/** The body of the request that a connection serves: read for the program, or dropped. */
final class ServedBody {
  /** What {@link #read} has found. */
  enum Result {
    /** More bytes are needed, or the program has not asked for them. */
    WAITS,
    /** The same, and no more will come. */
    CUT,
    /** The exchange is over, or another one's turn. */
    LEFT,
    REFUSED,
    /** It comes too slowly. */
    STALLED
  }

  /** A connection is kept if at most this many bytes were not read by the program. */
  private static final long MAX_SKIPPED = 64 * 1024;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final HttpServer server;
  private ServerConnection connection;
  private EventBuffer input;
  private final Pace pace = new Pace();
  private BodyReader body;

  /** The client waits for status 100 before it sends it. */
  private boolean isHeld;

  private long skipped;

  ServedBody(final HttpServer server) {
    this.server = server;
  }

  /** It reads for a connection from now on. */
  void lend(final ServerConnection to) {
    connection = to;
    input = to.stream().input();
  }

  void giveBack() {
    StreamAccess.heldBeside(connection.stream(), 0);
    connection = null;
    input = null;
    body = null;
  }

  /** That of the next request. */
  void begin(final BodyReader next, final boolean expectsContinue, final long now) {
    body = next;
    body.limit(server.limits().body());
    StreamAccess.heldBeside(connection.stream(), 0);
    isHeld = expectsContinue && !body.isComplete();
    skipped = 0;
    pace.start(now);
  }

  boolean isComplete() {
    return body.isComplete();
  }

  /** Gives the program what has come; then this may be another connection's. */
  Result read(final HttpExchange its) {
    final ServerConnection from = connection;
    while (from.serves(its)) {
      final BodyReading reading = its.reading();
      if (reading.isPaused()) {
        return Result.WAITS;
      }
      if (body.isComplete()) {
        final HttpHandler end = reading.isWhole();
        if (end != null) {
          from.bodyIsWhole();
          from.invoke(end);
        }
        return from.serves(its) ? Result.WAITS : Result.LEFT;
      }
      if (!reading.isTaken()) {
        return Result.WAITS;
      }
      final EventBuffer into = its.body();
      final long before = body.received();
      final BodyReader.Result result = body.read(input, into, ServerConnection.MAX_INPUT);
      final boolean moved = body.received() > before;
      if (moved) {
        pace.passed(from.now(), body.received() - before);
        deliver(from, its, into);
      }
      if (!from.serves(its)) {
        return Result.LEFT;
      }
      if (result == BodyReader.Result.REFUSED) {
        return reading.isCut() ? Result.REFUSED : Result.WAITS;
      }
      if (result == BodyReader.Result.INCOMPLETE && !moved) {
        if (from.hasPeerEnded()) {
          return reading.isCut() ? Result.CUT : Result.WAITS;
        }
        return hasStalled(its, from.now()) ? Result.STALLED : Result.WAITS;
      }
    }
    return Result.LEFT;
  }

  private static void deliver(
      final ServerConnection from, final HttpExchange its, final EventBuffer into) {
    try {
      its.reading().deliver(its);
    } catch (final Throwable thrown) {
      from.failures().thrown(its, thrown);
    }
    if (!from.serves(its)) {
      return;
    }
    if (its.reading().dropsDelivered()) {
      into.drain(into.length());
    }
    StreamAccess.heldBeside(from.stream(), into.length());
  }

  /** The program has asked for it: a client that waits for status 100 gets that. */
  void isWanted(final AnswerOutput out, final long now) {
    if (isHeld && input.isEmpty() && !body.isComplete() && !body.isAnnouncedTooLarge()) {
      out.add(CONTINUE);
    }
    isHeld = false;
    pace.start(now);
  }

  /** The program goes on reading. */
  void isResumed(final long now) {
    pace.start(now);
  }

  /** When the silence of the client is too long. */
  long silentAt(final long silence) {
    return pace.silentAt(silence);
  }

  boolean hasStalled(final HttpExchange its, final long now) {
    return its.reading().isWanted()
        && !body.isComplete()
        && pace.hasStalled(
            now, ServerTimes.nanos(server.limits().bodySilence()), server.limits().minRate());
  }

  /** Whether a connection can go on with what is still to come, as its answer begins. */
  boolean mayBeSkipped() {
    if (body.isComplete()) {
      return true;
    }
    if (isHeld && input.isEmpty()) {
      return false; // whether the client will send it is not known
    }
    isHeld = false;
    return body.framing() == BodyReader.Framing.LENGTH
        ? body.announced() - body.received() <= MAX_SKIPPED
        : skip() == BodyReader.Result.COMPLETE;
  }

  /** Drops what has come of it; REFUSED when that is too much. */
  BodyReader.Result skip() {
    final EventBuffer trash = server.trash();
    final BodyReader.Result result = body.read(input, trash, MAX_SKIPPED);
    skipped += trash.length();
    trash.drain(trash.length());
    return skipped > MAX_SKIPPED ? BodyReader.Result.REFUSED : result;
  }
}
