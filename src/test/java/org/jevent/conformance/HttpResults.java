package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpException;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpResponseHandler;

/** What has become of calls. */
final class HttpResults {
  private HttpResults() {}

  /** The end of a call whose response is whole. */
  static final class Result {
    HttpResponse response;
    HttpException problem;
    String text;
    HttpCall call;
    int ends;

    void ended(final HttpResponse came, final HttpException wrong) {
      assertThat(came == null).isNotEqualTo(wrong == null);
      ends++;
      response = came;
      problem = wrong;
      if (came != null) {
        text = came.text(StandardCharsets.ISO_8859_1);
      }
    }

    boolean isOver() {
      return ends > 0;
    }

    String kind() {
      assertThat(ends).isEqualTo(1);
      return problem == null
          ? String.valueOf(response.status())
          : problem.kind() + " " + problem.phase();
    }
  }

  static Result send(final HttpRequest request) {
    final Result result = new Result();
    result.call = request.send(result::ended);
    assertThat(result.ends).as("nothing calls back within send").isZero();
    return result;
  }

  /** Sends it and waits for its end. */
  static Result run(final EventBase base, final HttpRequest request) {
    final Result result = send(request);
    Streams.run(base, result::isOver);
    return result;
  }

  /** All that a handler of parts is called with. */
  static class Parts implements HttpResponseHandler {
    final List<String> seen = new ArrayList<>();
    final StringBuilder body = new StringBuilder();
    HttpResponse head;
    HttpResponse response;
    HttpException problem;
    int ends;

    @Override
    public void onInterim(final HttpCall call, final int status, final HttpHeaders headers) {
      seen.add("interim " + status);
    }

    @Override
    public void onHead(final HttpCall call, final HttpResponse came) {
      seen.add("head " + came.status());
      head = came;
    }

    @Override
    public void onBody(final HttpCall call, final EventBuffer bytes) {
      body.append(new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public void onEnd(final HttpCall call, final HttpResponse came, final HttpException wrong) {
      assertThat(came == null).isNotEqualTo(wrong == null);
      ends++;
      response = came;
      problem = wrong;
      seen.add(wrong == null ? "end" : wrong.kind() + " " + wrong.phase());
    }
  }
}
