package org.jevent.http;

import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.http.h1.HeadWriter;

/**
 * Writes the answers of a connection into its output: heads with small bodies in one piece, chunks,
 * and small pieces of chunked bodies joined.
 */
final class AnswerOutput {
  /** A body up to this many bytes is copied behind its head. */
  private static final int MAX_COPIED = 16 * 1024;

  /** Pieces below this size are joined, up to {@link #MAX_JOINED}. */
  private static final int SMALL = 512;

  private static final int MAX_JOINED = 4096;

  private final HttpServer server;
  private ServerConnection connection;
  private EventBuffer output;
  private byte[] joined;
  private int joinedSize;

  AnswerOutput(final HttpServer server) {
    this.server = server;
  }

  /** It writes for a connection from now on. */
  void lend(final ServerConnection to) {
    assert joinedSize == 0 : to;
    connection = to;
    output = to.stream().output();
  }

  /** What was not written is dropped. */
  void giveBack() {
    connection = null;
    output = null;
    joined = null;
    joinedSize = 0;
  }

  private HeadWriter scratch() {
    return server.scratch();
  }

  /** How many bytes wait to be sent. */
  long waiting() {
    return output.length() + joinedSize;
  }

  /** Adds bytes as they are. */
  void add(final byte[] bytes) {
    output.add(bytes);
    connection.wrote(bytes.length);
  }

  /** Adds what is in the array. */
  void flush(final HeadWriter from) {
    connection.wrote(from.size());
    from.addTo(output);
  }

  /** Adds the head, and a short text of ASCII behind it. */
  void headAndText(final ResponseWriter answer, final String text) {
    if (answer.take(text.length())) {
      scratch().text(text);
    }
    flush(scratch());
    answer.endedInHead();
  }

  void headAndBytes(final ResponseWriter answer, final byte[] body) {
    final boolean goes = answer.take(body.length);
    if (goes && body.length <= MAX_COPIED) {
      scratch().bytes(body);
      flush(scratch());
    } else {
      flush(scratch());
      if (goes) {
        output.add(body);
        connection.wrote(body.length);
      }
    }
    answer.endedInHead();
  }

  void headAndBuffer(final ResponseWriter answer, final EventBuffer body) {
    flush(scratch());
    final long count = body.length();
    if (answer.take(count)) {
      output.add(body);
      connection.wrote(count);
    } else {
      body.drain(count);
    }
    answer.endedInHead();
  }

  void headAndFile(
      final ResponseWriter answer, final FileSegment file, final long offset, final long count) {
    flush(scratch());
    if (answer.take(count) && count > 0) {
      output.addFileSegment(file, offset, count);
      connection.wrote(count);
    }
    answer.endedInHead();
  }

  // ---- parts ----

  void write(final ResponseWriter answer, final byte[] part) {
    if (part.length == 0 || !answer.take(part.length)) {
      return;
    }
    if (answer.isChunked() && part.length < SMALL) {
      join(part);
      return;
    }
    beginChunk(answer, part.length);
    output.add(part);
    connection.wrote(part.length);
    endChunk(answer);
  }

  void write(final ResponseWriter answer, final EventBuffer part) {
    final long count = part.length();
    if (count == 0) {
      return;
    }
    if (!answer.take(count)) {
      part.drain(count);
      return;
    }
    beginChunk(answer, count);
    output.add(part);
    connection.wrote(count);
    endChunk(answer);
  }

  void write(
      final ResponseWriter answer, final FileSegment file, final long offset, final long count) {
    if (count == 0 || !answer.take(count)) {
      return;
    }
    beginChunk(answer, count);
    output.addFileSegment(file, offset, count);
    connection.wrote(count);
    endChunk(answer);
  }

  private void beginChunk(final ResponseWriter answer, final long count) {
    flushJoined();
    if (answer.isChunked()) {
      ResponseWriter.chunkLine(scratch().begin(), count);
      flush(scratch());
    }
  }

  private void endChunk(final ResponseWriter answer) {
    if (answer.isChunked()) {
      flush(scratch().begin().crlf());
    }
  }

  /** Keeps a small piece until others come, or the callback has ended. */
  private void join(final byte[] part) {
    if (joinedSize + part.length > MAX_JOINED) {
      flushJoined();
    }
    if (joined == null) {
      joined = new byte[MAX_JOINED];
    }
    if (joinedSize == 0) {
      server.flushSoon(this);
    }
    System.arraycopy(part, 0, joined, joinedSize, part.length);
    joinedSize += part.length;
  }

  /** The joined pieces become a chunk. */
  void flushJoined() {
    if (joinedSize > 0) {
      final HeadWriter to = scratch().begin();
      ResponseWriter.chunkLine(to, joinedSize);
      flush(to.bytes(joined, 0, joinedSize).crlf());
      joinedSize = 0;
    }
  }

  /** The same behind the program's callbacks: a piece that cannot leave ends its connection. */
  void flushOrCut() {
    final ServerConnection its = connection;
    try {
      flushJoined();
    } catch (final Throwable thrown) {
      its.failures().partIsLost(thrown);
    }
  }

  /** Ends a body in parts. */
  void end(final ResponseWriter answer, final HttpHeaders trailers) {
    flushJoined();
    final long before = output.length();
    answer.end(scratch(), output, trailers);
    connection.wrote(output.length() - before);
    joined = null;
  }
}
