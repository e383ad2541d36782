package org.jevent.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A server of WebSockets takes its turn under {@link WebSocketLoad}. */
final class WebSocketTurn extends LoadTurn<WebSocketCase> {
  private static final byte[] REQUEST =
      ("GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);
  private static final int ANSWER = 4096;
  private static final String SWITCHED = "HTTP/1.1 101";

  WebSocketTurn(
      final Starter starter,
      final Kind kind,
      final Collection<WebSocketCase> cases,
      final Times times) {
    super(starter, kind, cases, times);
  }

  @Override
  Map<String, Double> load(final WebSocketCase each, final NameServer server, final int seconds)
      throws IOException, InterruptedException {
    final List<String> arguments = new ArrayList<>(each.options());
    arguments.addAll(
        List.of("--seconds", "" + seconds, "ws://127.0.0.1:" + server.port() + each.path));
    final List<String> command =
        Child.java(List.of(), WebSocketLoad.class.getName(), arguments.toArray(new String[0]));
    return Child.figures(
        Child.text(
            new ProcessBuilder(
                    Machine.pinned(command, Runtime.getRuntime().availableProcessors() - 1))
                .redirectErrorStream(true)));
  }

  @Override
  SocketChannel connect(final NameServer server) throws IOException {
    final SocketChannel socket =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.write(ByteBuffer.wrap(REQUEST));
    final ByteBuffer answer = ByteBuffer.allocate(ANSWER);
    socket.read(answer);
    final String text = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
    if (!text.startsWith(SWITCHED)) {
      socket.close();
      throw new IOException("no agreement for an idle socket, but: " + text);
    }
    return socket;
  }
}
