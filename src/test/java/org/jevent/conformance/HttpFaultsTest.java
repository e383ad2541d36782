package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.error.ErrnoException;
import org.jevent.http.HttpBodySource;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpClientLimits;
import org.jevent.http.HttpException;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpResponseHandler;
import org.jevent.http.HttpTimeouts;

/** Peers and programs that do anything at any time: each call has one end, and nothing is left. */
class HttpFaultsTest {
  private static final int CALLS = 10_000;

  private static final String[] ANSWERS = {
    HttpPeer.GET_OK,
    HttpPeer.GET_OK,
    HttpPeer.GET_OK,
    "HTTP/1.1 103 x\r\n\r\n" + HttpPeer.GET_OK,
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbye",
    "HTTP/1.1 302 x\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 307 x\r\nLocation: /again\r\nContent-Length: 2\r\n\r\nxx",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone",
    "HTTP/1.1 200 OK\r\n\r\nuntil the end",
    HttpPeer.GET_OK + HttpPeer.GET_OK,
    "nonsense\r\n\r\n",
    "",
  };

  /** What a call was called back with. */
  private static final class Watched implements HttpResponseHandler {
    private final Random random;
    HttpCall call;
    int heads;
    int ends;
    boolean cancelled;

    Watched(final Random random) {
      this.random = random;
    }

    private void alive() {
      assertThat(ends).isZero();
      assertThat(cancelled).isFalse();
      if (random.nextInt(60) == 0) {
        cancel();
      } else if (random.nextInt(20) == 0) {
        throw new IllegalStateException("a handler throws");
      }
    }

    void cancel() {
      if (call != null && ends == 0) {
        cancelled = true;
        call.cancel();
      }
    }

    @Override
    public void onInterim(final HttpCall of, final int status, final HttpHeaders headers) {
      alive();
    }

    @Override
    public void onHead(final HttpCall of, final HttpResponse response) {
      assertThat(heads++).isZero();
      alive();
    }

    @Override
    public void onBody(final HttpCall of, final EventBuffer bytes) {
      assertThat(heads).isEqualTo(1);
      if (random.nextInt(10) == 0) {
        of.pauseBody();
      }
      alive();
    }

    @Override
    public void onEnd(final HttpCall of, final HttpResponse response, final HttpException problem) {
      assertThat(response == null).isNotEqualTo(problem == null);
      assertThat(cancelled).isFalse();
      ends++;
    }

    boolean isOver() {
      return ends > 0 || cancelled;
    }
  }

  private static void misbehave(final HttpPeer.Connection on, final Random random) {
    final String answer = ANSWERS[random.nextInt(ANSWERS.length)];
    switch (random.nextInt(12)) {
      case 0 -> on.reset();
      case 1 -> on.close();
      case 2 -> {
        on.say(answer.substring(0, random.nextInt(answer.length() + 1)));
        on.close();
      }
      case 3 -> {
        on.say(answer.substring(0, random.nextInt(answer.length() + 1)));
        on.reset();
      }
      case 4 -> {
        on.say(answer);
        on.close();
      }
      case 5 -> {
        on.say(answer);
        on.stream.shutdownOutput();
      }
      default -> on.say(answer);
    }
  }

  private static HttpRequest anyRequest(
      final HttpClient client, final HttpPeer peer, final Random random) {
    final String[] methods = {"GET", "HEAD", "POST", "PUT", "DELETE"};
    final String method = methods[random.nextInt(methods.length)];
    final String uri =
        random.nextInt(50) == 0 ? "http://127.0.0.1:1/" : peer.uri("/" + random.nextInt(100));
    final HttpRequest request =
        client
            .request(method, uri)
            .timeouts(
                HttpTimeouts.DEFAULT
                    .withHead(Duration.ofMillis(20))
                    .withBody(Duration.ofMillis(20))
                    .withRequest(Duration.ofMillis(50))
                    .withContinue(Duration.ofMillis(5))
                    .withTotal(Duration.ofMillis(5 + random.nextInt(200))));
    if (random.nextBoolean()) {
      request.decompress();
    }
    if (random.nextInt(4) == 0) {
      request.followRedirects(3);
    }
    if (random.nextInt(8) == 0) {
      request.retryable();
    }
    if (method.startsWith("P")) {
      switch (random.nextInt(4)) {
        case 0 -> request.body(new byte[random.nextInt(100)]);
        case 1 -> request.body(new byte[random.nextInt(600_000)]);
        case 2 -> request.body(source(random, -1));
        default -> request.body(source(random, 30_000));
      }
      if (random.nextInt(5) == 0) {
        request.expectContinue();
      }
    }
    return request;
  }

  private static HttpBodySource source(final Random random, final long length) {
    return new HttpBodySource() {
      private long given;

      @Override
      public boolean pull(final HttpCall call, final EventBuffer into) {
        if (random.nextInt(100) == 0) {
          throw new IllegalStateException("a source throws");
        }
        if (random.nextInt(4) == 0) {
          call.resumeUpload();
          return true;
        }
        final int count = (int) Math.min(10_000, 30_000 - given);
        into.add(new byte[count]);
        given += count;
        return given < 30_000;
      }

      @Override
      public long length() {
        return length;
      }

      @Override
      public boolean rewind() {
        given = 0;
        return random.nextBoolean();
      }
    };
  }

  @EngineTest
  void eachCallHasOneEnd(final Bases bases) {
    final EventBase base = bases.base();
    final Random random = new Random(20_261_130);
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> misbehave(on, random));
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .limits(HttpClientLimits.DEFAULT.withConnections(8, 1000))
                .build());
    final int calls = bases.method().equals("epoll") ? CALLS : CALLS / 8;
    final List<Watched> running = new ArrayList<>();
    int ended = 0;
    int cancelled = 0;
    for (int sent = 0; sent < calls || !running.isEmpty(); ) {
      while (sent < calls && running.size() < 40) {
        final Watched next = new Watched(random);
        next.call = anyRequest(client, peer, random).send(next);
        running.add(next);
        sent++;
      }
      Streams.run(
          base, 30, () -> random.nextInt(4) == 0 || running.stream().anyMatch(Watched::isOver));
      for (final Watched each : running) {
        if (random.nextInt(200) == 0) {
          each.cancel();
        } else if (random.nextInt(3) == 0) {
          each.call.resumeBody();
        }
      }
      for (final Watched each : running) {
        if (each.isOver()) {
          assertThat(each.call.isDone()).isTrue();
          ended += each.ends;
          cancelled += each.cancelled ? 1 : 0;
        }
      }
      running.removeIf(Watched::isOver);
      peer.requests.clear();
      peer.connections.removeIf(each -> each.stream.isClosed());
    }
    assertThat(ended + cancelled).isEqualTo(calls);
    assertThat(bases.exceptions) // a listener without descriptors reports it
        .filteredOn(each -> !(each instanceof ErrnoException))
        .allMatch(each -> "a handler throws".equals(each.getMessage()));
    assertThat(client.waitingCalls()).as("%s", client).isZero();
    assertThat(client.connections()).isEqualTo(client.idleConnections());
    client.close();
    assertThat(client.connections()).isZero();
  }
}
