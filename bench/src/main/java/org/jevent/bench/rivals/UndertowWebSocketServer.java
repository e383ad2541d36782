package org.jevent.bench.rivals;

import io.undertow.Undertow;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import io.undertow.websockets.extensions.PerMessageDeflateHandshake;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Undertow with one thread for connections. */
final class UndertowWebSocketServer implements Rival {
  private final List<WebSocketChannel> room = new ArrayList<>();

  @Override
  public String style() {
    return "undertow";
  }

  @Override
  public String engine() {
    return "nio";
  }

  private void open(final WebSocketChannel channel) {
    final boolean broadcasts = channel.getUrl().endsWith(WebSocketRival.BROADCAST);
    if (broadcasts) {
      room.add(channel);
      channel.addCloseTask(room::remove);
    }
    channel.getReceiveSetter().set(new Echoing(broadcasts));
    channel.resumeReceives();
  }

  /** One connection. */
  private final class Echoing extends AbstractReceiveListener {
    private final boolean broadcasts;

    Echoing(final boolean broadcasts) {
      this.broadcasts = broadcasts;
    }

    @Override
    protected void onFullBinaryMessage(
        final WebSocketChannel channel, final BufferedBinaryMessage message) {
      final ByteBuffer copy = WebSockets.mergeBuffers(message.getData().getResource());
      message.getData().free();
      if (broadcasts) {
        room.forEach(each -> WebSockets.sendBinary(copy.duplicate(), each, null));
      } else {
        WebSockets.sendBinary(copy, channel, null);
      }
    }

    @Override
    protected void onFullTextMessage(
        final WebSocketChannel channel, final BufferedTextMessage message) {
      WebSockets.sendText(message.getData(), channel, null);
    }

    @Override
    protected long getMaxBinaryBufferSize() {
      return WebSocketRival.MAX_MESSAGE;
    }
  }

  @Override
  public int open(final int port, final boolean rot13) {
    final WebSocketConnectionCallback opened = (exchange, channel) -> open(channel);
    final Undertow server =
        Undertow.builder()
            .addHttpListener(port, "127.0.0.1")
            .setIoThreads(1)
            .setWorkerThreads(1)
            .setHandler(
                new WebSocketProtocolHandshakeHandler(opened)
                    .addExtension(new PerMessageDeflateHandshake()))
            .build();
    server.start();
    return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
  }

  @Override
  public void serve() {
    try {
      new CountDownLatch(1).await();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
