package org.jevent.http;

import java.io.IOException;
import org.jevent.buffer.EventBuffer;

/**
 * Gives the body of a request in pieces, as fast as the peer takes them. All methods are called by
 * the loop's thread. What they throw ends the call with {@link HttpException.Kind#CANCELLED}.
 */
@FunctionalInterface
public interface HttpBodySource {
  /**
   * Adds the next bytes, some 64 KiB at a time. A source that has none at the moment adds none, and
   * is asked again after {@link HttpCall#resumeUpload}.
   *
   * @return false: that was the end
   */
  boolean pull(HttpCall call, EventBuffer into) throws IOException;

  /** How many bytes there will be, or -1: then the body is sent in chunks. */
  default long length() {
    return -1;
  }

  /**
   * Begins again at the first byte, for a retry or a redirect.
   *
   * @return false: that is not possible
   */
  default boolean rewind() throws IOException {
    return false;
  }

  /**
   * The trailer fields of a body that is sent in chunks, asked for at its end; null for none. Those
   * that belong into the head, such as {@code Content-Type}, end the call.
   */
  default HttpHeaders trailers() {
    return null;
  }

  /** The call needs it no more. Called once. */
  default void released() {}
}
