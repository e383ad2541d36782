package org.jevent.conformance;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;

/** A server of HTTP and clients that say exactly what a test wants. */
final class HttpKit {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d\\d\\d) ");

  final Bases bases;
  final EventBase base;
  final HttpServer server;
  final InetSocketAddress address;

  HttpKit(final Bases bases) {
    this(bases, HttpServerLimits.DEFAULT);
  }

  HttpKit(final Bases bases, final HttpServerLimits limits) {
    this(bases, bases.base(), limits);
  }

  HttpKit(final Bases bases, final EventConfig config) {
    this(bases, bases.base(config), HttpServerLimits.DEFAULT);
  }

  private HttpKit(final Bases bases, final EventBase base, final HttpServerLimits limits) {
    this.bases = bases;
    this.base = base;
    server = bases.later(new HttpServer(base)).limits(limits);
    address = (InetSocketAddress) server.bind(Streams.ANY_PORT).address();
  }

  /** A client: what it gets, and whether its connection has ended. */
  final class Client {
    final BufferEvent stream;
    final List<String> events = new ArrayList<>();
    final StringBuilder got = new StringBuilder();

    Client(final BufferEvent stream) {
      this.stream = stream;
      stream.setCallbacks(self -> take(), null, (self, what) -> events.add(Streams.text(what)));
      stream.enable(Event.READ | Event.WRITE);
    }

    private void take() {
      got.append(
          new String(
              stream.input().readBytes((int) stream.input().length()),
              StandardCharsets.ISO_8859_1));
    }

    Client say(final String text) {
      stream.write(text.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    boolean hasEnded() {
      return events.stream().anyMatch(each -> each.contains("EOF") || each.contains("ERROR"));
    }

    /** Runs until the connection has ended; returns all that came. */
    String rest() {
      Streams.run(base, this::hasEnded);
      return got.toString();
    }

    /** Runs until a text has come; returns all that came until now, and forgets it. */
    String until(final String text) {
      Streams.run(base, () -> got.indexOf(text) >= 0 || hasEnded());
      if (got.indexOf(text) < 0) {
        throw new AssertionError("not there: " + text + " in " + got);
      }
      final String all = got.toString();
      got.setLength(0);
      return all;
    }

    List<Integer> statuses() {
      return HttpKit.statuses(got.toString());
    }
  }

  /** Over TCP. */
  Client client() {
    final SocketBufferEvent stream =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final Client made = new Client(stream);
    stream.connect(address);
    return made;
  }

  /** In memory. */
  Client pair() {
    final BufferEvent[] ends = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    bases.later(ends[0]);
    bases.later(ends[1]);
    server.serve(ends[0]);
    return new Client(ends[1]);
  }

  /** Says all of it, ends, and returns what came until the connection had ended. */
  String talk(final String text) {
    final Client client = client().say(text);
    client.stream.shutdownOutput();
    final String answer = client.rest();
    client.stream.close();
    return answer;
  }

  /** A request without a body. */
  static String request(final String method, final String target, final String... fields) {
    final StringBuilder text =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: a\r\n");
    for (final String each : fields) {
      text.append(each).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  static String get(final String target, final String... fields) {
    return request("GET", target, fields);
  }

  /** A request with a body of that text. */
  static String post(final String target, final String body, final String... fields) {
    final String[] more = new String[fields.length + 1];
    System.arraycopy(fields, 0, more, 0, fields.length);
    more[fields.length] = "Content-Length: " + body.length();
    return request("POST", target, more) + body;
  }

  static List<Integer> statuses(final String answer) {
    final List<Integer> found = new ArrayList<>();
    for (final Matcher each = STATUS.matcher(answer); each.find(); ) {
      found.add(Integer.valueOf(each.group(1)));
    }
    return found;
  }

  /** The answer without its field Date, for comparing. */
  static String undated(final String answer) {
    return answer.replaceAll("Date: [^\r]*GMT\r\n", "");
  }
}
