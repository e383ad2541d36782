package org.jevent.http.h1;

/** What a request expects: RFC 9110, 10.1.1. */
enum Expectation {
  NOTHING,

  /** 100 (Continue), before its body is sent. */
  CONTINUE,

  /** What no server knows. */
  OTHER;

  private static final String CONTINUE_TEXT = "100-continue";

  static Expectation of(final HeaderTable table, final ListReader list) {
    Expectation found = NOTHING;
    for (int i = table.find(KnownName.EXPECT); i >= 0; i = table.next(i)) {
      list.begin(table.bytes(), table.valueFrom(i), table.valueTo(i));
      while (list.next()) {
        if (!list.isEmpty()) {
          if (!list.is(CONTINUE_TEXT)) {
            return OTHER;
          }
          found = CONTINUE;
        }
      }
    }
    return found;
  }
}
