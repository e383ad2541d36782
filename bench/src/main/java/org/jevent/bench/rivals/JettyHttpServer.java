package org.jevent.bench.rivals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** Jetty's server with one selector; its handler does not block. */
final class JettyHttpServer implements Rival {
  private final Server server = new Server();
  private final ByteBuffer hello = direct(HttpContent.HELLO);
  private final ByteBuffer tenKb = direct(HttpContent.TEN_KB);
  private final Path file;

  JettyHttpServer(final Path file) {
    this.file = file;
  }

  private static ByteBuffer direct(final byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Override
  public String style() {
    return "jetty";
  }

  @Override
  public String engine() {
    return "nio";
  }

  private void answer(final String path, final Response response, final Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, HttpContent.TYPE);
    if (path.equals("/file")) {
      Content.copy(Content.Source.from(file), response, callback);
    } else {
      final ByteBuffer body = (path.equals("/10k") ? tenKb : hello).duplicate();
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
      response.write(true, body, callback);
    }
  }

  @Override
  public int open(final int port, final boolean rot13) throws IOException {
    final HttpConfiguration settings = new HttpConfiguration();
    settings.setSendServerVersion(false);
    final ServerConnector connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(settings));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract.NonBlocking() {
          @Override
          public boolean handle(
              final Request request, final Response response, final Callback callback) {
            final String path = Request.getPathInContext(request);
            if (path.equals("/post")) {
              Content.Source.consumeAll(
                  request, Callback.from(() -> answer(path, response, callback), callback::failed));
            } else {
              answer(path, response, callback);
            }
            return true;
          }
        });
    try {
      server.start();
    } catch (final Exception e) {
      throw new IOException(e);
    }
    return connector.getLocalPort();
  }

  @Override
  public void serve() throws IOException {
    try {
      server.join();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
