package org.jevent.bench.rivals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What servers of HTTP answer: {@code /hello}, {@code /10k}, {@code /file} and {@code /post}. */
final class HttpContent {
  static final String TYPE = "text/plain";
  static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
  static final byte[] TEN_KB = new byte[10 * 1024];

  static {
    Arrays.fill(TEN_KB, (byte) 'x');
  }

  private HttpContent() {}

  /** The body for a path that is no file. */
  static byte[] of(final String path) {
    return path.equals("/10k") ? TEN_KB : HELLO;
  }
}
