package org.jevent.conformance;

import java.security.Provider;
import java.security.Security;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.tls.ClientAuth;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError;
import org.jevent.tls.TlsLimits;

/** Samples of what {@code org.jevent.tls} takes and has methods of. */
final class TlsSamples {
  private TlsSamples() {}

  static void put(final Bases bases, final EventBase base, final DnsSamples.Sink sink) {
    final TlsContext server = TlsKit.SUN_13.localhost();
    sink.put(char[].class, () -> new char[0]);
    sink.put(KeyManager[].class, () -> new KeyManager[0]);
    sink.put(TrustManager[].class, () -> new TrustManager[0]);
    sink.put(Provider.class, () -> Security.getProvider("SunJSSE"));
    sink.put(SSLContext.class, server::sslContext);
    sink.put(SSLEngine.class, () -> server.sslContext().createSSLEngine());
    sink.put(Function.class, () -> name -> null);
    sink.put(Supplier.class, () -> () -> server);
    sink.put(Executor.class, () -> task -> {});
    sink.put(ClientAuth.class, () -> ClientAuth.OPTIONAL);
    sink.put(Tls.State.class, () -> Tls.State.ACCEPTING);
    sink.put(TlsLimits.class, () -> TlsLimits.DEFAULT);
    sink.put(TlsError.Kind.class, () -> TlsError.Kind.FLOOD);
    sink.put(TlsError.class, () -> new TlsError(TlsError.Kind.FLOOD, "none", false, null));
    sink.put(TlsContext.class, () -> server);
    sink.put(TlsContext.class, TlsKit.SUN_13::trusting); // the last one: a client's
    sink.put(TlsContext.Builder.class, TlsContext::server);
    sink.put(Exception.class, IllegalStateException::new);
    sink.put(Tls.class, () -> Tls.of(stream(bases, base, server)));
  }

  private static BufferEvent stream(
      final Bases bases, final EventBase base, final TlsContext server) {
    return bases.later(
        Tls.socket(
            base, bases.pair(base)[0], server, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE));
  }
}
