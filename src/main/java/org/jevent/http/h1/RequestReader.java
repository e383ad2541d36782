package org.jevent.http.h1;

import java.util.Objects;
import org.jevent.buffer.EventBuffer;

/**
 * Reads requests from the input of a connection, one after the other: {@link #read} reads a head,
 * {@link #body} its body, {@link #reset} begins the next one. Each byte of a head is looked at
 * once, however it comes.
 *
 * <p>What could be taken for something else by another reader is refused: RFC 9112, 11.2. A refusal
 * has a status, and nothing behind a refused head may be read.
 *
 * <p>What is asked about a head is valid from {@link Result#COMPLETE} until {@link #reset} or
 * {@link #release}; before, these methods throw {@link IllegalStateException}. Strings may be kept.
 * For one thread.
 */
public final class RequestReader {
  /** What {@link #read} has found. */
  public enum Result {
    /** More bytes are needed. */
    INCOMPLETE,

    /** The head is whole. */
    COMPLETE,

    /** The head is refused: see {@link #refusal}. */
    REFUSED
  }

  private static final Refusal TOO_MANY = new Refusal(431, "the request has too many fields");
  private static final Refusal TOO_LONG = new Refusal(431, "the head of the request is too long");
  private static final Refusal NO_HOST = Refusal.bad("a request of HTTP/1.1 has no Host");
  private static final Refusal HOSTS = Refusal.bad("the request has two Hosts");
  private static final Refusal BAD_HOST = Refusal.bad("Host is not a host, with or without a port");
  private static final Refusal OTHER_HOST =
      Refusal.bad("the target of the request has another host than Host");
  private static final Refusal EXPECTATION =
      new Refusal(417, "the request expects something else than 100-continue");

  private final RequestLine line = new RequestLine();
  private final Target target = new Target();
  private final Authority host = new Authority();
  private final FramingRules framing = new FramingRules();
  private final ListReader list = new ListReader();
  private final KeptText authority = new KeptText();
  private final Head head;
  private final BodyReader body;
  private String method;
  private boolean keepsAlive;
  private boolean expectsContinue;

  /**
   * A reader whose arrays come from a pool, and go back there by {@link #release}.
   *
   * @param pool of the same thread
   */
  public RequestReader(final ParserLimits limits, final HeadPool pool) {
    head = new Head(limits, pool);
    body = new BodyReader(pool, BodyReader.Tolerance.NONE);
    head.clear();
  }

  /** A reader whose arrays no other reader uses. */
  public RequestReader(final ParserLimits limits) {
    this(limits, new HeadPool());
  }

  /** The part that is common to heads of both kinds. */
  private final class Head extends HeadReader {
    Head(final ParserLimits limits, final HeadPool pool) {
      super(limits, pool, new FieldScanner(FieldScanner.Folds.REFUSED, TOO_MANY, TOO_LONG));
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
      return line.version().isHttp1() ? target.read(bytes(), line) : Version.OTHER;
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
   * Takes a head from the front of the input, or as much of it as is there. After COMPLETE the
   * input begins with the body. After REFUSED some of what was refused is still there.
   *
   * @throws IllegalStateException if the last call has returned COMPLETE, and {@link #reset} was
   *     not called
   */
  public Result read(final EventBuffer input) {
    Objects.requireNonNull(input, "input");
    if (head.isWhole()) {
      throw new IllegalStateException("read: the last head is whole, and reset() comes first");
    }
    return head.advance(input);
  }

  private Refusal checkFields() {
    final HeaderTable table = head.table();
    final int minor = minorVersion();
    target.in(head.bytes());
    Refusal wrong = checkHost(table, minor);
    if (wrong == null) {
      wrong = framing.read(table, minor);
    }
    if (wrong == null) {
      final Expectation expectation = Expectation.of(table, list);
      expectsContinue = expectation == Expectation.CONTINUE && minor > 0;
      wrong = expectation == Expectation.OTHER ? EXPECTATION : null;
    }
    if (wrong != null) {
      return wrong;
    }
    keepsAlive = ConnectionOptions.persists(table, minor);
    body.begin(
        framing.isChunked()
            ? BodyReader.Framing.CHUNKED
            : framing.length() >= 0 ? BodyReader.Framing.LENGTH : BodyReader.Framing.NONE,
        framing.length(),
        head.parserLimits());
    return null;
  }

  private Refusal checkHost(final HeaderTable table, final int minor) {
    final int index = table.find(KnownName.HOST);
    if (index < 0) {
      return minor > 0 ? NO_HOST : null;
    }
    if (table.next(index) >= 0) {
      return HOSTS;
    }
    if (!host.read(table.bytes(), table.valueFrom(index), table.valueTo(index))) {
      return BAD_HOST;
    }
    return target.form() == TargetForm.ABSOLUTE && !target.agrees(host) ? OTHER_HOST : null;
  }

  private void requireHead() {
    if (!head.isWhole()) {
      throw new IllegalStateException("no head is whole");
    }
  }

  /** Whether a byte of a request line has come: empty lines before it are none. */
  public boolean hasBegun() {
    return line.hasBegun();
  }

  /** Why the head is refused; null if it is not. */
  public Refusal refusal() {
    return head.whyRefused();
  }

  /** The method, whose case matters; a shared constant if it is a method of an RFC. */
  public String method() {
    requireHead();
    if (method == null) {
      method = Methods.of(head.bytes(), line.start(), line.methodTo());
    }
    return method;
  }

  /** Whether the method is that one; allocates nothing. */
  public boolean methodIs(final String known) {
    requireHead();
    return Chars.equal(head.bytes(), line.start(), line.methodTo(), known);
  }

  /** 0, or 1 for HTTP/1.1 to 1.9. */
  public int minorVersion() {
    if (!line.isDone()) {
      throw new IllegalStateException("no head is whole");
    }
    return line.version().minor();
  }

  /** The form of the target. */
  public TargetForm form() {
    requireHead();
    return target.form();
  }

  /** The target as it was sent. */
  public String target() {
    requireHead();
    return target.text();
  }

  /** The scheme of an absolute target, "http" or "https"; null for any other. */
  public String scheme() {
    requireHead();
    return target.scheme();
  }

  /**
   * The host and the port, if one is given: those of the target, else of Host, else null. The case
   * of letters is that in which they were sent.
   */
  public String authority() {
    requireHead();
    if (target.hasAuthority()) {
      return authority.of(head.bytes(), target.authorityFrom(), target.authorityTo());
    }
    final int index = head.table().find(KnownName.HOST);
    return index < 0
        ? null
        : authority.of(head.bytes(), head.table().valueFrom(index), head.table().valueTo(index));
  }

  /**
   * The path as it was sent, without the query: "/" when it is empty, "*" for {@link
   * TargetForm#ASTERISK}, null for {@link TargetForm#AUTHORITY}.
   */
  public String rawPath() {
    requireHead();
    return target.rawPath();
  }

  /**
   * The path with its escapes decoded, as text in UTF-8, and without segments of dots. "%2F" and
   * "%5C" stay as they were sent. Bytes that are not UTF-8 become U+FFFD. The text is the same
   * object as that of the last head, if the path was sent alike.
   */
  public String path() {
    requireHead();
    return target.decodedPath();
  }

  /** The query as it was sent, without its question mark; null if there is none. */
  public String query() {
    requireHead();
    return target.query();
  }

  /** The fields. They are empty before a byte has come, and after {@link #release}. */
  public HeaderTable headers() {
    return head.table();
  }

  /** Whether the client would send another request behind this one: RFC 9112, 9.3. */
  public boolean keepsAlive() {
    requireHead();
    return keepsAlive;
  }

  /** Whether the client waits for 100 (Continue); never in HTTP/1.0. */
  public boolean expectsContinue() {
    requireHead();
    return expectsContinue;
  }

  /** The body, set up for this message. */
  public BodyReader body() {
    requireHead();
    return body;
  }

  /** Begins the next head, and keeps the arrays. */
  public void reset() {
    head.clear();
    body.clear();
    method = null;
  }

  /** Gives the arrays back. The reader may be used again, from the next head on. */
  public void release() {
    head.giveBack();
    body.clear();
    method = null;
    target.idle();
    host.clear();
    authority.idle();
  }
}
