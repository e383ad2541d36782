package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;

/** Requests and responses of the client: bodies both ways, framing, interim responses. */
class HttpClientTest {
  @EngineTest
  void getsWholeBody(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result =
        HttpResults.run(base, client.get(peer.uri("/a?b=c#d")).header("X-Y", "z"));
    assertThat(result.text).isEqualTo("ok");
    assertThat(result.response.status()).isEqualTo(200);
    assertThat(result.response.reason()).isEqualTo("OK");
    assertThat(result.response.headers().first("Content-Length")).isEqualTo("2");
    assertThat(peer.requests)
        .containsExactly(
            "GET /a?b=c HTTP/1.1\r\nhost: 127.0.0.1:" + peer.port() + "\r\nx-y: z\r\n\r\n");
    assertThat(client.idleConnections()).isEqualTo(1);
    assertThat(result.call.isDone()).isTrue();
  }

  /** Each framing, whole and in parts. */
  @EngineTest
  void eachFraming(final Bases bases) {
    final EventBase base = bases.base();
    final String[] answers = {
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200 OK\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n"
          + "2;a=b\r\n"
          + "he\r\n"
          + "3 \r\n"
          + "llo\r\n"
          + "0\r\n"
          + "X: y\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\nhello",
      "HTTP/1.0 200 OK\r\n\r\nhello",
      "HTTP/1.1 200\r\nContent-Length: 5\r\nA: b\r\n c\r\n\r\nhello",
    };
    for (final String answer : answers) {
      final boolean closes = !answer.contains("Length") && !answer.contains("chunked");
      final HttpPeer peer =
          new HttpPeer(
              bases,
              base,
              (on, request) -> {
                on.say(answer);
                if (closes) {
                  on.close();
                }
              });
      final HttpClient client = bases.later(new HttpClient(base));
      final HttpResults.Result whole = HttpResults.run(base, client.get(peer.uri("/")));
      assertThat(whole.kind()).as(answer).isEqualTo("200");
      assertThat(whole.text).as(answer).isEqualTo("hello");
      assertThat(whole.response.isComplete()).isTrue();
      final HttpResults.Parts parts = new HttpResults.Parts();
      client.get(peer.uri("/")).send(parts);
      Streams.run(base, () -> parts.ends > 0);
      assertThat(parts.seen).as(answer).containsExactly("head 200", "end");
      assertThat(parts.body.toString()).isEqualTo("hello");
      assertThat(client.idleConnections()).isEqualTo(closes ? 0 : 1);
      if (answer.contains("chunked")) {
        assertThat(whole.response.trailers().first("x")).isEqualTo("y");
        assertThat(parts.response.trailers().first("x")).isEqualTo("y");
      }
      if (answer.contains("A: b")) {
        assertThat(whole.response.headers().first("a")).isEqualTo("b c");
      }
    }
  }

  /** Bytes that come one by one are the same. */
  @EngineTest
  void byteByByte(final Bases bases) {
    final EventBase base = bases.base();
    final String answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n";
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result = HttpResults.send(client.get(peer.uri("/")));
    Streams.run(base, () -> peer.requests.size() == 1);
    for (int i = 0; i < answer.length(); i++) {
      assertThat(result.ends).isZero();
      peer.connections.get(0).say(answer.substring(i, i + 1));
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    Streams.run(base, result::isOver);
    assertThat(result.text).isEqualTo("hello");
  }

  @EngineTest
  void responsesWithoutBody(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> answers = new ArrayList<>();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(answers.remove(0)));
    final HttpClient client = bases.later(new HttpClient(base));
    answers.add("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    final HttpResults.Result head = HttpResults.run(base, client.request("HEAD", peer.uri("/")));
    assertThat(head.kind()).isEqualTo("200");
    assertThat(head.response.headers().first("content-length")).isEqualTo("5");
    answers.add("HTTP/1.1 204 No Content\r\n\r\n");
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("204");
    answers.add("HTTP/1.1 304 Not Modified\r\nContent-Length: 70\r\n\r\n");
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("304");
    assertThat(peer.connections).hasSize(1);
    assertThat(client.idleConnections()).isEqualTo(1);
  }

  @EngineTest
  void interimResponses(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> answers = new ArrayList<>();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(answers.remove(0)));
    final HttpClient client = bases.later(new HttpClient(base));
    final String hint = "HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n";
    answers.add("HTTP/1.1 100 Continue\r\n\r\n" + hint + HttpPeer.GET_OK);
    final HttpResults.Parts parts = new HttpResults.Parts();
    client.get(peer.uri("/")).send(parts);
    Streams.run(base, () -> parts.ends > 0);
    assertThat(parts.seen).containsExactly("interim 100", "interim 103", "head 200", "end");
    answers.add(hint.repeat(8) + HttpPeer.GET_OK);
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("200");
    answers.add(hint.repeat(9) + HttpPeer.GET_OK);
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("MALFORMED HEAD");
    answers.add("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("MALFORMED HEAD");
    assertThat(client.connections()).isZero();
  }

  /** What is no response ends the call and the connection. */
  @EngineTest
  void malformedResponses(final Bases bases) {
    final EventBase base = bases.base();
    final String[] answers = {
      "HELLO\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA b\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA: \u0000\r\n\r\n",
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    };
    final int[] next = new int[1];
    final HttpPeer peer =
        new HttpPeer(bases, base, (on, request) -> on.say(answers[next[0]++] + "tail"));
    final HttpClient client = bases.later(new HttpClient(base));
    for (final String answer : answers) {
      assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind())
          .as(answer)
          .isEqualTo("MALFORMED HEAD");
      assertThat(client.connections()).as(answer).isZero();
    }
    assertThat(peer.connections).hasSize(answers.length);
  }

  @EngineTest
  void malformedBodies(final Bases bases) {
    final EventBase base = bases.base();
    final String[] bodies = {
      "-1\r\n", "g\r\n", "0x3\r\nabc\r\n", "3\r\nabcX\r\n", "ffffffffffffffff1\r\n", "3\nabc\n",
    };
    final int[] next = new int[1];
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) ->
                on.say(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + bodies[next[0]++]));
    final HttpClient client = bases.later(new HttpClient(base));
    for (final String body : bodies) {
      assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind())
          .as(body)
          .isIn("MALFORMED BODY", "TOO_LARGE BODY");
      assertThat(client.connections()).as(body).isZero();
    }
  }

  @EngineTest
  void cutResponses(final Bases bases) {
    final EventBase base = bases.base();
    final String[] answers = {
      "",
      "HTT",
      "HTTP/1.1 200 OK\r\nA: b\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    };
    final int[] next = new int[1];
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say(answers[next[0]++]);
              on.close();
            });
    final HttpClient client = bases.later(new HttpClient(base));
    for (final String answer : answers) {
      assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind())
          .as(answer)
          .isEqualTo(answer.contains("\r\n\r\n") ? "CUT BODY" : "CUT HEAD");
      assertThat(client.connections()).isZero();
    }
  }

  @EngineTest
  void limitsOfResponses(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> answers = new ArrayList<>();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(answers.remove(0)));
    final HttpClient client = bases.later(new HttpClient(base));
    answers.add("HTTP/1.1 200 OK\r\nA: " + "b".repeat(40_000) + "\r\n\r\n");
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("TOO_LARGE HEAD");
    answers.add("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(129) + "\r\n");
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("TOO_LARGE HEAD");
    answers.add("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n");
    assertThat(HttpResults.run(base, client.get(peer.uri("/")).maxBody(10)).kind())
        .isEqualTo("TOO_LARGE BODY");
    answers.add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n");
    assertThat(HttpResults.run(base, client.get(peer.uri("/")).maxBody(10)).kind())
        .isEqualTo("TOO_LARGE BODY");
    answers.add("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");
    assertThat(HttpResults.run(base, client.get(peer.uri("/")).maxBody(10)).text)
        .isEqualTo("0123456789");
  }

  // ---- bodies of requests ----

  @EngineTest
  void requestsThatCannotBeSent(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final String uri = "http://localhost:1/";
    for (final String bad : new String[] {"a\r\nb", "a\nb", "a\0b", " a", "\u0142"}) {
      assertThatThrownBy(() -> client.get(uri).header("x", bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (final String bad : new String[] {"a b", "", "a:", "a\r\n", "\u00e9"}) {
      assertThatThrownBy(() -> client.get(uri).header(bad, "x"))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.request(bad, uri))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (final String mine :
        new String[] {
          "Connection",
          "Keep-Alive",
          "Transfer-Encoding",
          "Upgrade",
          "TE",
          "Content-Length",
          "Expect",
          "Proxy-Authorization",
        }) {
      assertThatThrownBy(() -> client.get(uri).header(mine, "x"))
          .as(mine)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (final String bad :
        new String[] {
          "ftp://a/",
          "/",
          "//a/",
          "http:///x",
          "http://a:0/",
          "http://a:70000/",
          "http://a/\r\nb",
          "http://a/ b",
          "",
          "http:a",
        }) {
      assertThatThrownBy(() -> client.get(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> client.request("CONNECT", uri))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.get(uri).body(new byte[1]).body(new byte[1]))
        .isInstanceOf(IllegalStateException.class);
  }

  @EngineTest
  void aRequestIsSentOnce(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    final var request = client.get(peer.uri("/"));
    HttpResults.run(base, request);
    assertThatThrownBy(() -> request.header("a", "b")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> HttpResults.send(request)).isInstanceOf(IllegalStateException.class);
  }

  /** What a handler throws is reported, and the call is over. */
  @EngineTest
  void aHandlerThatThrows(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Parts parts =
        new HttpResults.Parts() {
          @Override
          public void onBody(final HttpCall call, final EventBuffer bytes) {
            throw new IllegalStateException("mine");
          }
        };
    client.get(peer.uri("/")).send(parts);
    Streams.run(base, () -> parts.ends > 0);
    assertThat(parts.seen).containsExactly("head 200", "CANCELLED BODY");
    assertThat(bases.exceptions).hasSize(1);
    assertThat(client.connections()).isZero();
    bases.exceptions.clear();
    client
        .get(peer.uri("/"))
        .send(
            (response, problem) -> {
              throw new IllegalStateException("mine");
            });
    Streams.run(base, () -> bases.exceptions.size() == 1);
    assertThat(client.idleConnections()).isEqualTo(1);
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).text).isEqualTo("ok");
  }

  /** A paused body holds the peer back, and goes on where it was. */
  @EngineTest
  void aPausedBody(final Bases bases) {
    final EventBase base = bases.base();
    final int size = 16 << 20;
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
              on.stream.write(new byte[size]);
            });
    final HttpClient client = bases.later(new HttpClient(base));
    final long[] came = new long[1];
    final HttpResults.Parts parts =
        new HttpResults.Parts() {
          @Override
          public void onBody(final HttpCall call, final EventBuffer bytes) {
            came[0] += bytes.length();
            if (came[0] < 1 << 20) {
              call.pauseBody();
            }
          }
        };
    final HttpCall call = client.get(peer.uri("/")).send(parts);
    Streams.run(base, () -> came[0] > 0);
    final long first = came[0];
    Streams.runFor(base, 50);
    assertThat(came[0]).isEqualTo(first);
    assertThat(peer.connections.get(0).stream.output().length()).isGreaterThan(1 << 20);
    while (came[0] < 1 << 20) {
      call.resumeBody();
      final long before = came[0];
      Streams.run(base, () -> came[0] > before);
    }
    call.resumeBody();
    Streams.run(base, () -> parts.ends > 0);
    assertThat(came[0]).isEqualTo(size);
    assertThat(parts.seen).containsExactly("head 200", "end");
  }

  /** The end of the stream comes while the body is paused. */
  @EngineTest
  void aPausedBodyThatEnds(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say("HTTP/1.1 200 OK\r\n\r\nhello");
              on.close();
            });
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Parts parts =
        new HttpResults.Parts() {
          @Override
          public void onHead(final HttpCall call, final org.jevent.http.HttpResponse came) {
            super.onHead(call, came);
            call.pauseBody();
          }
        };
    final HttpCall call = client.get(peer.uri("/")).send(parts);
    Streams.run(base, () -> !parts.seen.isEmpty());
    Streams.runFor(base, 50);
    assertThat(parts.seen).containsExactly("head 200");
    call.resumeBody();
    assertThat(parts.body).isEmpty();
    Streams.run(base, () -> parts.ends > 0);
    assertThat(parts.body.toString()).isEqualTo("hello");
    assertThat(parts.seen).containsExactly("head 200", "end");
  }
}
