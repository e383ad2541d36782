package org.jevent.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Makes key and trust managers of PEM files. */
final class Identities {
  private static final int SAMPLE = 32;

  private Identities() {}

  static KeyManager keyManager(final Path chain, final Path key, final char[] password)
      throws GeneralSecurityException, IOException {
    final List<X509Certificate> certificates = PemReader.certificates(chain);
    final PublicKey ofCertificate = certificates.get(0).getPublicKey();
    final PrivateKey found = PemReader.privateKey(key, password, ofCertificate);
    requirePair(found, ofCertificate, chain, key);
    final KeyStore store = emptyStore();
    final char[] inMemory = "in memory".toCharArray(); // the store is never written
    store.setKeyEntry("identity", found, inMemory, certificates.toArray(new X509Certificate[0]));
    final KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, inMemory);
    return factory.getKeyManagers()[0];
  }

  static TrustManager trustManager(final Path authorities)
      throws GeneralSecurityException, IOException {
    final KeyStore store = emptyStore();
    int number = 0;
    for (final X509Certificate certificate : PemReader.certificates(authorities)) {
      store.setCertificateEntry("authority-" + number++, certificate);
    }
    return trust(store)[0];
  }

  /** The authorities that the JDK trusts. */
  static TrustManager[] defaultTrust() throws GeneralSecurityException {
    return trust(null);
  }

  private static TrustManager[] trust(final KeyStore store) throws GeneralSecurityException {
    final TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    final TrustManager[] managers = factory.getTrustManagers();
    for (int i = 0; i < managers.length; i++) {
      if (managers[i] instanceof X509ExtendedTrustManager found) {
        managers[i] = new AnyProviderTrust(found);
      }
    }
    return managers;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    final KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** A key that is another certificate's would fail each handshake, without a reason to see. */
  private static void requirePair(
      final PrivateKey secret, final PublicKey known, final Path chain, final Path key)
      throws GeneralSecurityException {
    if (!secret.getAlgorithm().equals(known.getAlgorithm()) && !isEdwards(secret, known)) {
      throw mismatch(secret, known, chain, key);
    }
    final Signature signature = Signature.getInstance(signatureOf(known.getAlgorithm()));
    final byte[] sample = new byte[SAMPLE]; // any bytes show whether the two belong together
    signature.initSign(secret);
    signature.update(sample);
    final byte[] signed = signature.sign();
    signature.initVerify(known);
    signature.update(sample);
    if (!signature.verify(signed)) {
      throw mismatch(secret, known, chain, key);
    }
  }

  private static boolean isEdwards(final PrivateKey secret, final PublicKey known) {
    return secret.getAlgorithm().startsWith("Ed") && known.getAlgorithm().startsWith("Ed");
  }

  private static InvalidKeyException mismatch(
      final PrivateKey secret, final PublicKey known, final Path chain, final Path key) {
    return new InvalidKeyException(
        "the key of "
            + key
            + " ("
            + secret.getAlgorithm()
            + ") is not that of the first certificate of "
            + chain
            + " ("
            + known.getAlgorithm()
            + ")");
  }

  private static String signatureOf(final String algorithm) {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "DSA" -> "SHA256withDSA";
      default -> algorithm;
    };
  }
}
