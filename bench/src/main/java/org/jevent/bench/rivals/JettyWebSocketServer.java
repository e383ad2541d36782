package org.jevent.bench.rivals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Jetty's server with one selector. */
final class JettyWebSocketServer implements Rival {
  private final Server server = new Server();
  private final List<Session> room = new CopyOnWriteArrayList<>();

  @Override
  public String style() {
    return "jetty";
  }

  @Override
  public String engine() {
    return "nio";
  }

  @Override
  public int open(final int port, final boolean rot13) throws IOException {
    final ServerConnector connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(new HttpConfiguration()));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(
        WebSocketUpgradeHandler.from(
            server,
            container -> {
              container.setMaxBinaryMessageSize(WebSocketRival.MAX_MESSAGE);
              container.setMaxFrameSize(WebSocketRival.MAX_MESSAGE);
              container.addMapping("/echo", (request, response, callback) -> new Echoing(false));
              container.addMapping(
                  WebSocketRival.BROADCAST, (request, response, callback) -> new Echoing(true));
            }));
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

  /** One connection. */
  public final class Echoing extends Session.Listener.AbstractAutoDemanding {
    private final boolean broadcasts;

    Echoing(final boolean broadcasts) {
      this.broadcasts = broadcasts;
    }

    @Override
    public void onWebSocketOpen(final Session session) {
      super.onWebSocketOpen(session);
      if (broadcasts) {
        room.add(session);
      }
    }

    @Override
    public void onWebSocketBinary(final ByteBuffer payload, final Callback callback) {
      if (broadcasts) {
        final ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
        room.forEach(each -> each.sendBinary(copy.duplicate(), Callback.NOOP));
        callback.succeed();
      } else {
        getSession().sendBinary(payload, callback);
      }
    }

    @Override
    public void onWebSocketText(final String message) {
      getSession().sendText(message, Callback.NOOP);
    }

    @Override
    public void onWebSocketClose(final int code, final String reason, final Callback callback) {
      room.remove(getSession());
      callback.succeed();
    }
  }
}
