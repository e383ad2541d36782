package org.jevent.http.h1;

import java.util.Objects;
import org.jevent.buffer.EventBuffer;

/**
 * Moves a head from the input into an array, reads it there, and leaves what is behind it. An array
 * is taken when the first byte comes.
 */
abstract class HeadReader {
  /** What may be before the line of a request, and two bytes more than the limit, to see them. */
  private static final int SLACK = 2 * RequestLine.MAX_EMPTY_LINES + 2;

  /** What the next byte belongs to. */
  private enum Phase {
    START_LINE,
    FIELDS,
    COMPLETE,
    REFUSED;

    boolean leadsTo(final Phase next) {
      return switch (this) {
        case START_LINE -> next == FIELDS || next == REFUSED;
        case FIELDS -> next == COMPLETE || next == REFUSED;
        case COMPLETE -> next == REFUSED;
        case REFUSED -> false;
      };
    }
  }

  private final HeadPool pool;
  private final FieldScanner scanner;
  private final HeaderTable table = new HeaderTable();
  private ParserLimits limits;
  private Phase phase = Phase.START_LINE;
  private Refusal refusal;
  private HeadBuffer head;
  private int at;

  HeadReader(final ParserLimits limits, final HeadPool pool, final FieldScanner scanner) {
    this.limits = Objects.requireNonNull(limits, "limits");
    this.pool = Objects.requireNonNull(pool, "pool");
    this.scanner = scanner;
  }

  final ParserLimits parserLimits() {
    return limits;
  }

  final void parserLimits(final ParserLimits next) {
    limits = Objects.requireNonNull(next, "limits");
  }

  /** The bytes of the head; only while it has some. */
  final byte[] bytes() {
    return head.bytes();
  }

  /** Where the fields are; only while there are bytes. */
  final FieldIndex index() {
    return head.fields();
  }

  final HeaderTable table() {
    return table;
  }

  final Refusal whyRefused() {
    return refusal;
  }

  final boolean isWhole() {
    return phase == Phase.COMPLETE;
  }

  /** The line before the fields, or null if there is none. */
  abstract StartLine startLine();

  /** The line before the fields is whole. Returns what is wrong with it, or null. */
  abstract Refusal lineRead();

  /** The fields are whole. Returns what is wrong with them, or null. */
  abstract Refusal fieldsRead();

  abstract int maxFields();

  private void become(final Phase next) {
    assert phase.leadsTo(next) : phase + " to " + next;
    phase = next;
  }

  /** Forgets the head, and keeps the array. */
  final void clear() {
    phase = startLine() == null ? Phase.FIELDS : Phase.START_LINE;
    refusal = null;
    at = 0;
    if (head != null) {
      head.clear();
    }
    if (startLine() == null) {
      scanner.begin(0, limits.head(), maxFields());
    } else {
      startLine().begin(Math.min(limits.startLine(), limits.head()));
    }
  }

  /** Gives the array back. */
  final void giveBack() {
    clear();
    if (head != null) {
      table.show(null);
      pool.give(head);
      head = null;
    }
  }

  /** Reads on; what belongs to the head is taken from the input. */
  final RequestReader.Result advance(final EventBuffer input) {
    while (phase == Phase.START_LINE || phase == Phase.FIELDS) {
      if (input.length() == 0) {
        return RequestReader.Result.INCOMPLETE;
      }
      if (head == null) {
        head = pool.take();
        table.show(head);
      }
      final int before = head.filled();
      head.copy(input, limits.head() + SLACK);
      scan();
      head.cut(at);
      input.drain(at - before);
    }
    return phase == Phase.COMPLETE ? RequestReader.Result.COMPLETE : RequestReader.Result.REFUSED;
  }

  /** Looks at the bytes that were copied last: at all, unless the head ends among them. */
  private void scan() {
    if (phase == Phase.START_LINE) {
      final StartLine line = startLine();
      at = line.scan(head.bytes(), at, head.filled());
      if (line.refusal() != null) {
        refuse(line.refusal());
      } else if (line.isDone()) {
        become(Phase.FIELDS);
        scanner.begin(line.start(), limits.head(), maxFields());
        refuse(lineRead());
      }
    }
    if (phase == Phase.FIELDS) {
      at = scanner.scan(head, at);
      if (scanner.refusal() != null) {
        refuse(scanner.refusal());
      } else if (scanner.isDone()) {
        become(Phase.COMPLETE);
        refuse(fieldsRead());
      }
    }
  }

  private void refuse(final Refusal why) {
    if (why != null) {
      become(Phase.REFUSED);
      refusal = why;
    }
  }
}
