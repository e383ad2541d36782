package org.jevent.sim;

import org.jevent.buffer.EventBuffer;

/**
 * What a request asks for: its path says it, and the bytes of both bodies follow from its number.
 *
 * @param up how many bytes the request's body has
 * @param down how many bytes the body of the answer has
 */
record HttpTask(Kind kind, int number, int up, int down) {
  /** How a server answers. */
  enum Kind {
    AT_ONCE,
    LATE,
    PARTS,
    REDIRECT,
    THROWS,
    CUTS,
    NEVER
  }

  /** How many of the kinds have an answer that is whole. */
  static final int WHOLE_KINDS = Kind.THROWS.ordinal();

  static HttpTask draw(final Choices choices, final int number, final int kinds) {
    final boolean large = choices.happens("large", 0.2);
    return new HttpTask(
        Kind.values()[choices.choose("kind", kinds)],
        number,
        choices.between("up", 0, large ? 200_000 : 3000),
        choices.between("down", 0, large ? 200_000 : 3000));
  }

  static HttpTask of(final String path) {
    final String[] parts = path.split("/");
    return new HttpTask(
        Kind.valueOf(parts[1]),
        Integer.parseInt(parts[2]),
        Integer.parseInt(parts[3]),
        Integer.parseInt(parts[4]));
  }

  String path() {
    return "/" + kind + "/" + number + "/" + up + "/" + down;
  }

  /** Where a redirect leads. */
  HttpTask target() {
    return new HttpTask(Kind.AT_ONCE, number, up, down);
  }

  static byte at(final int number, final int position) {
    return (byte) (number * 31 + position * 7 + (position >>> 8));
  }

  /** A part of one of the bodies. */
  byte[] bytes(final int from, final int to) {
    final byte[] made = new byte[to - from];
    for (int i = from; i < to; i++) {
      made[i - from] = at(number, i);
    }
    return made;
  }

  /**
   * Takes the next bytes of a body, which have to be the right ones; returns how many have come.
   */
  int check(final EventBuffer bytes, final int before) {
    final byte[] came = bytes.readBytes((int) bytes.length());
    for (int i = 0; i < came.length; i++) {
      require(came[i] == at(number, before + i), "byte " + (before + i));
    }
    return before + came.length;
  }

  void require(final boolean holds, final Object found) {
    if (!holds) {
      throw new AssertionError(this + ": found " + found);
    }
  }
}
