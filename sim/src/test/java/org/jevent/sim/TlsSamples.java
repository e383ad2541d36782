package org.jevent.sim;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jevent.sim.core.Mix;
import org.jevent.tls.TlsContext;

/**
 * Contexts of TLS whose records have the same lengths whenever a world is repeated. Their random
 * numbers follow from the seed. Their keys are RSA and Ed25519, whose signatures have one length;
 * those of ECDSA have several.
 *
 * <p>The key stores hold a certificate for {@code server} that is valid until 2099, and its key.
 * They are for tests alone.
 */
final class TlsSamples {
  private static final char[] PASSWORD = "server".toCharArray();
  private static final Identity[] IDENTITIES = {identity("ed25519.p12"), identity("rsa.p12")};

  private TlsSamples() {}

  private record Identity(KeyManager[] keys, TrustManager[] trust) {}

  private static Identity identity(final String file) {
    try (InputStream in = TlsSamples.class.getResourceAsStream(file)) {
      final KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
      final KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, PASSWORD);
      final TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return new Identity(keys.getKeyManagers(), trust.getTrustManagers());
    } catch (final GeneralSecurityException | IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Bytes that follow from a number. */
  private static final class KeyedSpi extends SecureRandomSpi {
    private static final long serialVersionUID = 1;
    private long state;

    KeyedSpi(final long state) {
      this.state = state;
    }

    @Override
    protected void engineSetSeed(final byte[] seed) {
      // what the JDK adds must not count
    }

    @Override
    protected void engineNextBytes(final byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) Mix.of(state++);
      }
    }

    @Override
    protected byte[] engineGenerateSeed(final int count) {
      final byte[] bytes = new byte[count];
      engineNextBytes(bytes);
      return bytes;
    }
  }

  private static final class KeyedRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    KeyedRandom(final long state) {
      super(new KeyedSpi(state), null);
    }
  }

  private static SSLContext context(final Identity identity, final long seed)
      throws GeneralSecurityException {
    final SSLContext made = SSLContext.getInstance("TLS");
    made.init(identity.keys, identity.trust, new KeyedRandom(seed));
    return made;
  }

  /**
   * Where the tasks of handshakes run: in the loop, at a later time, or in a thread of the host.
   */
  private static void tasks(final World world, final Host host, final TlsContext.Builder builder) {
    final Choices choices = world.choices();
    final String name = "tasks of " + host;
    switch (choices.choose(name, 4)) {
      case 1 ->
          builder.taskExecutor(
              task -> world.at(world.now().plusMillis(choices.between(name, 0, 300)), task));
      case 2 ->
          builder.taskExecutor(
              task ->
                  host.thread(
                      "task",
                      () -> {
                        host.sleep(Duration.ofMillis(choices.between(name, 1, 300)));
                        task.run();
                      }));
      default -> {}
    }
  }

  /** The contexts of both ends, and whether they speak TLS 1.3. */
  record Sides(TlsContext client, TlsContext server, boolean is13) {}

  /** Chooses the version, the kind of key, and where tasks run. */
  static Sides sides(final World world, final Host client, final Host server) {
    final Identity identity = IDENTITIES[world.choices().choose("key", IDENTITIES.length)];
    final boolean is13 = world.choices().choose("version", 3) < 2;
    return new Sides(
        side(world, client, TlsContext.client(), identity, is13),
        side(world, server, TlsContext.server(), identity, is13),
        is13);
  }

  private static TlsContext side(
      final World world,
      final Host host,
      final TlsContext.Builder builder,
      final Identity identity,
      final boolean is13) {
    tasks(world, host, builder);
    try {
      return builder
          .sslContext(context(identity, Mix.of(world.seed(), Mix.of(host.name()))))
          .protocols(is13 ? "TLSv1.3" : "TLSv1.2")
          .build();
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
