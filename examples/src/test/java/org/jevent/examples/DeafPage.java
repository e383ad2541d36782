package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A page of the chat that reads nothing but its handshake. */
final class DeafPage implements AutoCloseable {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private final Socket socket = new Socket();

  DeafPage(final int port) throws IOException {
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    final String request =
        "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + KEY
            + "\r\nSec-WebSocket-Protocol: chat.v1\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    final byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 101".length());
    assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 101");
  }

  boolean isConnected() {
    return socket.isConnected();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
