package org.jevent.bench.rivals;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;

/** Undertow with one thread for connections. */
final class UndertowHttpServer implements Rival {
  private final ByteBuffer hello = direct(HttpContent.HELLO);
  private final ByteBuffer tenKb = direct(HttpContent.TEN_KB);
  private final FileChannel file;

  UndertowHttpServer(final Path file) throws IOException {
    this.file = FileChannel.open(file, StandardOpenOption.READ);
  }

  private static ByteBuffer direct(final byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Override
  public String style() {
    return "undertow";
  }

  @Override
  public String engine() {
    return "nio";
  }

  private void answer(final HttpServerExchange exchange) {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, HttpContent.TYPE);
    final String path = exchange.getRequestPath();
    if (path.equals("/file")) {
      try {
        exchange.setResponseContentLength(file.size());
      } catch (final IOException e) {
        throw new IllegalStateException(e);
      }
      exchange.getResponseSender().transferFrom(file, io.undertow.io.IoCallback.END_EXCHANGE);
    } else {
      exchange.getResponseSender().send((path.equals("/10k") ? tenKb : hello).duplicate());
    }
  }

  @Override
  public int open(final int port, final boolean rot13) {
    final Undertow server =
        Undertow.builder()
            .addHttpListener(port, "127.0.0.1")
            .setIoThreads(1)
            .setWorkerThreads(1)
            .setServerOption(UndertowOptions.ALWAYS_SET_DATE, true)
            .setHandler(
                exchange -> {
                  if (exchange.getRequestPath().equals("/post")) {
                    exchange.getRequestReceiver().receiveFullBytes((self, body) -> answer(self));
                  } else {
                    answer(exchange);
                  }
                })
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
