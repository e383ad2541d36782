package org.jevent.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpBodySource;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpResponseHandler;

/** The calls of a client, which does what it has drawn, and checks each callback. */
final class HttpCalls {
  private static final String[] METHODS = {"GET", "POST", "PUT", "HEAD"};

  private final EventBase base;
  private final HttpClient client;
  private final Choices choices;
  private final String origin;
  private final boolean isCalm;
  private final List<Call> calls = new ArrayList<>();
  private int planned;

  /**
   * @param isCalm all calls have to be answered
   */
  HttpCalls(
      final HttpClient client, final Choices choices, final String origin, final boolean isCalm) {
    this.client = client;
    this.choices = choices;
    this.origin = origin;
    this.isCalm = isCalm;
    base = client.base();
  }

  private void later(final String name, final int millis, final Runnable work) {
    base.once(
        null,
        Event.TIMEOUT,
        Duration.ofMillis(choices.choose(name, millis)),
        (self, what) -> work.run());
  }

  /** Calls at times that are drawn. */
  void plan(final int count, final int firstNumber) {
    for (int i = 0; i < count; i++) {
      final int number = firstNumber + i;
      planned++;
      later(
          "call at",
          choices.happens("hurries", 0.5) ? 100 : 30_000,
          () -> {
            planned--;
            if (!client.isClosed()) {
              calls.add(new Call(number));
            }
          });
    }
    if (!isCalm && choices.happens("client closes", 0.1)) {
      later("client closes at", 30_000, this::close);
    }
  }

  void close() {
    client.close();
    require(isOver(), calls);
    require(client.connections() == 0 && client.waitingCalls() == 0, client);
  }

  boolean isOver() {
    return (planned == 0 || client.isClosed()) && calls.stream().allMatch(Call::isOver);
  }

  private static void require(final boolean holds, final Object found) {
    if (!holds) {
      throw new AssertionError("found " + found);
    }
  }

  @Override
  public String toString() {
    return calls.toString();
  }

  /** One call. */
  private final class Call implements HttpResponseHandler {
    private enum State {
      OPEN,
      HEAD,
      OVER,
      CANCELLED;

      boolean leadsTo(final State next) {
        return switch (this) {
          case OPEN -> next != OPEN;
          case HEAD -> next == OVER || next == CANCELLED;
          default -> false;
        };
      }
    }

    private final String method;
    private final HttpTask task;
    private final HttpCall call;

    /** What has come in parts: an error's page has other bytes. */
    private final EventBuffer parts = new EventBuffer(base);

    private State state = State.OPEN;
    private String end = "";
    private int came;

    Call(final int number) {
      method = METHODS[choices.choose("method", METHODS.length)];
      task =
          HttpTask.draw(
              choices, number, isCalm ? HttpTask.WHOLE_KINDS + 1 : HttpTask.Kind.values().length);
      final HttpRequest request =
          client.request(method, origin + task.path()).followRedirects(3).maxBody(200_000);
      if (method.startsWith("P")) {
        addBody(request);
      }
      if (choices.happens("connects again", 0.3)) {
        request.connectRetries(2, Duration.ofMillis(500));
      }
      call =
          choices.happens("whole", 0.5)
              ? request.send(
                  (response, problem) -> {
                    if (response != null) {
                      came = task.check(checkable(response), 0);
                    }
                    ended(response, problem);
                  })
              : request.send(this);
      if (choices.happens("cancels", 0.1)) {
        later("cancels at", 3000, this::cancel);
      }
    }

    /** Only that of a status 200 has bytes that are known. */
    private EventBuffer checkable(final HttpResponse response) {
      final EventBuffer body = response.body();
      if (response.status() != 200) {
        body.drain(body.length());
      }
      return body;
    }

    private void addBody(final HttpRequest request) {
      if (choices.happens("bytes", 0.5)) {
        request.body(task.bytes(0, task.up()));
      } else {
        request.body(new Source(choices.happens("chunked", 0.5)));
      }
      if (choices.happens("expects", 0.2)) {
        request.expectContinue();
      }
    }

    private void become(final State next) {
      require(state.leadsTo(next), this + ": to " + next);
      state = next;
      if (isOver()) {
        parts.close();
      }
    }

    private void cancel() {
      if (!isOver()) {
        become(State.CANCELLED);
        call.cancel();
      }
    }

    boolean isOver() {
      return state == State.OVER || state == State.CANCELLED;
    }

    /** The body of a request, which comes in pieces. */
    private final class Source implements HttpBodySource {
      private final boolean chunked;
      private int gone;
      private int released;

      Source(final boolean chunked) {
        this.chunked = chunked;
      }

      @Override
      public long length() {
        return chunked ? -1 : task.up();
      }

      @Override
      public boolean pull(final HttpCall its, final EventBuffer into) {
        require(released == 0, "pulled after it was released");
        if (choices.happens("source rests", 0.1)) {
          later("source waits", 1000, its::resumeUpload);
          return true;
        }
        final int to = Math.min(task.up(), gone + choices.between("piece", 1, 64_000));
        into.add(task.bytes(gone, to));
        gone = to;
        return gone < task.up();
      }

      @Override
      public boolean rewind() {
        gone = 0;
        return true;
      }

      @Override
      public void released() {
        require(released++ == 0, "released twice");
      }
    }

    @Override
    public void onHead(final HttpCall its, final HttpResponse response) {
      become(State.HEAD);
    }

    @Override
    public void onBody(final HttpCall its, final EventBuffer bytes) {
      require(state == State.HEAD, this + ": bytes");
      if (choices.happens("client rests", 0.1)) {
        its.pauseBody();
        later("client waits", 1000, its::resumeBody);
      }
      parts.add(bytes);
    }

    @Override
    public void onEnd(
        final HttpCall its, final HttpResponse response, final HttpException problem) {
      if (response != null) {
        require(state == State.HEAD, this + ": an end without a head");
        if (response.status() == 200) {
          came = task.check(parts, 0);
        }
      }
      ended(response, problem);
    }

    private void ended(final HttpResponse response, final HttpException problem) {
      become(State.OVER);
      require((response == null) != (problem == null), this);
      end = String.valueOf(response == null ? problem : response);
      if (problem != null) {
        final boolean mayFail =
            task.kind() == HttpTask.Kind.THROWS && method.startsWith("P"); // a reset is possible
        require(!isCalm || mayFail, this);
        require(problem.kind() != HttpException.Kind.MALFORMED, this);
        return;
      }
      require(isExpected(response.status()), this);
      if (response.status() == 200) {
        require(response.isComplete(), this);
        require(came == (method.equals("HEAD") ? 0 : task.down()), this + ": bytes " + came);
      }
    }

    private boolean isExpected(final int status) {
      final boolean slow = !isCalm && (status == 408 || status == 503);
      return slow
          || switch (task.kind()) {
            case THROWS -> status == 500;
            case CUTS -> status == 200 && (method.equals("HEAD") || task.down() == 0);
            case NEVER -> false;
            default -> status == 200;
          };
    }

    @Override
    public String toString() {
      return method + " " + task + ", " + state + " " + end;
    }
  }
}
