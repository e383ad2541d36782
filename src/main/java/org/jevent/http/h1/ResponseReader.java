package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jevent.buffer.EventBuffer;

/**
 * Reads responses from the input of a connection, one after the other: {@link #expect} says what is
 * answered, {@link #read} reads a head, {@link #body} its body. Each byte of a head is looked at
 * once, however it comes.
 *
 * <p>Tolerated are what servers send that is not ambiguous: folded lines, which become one, a
 * status line without a reason, and blanks behind the size of a chunk. Refusals have the status 0.
 *
 * <p>What is asked about a head is valid from {@link RequestReader.Result#COMPLETE} until the next
 * head begins; before, these methods throw {@link IllegalStateException}. Strings may be kept. For
 * one thread.
 */
public final class ResponseReader {
  private static final Refusal TOO_MANY = new Refusal(431, "the response has too many fields");
  private static final Refusal TOO_LONG = new Refusal(431, "the head of the response is too long");

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int MIN_SUCCESS = 200;
  private static final int NO_CONTENT = 204;
  private static final int MAX_SUCCESS = 299;
  private static final int NOT_MODIFIED = 304;

  private final StatusLine line = new StatusLine();
  private final FramingRules framing = new FramingRules();
  private final Head head;
  private final BodyReader body;
  private boolean answersHead;
  private boolean answersConnect;
  private boolean keepsAlive;
  private Refusal refusal;

  /**
   * A reader whose arrays come from a pool, and go back there by {@link #release}.
   *
   * @param pool of the same thread
   */
  public ResponseReader(final ParserLimits limits, final HeadPool pool) {
    head = new Head(limits, pool);
    body = new BodyReader(pool, BodyReader.Tolerance.OF_RESPONSES);
    head.clear();
  }

  /** A reader whose arrays no other reader uses. */
  public ResponseReader(final ParserLimits limits) {
    this(limits, new HeadPool());
  }

  /** The part that is common to heads of both kinds. */
  private final class Head extends HeadReader {
    Head(final ParserLimits limits, final HeadPool pool) {
      super(limits, pool, new FieldScanner(FieldScanner.Folds.JOINED, TOO_MANY, TOO_LONG));
    }

    @Override
    StartLine startLine() {
      return line;
    }

    @Override
    int maxFields() {
      return parserLimits().fields();
    }

    @Override
    Refusal lineRead() {
      return null;
    }

    @Override
    Refusal fieldsRead() {
      return checkFields();
    }
  }

  /** Sets the limits, from the next head on. */
  public void limits(final ParserLimits limits) {
    head.parserLimits(limits);
    if (!line.hasBegun()) {
      head.clear();
    }
  }

  /**
   * Begins the response to a request of that method: HEAD and CONNECT change how it ends. Until it
   * is called, the method is neither of them.
   */
  public void expect(final String method) {
    answersHead = "HEAD".equals(Objects.requireNonNull(method, "method"));
    answersConnect = "CONNECT".equals(method);
    reset();
  }

  /**
   * Takes a head from the front of the input, or as much of it as is there. After COMPLETE the
   * input begins with the body, or with the next head after an interim one: another call reads
   * that.
   *
   * @throws IllegalStateException if the last call has returned COMPLETE, the head was not interim,
   *     and neither {@link #expect} nor {@link #reset} was called
   */
  public RequestReader.Result read(final EventBuffer input) {
    Objects.requireNonNull(input, "input");
    if (head.isWhole()) {
      if (!isInterim()) {
        throw new IllegalStateException("read: the last head is whole, and reset() comes first");
      }
      reset();
    }
    return head.advance(input);
  }

  private Refusal checkFields() {
    final HeaderTable table = head.table();
    final int minor = line.version().minor();
    final Refusal wrong = isTunnel() ? null : framing.read(table, minor);
    if (wrong != null) {
      return wrong;
    }
    final BodyReader.Framing kind = kind();
    keepsAlive = kind != BodyReader.Framing.UNTIL_CLOSE && ConnectionOptions.persists(table, minor);
    body.begin(kind, isTunnel() ? -1 : framing.length(), head.parserLimits());
    return null;
  }

  /** Whether what follows is no message: the fields of framing mean nothing then. */
  private boolean isTunnel() {
    return answersConnect && line.code() >= MIN_SUCCESS && line.code() <= MAX_SUCCESS;
  }

  /** RFC 9112, 6.3: what some statuses and methods have no body for comes first. */
  private BodyReader.Framing kind() {
    final int code = line.code();
    if (answersHead
        || isTunnel()
        || code < MIN_SUCCESS
        || code == NO_CONTENT
        || code == NOT_MODIFIED) {
      return BodyReader.Framing.NONE;
    }
    if (framing.isChunked()) {
      return BodyReader.Framing.CHUNKED;
    }
    return framing.length() >= 0 ? BodyReader.Framing.LENGTH : BodyReader.Framing.UNTIL_CLOSE;
  }

  private void requireHead() {
    if (!head.isWhole()) {
      throw new IllegalStateException("no head is whole");
    }
  }

  /** Whether a byte of a head has come. */
  public boolean hasBegun() {
    return line.hasBegun();
  }

  /** Why the head is refused; null if it is not. */
  public Refusal refusal() {
    final Refusal why = head.whyRefused();
    if (why != null && refusal == null) {
      refusal = why.ofResponse();
    }
    return refusal;
  }

  /** From 100 to 999. */
  public int status() {
    requireHead();
    return line.code();
  }

  /** The reason phrase in ISO-8859-1; empty if there is none. */
  public String reason() {
    requireHead();
    return line.reasonFrom() == line.reasonTo()
        ? ""
        : new String(
            head.bytes(),
            line.reasonFrom(),
            line.reasonTo() - line.reasonFrom(),
            StandardCharsets.ISO_8859_1);
  }

  /** 0, or 1 for HTTP/1.1 to 1.9. */
  public int minorVersion() {
    requireHead();
    return line.version().minor();
  }

  /** Whether another head follows: the status is 1xx, and not 101. */
  public boolean isInterim() {
    return status() < MIN_SUCCESS && line.code() != SWITCHING_PROTOCOLS;
  }

  /** The fields. They are empty before a byte has come, and after {@link #release}. */
  public HeaderTable headers() {
    return head.table();
  }

  /** Whether the connection may be used again behind this response. */
  public boolean keepsAlive() {
    requireHead();
    return keepsAlive;
  }

  /** The body, set up for this message. */
  public BodyReader body() {
    requireHead();
    return body;
  }

  /** Begins the next head, of an answer to the same method, and keeps the arrays. */
  public void reset() {
    head.clear();
    body.clear();
    refusal = null;
  }

  /** Gives the arrays back. The reader may be used again, from the next head on. */
  public void release() {
    head.giveBack();
    body.clear();
    refusal = null;
  }
}
