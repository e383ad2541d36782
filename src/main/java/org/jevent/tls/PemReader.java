package org.jevent.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Reads certificates and private keys out of PEM files (RFC 7468). */
final class PemReader {
  /** More than any chain or bundle of authorities needs. */
  private static final long MAX_FILE = 16L << 20;

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private static final String[] ALGORITHMS = {"RSA", "EC", "EdDSA", "DSA"};

  /** What stands between two lines of dashes. */
  private static final class Block {
    private final String label;
    private final byte[] content;

    Block(final String label, final byte[] content) {
      this.label = label;
      this.content = content;
    }
  }

  private PemReader() {}

  /** All certificates of a file, one at least. */
  static List<X509Certificate> certificates(final Path file)
      throws GeneralSecurityException, IOException {
    final CertificateFactory factory = CertificateFactory.getInstance("X.509");
    final List<X509Certificate> found = new ArrayList<>();
    for (final Block block : blocks(file)) {
      if (block.label.endsWith("CERTIFICATE")) {
        found.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content)));
      }
    }
    if (found.isEmpty()) {
      throw new CertificateException("no certificate is in the PEM file " + file);
    }
    return found;
  }

  /**
   * The first private key of a file.
   *
   * @param password of an encrypted key, or null
   * @param ofCertificate says the curve of a key that does not
   */
  static PrivateKey privateKey(
      final Path file, final char[] password, final PublicKey ofCertificate)
      throws GeneralSecurityException, IOException {
    for (final Block block : blocks(file)) {
      final PKCS8EncodedKeySpec found =
          switch (block.label) {
            case "PRIVATE KEY" -> new PKCS8EncodedKeySpec(block.content);
            case "ENCRYPTED PRIVATE KEY" -> decrypted(block.content, password, file);
            case "RSA PRIVATE KEY" -> new PKCS8EncodedKeySpec(Der.rsaToPkcs8(block.content));
            case "EC PRIVATE KEY" ->
                new PKCS8EncodedKeySpec(Der.ecToPkcs8(block.content, ofCertificate.getEncoded()));
            default -> null; // certificates and parameters may stand beside the key
          };
      if (found != null) {
        return key(found, file);
      }
    }
    throw new InvalidKeyException("no private key is in the PEM file " + file);
  }

  private static List<Block> blocks(final Path file) throws IOException, InvalidKeyException {
    if (Files.size(file) > MAX_FILE) {
      throw new IOException(
          "the PEM file " + file + " has " + Files.size(file) + " bytes, more than " + MAX_FILE);
    }
    final String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    final Matcher matcher = BLOCK.matcher(text);
    final List<Block> found = new ArrayList<>();
    while (matcher.find()) {
      final String body = matcher.group(2);
      if (body.contains("ENCRYPTED")) {
        throw oldEncryption(file);
      }
      try {
        found.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(body)));
      } catch (final IllegalArgumentException e) {
        throw new InvalidKeyException(
            "the block " + matcher.group(1) + " of the PEM file " + file + " is no base 64", e);
      }
    }
    if (text.contains("Proc-Type:") && found.stream().noneMatch(PemReader::isKey)) {
      throw oldEncryption(file);
    }
    return found;
  }

  private static boolean isKey(final Block block) {
    return block.label.endsWith("PRIVATE KEY");
  }

  private static InvalidKeyException oldEncryption(final Path file) {
    return new InvalidKeyException(
        "the key of "
            + file
            + " is encrypted in OpenSSL's old way; convert it by: openssl pkcs8 -topk8 -in "
            + file);
  }

  private static PKCS8EncodedKeySpec decrypted(
      final byte[] content, final char[] password, final Path file)
      throws GeneralSecurityException, IOException {
    if (password == null || password.length == 0) {
      throw new InvalidKeyException("the key of " + file + " is encrypted, and has no password");
    }
    final EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
    final String algorithm =
        info.getAlgParameters() == null || !info.getAlgName().equals("PBES2")
            ? info.getAlgName()
            : info.getAlgParameters().toString();
    final PBEKeySpec secret = new PBEKeySpec(password);
    try {
      final Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(secret),
          info.getAlgParameters());
      return info.getKeySpec(cipher);
    } catch (final InvalidKeySpecException | InvalidKeyException e) {
      throw new InvalidKeyException(
          "the key of " + file + " (" + algorithm + ") does not open with the password", e);
    } finally {
      secret.clearPassword();
    }
  }

  private static PrivateKey key(final PKCS8EncodedKeySpec spec, final Path file)
      throws InvalidKeyException, NoSuchAlgorithmException {
    InvalidKeySpecException last = null;
    for (final String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (final InvalidKeySpecException e) {
        last = e;
      }
    }
    throw new InvalidKeyException(
        "the key of " + file + " is none of " + String.join(", ", ALGORITHMS), last);
  }
}
