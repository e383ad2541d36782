package org.jevent.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.h1.FieldRules;
import org.jevent.http.h1.HeadWriter;

/** Writes the requests of one connection into its output, one after the other. */
final class RequestWriter {
  /** A source is asked for more while less than this waits to leave. */
  static final long MAX_OUTPUT = 256 * 1024;

  /** A source is asked again when no more than this waits. */
  static final long MIN_OUTPUT = 64 * 1024;

  private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = "\r\n".getBytes(StandardCharsets.US_ASCII);

  /** How far a request has come. */
  enum State {
    /** There is none. */
    NONE,

    /** The head is in the output; the body waits for 100. */
    HELD,

    /** The body is being added. */
    PULLING,

    /** The source has no bytes at the moment. */
    STALLED,

    /** All of it is in the output. */
    HANDED,

    /** The rest will not be sent. */
    STOPPED;

    boolean leadsTo(final State next) {
      return switch (this) {
        case NONE -> next == HELD || next == PULLING || next == STOPPED;
        case HELD -> next == PULLING || next == STOPPED;
        case PULLING -> next == STALLED || next == HANDED || next == STOPPED;
        case STALLED -> next == PULLING || next == STOPPED;
        case HANDED, STOPPED -> next == NONE || next == STOPPED;
      };
    }
  }

  private final ClientContext context;
  private final BufferEvent stream;
  private State state = State.NONE;
  private ClientCall call;
  private Hop hop;
  private RequestBody body;
  private EventBuffer piece;

  /** The source has the piece at the moment. */
  private boolean asking;

  private long length;
  private long pulled;
  private long added;

  RequestWriter(final ClientContext context, final BufferEvent stream) {
    this.context = context;
    this.stream = stream;
  }

  State state() {
    return state;
  }

  private void become(final State next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  boolean isHanded() {
    return state == State.HANDED;
  }

  /** How many bytes of the request have left the output. */
  long taken() {
    return added - stream.output().length();
  }

  // ---- the head ----

  /** Adds the head, and of the body what needs no code of a program. */
  void begin(final ClientCall begun, final boolean absolute) throws IOException {
    if (state != State.NONE) {
      become(State.NONE);
    }
    call = begun;
    hop = begun.hop();
    body = hop.body();
    length = body.length();
    pulled = 0;
    added = 0;
    final HeadWriter head = context.heads.begin();
    writeHead(head, absolute);
    add(head);
    if (hop.expectsContinue()) {
      become(State.HELD);
    } else {
      become(State.PULLING);
      if (!body.isForeign()) {
        pull();
      }
    }
  }

  private void add(final HeadWriter head) {
    added += head.size();
    head.addTo(stream.output());
  }

  private void writeHead(final HeadWriter head, final boolean absolute) {
    final HttpRequest request = call.request;
    final HttpHeaders fields = request.headers();
    head.requestLine(hop.method(), hop.target(absolute));
    if (hop.drops("host") || !fields.contains("host")) {
      head.field("host", hop.authority());
    }
    for (int i = 0; i < fields.size(); i++) {
      if (!hop.drops(fields.name(i))) {
        head.field(fields.name(i), fields.value(i));
      }
    }
    if (request.decompresses() && !fields.contains("accept-encoding")) {
      head.field("accept-encoding", "gzip, deflate");
    }
    if (request.upgrade() != null) {
      head.field("connection", "upgrade").field("upgrade", request.upgrade());
    }
    if (absolute) {
      ProxyTunnel.writeCredentials(head, hop.proxy());
    } else if (request.tunnelTarget() != null) {
      ProxyTunnel.writeCredentials(head, hop.uri());
    }
    writeFraming(head);
    head.crlf();
  }

  private void writeFraming(final HeadWriter head) {
    if (length < 0) {
      head.field("transfer-encoding", "chunked");
    } else if (length > 0 || hop.hasBody() || expectsBody(hop.method())) {
      head.field("content-length", length);
    }
    if (hop.expectsContinue()) {
      head.field("expect", "100-continue");
    }
  }

  private static boolean expectsBody(final String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }

  // ---- the body ----

  /** The answer 100 has come, or has not come in time. */
  void release() {
    become(State.PULLING);
  }

  /** The source has bytes again. */
  void resume() {
    if (state == State.STALLED) {
      become(State.PULLING);
    }
  }

  /**
   * Adds to the body until enough is there.
   *
   * @throws IOException if the source throws it, or has another length than it said
   */
  void pull() throws IOException {
    while (state == State.PULLING && stream.output().length() < MAX_OUTPUT) {
      pullOnce();
    }
  }

  private void pullOnce() throws IOException {
    if (!body.isForeign()) {
      if (length > 0) {
        body.pull(call.face, stream.output());
        added += length;
      }
      become(State.HANDED);
      return;
    }
    if (piece == null) {
      piece = new EventBuffer(context.base);
    }
    final boolean more = askSource();
    if (state != State.PULLING) {
      closePiece();
      return; // the source has ended the call
    }
    final long count = piece.length();
    pulled += count;
    if (length >= 0 && (pulled > length || (!more && pulled < length))) {
      throw new IOException(
          "the source has given "
              + pulled
              + " bytes"
              + (more ? "" : " in all")
              + ", and has announced "
              + length);
    }
    if (count > 0) {
      addPiece(count);
    }
    if (!more || pulled == length) {
      end();
    } else if (count == 0) {
      become(State.STALLED);
    }
  }

  private boolean askSource() throws IOException {
    asking = true;
    try {
      return body.pull(call.face, piece);
    } finally {
      asking = false;
    }
  }

  private void addPiece(final long count) {
    if (length < 0) {
      add(context.heads.begin().hexadecimal(count).crlf());
    }
    stream.write(piece);
    added += count;
    if (length < 0) {
      add(context.heads.begin().bytes(CRLF));
    }
  }

  private void end() {
    if (length < 0) {
      final HeadWriter last = context.heads.begin().bytes(LAST_CHUNK);
      final HttpHeaders trailers = body.trailers();
      if (trailers != null) {
        for (int i = 0; i < trailers.size(); i++) {
          FieldRules.checkTrailer(trailers.name(i));
          last.field(trailers.name(i), trailers.value(i));
        }
      }
      add(last.crlf());
    }
    become(State.HANDED);
    closePiece();
  }

  /** The rest is not sent. */
  void stop() {
    if (state != State.NONE) {
      become(State.STOPPED);
    }
    closePiece();
  }

  /** An idle connection holds nothing of its last request. */
  void clear() {
    call = null;
    hop = null;
    body = RequestBody.NONE;
  }

  private void closePiece() {
    if (piece != null && !asking) {
      piece.close();
      piece = null;
    }
  }
}
