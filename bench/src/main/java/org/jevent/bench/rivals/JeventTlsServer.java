package org.jevent.bench.rivals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLEngine;
import org.conscrypt.Conscrypt;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** This library's server of TLS on one loop, on its default engine. */
final class JeventTlsServer implements Rival {
  private static final Runnable NOTHING = () -> {};

  private final EventBase base = new EventBase();
  private final ByteBuffer answers = Exchange.answers();
  private final TlsContext context;
  private final TlsRival.Library library;

  /**
   * @param executor whether another thread does what handshakes need, and not the loop's
   */
  JeventTlsServer(
      final TlsRival.Library library,
      final Path certificate,
      final Path key,
      final boolean executor)
      throws IOException, GeneralSecurityException {
    if (library == TlsRival.Library.TCNATIVE) {
      throw new IllegalArgumentException("netty-tcnative is no provider of the JDK");
    }
    final TlsContext.Builder builder = TlsContext.server();
    if (library.provider() != null) {
      builder.provider(library.provider());
    }
    if (executor) {
      builder.taskExecutor(Executors.newSingleThreadExecutor(JeventTlsServer::daemon));
    }
    context = library == TlsRival.Library.NONE ? null : builder.identity(certificate, key).build();
    this.library = library;
  }

  private static Thread daemon(final Runnable work) {
    final Thread thread = new Thread(work, "handshakes");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public String style() {
    return "jevent";
  }

  @Override
  public String engine() {
    return base.method()
        + ", "
        + (context == null ? "without TLS" : context.sslContext().getProvider().toString());
  }

  @Override
  public int open(final int port, final boolean rot13) {
    final ConnectionListener listener =
        ConnectionListener.bind(
            base,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            ConnectionListener.REUSEABLE,
            BACKLOG,
            (self, socket, peer) -> serve(socket));
    return ((InetSocketAddress) listener.address()).getPort();
  }

  @Override
  public void serve() {
    base.dispatch();
  }

  private void serve(final NetSocket socket) {
    socket.set(NetOption.NO_DELAY, 1);
    final BufferEvent client =
        context == null
            ? BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)
            : secure(socket);
    final Exchange exchange = new Exchange();
    client.setCallbacks(stream -> received(stream, exchange), null, JeventTlsServer::happened);
    client.enable(Event.READ);
  }

  /**
   * Conscrypt has tickets, and with TLS 1.3 sessions at all, where its engine is asked for them.
   */
  private BufferEvent secure(final NetSocket socket) {
    if (library != TlsRival.Library.CONSCRYPT) {
      return Tls.socket(base, socket, context, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE);
    }
    final SSLEngine engine = context.sslContext().createSSLEngine();
    engine.setUseClientMode(false);
    Conscrypt.setUseSessionTickets(engine, true);
    return Tls.socket(base, socket, engine, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE);
  }

  private void received(final BufferEvent client, final Exchange exchange) {
    final EventBuffer input = client.input();
    if (!exchange.isOpen()) {
      if (input.length() < Exchange.SIZES) {
        return;
      }
      final ByteBuffer sizes = ByteBuffer.allocate(Exchange.SIZES);
      input.remove(sizes);
      exchange.open(sizes.flip().getInt(), sizes.getInt());
    }
    final int size = (int) input.length();
    input.drain(size);
    for (int i = exchange.received(size); i > 0; i--) {
      client.output().addReference(answers.duplicate().limit(exchange.answer()), NOTHING);
    }
  }

  private static void happened(final BufferEvent client, final int what) {
    if ((what & BufferEvent.CONNECTED) == 0) {
      client.close();
    }
  }
}
