package org.jevent.http;

import java.time.Instant;
import org.jevent.buffer.FileSegment;

/**
 * The answer to a request for a file: its fields, its conditions, its ranges. {@link #begin}
 * answers what needs no bytes, {@link #send} the rest.
 */
final class FileAnswer {
  private final HttpExchange exchange;
  private final String type;
  private final String cacheControl;
  private final boolean varies;
  private final boolean zipped;
  private final long now;

  /**
   * @param cacheControl the field, or null
   * @param varies there is a zipped file as well
   * @param zipped it is the one
   * @param now seconds since 1970
   */
  FileAnswer(
      final HttpExchange exchange,
      final String type,
      final String cacheControl,
      final boolean varies,
      final boolean zipped,
      final long now) {
    this.exchange = exchange;
    this.type = type;
    this.cacheControl = cacheControl;
    this.varies = varies;
    this.zipped = zipped;
    this.now = now;
  }

  private String etag(final FileLookup.Found file) {
    final Instant modified = file.modified();
    return ETag.of(file.size(), modified.getEpochSecond(), modified.getNano(), zipped);
  }

  /** Not in the future, as clocks differ. */
  private long modified(final FileLookup.Found file) {
    return Math.min(now, file.modified().getEpochSecond());
  }

  /** Answers, unless bytes of the file are needed; then it is true. */
  boolean begin(final FileLookup.Found file) {
    switch (Conditions.of(exchange, etag(file), modified(file))) {
      case NOT_MODIFIED -> {
        validators(file);
        exchange.respond(304);
        return false;
      }
      case FAILED -> {
        exchange.error(412, "a condition of the request does not hold");
        return false;
      }
      default -> {
        if (exchange.method().equals("HEAD")) {
          validators(file);
          representation(type).length(file.size()).respond(200);
          return false;
        }
        if (ranges(file).kind() == ByteRanges.Kind.NOWHERE) {
          exchange.header("Content-Range", "bytes */" + file.size());
          exchange.error(416, "the file has no such range");
          return false;
        }
        return true;
      }
    }
  }

  /** Several fields of a name are as none. */
  private ByteRanges ranges(final FileLookup.Found file) {
    final String wanted = exchange.header("range");
    final boolean allowed =
        wanted != null
            && exchange.headers().all("range").size() == 1
            && exchange.headers().all("if-range").size() <= 1
            && Conditions.allowRange(exchange.header("if-range"), etag(file), modified(file), now);
    final ByteRanges ranges = ByteRanges.parse(allowed ? wanted : null, file.size());
    // Parts of several ranges have no field that says how they are encoded.
    return zipped && ranges.count() > 1 ? ByteRanges.parse(null, file.size()) : ranges;
  }

  /**
   * Answers with the file or its ranges.
   *
   * @param segment the whole file
   * @param random for the boundary between ranges
   */
  void send(final FileLookup.Found file, final FileSegment segment, final long random) {
    assert segment.length() == file.size() : file;
    final ByteRanges ranges = ranges(file);
    validators(file);
    switch (ranges.count()) {
      case 0 -> representation(type).respond(200, segment);
      case 1 -> {
        exchange.header("Content-Range", ranges.contentRange(0, file.size()));
        representation(type).respond(206, segment, ranges.first(0), ranges.length(0));
      }
      default -> {
        final MultipartRanges parts = new MultipartRanges(ranges, file.size(), type, random);
        representation(parts.type());
        parts.answer(exchange, segment);
      }
    }
  }

  private void validators(final FileLookup.Found file) {
    exchange.header("ETag", etag(file));
    exchange.header("Last-Modified", HttpDate.format(Math.max(0, modified(file))));
    if (varies) {
      exchange.header("Vary", "Accept-Encoding");
    }
    if (cacheControl != null) {
      exchange.header("Cache-Control", cacheControl);
    }
  }

  private HttpExchange representation(final String contentType) {
    exchange.header("Content-Type", contentType);
    exchange.header("Accept-Ranges", "bytes");
    if (zipped) {
      exchange.header("Content-Encoding", "gzip");
    }
    return exchange;
  }
}
