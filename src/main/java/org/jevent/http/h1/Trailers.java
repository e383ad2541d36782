package org.jevent.http.h1;

import org.jevent.buffer.EventBuffer;

/** Reads the fields behind a chunked body: RFC 9112, 7.1.2. They are no part of the head's. */
final class Trailers {
  private static final Refusal TOO_MANY = Refusal.bad("there are too many fields behind the body");
  private static final Refusal TOO_LONG = Refusal.bad("the fields behind the body are too long");

  private final Fields fields;

  Trailers(final ParserLimits limits, final HeadPool pool, final FieldScanner.Folds folds) {
    fields = new Fields(limits, pool, folds);
    fields.clear();
  }

  private static final class Fields extends HeadReader {
    Fields(final ParserLimits limits, final HeadPool pool, final FieldScanner.Folds folds) {
      super(limits, pool, new FieldScanner(folds, TOO_MANY, TOO_LONG));
    }

    @Override
    StartLine startLine() {
      return null;
    }

    @Override
    int maxFields() {
      return parserLimits().trailerFields();
    }

    @Override
    Refusal lineRead() {
      throw new IllegalStateException("there is no line before trailers");
    }

    @Override
    Refusal fieldsRead() {
      return TrailerRules.check(bytes(), index());
    }
  }

  /** The next body begins. */
  void begin(final ParserLimits limits) {
    fields.parserLimits(limits);
    fields.clear();
  }

  RequestReader.Result read(final EventBuffer input) {
    return fields.advance(input);
  }

  Refusal refusal() {
    return fields.whyRefused();
  }

  HeaderTable table() {
    return fields.table();
  }

  /** Gives the array back. */
  void clear() {
    fields.giveBack();
  }
}
