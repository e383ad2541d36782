package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jevent.buffer.EventBuffer;

/**
 * What a client makes of the bytes that answer its request: a line for each head, with the body
 * behind the last one; then "keeps", "closes", "refused", "cut" or "no head".
 */
final class Answered implements Feed.Reader {
  private static final long MAX_BODY = 1 << 20;

  private final ResponseReader reader = new ResponseReader(ParserLimits.DEFAULT);
  private final StringBuilder lines = new StringBuilder();
  private final EventBuffer body = new EventBuffer();
  private final long most;
  private boolean inBody;
  private boolean ended;

  private Answered(final String method, final long most) {
    this.most = most;
    reader.expect(method);
  }

  /** Of bytes behind which the stream ends, however they are cut. */
  static String ofAllCuts(final String method, final String text) {
    final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    final String whole = ofSomeCuts(method, bytes);
    final Feed feed = new Feed(bytes);
    for (int i = 1; i < bytes.length; i++) {
      final int place = i;
      same(whole, run(method, Long.MAX_VALUE, r -> feed.cut(place, r)), "cut at " + i);
    }
    return whole;
  }

  /** The same, cut nowhere and everywhere. */
  static String ofSomeCuts(final String method, final byte[] bytes) {
    final Feed feed = new Feed(bytes);
    final String whole = run(method, Long.MAX_VALUE, feed::whole);
    same(whole, run(method, Long.MAX_VALUE, feed::segments), "in segments of a byte");
    same(whole, run(method, 1, feed::whole), "body byte by byte");
    same(whole, run(method, Long.MAX_VALUE, feed::byteByByte), "byte by byte");
    return whole;
  }

  private static void same(final String one, final String other, final String how) {
    if (!one.equals(other)) {
      throw new AssertionError(how + ": " + other + " instead of " + one);
    }
  }

  private static String run(final String method, final long most, final Consumer<Feed.Reader> way) {
    final Answered answered = new Answered(method, most);
    way.accept(answered);
    answered.streamEnds();
    answered.body.close();
    return answered.lines.toString();
  }

  @Override
  public boolean more(final EventBuffer input) {
    while (!ended) {
      if (!inBody) {
        final RequestReader.Result result = reader.read(input);
        if (result == RequestReader.Result.REFUSED) {
          refuse(reader.refusal());
        } else if (result == RequestReader.Result.INCOMPLETE) {
          return true;
        } else {
          head();
        }
      } else if (!readBody(input)) {
        return !ended;
      }
    }
    return false;
  }

  private void head() {
    lines.append(reader.status()).append(' ').append(reader.reason());
    final HeaderTable fields = reader.headers();
    for (int i = 0; i < fields.size(); i++) {
      if (fields.name(i).startsWith("x")) {
        lines.append(" {").append(fields.name(i)).append('=').append(fields.value(i)).append('}');
      }
    }
    lines.append('|');
    inBody = !reader.isInterim();
    if (inBody) {
      reader.body().limit(MAX_BODY);
    }
  }

  private boolean readBody(final EventBuffer input) {
    final BodyReader bodies = reader.body();
    long before;
    BodyReader.Result result;
    do {
      before = bodies.received();
      result = bodies.read(input, body, most);
    } while (result == BodyReader.Result.INCOMPLETE && bodies.received() > before);
    if (result == BodyReader.Result.REFUSED) {
      refuse(bodies.refusal());
    } else if (result == BodyReader.Result.COMPLETE) {
      finish();
    }
    return false;
  }

  private void finish() {
    lines.append(new String(body.readBytes((int) body.length()), StandardCharsets.ISO_8859_1));
    final HeaderTable trailers = reader.body().trailers();
    for (int i = 0; i < trailers.size(); i++) {
      lines.append(" {").append(trailers.name(i)).append('=').append(trailers.value(i)).append('}');
    }
    lines.append(reader.keepsAlive() ? "|keeps" : "|closes");
    ended = true;
  }

  private void refuse(final Refusal refusal) {
    lines.append("refused");
    if (refusal.status() != 0 || refusal.reason().isEmpty()) {
      throw new AssertionError(refusal);
    }
    ended = true;
  }

  private void streamEnds() {
    if (ended) {
      return;
    }
    if (!inBody) {
      lines.append("no head");
    } else if (reader.body().end() == BodyReader.Result.COMPLETE) {
      finish();
    } else {
      lines.append("cut after ").append(reader.body().received());
    }
  }
}
