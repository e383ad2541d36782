package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpBodySource;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpRequest;

/** Fields that say where a message ends: a program writes them by no door. */
class HttpFramingFieldsTest {
  /** The field, its value, and whether a head may have it, and what stands behind a body. */
  private record Case(String name, String value, boolean inHead, boolean behind) {}

  private static final List<Case> CASES =
      List.of(
          new Case("Content-Length", "5", false, false),
          new Case("Transfer-Encoding", "chunked", false, false),
          new Case("Connection", "keep-alive", false, false),
          new Case("Keep-Alive", "timeout=5", false, false),
          new Case("Upgrade", "echo", false, false),
          new Case("TE", "trailers", false, false),
          new Case("Content-Type", "text/plain", true, false),
          new Case("Content-Anything", "x", true, false),
          new Case("Set-Cookie", "a=b", true, false),
          new Case("Content-Digest", "sha-256=:YQ==:", true, true),
          new Case("X-One", "1", true, true));

  private static HttpHeaders fields(final Case of) {
    return new HttpHeaders().add(of.name, of.value);
  }

  private static String line(final Case of) {
    return of.name.toLowerCase(Locale.ROOT) + ": " + of.value + "\r\n";
  }

  private static void refusedOr(final boolean taken, final String as, final Runnable call) {
    if (taken) {
      call.run();
    } else {
      assertThatThrownBy(call::run).as(as).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void answer(final HttpExchange exchange, final Case of) {
    refusedOr(of.inHead, "inform " + of, () -> exchange.inform(103, fields(of)));
    exchange.start(200);
    exchange.write("abc");
    refusedOr(of.behind, "trailers " + of, () -> exchange.end(fields(of)));
    if (!of.behind) {
      exchange.end();
    }
  }

  @EngineTest
  void interimAnswersAndTrailers(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    for (final Case each : CASES) {
      kit.server.handle("/" + each.name, exchange -> answer(exchange, each));
      final String answer = kit.talk(HttpKit.get("/" + each.name));
      final int end = answer.indexOf("abc");
      assertThat(answer.startsWith("HTTP/1.1 103 ")).as(answer).isEqualTo(each.inHead);
      assertThat(answer.substring(0, Math.max(0, answer.indexOf("HTTP/1.1 200"))))
          .as("the interim head")
          .isEqualTo(each.inHead ? "HTTP/1.1 103 Early Hints\r\n" + line(each) + "\r\n" : "");
      assertThat(answer.substring(end))
          .isEqualTo("abc\r\n0\r\n" + (each.behind ? line(each) : "") + "\r\n");
    }
    assertThat(bases.exceptions).isEmpty();
  }

  /** A page that says how long it is gives way to that of the server. */
  @EngineTest
  void pagesOfErrors(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/up", exchange -> exchange.requireUpgrade("other", "it is asked for"));
    for (final Case each : CASES) {
      kit.server.errorPage(
          (status, reason, fields, page) -> {
            fields.add(each.name, each.value);
            page.add("page\n");
          });
      for (final String path : List.of("/none", "/up")) {
        bases.exceptions.clear();
        final String as = each + " " + path;
        final String answer = kit.talk(HttpKit.get(path));
        final String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(answer).as(as).containsOnlyOnce("\r\nContent-Length: " + body.length() + "\r\n");
        assertThat(answer.contains(line(each))).as(as).isEqualTo(each.inHead);
        assertThat(body.equals("page\n")).as(as).isEqualTo(each.inHead);
        assertThat(answer.contains("upgrade: other\r\n")).as(as).isEqualTo(path.equals("/up"));
        assertThat(bases.exceptions).as(as).hasSize(each.inHead ? 0 : 1);
      }
    }
    bases.exceptions.clear();
  }

  /** A body in chunks, with a field behind it. */
  private record Source(Case of) implements HttpBodySource {
    @Override
    public boolean pull(final HttpCall call, final EventBuffer into) {
      into.add("abc");
      return false;
    }

    @Override
    public HttpHeaders trailers() {
      return fields(of);
    }
  }

  @EngineTest
  void requests(final Bases bases) {
    final HttpPeer peer =
        new HttpPeer(bases, bases.base(), (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(peer.base));
    for (final Case each : CASES) {
      final HttpRequest request = client.request("PUT", peer.uri("/"));
      refusedOr(each.inHead, "header " + each, () -> request.header(each.name, each.value));
      final int before = peer.requests.size();
      final HttpResults.Result result = HttpResults.run(peer.base, request.body(new Source(each)));
      assertThat(result.kind()).as("" + each).isEqualTo(each.behind ? "200" : "CANCELLED REQUEST");
      assertThat(peer.requests.size() - before).isEqualTo(each.behind ? 1 : 0);
      if (each.behind) {
        assertThat(peer.requests.get(before)).endsWith("abc\r\n0\r\n" + line(each) + "\r\n");
      }
    }
    assertThat(bases.exceptions).isEmpty();
  }
}
