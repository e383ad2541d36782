package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.buffer.EventBuffer;

/**
 * What a server makes of the bytes of a connection: a line for each request that was read whole,
 * and at last "refused" with a status, "closed" or what is awaited.
 */
final class Served implements Feed.Reader {
  private static final long MAX_BODY = 1 << 20;

  private final RequestReader reader;
  private final List<String> lines = new ArrayList<>();
  private final EventBuffer body = new EventBuffer();
  private final long most;
  private boolean inBody;
  private String end;

  private Served(final RequestReader reader, final long most) {
    this.reader = reader;
    this.most = most;
  }

  /** Of bytes that come at once. */
  static List<String> of(final byte[] bytes) {
    return run(ParserLimits.DEFAULT, Long.MAX_VALUE, new Feed(bytes)::whole);
  }

  /** Of bytes, however they come; one reader reads them again and again. */
  static List<String> ofAllCuts(final String text, final ParserLimits limits) {
    final byte[] bytes = bytes(text);
    final Feed feed = new Feed(bytes);
    final RequestReader reader = new RequestReader(limits);
    final List<String> whole = run(reader, Long.MAX_VALUE, feed::whole);
    reader.release();
    same(whole, run(reader, Long.MAX_VALUE, feed::byteByByte), "byte by byte");
    reader.reset();
    same(whole, run(reader, Long.MAX_VALUE, feed::segments), "in segments of a byte");
    reader.release();
    same(whole, run(reader, 1, feed::whole), "body byte by byte");
    for (int i = 1; i < bytes.length; i++) {
      final int place = i;
      reader.reset();
      same(whole, run(reader, Long.MAX_VALUE, r -> feed.cut(place, r)), "cut at " + i);
    }
    return whole;
  }

  private static void same(final List<String> one, final List<String> other, final String how) {
    if (!one.equals(other)) {
      throw new AssertionError(how + ": " + other + " instead of " + one);
    }
  }

  static List<String> run(
      final ParserLimits limits, final long most, final Consumer<Feed.Reader> way) {
    return run(new RequestReader(limits), most, way);
  }

  private static List<String> run(
      final RequestReader reader, final long most, final Consumer<Feed.Reader> way) {
    final Served served = new Served(reader, most);
    way.accept(served);
    served.lines.add(served.end == null ? served.awaited() : served.end);
    served.body.close();
    return served.lines;
  }

  static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private String awaited() {
    if (inBody) {
      return "waits for body";
    }
    return reader.hasBegun() ? "waits for head" : "waits";
  }

  @Override
  public boolean more(final EventBuffer input) {
    while (end == null) {
      if (!inBody) {
        final RequestReader.Result result = reader.read(input);
        if (result == RequestReader.Result.REFUSED) {
          refuse(reader.refusal());
        } else if (result == RequestReader.Result.INCOMPLETE) {
          return true;
        } else {
          inBody = true;
          reader.body().limit(MAX_BODY);
        }
      } else if (!readBody(input)) {
        return end == null;
      }
    }
    return false;
  }

  /** Whether it has ended. */
  private boolean readBody(final EventBuffer input) {
    final BodyReader bodies = reader.body();
    while (true) {
      final long before = bodies.received();
      final BodyReader.Result result = bodies.read(input, body, most);
      if (result == BodyReader.Result.REFUSED) {
        refuse(bodies.refusal());
        return false;
      }
      if (result == BodyReader.Result.COMPLETE) {
        break;
      }
      if (bodies.received() == before) {
        return false;
      }
    }
    final StringBuilder line = new StringBuilder();
    line.append(reader.method()).append(' ').append(reader.path());
    if (body.length() > 0) {
      line.append(" [")
          .append(new String(body.readBytes((int) body.length()), StandardCharsets.ISO_8859_1))
          .append(']');
    }
    final HeaderTable trailers = bodies.trailers();
    for (int i = 0; i < trailers.size(); i++) {
      line.append(" {").append(trailers.name(i)).append('=').append(trailers.value(i)).append('}');
    }
    lines.add(line.toString());
    inBody = false;
    if (reader.keepsAlive()) {
      reader.reset();
    } else {
      end = "closed";
    }
    return true;
  }

  private void refuse(final Refusal refusal) {
    end = "refused " + refusal.status();
    if (refusal.reason().isEmpty()) {
      throw new AssertionError("a refusal without a reason");
    }
  }
}
