package org.jevent.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;

/** The body of a request, whatever it is made of. */
abstract class RequestBody {
  /** Up to this a copy costs less than a reference. */
  private static final int MAX_COPIED = 16 * 1024;

  /** No body at all. */
  static final RequestBody NONE =
      new RequestBody() {
        @Override
        long length() {
          return 0;
        }

        @Override
        boolean pull(final HttpCall call, final EventBuffer into) {
          return false;
        }
      };

  /** How many bytes, or -1 if that is not known. */
  abstract long length();

  /**
   * Adds the next bytes.
   *
   * @return false: that was the end
   */
  abstract boolean pull(HttpCall call, EventBuffer into) throws IOException;

  /** Whether it begins again at the first byte. */
  boolean rewind() throws IOException {
    return true;
  }

  /** Whether a program's code gives the bytes, which must not run within {@code send}. */
  boolean isForeign() {
    return false;
  }

  HttpHeaders trailers() {
    return null;
  }

  /** It is needed no more. */
  void released() {}

  static RequestBody of(final byte[] bytes) {
    return new RequestBody() {
      @Override
      long length() {
        return bytes.length;
      }

      @Override
      boolean pull(final HttpCall call, final EventBuffer into) {
        if (bytes.length <= MAX_COPIED) {
          into.add(bytes);
        } else {
          into.addReference(ByteBuffer.wrap(bytes), null);
        }
        return false;
      }
    };
  }

  /** The buffer is closed with the body. */
  static RequestBody of(final EventBuffer bytes) {
    return new RequestBody() {
      @Override
      long length() {
        return bytes.length();
      }

      @Override
      boolean pull(final HttpCall call, final EventBuffer into) {
        into.addBufferReference(bytes);
        return false;
      }

      @Override
      void released() {
        bytes.close();
      }
    };
  }

  static RequestBody of(final FileSegment segment) {
    return new RequestBody() {
      @Override
      long length() {
        return segment.length();
      }

      @Override
      boolean pull(final HttpCall call, final EventBuffer into) {
        into.addFileSegment(segment, 0, segment.length());
        return false;
      }
    };
  }

  static RequestBody of(final HttpBodySource source) {
    final long length = source.length();
    if (length < -1) {
      throw new IllegalArgumentException("the source's length " + length + " is less than -1");
    }
    return new RequestBody() {
      private boolean released;

      @Override
      long length() {
        return length;
      }

      @Override
      boolean pull(final HttpCall call, final EventBuffer into) throws IOException {
        return source.pull(call, into);
      }

      @Override
      boolean rewind() throws IOException {
        return source.rewind();
      }

      @Override
      boolean isForeign() {
        return true;
      }

      @Override
      HttpHeaders trailers() {
        return source.trailers();
      }

      @Override
      void released() {
        if (!released) {
          released = true;
          source.released();
        }
      }
    };
  }
}
