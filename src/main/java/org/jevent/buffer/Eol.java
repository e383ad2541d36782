package org.jevent.buffer;

/** What ends a line; {@code enum evbuffer_eol_style}. */
public enum Eol {
  /** Any run of carriage returns and line feeds; {@code EVBUFFER_EOL_ANY}. */
  ANY,
  /** A line feed, with or without a carriage return before it; {@code EVBUFFER_EOL_CRLF}. */
  CRLF,
  /** A carriage return and a line feed; {@code EVBUFFER_EOL_CRLF_STRICT}. */
  CRLF_STRICT,
  /** A line feed; {@code EVBUFFER_EOL_LF}. */
  LF,
  /** A zero byte; {@code EVBUFFER_EOL_NUL}. */
  NUL
}
