package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpStreamFactory;
import org.jevent.tls.Tls;

/** What a server has to do by the specification, in cases that few clients reach. */
class HttpServerRulesTest {
  private static final HttpStreamFactory TLS =
      (loop, socket) ->
          Tls.socket(
              loop,
              socket,
              TlsKit.SUN_13.localhost(),
              Tls.State.ACCEPTING,
              BufferEvent.CLOSE_ON_FREE);

  /** A client need not send what will be refused. */
  @EngineTest
  void bodiesThatAreTooLargeAreNotAskedFor(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.readBody(whole -> whole.respond(200, "ok")));
    kit.server.handle(
        "/few", exchange -> exchange.maxBody(3).readBody(whole -> whole.respond(200, "ok")));
    final String expects = "Expect: 100-continue";
    for (final String[] each :
        new String[][] {{"/", "99999999"}, {"/", "9223372036854775807"}, {"/few", "4"}}) {
      final String head = HttpKit.request("POST", each[0], expects, "Content-Length: " + each[1]);
      assertThat(kit.client().say(head).rest()).startsWith("HTTP/1.1 413 ");
    }
    final HttpKit.Client client =
        kit.client().say(HttpKit.request("POST", "/few", expects, "Content-Length: 3"));
    client.until("HTTP/1.1 100 Continue\r\n\r\n");
    client.say("abc").until("ok");
  }

  @EngineTest
  void optionsOfTheServer(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    for (int round = 0; round < 2; round++) {
      final String answer = kit.talk(HttpKit.request("OPTIONS", "*"));
      assertThat(answer).startsWith("HTTP/1.1 204 ").contains("allow: GET");
      assertThat(HttpKit.statuses(kit.talk(HttpKit.request("OPTIONS", "/none"))))
          .containsExactly(404);
      kit.server.allowedMethods("GET", "OPTIONS");
    }
    kit.server.handle("*", exchange -> exchange.respond(200, "of the program"));
    assertThat(kit.talk(HttpKit.request("OPTIONS", "*"))).endsWith("of the program");
  }

  /** RFC 9110, 7.8: what asks for it in HTTP/1.0 is ignored. */
  @EngineTest
  void noUpgradeInOldRequests(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/",
        exchange -> {
          try {
            bases.later(exchange.takeOver("echo")).closeAfterFlush();
          } catch (final IllegalStateException none) {
            exchange.respond(200, "plain");
          }
        });
    final String asks = HttpKit.get("/", "Connection: upgrade", "Upgrade: echo");
    assertThat(kit.talk(asks)).startsWith("HTTP/1.1 101 ");
    assertThat(kit.talk(asks.replace("HTTP/1.1", "HTTP/1.0"))).endsWith("plain");
    assertThat(bases.exceptions).isEmpty();
  }

  /** What the client writes does not make a connection a safe one. */
  @EngineTest
  void schemes(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/",
        exchange ->
            exchange.respond(200, exchange.scheme() + " " + exchange.connection().scheme()));
    final var address = kit.server.bind(Streams.ANY_PORT, TLS, 0).address();
    final List<String> targets = List.of("/", "http://a/", "https://a/");
    final List<String> plain = List.of("http http", "http http", "https http");
    final List<String> secure = List.of("https https", "http https", "https https");
    for (int i = 0; i < targets.size(); i++) {
      final String says = HttpKit.get(targets.get(i), "Connection: close");
      assertThat(kit.talk(says)).endsWith("\r\n\r\n" + plain.get(i));
      final var stream =
          bases.later(Tls.socket(kit.base, TlsKit.SUN_13.trusting(), BufferEvent.CLOSE_ON_FREE));
      Tls.of(stream).peer("localhost", -1);
      final HttpKit.Client client = kit.new Client(stream);
      stream.connect(address);
      assertThat(client.say(says).rest()).endsWith("\r\n\r\n" + secure.get(i));
    }
    kit.server.scheme("https"); // behind another server that has TLS
    assertThat(kit.talk(HttpKit.get("/"))).endsWith("\r\n\r\nhttps https");
  }
}
