package org.jevent.bench.rivals;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CountDownLatch;

/** Vert.x on one event loop, with its native transport where it has it. */
final class VertxHttpServer implements Rival {
  private static final Buffer HELLO = Buffer.buffer(HttpContent.HELLO);
  private static final Buffer TEN_KB = Buffer.buffer(HttpContent.TEN_KB);

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final String file;
  private String date = date();

  VertxHttpServer(final Path file) {
    this.file = file.toString();
  }

  private static String date() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  @Override
  public String style() {
    return "vertx";
  }

  @Override
  public String engine() {
    return vertx.isNativeTransportEnabled() ? "native" : "nio";
  }

  private void answer(final HttpServerRequest request) {
    request.response().putHeader("Date", date).putHeader("Content-Type", HttpContent.TYPE);
    if (request.path().equals("/file")) {
      request.response().sendFile(file);
    } else {
      request.response().end(request.path().equals("/10k") ? TEN_KB : HELLO);
    }
  }

  @Override
  public int open(final int port, final boolean rot13) {
    vertx.setPeriodic(1000, timer -> date = date());
    final HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
            .requestHandler(
                request -> {
                  if (request.path().equals("/post")) {
                    request.endHandler(whole -> answer(request));
                  } else {
                    answer(request);
                  }
                })
            .listen()
            .await();
    return server.actualPort();
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
