package org.jevent.examples;

/** ROT13 once more, written in another way than the examples': what answers are compared with. */
final class Turned {
  private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String TURNED = "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM";

  private Turned() {}

  static byte[] bytes(final byte[] bytes) {
    final byte[] answer = bytes.clone();
    for (int i = 0; i < answer.length; i++) {
      final int letter = PLAIN.indexOf(answer[i] & 0xff);
      if (letter >= 0) {
        answer[i] = (byte) TURNED.charAt(letter);
      }
    }
    return answer;
  }
}
