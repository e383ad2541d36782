package org.jevent.http.h1;

import java.util.Objects;
import org.jevent.buffer.EventBuffer;
import org.jevent.internal.engine.Arguments;

/**
 * Reads the body of one message, and the trailer fields behind it. It belongs to the reader of the
 * heads, which sets it up for each message. Bytes of the body are moved, not copied, but for small
 * ones. For one thread.
 */
public final class BodyReader {
  /** What {@link #read} has found. */
  public enum Result {
    /** More input is needed, or another call when as much as was wanted has moved. */
    INCOMPLETE,

    /** The message has ended; trailers are read. */
    COMPLETE,

    /** The body is refused: see {@link #refusal}. */
    REFUSED
  }

  /** How the end of a body is found. */
  public enum Framing {
    /** There is no body. */
    NONE,

    /** By the number of its bytes. */
    LENGTH,

    /** By chunks that have their number of bytes before them. */
    CHUNKED,

    /** By the end of the stream; responses only. */
    UNTIL_CLOSE
  }

  /** What is let pass that a server refuses. */
  enum Tolerance {
    NONE,

    /** Blanks behind the size of a chunk, folded trailers; refusals have the status 0. */
    OF_RESPONSES
  }

  private static final Refusal TOO_LARGE = new Refusal(413, "the body is larger than its limit");
  private static final Refusal CUT = Refusal.bad("the body was cut");

  /** What is looked at together between data. */
  private static final int WINDOW = 128;

  private final HeadPool pool;
  private final Tolerance tolerance;
  private final ChunkReader chunks;
  private final byte[] window = new byte[WINDOW];

  /** Made for the first field behind a body. */
  private Trailers trailers;

  private final HeaderTable noTrailers = new HeaderTable();
  private ParserLimits limits;
  private Framing framing = Framing.NONE;
  private long announced = -1;
  private long limit = Long.MAX_VALUE;
  private long received;
  private boolean ended = true;
  private Refusal refusal;

  BodyReader(final HeadPool pool, final Tolerance tolerance) {
    this.pool = pool;
    this.tolerance = tolerance;
    chunks = new ChunkReader(tolerance == Tolerance.OF_RESPONSES);
  }

  /** The body of another message begins. */
  void begin(final Framing kind, final long length, final ParserLimits parserLimits) {
    assert kind != Framing.LENGTH || length >= 0 : length;
    clear();
    framing = kind;
    announced = length;
    limits = parserLimits;
    ended = kind == Framing.NONE || (kind == Framing.LENGTH && length == 0);
    if (kind == Framing.CHUNKED) {
      chunks.begin(parserLimits);
    }
  }

  /** There is no message. */
  void clear() {
    framing = Framing.NONE;
    announced = -1;
    limit = Long.MAX_VALUE;
    received = 0;
    ended = true;
    refusal = null;
    if (trailers != null) {
      trailers.clear();
    }
  }

  /** How the end is found. */
  public Framing framing() {
    return framing;
  }

  /** Content-Length, or -1. For a message that has no body, it is what another one would have. */
  public long announced() {
    return announced;
  }

  /**
   * Limits this body: one with more bytes is refused with 413, at the first call of {@link #read}
   * if its length was announced, else when the size of a chunk or a byte exceeds the limit. A body
   * has no limit before.
   *
   * @param bytes from 0 to {@link Long#MAX_VALUE}
   */
  public void limit(final long bytes) {
    limit = Arguments.atLeast("bytes", bytes, 0);
  }

  /** Whether the announced length is beyond the limit: then no byte of it will be read. */
  public boolean isAnnouncedTooLarge() {
    return framing == Framing.LENGTH && announced > limit;
  }

  /**
   * Moves bytes of the body. What is between them is taken from the input, too. Data that has come
   * before what is refused has been moved.
   *
   * @param input begins with the body, or with what follows the bytes that were read
   * @param most how many bytes are moved at most; the message may end behind them in the same call
   */
  public Result read(final EventBuffer input, final EventBuffer into, final long most) {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(into, "into");
    Arguments.atLeast("most", most, 0);
    if (refusal == null && !ended) {
      switch (framing) {
        case LENGTH -> readLength(input, into, most);
        case CHUNKED -> readChunks(input, into, most);
        default -> readUntilClose(input, into, most);
      }
    }
    return result();
  }

  private Result result() {
    if (refusal != null) {
      return Result.REFUSED;
    }
    return ended ? Result.COMPLETE : Result.INCOMPLETE;
  }

  private void refuse(final Refusal why) {
    assert refusal == null && !ended : refusal;
    refusal = tolerance == Tolerance.OF_RESPONSES ? why.ofResponse() : why;
  }

  private void count(final long bytes) {
    received += bytes;
    assert received >= 0 && (announced < 0 || received <= announced) : received;
  }

  /** Refuses the body if that many bytes more are too many; whether it has. */
  private boolean exceeds(final long bytes) {
    if (bytes > limit - received) {
      refuse(TOO_LARGE);
      return true;
    }
    return false;
  }

  private void readLength(final EventBuffer input, final EventBuffer into, final long most) {
    final long left = announced - received;
    if (!exceeds(left)) {
      count(input.removeTo(into, Math.min(left, most)));
      ended = received == announced;
    }
  }

  private void readUntilClose(final EventBuffer input, final EventBuffer into, final long most) {
    final long allowed = Math.max(0, limit - received);
    count(input.removeTo(into, Math.min(allowed, most)));
    if (received >= limit && input.length() > 0) {
      refuse(TOO_LARGE);
    }
  }

  private void readChunks(final EventBuffer input, final EventBuffer into, final long most) {
    final long end = received + Math.min(most, Long.MAX_VALUE - received);
    while (refusal == null && !ended && input.length() > 0) {
      if (chunks.part() == ChunkReader.Part.FIELDS) {
        readTrailers(input);
        continue;
      }
      final long data = chunks.left();
      if (data == 0) {
        readWindow(input, into, end);
      } else if (!exceeds(data)) {
        if (received == end) {
          return;
        }
        took(input.removeTo(into, Math.min(data, end - received)));
      }
    }
  }

  private void took(final long bytes) {
    count(bytes);
    chunks.took(bytes);
  }

  /**
   * Looks at the next bytes together, and copies the data of chunks that are whole among them. All
   * that was looked at is taken from the input, also when the data cannot be added.
   */
  private void readWindow(final EventBuffer input, final EventBuffer into, final long end) {
    final int seen = input.copyOut(window);
    int at = 0;
    try {
      while (at < seen) {
        at = chunks.scan(window, at, seen);
        final long data = chunks.left();
        if (data == 0 || exceeds(data) || data > seen - at || data > end - received) {
          break;
        }
        into.add(window, at, (int) data);
        at += (int) data;
        took(data);
      }
    } finally {
      input.drain(at);
    }
    if (chunks.refusal() != null) {
      refuse(chunks.refusal());
    } else if (chunks.part() == ChunkReader.Part.FIELDS) {
      beginTrailers();
    } else {
      ended = chunks.part() == ChunkReader.Part.DONE;
    }
  }

  private void beginTrailers() {
    if (trailers == null) {
      final boolean joined = tolerance == Tolerance.OF_RESPONSES;
      trailers =
          new Trailers(
              limits, pool, joined ? FieldScanner.Folds.JOINED : FieldScanner.Folds.REFUSED);
    }
    trailers.begin(limits);
  }

  private void readTrailers(final EventBuffer input) {
    switch (trailers.read(input)) {
      case INCOMPLETE -> {}
      case COMPLETE -> {
        chunks.fieldsEnded();
        ended = true;
      }
      case REFUSED -> refuse(trailers.refusal());
    }
  }

  /** How many bytes of the body have come: without what is between them. */
  public long received() {
    return received;
  }

  /** Whether the message has ended. */
  public boolean isComplete() {
    return ended && refusal == null;
  }

  /**
   * The stream has ended.
   *
   * @return {@link Result#COMPLETE} if the message has ended, which it does now if it is {@link
   *     Framing#UNTIL_CLOSE}; else it was cut, and is refused
   */
  public Result end() {
    if (framing == Framing.UNTIL_CLOSE && refusal == null) {
      ended = true;
    } else if (refusal == null && !ended) {
      refuse(CUT);
    }
    return result();
  }

  /** The fields behind a chunked body; empty until it has ended, and if there are none. */
  public HeaderTable trailers() {
    return trailers == null || !isComplete() ? noTrailers : trailers.table();
  }

  /** Why the body is refused; null if it is not. */
  public Refusal refusal() {
    return refusal;
  }
}
