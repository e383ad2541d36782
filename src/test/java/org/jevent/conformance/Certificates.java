package org.jevent.conformance;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Makes certificates for tests: an authority, and what it signs (RFC 5280). */
final class Certificates {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final AtomicLong SERIAL = new AtomicLong(System.nanoTime());
  private static final byte[] ECDSA_SHA256 = {
    0x30, 10, 6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2
  };
  private static final byte[] SHA256_RSA = {
    0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 11, 5, 0
  };

  /** A certificate, its key, and who has issued it. */
  record Identity(String name, KeyPair keys, X509Certificate certificate, Identity issuer) {
    /** Writes the chain, without the root. */
    Path chain(final Path folder) throws GeneralSecurityException, IOException {
      final StringBuilder text = new StringBuilder(pem("CERTIFICATE", certificate.getEncoded()));
      for (Identity next = issuer; next != null && next.issuer != null; next = next.issuer) {
        text.append(pem("CERTIFICATE", next.certificate.getEncoded()));
      }
      return Files.writeString(folder.resolve("chain-" + SERIAL.incrementAndGet()), text);
    }

    /** Writes the certificate alone. */
    Path alone(final Path folder) throws GeneralSecurityException, IOException {
      return Files.writeString(
          folder.resolve("certificate-" + SERIAL.incrementAndGet()),
          pem("CERTIFICATE", certificate.getEncoded()));
    }

    Path key(final Path folder) throws IOException {
      return Files.writeString(
          folder.resolve("key-" + SERIAL.incrementAndGet()),
          pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }
  }

  /** What a certificate is to say. */
  static final class Wish {
    private String algorithm = "EC";
    private boolean authority;
    private Instant from = Instant.now().minus(Duration.ofDays(1));
    private Instant to = Instant.now().plus(Duration.ofDays(30));
    private final List<byte[]> names = new ArrayList<>();

    Wish rsa() {
      algorithm = "RSA";
      return this;
    }

    Wish authority() {
      authority = true;
      return this;
    }

    Wish from(final Instant instant) {
      from = instant;
      return this;
    }

    Wish until(final Instant instant) {
      to = instant;
      return this;
    }

    Wish dns(final String name) {
      names.add(der(0x82, name.getBytes(StandardCharsets.US_ASCII)));
      return this;
    }

    Wish ip(final String address) throws IOException {
      names.add(der(0x87, InetAddress.getByName(address).getAddress()));
      return this;
    }
  }

  private Certificates() {}

  /** Makes one that signs itself. */
  static Identity selfSigned(final String name, final Wish wish) throws GeneralSecurityException {
    return make(name, wish, null);
  }

  static Identity signed(final String name, final Wish wish, final Identity issuer)
      throws GeneralSecurityException {
    return make(name, wish, issuer);
  }

  private static Identity make(final String name, final Wish wish, final Identity issuer)
      throws GeneralSecurityException {
    final KeyPairGenerator generator = KeyPairGenerator.getInstance(wish.algorithm);
    if (wish.algorithm.equals("EC")) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    } else {
      generator.initialize(2048);
    }
    final KeyPair keys = generator.generateKeyPair();
    final KeyPair signer = issuer == null ? keys : issuer.keys();
    final boolean ec = signer.getPrivate().getAlgorithm().equals("EC");
    final byte[] algorithm = ec ? ECDSA_SHA256 : SHA256_RSA;
    final byte[] body =
        sequence(
            der(0xa0, der(2, new byte[] {2})),
            der(2, BigInteger.valueOf(SERIAL.incrementAndGet()).toByteArray()),
            algorithm,
            distinguished(issuer == null ? name : issuer.name()),
            sequence(time(wish.from), time(wish.to)),
            distinguished(name),
            keys.getPublic().getEncoded(),
            der(0xa3, extensions(wish)));
    final Signature signature = Signature.getInstance(ec ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(signer.getPrivate());
    signature.update(body);
    final byte[] sealed = join(new byte[] {0}, signature.sign());
    final byte[] whole = sequence(body, algorithm, der(3, sealed));
    final X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(whole));
    return new Identity(name, keys, certificate, issuer);
  }

  private static byte[] extensions(final Wish wish) {
    final List<byte[]> all = new ArrayList<>();
    if (wish.authority) {
      all.add(extension(19, true, sequence(der(1, new byte[] {-1}))));
    }
    if (!wish.names.isEmpty()) {
      all.add(extension(17, false, sequence(wish.names.toArray(new byte[0][]))));
    }
    return sequence(all.toArray(new byte[0][]));
  }

  private static byte[] extension(final int number, final boolean critical, final byte[] value) {
    final byte[] id = der(6, new byte[] {0x55, 0x1d, (byte) number});
    return critical
        ? sequence(id, der(1, new byte[] {-1}), der(4, value))
        : sequence(id, der(4, value));
  }

  private static byte[] distinguished(final String name) {
    final byte[] common = der(6, new byte[] {0x55, 4, 3});
    return sequence(der(0x31, sequence(common, der(12, name.getBytes(StandardCharsets.UTF_8)))));
  }

  private static byte[] time(final Instant instant) {
    return der(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  static String pem(final String label, final byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static byte[] sequence(final byte[]... parts) {
    return der(0x30, join(parts));
  }

  private static byte[] join(final byte[]... parts) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (final byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] der(final int tag, final byte[] content) {
    final byte[] length = BigInteger.valueOf(content.length).toByteArray();
    final int skip = length.length > 1 && length[0] == 0 ? 1 : 0;
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length >= 128) {
      out.write(128 + length.length - skip);
    }
    out.write(length, skip, length.length - skip);
    out.writeBytes(content);
    return out.toByteArray();
  }
}
