package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.http.HttpBodySource;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpRequest;

/** Redirects: methods, bodies, where they lead, and what is not sent there. */
class HttpRedirectTest {
  private static void redirect(
      final HttpPeer.Connection on, final int status, final String location) {
    on.say(
        "HTTP/1.1 " + status + " x\r\nLocation: " + location + "\r\nContent-Length: 4\r\n\r\ngone");
  }

  private static HttpClient following(final Bases bases, final EventBase base) {
    return bases.later(HttpClient.builder(base).followRedirects(10).build());
  }

  private static HttpPeer peer(
      final Bases bases, final EventBase base, final int status, final String location) {
    return new HttpPeer(
        bases,
        base,
        (on, request) -> {
          if (request.contains(" /from")) {
            redirect(on, status, location);
          } else {
            on.say(HttpPeer.GET_OK.replace("Content-Length: 2", "Content-Length: 2"));
          }
        });
  }

  @EngineTest
  void notByDefault(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = peer(bases, base, 302, "/to");
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result = HttpResults.run(base, client.get(peer.uri("/from")));
    assertThat(result.kind()).isEqualTo("302");
    assertThat(result.text).isEqualTo("gone");
    assertThat(result.response.headers().first("location")).isEqualTo("/to");
  }

  /** Which method and body the next request has, by status, method and body. */
  @EngineTest
  void methodsAndBodies(final Bases bases) {
    final EventBase base = bases.base();
    for (final int status : new int[] {300, 301, 302, 303, 304, 307, 308}) {
      for (final String method : new String[] {"GET", "HEAD", "POST", "PUT", "DELETE"}) {
        final HttpPeer peer =
            new HttpPeer(
                bases,
                base,
                (on, request) -> {
                  final boolean head = request.startsWith("HEAD");
                  if (request.contains(" /from")) {
                    on.say(
                        "HTTP/1.1 "
                            + status
                            + " x\r\nLocation: /to\r\nContent-Length: "
                            + (head || status == 304 ? "4\r\n\r\n" : "4\r\n\r\ngone"));
                  } else {
                    on.say("HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n");
                  }
                });
        final HttpClient client = following(bases, base);
        final boolean hasBody = method.startsWith("P");
        final HttpRequest request =
            client.request(method, peer.uri("/from")).header("content-type", "a/b");
        if (hasBody) {
          request.body(TlsKit.bytes("body"));
        }
        final HttpResults.Result result = HttpResults.run(base, request);
        final String what = status + " " + method;
        if (status == 300 || status == 304) {
          assertThat(result.kind()).as(what).isEqualTo(String.valueOf(status));
          continue;
        }
        final boolean toGet =
            status == 303 && !method.equals("HEAD")
                || (status == 301 || status == 302) && method.equals("POST");
        assertThat(result.kind()).as(what).isEqualTo("200");
        assertThat(result.call.redirects()).isEqualTo(1);
        assertThat(result.response.uri().toString()).isEqualTo(peer.uri("/to"));
        final String next = peer.requests.get(1);
        assertThat(next).as(what).startsWith((toGet ? "GET" : method) + " /to ");
        final boolean drops = status == 303 || toGet;
        assertThat(next.endsWith("body")).as(what).isEqualTo(hasBody && !drops);
        assertThat(next.contains("content-type")).as(what).isEqualTo(!drops);
        assertThat(peer.connections).as(what).hasSize(1);
        client.close();
      }
    }
  }

  /** A body that cannot be had again: the redirect is the result. */
  @EngineTest
  void aBodyThatIsGone(final Bases bases) {
    final EventBase base = bases.base();
    for (final int status : new int[] {301, 307, 308}) {
      final HttpPeer peer = peer(bases, base, status, "/to");
      final HttpClient client = following(bases, base);
      final HttpBodySource once =
          (call, into) -> {
            into.add("body");
            return false;
          };
      final HttpResults.Result result =
          HttpResults.run(base, client.request("PUT", peer.uri("/from")).body(once));
      assertThat(result.kind()).isEqualTo(String.valueOf(status));
    }
  }

  @EngineTest
  void whereRedirectsLead(final Bases bases) {
    final EventBase base = bases.base();
    final String[][] cases = {
      {"/a/from", "to", "/a/to"},
      {"/a/from", "../to?x=y", "/to?x=y"},
      {"/a/from?q", "?r", "/a/from?r"},
      {"/a/from#part", "/to", "/to#part"},
      {"/a/from#part", "/to#other", "/to#other"},
      {"/from", "/t o\u00e9", "/t%20o%E9"},
      {"/from", "//127.0.0.1:PORT/to", "/to"},
      {"/from", "http://user:secret@127.0.0.1:PORT/to", "/to"},
      {"/from", "http://127.0.0.1:PORT", ""},
    };
    for (final String[] each : cases) {
      final int[] seen = new int[1];
      final String[] location = new String[1];
      final HttpPeer peer =
          new HttpPeer(
              bases,
              base,
              (on, request) -> {
                if (seen[0]++ == 0) {
                  redirect(on, 302, location[0]);
                } else {
                  on.say(HttpPeer.GET_OK);
                }
              });
      location[0] = each[1].replace("PORT", String.valueOf(peer.port()));
      final HttpClient client = following(bases, base);
      final HttpResults.Result result = HttpResults.run(base, client.get(peer.uri(each[0])));
      assertThat(result.kind()).as(each[1]).isEqualTo("200");
      assertThat(result.response.uri().toString()).as(each[1]).isEqualTo(peer.uri(each[2]));
      client.close();
    }
  }

  @EngineTest
  void whereTheyMayNotLead(final Bases bases) {
    final EventBase base = bases.base();
    for (final String bad :
        new String[] {
          "ftp://127.0.0.1/",
          "file:///etc/passwd",
          "http:///x",
          "http://[::1",
          "javascript:x",
          "http://a:99999/",
          "http://unix:/tmp/s:/x",
        }) {
      final HttpPeer peer = peer(bases, base, 302, bad);
      final HttpClient client = following(bases, base);
      final HttpResults.Result result = HttpResults.run(base, client.get(peer.uri("/from")));
      if (bad.startsWith("http://unix")) { // it is the name of a host there, which has no address
        assertThat(result.problem).as(bad).isNotNull();
        continue;
      }
      assertThat(result.kind()).as(bad).isEqualTo("REDIRECT HEAD".replace("HEAD", "BODY"));
      assertThat(client.connections()).isZero();
    }
  }

  @EngineTest
  void loopsEnd(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = peer(bases, base, 302, "/from");
    final HttpClient client = following(bases, base);
    final HttpResults.Result result = HttpResults.run(base, client.get(peer.uri("/from")));
    assertThat(result.kind()).isEqualTo("REDIRECT BODY");
    assertThat(peer.requests).hasSize(11);
    assertThat(HttpResults.run(base, client.get(peer.uri("/from")).followRedirects(0)).kind())
        .isEqualTo("302");
  }

  /** What belongs to one origin is not sent to another one, not even on the way back. */
  @EngineTest
  void credentialsStay(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer[] peers = new HttpPeer[2];
    final List<String> elsewhere = new ArrayList<>();
    peers[1] =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              elsewhere.add(request);
              redirect(on, 302, peers[0].uri("/back"));
            });
    peers[0] =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              if (request.contains(" /from")) {
                redirect(on, 302, "/same");
              } else if (request.contains(" /same")) {
                redirect(on, 302, peers[1].uri("/other"));
              } else {
                on.say(HttpPeer.GET_OK);
              }
            });
    final HttpClient client =
        bases.later(HttpClient.builder(base).followRedirects(10).sensitive("X-Api-Key").build());
    final HttpResults.Result result =
        HttpResults.run(
            base,
            client
                .get(peers[0].uri("/from"))
                .header("Authorization", "secret1")
                .header("Cookie", "secret2")
                .header("X-Api-Key", "secret3")
                .header("Host", "secret4")
                .header("X-Other", "kept"));
    assertThat(result.kind()).isEqualTo("200");
    assertThat(peers[0].requests.get(0)).contains("secret1", "secret2", "secret3", "secret4");
    assertThat(peers[0].requests.get(1)).contains("secret1", "secret2", "secret3", "secret4");
    assertThat(elsewhere.get(0)).doesNotContain("secret").contains("x-other: kept");
    assertThat(elsewhere.get(0)).contains("host: 127.0.0.1:" + peers[1].port() + "\r\n");
    assertThat(peers[0].requests.get(2)).doesNotContain("secret").contains("x-other: kept");
  }

  /** A large body of a redirect is not read to its end. */
  @EngineTest
  void largeBodiesOfRedirects(final Bases bases) {
    final EventBase base = bases.base();
    for (final String framing :
        new String[] {
          "Content-Length: 1000000\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\nfffff\r\n",
          "Connection: close\r\n\r\n",
        }) {
      final HttpPeer peer =
          new HttpPeer(
              bases,
              base,
              (on, request) -> {
                if (request.contains(" /from")) {
                  on.say("HTTP/1.1 302 x\r\nLocation: /to\r\n" + framing);
                  on.stream.write(new byte[100_000]);
                } else {
                  on.say(HttpPeer.GET_OK);
                }
              });
      final HttpClient client = following(bases, base);
      final HttpResults.Parts parts = new HttpResults.Parts();
      client.get(peer.uri("/from")).send(parts);
      Streams.run(base, () -> parts.ends > 0);
      assertThat(parts.seen).as(framing).containsExactly("head 200", "end");
      assertThat(parts.body.toString()).isEqualTo("ok");
      assertThat(peer.connections).hasSize(2);
    }
  }
}
