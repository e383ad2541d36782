package org.jevent.http;

import java.nio.charset.StandardCharsets;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.h1.FieldRules;
import org.jevent.http.h1.HeadWriter;
import org.jevent.http.h1.Reasons;

/** The answer of an exchange: its head, the framing of its body, and how far it is. */
final class ResponseWriter {
  /** How far the answer is. */
  enum State {
    /** Its head has not been written. */
    NONE,
    /** Its body may be written. */
    BODY,
    /** All is written. */
    ENDED,
    /** It was broken off; the peer sees that. */
    CUT;

    boolean leadsTo(final State next) {
      return switch (this) {
        case NONE -> next == BODY || next == ENDED || next == CUT;
        case BODY -> next == ENDED || next == CUT;
        default -> false;
      };
    }
  }

  /** How the client sees the end of the body. */
  enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  /** How the head ends the connection, or not. */
  enum Persistence {
    /** HTTP/1.1 goes on. */
    KEPT,
    /** HTTP/1.0 goes on. */
    KEPT_BY_WORD,
    CLOSED
  }

  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP = ascii("Connection: keep-alive\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
  private static final byte[] LAST_CHUNK_LINE = ascii("0\r\n");
  private static final byte[] CRLF = ascii("\r\n");

  /** The length is not known. */
  static final long UNKNOWN = -1;

  private State state = State.NONE;
  private Framing framing = Framing.NONE;
  private boolean drops;
  private int status;
  private long remaining;
  private long written;

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  State state() {
    return state;
  }

  Framing framing() {
    return framing;
  }

  /** The status that was sent, 0 before. */
  int status() {
    return status;
  }

  /** Bytes of the body, without framing and without what a HEAD drops. */
  long written() {
    return written;
  }

  /** A new answer. */
  void reset() {
    state = State.NONE;
    framing = Framing.NONE;
    drops = false;
    status = 0;
    remaining = 0;
    written = 0;
  }

  private void to(final State next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  /** The answer cannot be given any more. */
  void cut() {
    if (state != State.ENDED && state != State.CUT) {
      to(State.CUT);
    }
  }

  /** Whether a status has a body. */
  static boolean hasBody(final int status) {
    return status >= 200 && status != 204 && status != 304;
  }

  /**
   * Writes the head into the array; the small body may follow it there.
   *
   * @param length of the body, or {@link #UNKNOWN}
   * @param chunks whether the peer reads chunks
   * @param head whether the request was HEAD
   */
  void head(
      final HeadWriter to,
      final int code,
      final HttpHeaders fields,
      final byte[] date,
      final long length,
      final boolean chunks,
      final boolean head,
      final Persistence persistence) {
    assert state == State.NONE : state;
    assert isUnframed(code, fields) : fields;
    status = code;
    framing = framing(code, length, chunks);
    drops = head || !hasBody(code);
    remaining = framing == Framing.LENGTH ? length : 0;
    to.begin().bytes(Reasons.line(code));
    if (date != null && !fields.contains("date")) {
      to.bytes(date);
    }
    for (int i = 0; i < fields.size(); i++) {
      to.field(fields.name(i), fields.value(i));
    }
    if (framing == Framing.LENGTH || (code == 304 && length > 0)) {
      to.field("Content-Length", length);
    } else if (framing == Framing.CHUNKED) {
      to.bytes(CHUNKED);
    }
    if (persistence == Persistence.CLOSED) {
      to.bytes(CLOSE);
    } else if (persistence == Persistence.KEPT_BY_WORD) {
      to.bytes(KEEP);
    }
    to.bytes(CRLF);
    to(State.BODY);
  }

  /**
   * Writes the head that ends HTTP on the connection.
   *
   * @param protocol what follows an upgrade, null behind CONNECT
   */
  void takenOver(
      final HeadWriter to, final String protocol, final HttpHeaders fields, final byte[] date) {
    assert state == State.NONE : state;
    status = protocol == null ? 200 : 101;
    to.begin().bytes(Reasons.line(status)).bytes(date);
    if (protocol != null) {
      FieldRules.checkValue("upgrade", protocol);
      to.bytes(UPGRADE).field("Upgrade", protocol);
    }
    for (int i = 0; i < fields.size(); i++) {
      to.field(fields.name(i), fields.value(i));
    }
    to.bytes(CRLF);
    to(State.ENDED);
  }

  private static Framing framing(final int code, final long length, final boolean chunks) {
    if (!hasBody(code)) {
      return Framing.NONE;
    }
    if (length != UNKNOWN) {
      return Framing.LENGTH;
    }
    return chunks ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
  }

  /** Whether the fields leave the framing to this; 426 says what to upgrade to. */
  private static boolean isUnframed(final int code, final HttpHeaders fields) {
    for (int i = 0; i < fields.size(); i++) {
      final String name = fields.name(i);
      final boolean upgrades = name.equals("upgrade") || name.equals("connection");
      if (FieldRules.isFraming(name) && !(upgrades && code == 426)) {
        return false;
      }
    }
    return true;
  }

  /**
   * An interim head.
   *
   * @throws IllegalArgumentException if a field is the library's to write
   */
  static void inform(final HeadWriter to, final int code, final HttpHeaders fields) {
    to.begin().bytes(Reasons.line(code));
    if (fields != null) {
      for (int i = 0; i < fields.size(); i++) {
        FieldRules.checkUnframed(fields.name(i));
        to.field(fields.name(i), fields.value(i));
      }
    }
    to.bytes(CRLF);
  }

  /**
   * Counts bytes of the body before they are written.
   *
   * @return whether they are sent, and not dropped as with HEAD
   * @throws IllegalStateException if they are more than were announced; nothing of them may be sent
   */
  boolean take(final long count) {
    if (state != State.BODY) {
      throw new IllegalStateException("the answer has no room for a body: " + state);
    }
    if (framing == Framing.LENGTH) {
      if (count > remaining) {
        throw new IllegalStateException(
            count + " bytes of a body of which " + remaining + " are still to come");
      }
      remaining -= count;
    } else if (framing == Framing.NONE && count > 0) {
      throw new IllegalStateException("an answer with status " + status + " has no body");
    }
    if (!drops) {
      written += count;
    }
    return !drops;
  }

  boolean isChunked() {
    return framing == Framing.CHUNKED;
  }

  /** The line before a chunk. */
  static void chunkLine(final HeadWriter to, final long count) {
    to.hexadecimal(count).crlf();
  }

  /** What is still to come of an announced body. */
  long remaining() {
    return remaining;
  }

  /**
   * Ends the body; fewer bytes than announced are {@link State#CUT}.
   *
   * @throws IllegalArgumentException if a field belongs into the head; nothing has changed then
   */
  void end(final HeadWriter scratch, final EventBuffer output, final HttpHeaders trailers) {
    for (int i = 0; trailers != null && i < trailers.size(); i++) {
      FieldRules.checkTrailer(trailers.name(i));
    }
    if (!drops && framing == Framing.LENGTH && remaining > 0) {
      to(State.CUT);
      return;
    }
    if (framing == Framing.CHUNKED && !drops) {
      if (trailers == null || trailers.isEmpty()) {
        output.add(LAST_CHUNK);
      } else {
        scratch.begin().bytes(LAST_CHUNK_LINE);
        for (int i = 0; i < trailers.size(); i++) {
          scratch.field(trailers.name(i), trailers.value(i));
        }
        scratch.crlf().addTo(output);
      }
    }
    to(State.ENDED);
  }

  /** The body is whole and in the array that the head is in. */
  void endedInHead() {
    to(State.ENDED);
  }
}
