package org.jevent.tls;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.util.Arrays;

/** Turns the older forms of private keys into PKCS#8, which the JDK reads (RFC 5208, X.690). */
final class Der {
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int PARAMETERS = 0xa0;
  private static final int LONG_FORM = 0x80;
  private static final byte[] VERSION = {INTEGER, 1, 0};

  /** {@code rsaEncryption} with its empty parameters. */
  private static final byte[] RSA = {
    SEQUENCE, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** {@code id-ecPublicKey}; the curve follows. */
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private final byte[] bytes;
  private int at;
  private int length;

  private Der(final byte[] bytes) {
    this.bytes = bytes;
  }

  /** A PKCS#1 key as PKCS#8. */
  static byte[] rsaToPkcs8(final byte[] key) {
    return sequence(VERSION, RSA, element(OCTETS, key));
  }

  /**
   * A SEC1 key (RFC 5915) as PKCS#8.
   *
   * @param publicKey of the certificate, which has the curve if the key does not
   */
  static byte[] ecToPkcs8(final byte[] key, final byte[] publicKey) throws InvalidKeyException {
    final byte[] curve = curveOf(key);
    final byte[] algorithm = curve == null ? algorithmOf(publicKey) : sequence(EC, curve);
    return sequence(VERSION, algorithm, element(OCTETS, key));
  }

  /** The curve, an object identifier with its header; null: the key does not say it. */
  private static byte[] curveOf(final byte[] key) throws InvalidKeyException {
    final Der reader = new Der(key);
    reader.enter(SEQUENCE);
    reader.skip(INTEGER);
    reader.skip(OCTETS);
    if (reader.at < key.length && (key[reader.at] & 0xff) == PARAMETERS) {
      reader.enter(PARAMETERS);
      return Arrays.copyOfRange(key, reader.at, reader.at + reader.length);
    }
    return null;
  }

  /** The first element of a SubjectPublicKeyInfo. */
  private static byte[] algorithmOf(final byte[] publicKey) throws InvalidKeyException {
    final Der reader = new Der(publicKey);
    reader.enter(SEQUENCE);
    final int from = reader.at;
    reader.skip(SEQUENCE);
    return Arrays.copyOfRange(publicKey, from, reader.at);
  }

  private void skip(final int tag) throws InvalidKeyException {
    enter(tag);
    at += length;
  }

  private void enter(final int tag) throws InvalidKeyException {
    if (at + 1 >= bytes.length || (bytes[at] & 0xff) != tag) {
      throw new InvalidKeyException(
          "the key has no element " + Integer.toHexString(tag) + " at byte " + at);
    }
    length = bytes[at + 1] & 0xff;
    at += 2;
    if (length >= LONG_FORM) {
      final int digits = length - LONG_FORM;
      if (digits == 0 || digits > 3 || digits > bytes.length - at) {
        throw new InvalidKeyException("the key has a length of " + digits + " bytes at byte " + at);
      }
      length = 0;
      for (int i = 0; i < digits; i++) {
        length = (length << 8) | (bytes[at++] & 0xff);
      }
    }
    if (length > bytes.length - at) {
      throw new InvalidKeyException("the key ends within its element at byte " + at);
    }
  }

  private static byte[] sequence(final byte[]... parts) {
    final ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (final byte[] part : parts) {
      all.writeBytes(part);
    }
    return element(SEQUENCE, all.toByteArray());
  }

  private static byte[] element(final int tag, final byte[] content) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    final int digits = (Integer.SIZE + 7 - Integer.numberOfLeadingZeros(content.length)) / 8;
    if (content.length < LONG_FORM) {
      out.write(content.length);
    } else {
      out.write(LONG_FORM + digits);
      for (int i = digits - 1; i >= 0; i--) {
        out.write(content.length >> (8 * i));
      }
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
