package org.jevent.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The JDK's trust manager for other providers as well. BoringSSL calls the key exchange of TLS 1.3
 * {@code GENERIC}, and the JDK, which knows it as {@code UNKNOWN}, would refuse that.
 */
final class AnyProviderTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager trust;

  AnyProviderTrust(final X509ExtendedTrustManager trust) {
    this.trust = trust;
  }

  private static String known(final String keyExchange) {
    return "GENERIC".equals(keyExchange) ? "UNKNOWN" : keyExchange;
  }

  @Override
  public void checkClientTrusted(final X509Certificate[] chain, final String keyExchange)
      throws CertificateException {
    trust.checkClientTrusted(chain, known(keyExchange));
  }

  @Override
  public void checkServerTrusted(final X509Certificate[] chain, final String keyExchange)
      throws CertificateException {
    trust.checkServerTrusted(chain, known(keyExchange));
  }

  @Override
  public void checkClientTrusted(
      final X509Certificate[] chain, final String keyExchange, final Socket socket)
      throws CertificateException {
    trust.checkClientTrusted(chain, known(keyExchange), socket);
  }

  @Override
  public void checkServerTrusted(
      final X509Certificate[] chain, final String keyExchange, final Socket socket)
      throws CertificateException {
    trust.checkServerTrusted(chain, known(keyExchange), socket);
  }

  @Override
  public void checkClientTrusted(
      final X509Certificate[] chain, final String keyExchange, final SSLEngine engine)
      throws CertificateException {
    trust.checkClientTrusted(chain, known(keyExchange), engine);
  }

  @Override
  public void checkServerTrusted(
      final X509Certificate[] chain, final String keyExchange, final SSLEngine engine)
      throws CertificateException {
    trust.checkServerTrusted(chain, known(keyExchange), engine);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return trust.getAcceptedIssuers();
  }
}
