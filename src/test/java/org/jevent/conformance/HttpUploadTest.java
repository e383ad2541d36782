package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.http.HttpBodySource;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpHeaders;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bodies of the client's requests: each kind of source, back-pressure, early answers, status 100.
 */
class HttpUploadTest {
  @EngineTest
  void bodiesOfRequests(final Bases bases, @TempDir final Path folder) throws IOException {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> on.answer(request.substring(request.indexOf("\r\n\r\n") + 4)));
    final HttpClient client = bases.later(new HttpClient(base));
    final String large = "0123456789abcdef".repeat(60_000);
    assertThat(
            HttpResults.run(base, client.request("PUT", peer.uri("/")).body(TlsKit.bytes("small")))
                .text)
        .isEqualTo("small");
    assertThat(peer.requests.get(0)).contains("content-length: 5\r\n");
    assertThat(
            HttpResults.run(base, client.request("PUT", peer.uri("/")).body(TlsKit.bytes(large)))
                .text)
        .isEqualTo(large);
    final EventBuffer buffer = bases.later(new EventBuffer(base));
    buffer.add("from a buffer");
    assertThat(HttpResults.run(base, client.request("PUT", peer.uri("/")).body(buffer)).text)
        .isEqualTo("from a buffer");
    assertThat(buffer.isEmpty()).isTrue();
    final Path file = folder.resolve("file");
    Files.writeString(file, "from a file");
    try (FileSegment segment = FileSegment.open(base, file)) {
      assertThat(HttpResults.run(base, client.request("PUT", peer.uri("/")).body(segment)).text)
          .isEqualTo("from a file");
    }
    assertThat(HttpResults.run(base, client.request("POST", peer.uri("/"))).text).isEmpty();
    assertThat(peer.requests.get(4)).contains("content-length: 0\r\n");
    assertThat(HttpResults.run(base, client.get(peer.uri("/")).body(new byte[0])).text).isEmpty();
    assertThat(peer.requests.get(5)).contains("content-length: 0\r\n");
    assertThat(peer.connections).hasSize(1);
  }

  /** Gives a number of pieces, with pauses. */
  private static final class Pieces implements HttpBodySource {
    final List<String> pieces;
    final long length;
    int at;
    int released;
    boolean stalls;

    Pieces(final long length, final String... pieces) {
      this.length = length;
      this.pieces = List.of(pieces);
    }

    @Override
    public boolean pull(final HttpCall call, final EventBuffer into) {
      if (stalls) {
        stalls = false;
        call.resumeUpload();
        return true;
      }
      if (at < pieces.size()) {
        into.add(pieces.get(at++));
        stalls = true;
        return true;
      }
      return false;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public HttpHeaders trailers() {
      return new HttpHeaders().add("X-Sum", "7");
    }

    @Override
    public void released() {
      released++;
    }
  }

  @EngineTest
  void sourcesOfBodies(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    final Pieces chunked = new Pieces(-1, "one", "two-two");
    assertThat(HttpResults.run(base, client.request("POST", peer.uri("/")).body(chunked)).kind())
        .isEqualTo("200");
    assertThat(peer.requests.get(0))
        .contains("transfer-encoding: chunked\r\n")
        .endsWith("\r\n\r\n3\r\none\r\n7\r\ntwo-two\r\n0\r\nx-sum: 7\r\n\r\n");
    assertThat(chunked.released).isEqualTo(1);
    final Pieces known = new Pieces(10, "one", "two-two");
    assertThat(HttpResults.run(base, client.request("POST", peer.uri("/")).body(known)).kind())
        .isEqualTo("200");
    assertThat(peer.requests.get(1)).contains("content-length: 10\r\n").endsWith("onetwo-two");
    final Pieces few = new Pieces(11, "one", "two-two");
    assertThat(HttpResults.run(base, client.request("POST", peer.uri("/")).body(few)).kind())
        .isEqualTo("CANCELLED REQUEST");
    final Pieces many = new Pieces(9, "one", "two-two");
    assertThat(HttpResults.run(base, client.request("POST", peer.uri("/")).body(many)).kind())
        .isEqualTo("CANCELLED REQUEST");
    assertThat(
            HttpResults.run(
                    base,
                    client
                        .request("POST", peer.uri("/"))
                        .body(
                            (HttpBodySource)
                                (call, into) -> {
                                  throw new IOException("a disk has failed");
                                }))
                .problem)
        .hasMessageContaining("a disk has failed");
    assertThat(few.released).isEqualTo(1);
    assertThat(client.connections()).isZero();
    assertThat(peer.requests).hasSize(2);
  }

  /** A source is asked for no more than the peer takes. */
  @EngineTest
  void aSourceIsHeldBack(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    final long[] pulled = new long[1];
    final byte[] piece = new byte[32 * 1024];
    final long all = 64L << 20;
    final HttpResults.Result result =
        HttpResults.send(
            client
                .request("PUT", peer.uri("/"))
                .body(
                    (call, into) -> {
                      into.add(piece);
                      pulled[0] += piece.length;
                      return pulled[0] < all;
                    }));
    Streams.run(base, () -> !peer.connections.isEmpty());
    peer.connections.get(0).stream.disable(org.jevent.Event.READ);
    long before = -1;
    while (before != pulled[0]) { // the system's buffers grow for a while
      before = pulled[0];
      Streams.runFor(base, 100);
    }
    assertThat(before).isLessThan(all / 2);
    result.call.cancel();
  }

  /** An answer before the end of the request ends the upload. */
  @EngineTest
  void anEarlyAnswerEndsAnUpload(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client = bases.later(new HttpClient(base));
    final long[] pulled = new long[1];
    final byte[] piece = new byte[32 * 1024];
    final HttpResults.Result result =
        HttpResults.send(
            client
                .request("PUT", peer.uri("/"))
                .body(
                    (call, into) -> {
                      into.add(piece);
                      pulled[0] += piece.length;
                      return true;
                    }));
    Streams.run(base, () -> pulled[0] > 1 << 20);
    peer.connections.get(0).answer(413, "too much");
    Streams.run(base, result::isOver);
    assertThat(result.kind()).isEqualTo("413");
    assertThat(result.text).isEqualTo("too much");
    assertThat(client.connections()).isZero();
    final long held = pulled[0];
    Streams.runFor(base, 20);
    assertThat(pulled[0]).isEqualTo(held);
  }

  /** The answer is read although the peer has closed its end for reading. */
  @EngineTest
  void anAnswerBeforeAnErrorOfWriting(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client = bases.later(new HttpClient(base));
    final byte[] large = new byte[8 << 20];
    final HttpResults.Result result =
        HttpResults.send(client.request("PUT", peer.uri("/")).body(large));
    Streams.run(base, () -> !peer.connections.isEmpty());
    peer.connections.get(0).answer(413, "no");
    peer.connections.get(0).stream.closeGracefully(java.time.Duration.ofSeconds(5));
    Streams.run(base, result::isOver);
    assertThat(result.kind()).isEqualTo("413");
  }

  // ---- Expect ----

  @EngineTest
  void expectContinue(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> answers = new ArrayList<>();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              if (!answers.isEmpty()) {
                on.say(answers.remove(0));
              }
            });
    final HttpClient client = bases.later(new HttpClient(base));
    answers.add("HTTP/1.1 100 Continue\r\n\r\n");
    final HttpResults.Result result =
        HttpResults.send(
            client.request("PUT", peer.uri("/")).body(TlsKit.bytes("the body")).expectContinue());
    Streams.run(
        base,
        () ->
            peer.connections.size() == 1
                && peer.connections.get(0).received.toString().endsWith("the body"));
    assertThat(peer.requests.get(0)).contains("expect: 100-continue\r\n");
    peer.connections.get(0).say(HttpPeer.GET_OK);
    Streams.run(base, result::isOver);
    assertThat(result.kind()).isEqualTo("200");
    assertThat(client.idleConnections()).isEqualTo(1);
    // a final answer: the body is not sent, and the connection is closed
    answers.add("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
    final HttpResults.Result refused =
        HttpResults.run(
            base,
            client.request("PUT", peer.uri("/")).body(TlsKit.bytes("the body")).expectContinue());
    assertThat(refused.kind()).isEqualTo("417");
    assertThat(client.connections()).isZero();
    // an empty body expects nothing
    answers.add(HttpPeer.GET_OK);
    HttpResults.run(base, client.request("PUT", peer.uri("/")).body(new byte[0]).expectContinue());
    assertThat(peer.requests.get(2)).doesNotContain("expect");
    assertThat(client.idleConnections()).isEqualTo(1);
    // silence: the body goes after the time
    final HttpResults.Result silent =
        HttpResults.send(
            client
                .request("PUT", peer.uri("/"))
                .body(TlsKit.bytes("the body"))
                .expectContinue()
                .timeouts(
                    org.jevent.http.HttpTimeouts.DEFAULT.withContinue(
                        java.time.Duration.ofMillis(50))));
    final HttpPeer.Connection last = peer.connections.get(peer.connections.size() - 1);
    Streams.run(base, () -> last.received.toString().endsWith("the body"));
    last.say(HttpPeer.GET_OK);
    Streams.run(base, silent::isOver);
    assertThat(silent.kind()).isEqualTo("200");
  }

  // ---- what is refused before a byte leaves ----
}
