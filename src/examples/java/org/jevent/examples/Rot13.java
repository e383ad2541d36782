package org.jevent.examples;

/** The cipher that undoes itself: letters of ASCII move by thirteen places, all else stays. */
final class Rot13 {
  private static final byte[] TABLE = table();

  private Rot13() {}

  private static byte[] table() {
    final byte[] table = new byte[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) turned(i);
    }
    return table;
  }

  private static int turned(final int letter) {
    if (letter >= 'a' && letter <= 'z') {
      return 'a' + (letter - 'a' + 13) % 26;
    }
    return letter >= 'A' && letter <= 'Z' ? 'A' + (letter - 'A' + 13) % 26 : letter;
  }

  static byte turn(final byte letter) {
    return TABLE[letter & 0xff];
  }
}
