package org.jevent.internal.engine.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The signature of a Mach-O file, without which macOS loads nothing on ARM. An ad-hoc one names no
 * signer: it is a list of the SHA-256 of each page of the file.
 *
 * @param identifier what the file calls itself
 * @param adHoc it has no signer
 * @param pageSize in bytes
 * @param pages how many pages there are
 * @param wrong the first page whose hash is another one, or -1
 * @param end where the hashed part of the file ends, which is where the signature begins
 */
record CodeSignature(
    String identifier, boolean adHoc, int pageSize, int pages, int wrong, int end) {
  private static final int MAGIC_64 = 0xfeedfacf;
  private static final int HEADER_64 = 32;
  private static final int LC_CODE_SIGNATURE = 0x1d;
  private static final int SUPER_BLOB = 0xfade0cc0;
  private static final int CODE_DIRECTORY = 0xfade0c02;
  private static final int AD_HOC = 2;
  private static final int SHA_256 = 2;

  /** Null where the file has none. */
  static CodeSignature read(final byte[] file) throws NoSuchAlgorithmException {
    final ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt(0) != MAGIC_64) {
      throw new IllegalArgumentException("no Mach-O file of 64 bits");
    }
    int at = HEADER_64;
    for (int command = 0; command < bytes.getInt(16); command++) {
      if (bytes.getInt(at) == LC_CODE_SIGNATURE) {
        return directory(file, bytes.getInt(at + 8));
      }
      at += bytes.getInt(at + 4);
    }
    return null;
  }

  private static CodeSignature directory(final byte[] file, final int signature)
      throws NoSuchAlgorithmException {
    final ByteBuffer bytes = ByteBuffer.wrap(file); // big-endian on every processor
    if (bytes.getInt(signature) != SUPER_BLOB) {
      throw new IllegalArgumentException("no signature where the header says");
    }
    for (int blob = 0; blob < bytes.getInt(signature + 8); blob++) {
      final int at = signature + bytes.getInt(signature + 16 + blob * 8);
      if (bytes.getInt(at) == CODE_DIRECTORY) {
        return verify(file, bytes, at);
      }
    }
    throw new IllegalArgumentException("a signature without hashes of the code");
  }

  private static CodeSignature verify(final byte[] file, final ByteBuffer bytes, final int at)
      throws NoSuchAlgorithmException {
    final int hashes = at + bytes.getInt(at + 16);
    final int name = at + bytes.getInt(at + 20);
    final int pages = bytes.getInt(at + 28);
    final int end = bytes.getInt(at + 32);
    final int length = bytes.get(at + 36);
    if (bytes.get(at + 37) != SHA_256) {
      throw new IllegalArgumentException("hashes of another kind: " + bytes.get(at + 37));
    }
    final int page = 1 << bytes.get(at + 39);
    int wrong = -1;
    for (int i = pages - 1; i >= 0; i--) {
      final int from = i * page;
      final byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(Arrays.copyOfRange(file, from, Math.min(from + page, end)));
      final int kept = hashes + i * length;
      if (!Arrays.equals(hash, 0, length, file, kept, kept + length)) {
        wrong = i;
      }
    }
    int stop = name;
    while (file[stop] != 0) {
      stop++;
    }
    return new CodeSignature(
        new String(file, name, stop - name, StandardCharsets.UTF_8),
        (bytes.getInt(at + 12) & AD_HOC) != 0,
        page,
        pages,
        wrong,
        end);
  }
}
