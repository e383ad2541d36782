package org.jevent.bench.rivals;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.io.IoCallback;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import org.xnio.IoUtils;

/** Undertow with one thread for connections. */
final class UndertowHttpServer implements Rival {
  private final ByteBuffer hello = direct(HttpContent.HELLO);
  private final ByteBuffer tenKb = direct(HttpContent.TEN_KB);
  private final Path file;

  UndertowHttpServer(final Path file) {
    this.file = file;
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
      exchange.dispatch(() -> sendFile(exchange));
    } else {
      exchange.getResponseSender().send((path.equals("/10k") ? tenKb : hello).duplicate());
    }
  }

  /** As its own handler of resources does: a worker opens the file for each answer. */
  private void sendFile(final HttpServerExchange exchange) {
    try {
      final FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      exchange.addExchangeCompleteListener(
          (self, next) -> {
            IoUtils.safeClose(channel);
            next.proceed();
          });
      exchange.setResponseContentLength(channel.size());
      exchange.getResponseSender().transferFrom(channel, IoCallback.END_EXCHANGE);
    } catch (final IOException e) {
      throw new IllegalStateException(e);
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
