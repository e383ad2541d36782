package org.jevent.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.stream.Timeouts;

/**
 * Certificates and settings of TLS connections; OpenSSL's {@code SSL_CTX}. It does not change.
 * Sessions are resumed between connections of the same context.
 *
 * <p>To replace certificates while listening, make another context, and give it to the connections
 * that are accepted from then on.
 *
 * <p>Threads: any thread, any number of bases.
 */
public final class TlsContext {
  private static final long SECOND = 1_000_000_000L;
  static final long DEFAULT_HANDSHAKE_NANOS = 10 * SECOND;
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final boolean client;
  private final SSLContext context;
  private final String[] protocols;
  private final String[] cipherSuites;
  private final String[] applicationProtocols;
  private final Function<List<String>, String> selector;
  private final ClientAuth clientAuth;
  private final Function<String, TlsContext> contextOfName;
  private final boolean checksHost;
  private final long handshakeNanos;
  private final Executor taskExecutor;
  private final int peerRenegotiations;
  private final TlsLimits limits;
  private final Consumer<SSLParameters> parameters;

  private TlsContext(final Builder from, final SSLContext context) {
    client = from.client;
    this.context = context;
    protocols = from.protocols.clone();
    cipherSuites = from.cipherSuites == null ? null : from.cipherSuites.clone();
    applicationProtocols = from.applicationProtocols.clone();
    selector = from.selector;
    clientAuth = from.clientAuth;
    contextOfName = from.contextOfName;
    checksHost = from.checksHost;
    handshakeNanos = from.handshakeNanos;
    taskExecutor = from.taskExecutor;
    peerRenegotiations = from.peerRenegotiations;
    limits = from.limits;
    parameters = from.parameters;
  }

  /** Settings of clients. */
  public static Builder client() {
    return new Builder(true);
  }

  /** Settings of servers. */
  public static Builder server() {
    return new Builder(false);
  }

  /** The context of the JDK or a provider below. */
  public SSLContext sslContext() {
    return context;
  }

  /** Whether it makes clients' ends. */
  public boolean isClient() {
    return client;
  }

  boolean checksHost() {
    return checksHost;
  }

  Function<String, TlsContext> contextOfName() {
    return contextOfName;
  }

  long handshakeNanos() {
    return handshakeNanos;
  }

  Executor taskExecutor() {
    return taskExecutor;
  }

  int peerRenegotiations() {
    return peerRenegotiations;
  }

  TlsLimits limits() {
    return limits;
  }

  /**
   * Whether a server chooses by what the ClientHello says, which is read before there is an engine.
   */
  boolean readsHello() {
    return contextOfName != null || choosesProtocol();
  }

  private boolean choosesProtocol() {
    return selector != null || applicationProtocols.length > 0;
  }

  /**
   * ALPN of a server, which not every provider does as RFC 7301 has it.
   *
   * @param offered what the client speaks, or nothing
   * @return "" for none, or null: the client is to be refused
   */
  String protocolFor(final List<String> offered) {
    if (offered.isEmpty() || !choosesProtocol()) {
      return "";
    }
    if (selector != null) {
      final String chosen = selector.apply(offered);
      return "".equals(chosen) || offered.contains(chosen) ? chosen : null;
    }
    return Stream.of(applicationProtocols).filter(offered::contains).findFirst().orElse(null);
  }

  /**
   * The engine of a client.
   *
   * @param host the peer's name or address; null: it is not known
   */
  SSLEngine clientEngine(final String host, final int port) {
    final SSLEngine engine =
        host == null ? context.createSSLEngine() : context.createSSLEngine(host, port);
    final SSLParameters wanted = begin(engine);
    if (applicationProtocols.length > 0) {
      wanted.setApplicationProtocols(applicationProtocols);
    }
    setHost(wanted, host);
    return finish(engine, wanted);
  }

  /**
   * The engine of a server.
   *
   * @param protocol what {@link #protocolFor} has chosen
   */
  SSLEngine serverEngine(final String protocol) {
    final SSLEngine engine = context.createSSLEngine();
    final SSLParameters wanted = begin(engine);
    if (!protocol.isEmpty()) {
      wanted.setApplicationProtocols(new String[] {protocol});
    }
    wanted.setNeedClientAuth(clientAuth == ClientAuth.REQUIRED);
    if (clientAuth == ClientAuth.OPTIONAL) {
      wanted.setWantClientAuth(true);
    }
    return finish(engine, wanted);
  }

  private SSLParameters begin(final SSLEngine engine) {
    engine.setUseClientMode(client);
    final SSLParameters wanted = engine.getSSLParameters();
    wanted.setProtocols(protocols);
    if (cipherSuites != null) {
      wanted.setCipherSuites(cipherSuites);
    }
    return wanted;
  }

  private SSLEngine finish(final SSLEngine engine, final SSLParameters wanted) {
    parameters.accept(wanted);
    engine.setSSLParameters(wanted);
    return engine;
  }

  private void setHost(final SSLParameters wanted, final String host) {
    if (checksHost) {
      wanted.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (host != null && !isAddress(host)) {
      final String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
      try {
        wanted.setServerNames(List.of(new SNIHostName(name)));
      } catch (final IllegalArgumentException e) {
        assert e != null; // such as a name with an underscore, which TLS cannot say
      }
    }
  }

  private static boolean isAddress(final String host) {
    return host.indexOf(':') >= 0 || ADDRESS.matcher(host).matches();
  }

  /** Which end it makes, in which versions, by which provider. No secrets. */
  @Override
  public String toString() {
    return "TLS context of a "
        + (client ? "client" : "server")
        + ", "
        + String.join(", ", protocols)
        + ", "
        + context.getProvider().getName();
  }

  /** Certificates and settings that are still to be chosen. Not thread-safe. */
  public static final class Builder {
    private final boolean client;
    private final List<KeyManager> keys = new ArrayList<>();
    private final List<TrustManager> trusted = new ArrayList<>();
    private Provider provider;
    private SSLContext given;
    private String[] protocols = PROTOCOLS;
    private String[] cipherSuites;
    private String[] applicationProtocols = {};
    private Function<List<String>, String> selector;
    private ClientAuth clientAuth = ClientAuth.NONE;
    private Function<String, TlsContext> contextOfName;
    private boolean checksHost = true;
    private long handshakeNanos = DEFAULT_HANDSHAKE_NANOS;
    private Executor taskExecutor;
    private int sessions = -1;
    private int sessionSeconds;
    private int peerRenegotiations;
    private TlsLimits limits = TlsLimits.DEFAULT;
    private Consumer<SSLParameters> parameters = unchanged -> {};

    private Builder(final boolean client) {
      this.client = client;
    }

    /** The provider of the protocol; the JDK's by default. */
    public Builder provider(final Provider next) {
      provider = Objects.requireNonNull(next, "next");
      return this;
    }

    /** A context of the program's, with its keys and trust; nothing else of these is used then. */
    public Builder sslContext(final SSLContext next) {
      given = Objects.requireNonNull(next, "next");
      return this;
    }

    /**
     * The certificate to show, and its key, from PEM files.
     *
     * @param chain the certificate, then those that have issued it, without the root
     * @param key PKCS#8, also encrypted, PKCS#1 or SEC1
     * @param password of the key, or null
     * @throws GeneralSecurityException if a file has not what it should have, or the key is not the
     *     certificate's
     * @throws IOException if a file cannot be read
     */
    public Builder identity(final Path chain, final Path key, final char... password)
        throws GeneralSecurityException, IOException {
      Objects.requireNonNull(chain, "chain");
      Objects.requireNonNull(key, "key");
      keys.add(Identities.keyManager(chain, key, password));
      return this;
    }

    /** The certificates to show. */
    public Builder identity(final KeyManager... managers) {
      for (final KeyManager each : Objects.requireNonNull(managers, "managers")) {
        keys.add(Objects.requireNonNull(each, "managers"));
      }
      return this;
    }

    /**
     * The authorities that peers' certificates must come from, as a PEM file; those of the JDK by
     * default.
     *
     * @throws GeneralSecurityException if the file has no certificates
     * @throws IOException if it cannot be read
     */
    public Builder trust(final Path authorities) throws GeneralSecurityException, IOException {
      trusted.add(Identities.trustManager(Objects.requireNonNull(authorities, "authorities")));
      return this;
    }

    /** What decides whether a peer's certificate is trusted. */
    public Builder trust(final TrustManager... managers) {
      for (final TrustManager each : Objects.requireNonNull(managers, "managers")) {
        trusted.add(Objects.requireNonNull(each, "managers"));
      }
      return this;
    }

    /** The versions of TLS; 1.3 and 1.2 by default. */
    public Builder protocols(final String... names) {
      protocols = requireSome("names", names);
      return this;
    }

    /** The cipher suites; the provider's choice by default. */
    public Builder cipherSuites(final String... names) {
      cipherSuites = requireSome("names", names);
      return this;
    }

    /** ALPN: the protocols that are spoken, the best first. */
    public Builder applicationProtocols(final String... names) {
      applicationProtocols = requireSome("names", names);
      return this;
    }

    /**
     * ALPN, for servers: chooses one of those that the client has offered.
     *
     * @param choice gives "" for none, and null to refuse the client
     */
    public Builder applicationProtocolSelector(final Function<List<String>, String> choice) {
      requireServer("applicationProtocolSelector");
      selector = Objects.requireNonNull(choice, "choice");
      return this;
    }

    private static String[] requireSome(final String name, final String... values) {
      if (Objects.requireNonNull(values, name).length == 0) {
        throw new IllegalArgumentException(name + ": none is given");
      }
      for (final String value : values) {
        Objects.requireNonNull(value, name);
      }
      return values.clone();
    }

    private void requireServer(final String what) {
      if (client) {
        throw new IllegalStateException(what + " is for servers, and this is a client");
      }
    }

    /** Whether clients are asked for certificates; for servers. */
    public Builder clientAuth(final ClientAuth next) {
      requireServer("clientAuth");
      clientAuth = Objects.requireNonNull(next, "next");
      return this;
    }

    /**
     * Chooses the context by the name that the client asks for (SNI); for servers.
     *
     * @param choice is given the name, or null when there is none; it gives null to refuse
     */
    public Builder sni(final Function<String, TlsContext> choice) {
      requireServer("sni");
      contextOfName = Objects.requireNonNull(choice, "choice");
      return this;
    }

    /**
     * The certificate may be any host's: it need only be trusted. Each owner of a trusted
     * certificate can then read and change what is sent.
     */
    public Builder withoutHostnameVerification() {
      checksHost = false;
      return this;
    }

    /**
     * How long a handshake may take; ten seconds by default.
     *
     * @param limit more than zero
     */
    public Builder handshakeTimeout(final Duration limit) {
      handshakeNanos = Timeouts.nanos("limit", Objects.requireNonNull(limit, "limit"));
      return this;
    }

    /**
     * Where the costly parts of handshakes run; in the loop by default, a few in an iteration.
     * Trust managers run there as well, and may wait, for example for a revocation list.
     */
    public Builder taskExecutor(final Executor next) {
      taskExecutor = Objects.requireNonNull(next, "next");
      return this;
    }

    /**
     * How many sessions are kept for resumption, and how long.
     *
     * @param count 0: without limit
     * @param lifetime rounded up to seconds, 68 years at most; 0 s: without limit
     */
    public Builder sessions(final int count, final Duration lifetime) {
      final long nanos = Durations.nanos("lifetime", lifetime);
      sessions = Arguments.atLeast("count", count, 0);
      sessionSeconds =
          (int)
              Math.min(Integer.MAX_VALUE, nanos / SECOND + (nanos % SECOND + SECOND - 1) / SECOND);
      return this;
    }

    /**
     * How often the peer may negotiate again in TLS 1.2; 0 by default, which refuses it.
     *
     * @param count 0 or more
     */
    public Builder peerRenegotiations(final int count) {
      peerRenegotiations = Arguments.atLeast("count", count, 0);
      return this;
    }

    /** What a peer may cost. */
    public Builder limits(final TlsLimits next) {
      limits = Objects.requireNonNull(next, "next");
      return this;
    }

    /** Changes the parameters of each engine last; any thread. */
    public Builder parameters(final Consumer<SSLParameters> change) {
      parameters = Objects.requireNonNull(change, "change");
      return this;
    }

    /**
     * Makes the context.
     *
     * @throws GeneralSecurityException if the provider refuses its parts
     * @throws IllegalStateException if a server has no identity, or there is more than one
     *     identity, or trust from more than one place: the JDK would use the first alone
     */
    public TlsContext build() throws GeneralSecurityException {
      if (!client && given == null && keys.isEmpty() && contextOfName == null) {
        throw new IllegalStateException("a server has no identity: no certificate to show");
      }
      final SSLContext made = given == null ? make() : given;
      if (sessions >= 0) {
        final SSLSessionContext cache =
            client ? made.getClientSessionContext() : made.getServerSessionContext();
        cache.setSessionCacheSize(sessions);
        cache.setSessionTimeout(sessionSeconds);
      }
      return new TlsContext(this, made);
    }

    /** The JDK takes the first manager of a kind, and would leave out others without a word. */
    private void requireOneOfAKind() {
      if (keys.stream().filter(X509KeyManager.class::isInstance).count() > 1) {
        throw new IllegalStateException("more than one identity: one manager has to have all keys");
      }
      if (trusted.stream().filter(X509TrustManager.class::isInstance).count() > 1) {
        throw new IllegalStateException(
            "trust from more than one place: one file or one manager has to have all of it");
      }
    }

    private SSLContext make() throws GeneralSecurityException {
      requireOneOfAKind();
      final SSLContext made =
          provider == null
              ? SSLContext.getInstance("TLS")
              : SSLContext.getInstance("TLS", provider);
      made.init(
          keys.isEmpty() ? null : keys.toArray(new KeyManager[0]),
          trusted.isEmpty() ? Identities.defaultTrust() : trusted.toArray(new TrustManager[0]),
          null);
      return made;
    }
  }
}
