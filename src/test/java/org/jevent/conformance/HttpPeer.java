package org.jevent.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;

/** A server of plain bytes: it keeps what it has read, and says what a script says. */
final class HttpPeer {
  /** What it does with a request. */
  interface Script {
    /**
     * A request has come whole.
     *
     * @param request its head and its body, as they came
     */
    void requested(Connection connection, String request);
  }

  /** One connection, with all that has come. */
  static final class Connection {
    final BufferEvent stream;
    final int number;
    final StringBuilder received = new StringBuilder();
    final List<String> requests = new ArrayList<>();

    /** How much of it was in whole requests. */
    int taken;

    /** Before so much has come the next request cannot be whole. */
    int wanted;

    boolean ended;

    Connection(final BufferEvent stream, final int number) {
      this.stream = stream;
      this.number = number;
    }

    void say(final String bytes) {
      stream.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A response with a body and its length. */
    void answer(final String body) {
      answer(200, body);
    }

    void answer(final int status, final String body) {
      say("HTTP/1.1 " + status + " x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    void close() {
      stream.closeAfterFlush();
    }

    /** A reset: there are bytes that were not read. */
    void reset() {
      stream.close();
    }
  }

  static final String GET_OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  final EventBase base;
  final List<Connection> connections = new ArrayList<>();
  final List<String> requests = new ArrayList<>();
  private final ConnectionListener listener;
  private final Script script;

  HttpPeer(final Bases bases, final EventBase base, final Script script) {
    this.base = base;
    this.script = script;
    listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            (final SocketBufferEvent stream) -> take(stream));
  }

  /** Takes a connection from elsewhere. */
  Connection take(final BufferEvent stream) {
    final Connection made = new Connection(stream, connections.size());
    connections.add(made);
    stream.setCallbacks(
        self -> read(made),
        null,
        (self, what) -> made.ended |= (what & ~BufferEvent.CONNECTED) != 0);
    stream.enable(Event.READ);
    return made;
  }

  private void read(final Connection connection) {
    final byte[] bytes = connection.stream.input().toByteArray();
    connection.stream.input().drain(bytes.length);
    connection.received.append(new String(bytes, StandardCharsets.ISO_8859_1));
    int end;
    while ((end = endOfRequest(connection)) > 0) {
      final String request = connection.received.substring(connection.taken, end);
      connection.taken = end;
      connection.requests.add(request);
      requests.add(request);
      script.requested(connection, request);
    }
  }

  /** Where the next request ends, or -1. */
  private static int endOfRequest(final Connection connection) {
    if (connection.received.length() < connection.wanted) {
      return -1;
    }
    final String all = connection.received.toString();
    final int head = all.indexOf("\r\n\r\n", connection.taken);
    if (head < 0) {
      return -1;
    }
    final int body = head + 4;
    final String fields = all.substring(connection.taken, body).toLowerCase(Locale.ROOT);
    if (fields.contains("transfer-encoding: chunked")) {
      final int last = all.indexOf("0\r\n", body);
      final int end = last < 0 ? -1 : all.indexOf("\r\n\r\n", last + 1);
      return end < 0 ? -1 : end + 4;
    }
    final int length = fields.indexOf("content-length: ");
    if (length < 0 || fields.contains("expect: 100-continue")) {
      return body;
    }
    final int count =
        Integer.parseInt(fields.substring(length + 16, fields.indexOf("\r\n", length)));
    connection.wanted = body + count;
    return all.length() < body + count ? -1 : body + count;
  }

  int port() {
    return ((java.net.InetSocketAddress) listener.address()).getPort();
  }

  String uri(final String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  void stop() {
    listener.close();
  }
}
