package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.tls.Tls;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Netty's handler at the other end, over the JDK's engines and over those of Bouncy Castle. */
class TlsForeignTest {
  private static final int SIZE = 300_000;

  /** What Netty's end has seen. The test moves the bytes between it and a plain stream. */
  private static final class Foreign extends ChannelInboundHandlerAdapter {
    private final BufferEvent wire;
    private final EmbeddedChannel channel;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final List<String> events = new ArrayList<>();

    Foreign(final BufferEvent wire, final SSLEngine engine) {
      this.wire = wire;
      channel = new EmbeddedChannel(new SslHandler(engine), this);
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
      final ByteBuf bytes = (ByteBuf) message;
      final byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      received.writeBytes(copy);
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
      events.add(event instanceof SslCloseCompletionEvent ? "closed" : String.valueOf(event));
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
      events.add(String.valueOf(cause));
    }

    /** Gives it what has arrived, and sends what it has for its peer. */
    void pump() {
      final byte[] arrived = new byte[(int) wire.input().length()];
      wire.read(arrived);
      if (arrived.length > 0 && channel.isOpen()) {
        channel.writeInbound(Unpooled.wrappedBuffer(arrived));
      }
      channel.runPendingTasks();
      for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        final byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        out.release();
        wire.write(bytes);
      }
    }
  }

  /** Each engine of the library with each peer. */
  static Stream<Arguments> peers() {
    final BouncyCastleJsseProvider bouncy =
        new BouncyCastleJsseProvider(new BouncyCastleProvider());
    return Bases.perEngine()
        .flatMap(
            bases ->
                Stream.of("TLSv1.3", "TLSv1.2")
                    .flatMap(
                        version ->
                            Stream.of(
                                new TlsKit.Kind("Sun", null, version),
                                new TlsKit.Kind("Bouncy Castle", bouncy, version)))
                    .map(kind -> Arguments.of(bases.inner(), kind)));
  }

  private static byte[] bytes(final int seed) {
    final byte[] made = new byte[SIZE];
    new Random(seed).nextBytes(made);
    return made;
  }

  private static SSLEngine engine(final TlsKit.Kind kind, final boolean client) {
    final SSLEngine engine =
        TlsKit.made(() -> context(kind.provider(), client)).createSSLEngine("localhost", 443);
    engine.setUseClientMode(client);
    engine.setEnabledProtocols(new String[] {kind.protocol()});
    return engine;
  }

  /** With the managers of the provider. */
  private static SSLContext context(final Provider provider, final boolean client)
      throws GeneralSecurityException, IOException {
    final KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    final Certificates.Identity mine = TlsKit.LOCALHOST;
    if (client) {
      store.setCertificateEntry("authority", TlsKit.AUTHORITY.certificate());
    } else {
      final Certificate[] chain = {mine.certificate()};
      store.setKeyEntry("identity", mine.keys().getPrivate(), new char[0], chain);
    }
    final SSLContext context;
    final KeyManagerFactory keys;
    final TrustManagerFactory trust;
    if (provider == null) {
      context = SSLContext.getInstance("TLS");
      keys = KeyManagerFactory.getInstance("PKIX");
      trust = TrustManagerFactory.getInstance("PKIX");
    } else {
      context = SSLContext.getInstance("TLS", provider);
      keys = KeyManagerFactory.getInstance("PKIX", provider);
      trust = TrustManagerFactory.getInstance("PKIX", provider);
    }
    keys.init(store, new char[0]);
    trust.init(store);
    context.init(
        client ? null : keys.getKeyManagers(), client ? trust.getTrustManagers() : null, null);
    return context;
  }

  private static void talk(final Bases bases, final TlsKit.Kind kind, final boolean asClient) {
    final EventBase base = bases.base();
    final BufferEvent[] wire = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TlsKit.Kind mine = new TlsKit.Kind("Sun", null, kind.protocol());
    final BufferEvent stream =
        bases.later(
            Tls.filter(
                wire[0],
                asClient ? mine.trusting() : mine.localhost(),
                asClient ? Tls.State.CONNECTING : Tls.State.ACCEPTING,
                BufferEvent.CLOSE_ON_FREE));
    if (asClient) {
      Tls.of(stream).peer("localhost", -1);
    }
    final List<String> events = new ArrayList<>();
    stream.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    stream.enable(Event.READ | Event.WRITE);
    wire[1].enable(Event.READ | Event.WRITE);
    final Foreign peer = new Foreign(wire[1], engine(kind, !asClient));
    stream.write(bytes(1));
    peer.channel.writeOutbound(Unpooled.wrappedBuffer(bytes(2)));
    Streams.run(
        base,
        () -> {
          peer.pump();
          return peer.received.size() == SIZE && stream.input().length() == SIZE;
        });
    assertThat(events).containsExactly("CONNECTED");
    assertThat(peer.received.toByteArray()).isEqualTo(bytes(1));
    assertThat(stream.input().toByteArray()).isEqualTo(bytes(2));
    assertThat(peer.events).hasSize(1).allMatch(event -> event.contains("SUCCESS"));
    if (asClient) {
      peer.channel.close();
    } else {
      stream.shutdownOutput();
    }
    Streams.run(
        base,
        () -> {
          peer.pump();
          if (peer.events.contains("closed")) {
            peer.channel.close(); // TLS 1.3 has connections that are closed one way
          }
          return events.size() == 2 && peer.events.size() == 2;
        });
    assertThat(events).endsWith("READING|EOF");
    assertThat(peer.events).endsWith("closed");
    peer.channel.finishAndReleaseAll();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @Tag("engine")
  @ExtendWith(NothingLeftBehind.class)
  @Timeout(120)
  @MethodSource("peers")
  void aServerOfNetty(final Bases bases, final TlsKit.Kind kind) {
    talk(bases, kind, true);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @Tag("engine")
  @ExtendWith(NothingLeftBehind.class)
  @Timeout(120)
  @MethodSource("peers")
  void aClientOfNetty(final Bases bases, final TlsKit.Kind kind) {
    talk(bases, kind, false);
  }
}
