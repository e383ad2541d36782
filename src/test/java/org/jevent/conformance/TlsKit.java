package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.conscrypt.Conscrypt;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.junit.jupiter.params.provider.Arguments;

/** Certificates, contexts and ends of TLS connections for tests. */
final class TlsKit {
  /**
   * What takes long is done whole: each byte of a handshake, 64 MiB, ten thousand connections.
   * {@code scripts/test nightly:tls} asks for it.
   */
  static final boolean THOROUGH = Boolean.getBoolean("jevent.test.tls.thorough");

  static final Certificates.Identity AUTHORITY;
  static final Certificates.Identity LOCALHOST;
  static final Path AUTHORITY_FILE;
  static final Path CHAIN_FILE;
  static final Path KEY_FILE;
  static final Path FOLDER;

  static {
    try {
      FOLDER = Files.createTempDirectory("jevent-tls");
      FOLDER.toFile().deleteOnExit();
      AUTHORITY = Certificates.selfSigned("authority", new Certificates.Wish().authority());
      LOCALHOST =
          Certificates.signed(
              "localhost",
              new Certificates.Wish().dns("localhost").ip("127.0.0.1").ip("::1"),
              AUTHORITY);
      AUTHORITY_FILE = kept(AUTHORITY.alone(FOLDER));
      CHAIN_FILE = kept(LOCALHOST.chain(FOLDER));
      KEY_FILE = kept(LOCALHOST.key(FOLDER));
    } catch (final GeneralSecurityException | IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private TlsKit() {}

  private static Path kept(final Path file) {
    file.toFile().deleteOnExit();
    return file;
  }

  /** Who implements the protocol, and in which version. */
  record Kind(String name, Provider provider, String protocol) {
    boolean isSun() {
      return provider == null;
    }

    boolean is13() {
      return protocol.equals("TLSv1.3");
    }

    TlsContext.Builder client() {
      return with(TlsContext.client());
    }

    TlsContext.Builder server() {
      return with(TlsContext.server());
    }

    private TlsContext.Builder with(final TlsContext.Builder builder) {
      builder.protocols(protocol);
      return isSun() ? builder : builder.provider(provider);
    }

    TlsContext trusting() {
      return made(() -> client().trust(AUTHORITY_FILE).build());
    }

    TlsContext localhost() {
      return made(() -> server().identity(CHAIN_FILE, KEY_FILE).build());
    }

    @Override
    public String toString() {
      return name + " " + protocol;
    }
  }

  static final Kind SUN_13 = new Kind("Sun", null, "TLSv1.3");
  static final Kind SUN_12 = new Kind("Sun", null, "TLSv1.2");

  /** All providers that can be used here, in both versions. */
  static Stream<Kind> kinds() {
    final List<Kind> kinds = new ArrayList<>(List.of(SUN_13, SUN_12));
    if (!TestSystem.wine() && Conscrypt.isAvailable()) { // which ends a JVM under Wine
      final Provider conscrypt = Conscrypt.newProvider();
      kinds.add(new Kind("Conscrypt", conscrypt, "TLSv1.3"));
      kinds.add(new Kind("Conscrypt", conscrypt, "TLSv1.2"));
    }
    return kinds.stream();
  }

  /** Each engine with each kind. */
  static Stream<Arguments> each() {
    return Bases.perEngine()
        .flatMap(bases -> kinds().map(kind -> Arguments.of(bases.inner(), kind)));
  }

  /** Something that may fail with checked exceptions. */
  interface Maker<T> {
    T make() throws GeneralSecurityException, IOException;
  }

  static <T> T made(final Maker<T> maker) {
    try {
      return maker.make();
    } catch (final GeneralSecurityException e) {
      throw new AssertionError(e);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The two ends of a connection, with what they have seen. */
  static final class Ends {
    final BufferEvent client;
    final BufferEvent server;
    final List<String> clientEvents = new ArrayList<>();
    final List<String> serverEvents = new ArrayList<>();

    Ends(final BufferEvent client, final BufferEvent server) {
      this.client = client;
      this.server = server;
      client.setCallbacks(null, null, (self, what) -> clientEvents.add(Streams.text(what)));
      server.setCallbacks(null, null, (self, what) -> serverEvents.add(Streams.text(what)));
      client.enable(Event.READ);
      server.enable(Event.READ);
    }

    void open(final EventBase base) {
      Streams.run(base, () -> !clientEvents.isEmpty() && !serverEvents.isEmpty());
      if (!clientEvents.equals(List.of("CONNECTED"))
          || !serverEvents.equals(List.of("CONNECTED"))) {
        throw new AssertionError(
            clientEvents
                + " "
                + Tls.of(client).error()
                + ", "
                + serverEvents
                + " "
                + Tls.of(server).error());
      }
      clientEvents.clear();
      serverEvents.clear();
    }
  }

  /** Two ends over a pair of sockets, which have still to shake hands. */
  static Ends ends(
      final Bases bases, final EventBase base, final TlsContext client, final TlsContext server) {
    return ends(bases, base, client, server, BufferEvent.CLOSE_ON_FREE);
  }

  static Ends ends(
      final Bases bases,
      final EventBase base,
      final TlsContext client,
      final TlsContext server,
      final int options) {
    final NetSocket[] pair = bases.pair(base);
    final BufferEvent near =
        bases.later(Tls.socket(base, pair[0], client, Tls.State.CONNECTING, options));
    Tls.of(near).peer("localhost", -1);
    return new Ends(
        near, bases.later(Tls.socket(base, pair[1], server, Tls.State.ACCEPTING, options)));
  }

  /** Two ends that have shaken hands. */
  static Ends open(final Bases bases, final EventBase base, final Kind kind) {
    final Ends ends = ends(bases, base, kind.trusting(), kind.localhost());
    ends.open(base);
    return ends;
  }

  /** The same over two buffer events on sockets. */
  static Ends filters(final Bases bases, final EventBase base, final Kind kind) {
    final BufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    return over(bases, below[0], below[1], kind);
  }

  static Ends over(
      final Bases bases, final BufferEvent near, final BufferEvent far, final Kind kind) {
    final BufferEvent client =
        bases.later(
            Tls.filter(near, kind.trusting(), Tls.State.CONNECTING, BufferEvent.CLOSE_ON_FREE));
    Tls.of(client).peer("localhost", -1);
    return new Ends(
        client,
        bases.later(
            Tls.filter(far, kind.localhost(), Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE)));
  }

  /**
   * Lets an engine go that a stream without CLOSE_ON_FREE has left: native ones have descriptors.
   */
  static void release(final SSLEngine engine) {
    try {
      engine.closeOutbound();
      while (engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(20_000)).bytesProduced() > 0) {
        // its last words are for no peer
      }
    } catch (final SSLException failed) {
      assertThat(failed).isNotNull(); // it has failed before
    }
    try {
      engine.closeInbound();
    } catch (final SSLException early) {
      assertThat(early).isNotNull(); // the peer's close_notify is missing
    }
  }

  static String text(final BufferEvent event) {
    final byte[] bytes = new byte[(int) event.input().length()];
    event.read(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
