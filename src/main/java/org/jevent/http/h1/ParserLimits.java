package org.jevent.http.h1;

import org.jevent.internal.engine.Arguments;

/**
 * The limits of a parser. What is exactly at a limit is accepted.
 *
 * @param startLine bytes of a request line or status line, without its CRLF; beyond it 414
 * @param head bytes of a head from its first line to the empty line, with each CRLF; beyond it 431
 * @param fields lines of fields in a head; beyond it 431
 * @param trailerFields lines of fields behind a chunked body; beyond it 400
 * @param chunkLine bytes of the line before a chunk, without its CRLF; beyond it 400
 * @param chunkExtensions bytes of all extensions of one body; beyond it 400
 */
public record ParserLimits(
    int startLine, int head, int fields, int trailerFields, int chunkLine, int chunkExtensions) {
  /** The limits of a server or client that sets none. */
  public static final ParserLimits DEFAULT = new ParserLimits(8192, 32_768, 128, 32, 256, 16_384);

  /** A head must stay within an array, whose positions are added to. */
  private static final int MAX_BYTES = 1 << 24;

  private static final int MAX_FIELDS = 1 << 16;

  /**
   * @throws IllegalArgumentException if a limit of bytes is not within 1..16 Mi, that of a chunk
   *     line or of extensions not within 0..16 Mi, or a count not within 0..65,536
   */
  public ParserLimits {
    Arguments.within("startLine", startLine, 1, MAX_BYTES);
    Arguments.within("head", head, 1, MAX_BYTES);
    Arguments.within("fields", fields, 0, MAX_FIELDS);
    Arguments.within("trailerFields", trailerFields, 0, MAX_FIELDS);
    Arguments.within("chunkLine", chunkLine, 1, MAX_BYTES);
    Arguments.within("chunkExtensions", chunkExtensions, 0, MAX_BYTES);
  }
}
