package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;

/** A client of HTTP that knows lengths and nothing else; it shows what came, byte for byte. */
final class WebPeer {
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

  /** An answer. */
  static final class Answer {
    final int status;
    final Map<String, String> fields = new HashMap<>();
    byte[] body = {};

    private Answer(final String head) {
      final String[] lines = head.split("\r\n");
      assertThat(lines[0]).matches("HTTP/1\\.[01] [0-9]{3} .*");
      status = Integer.parseInt(lines[0].substring(9, 12));
      for (int i = 1; i < lines.length; i++) {
        final int colon = lines[i].indexOf(':');
        fields.merge(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip(),
            (one, other) -> one + ", " + other);
      }
    }

    String field(final String name) {
      return fields.get(name);
    }

    /** The body as ISO-8859-1. */
    String text() {
      return new String(body, StandardCharsets.ISO_8859_1);
    }
  }

  final SocketBufferEvent stream;
  final Streams.EventRecorder recorded = new Streams.EventRecorder();
  private final EventBase base;

  WebPeer(final Bases bases, final EventBase base, final SocketAddress address) {
    this.base = base;
    stream = bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    stream.setCallbacks(null, null, recorded::event);
    stream.enable(Event.READ);
    stream.connect(address);
  }

  boolean isClosed() {
    return recorded.events.stream().anyMatch(event -> !event.equals("CONNECTED"));
  }

  /** Sends a head; lines are divided by a bar, and {@code Host} is added. */
  void send(final String head) {
    final String lines = head.replace("|", "\r\n") + "\r\nHost: test\r\n\r\n";
    stream.write(lines.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The next head. */
  Answer head() {
    final EventBuffer input = stream.input();
    Streams.run(base, () -> input.search(HEAD_END) >= 0 || isClosed());
    final long end = input.search(HEAD_END);
    assertThat(end).as("a head before " + recorded.events).isNotNegative();
    final byte[] head = new byte[(int) end + HEAD_END.length];
    input.remove(head);
    return new Answer(new String(head, StandardCharsets.ISO_8859_1));
  }

  /** Sends a request and awaits its answer. */
  Answer ask(final String head) {
    send(head);
    final Answer answer = head();
    final boolean none = head.startsWith("HEAD") || answer.status == 304 || answer.status == 204;
    final int length = none ? 0 : Integer.parseInt(answer.field("content-length"));
    Streams.run(base, () -> stream.input().length() >= length || isClosed());
    answer.body = new byte[length];
    assertThat(stream.read(answer.body)).isEqualTo(length);
    return answer;
  }
}
