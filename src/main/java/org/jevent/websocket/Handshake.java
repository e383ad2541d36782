package org.jevent.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jevent.http.HttpHeaders;

/** What the handshakes of both ends have in common (RFC 6455, section 4). */
final class Handshake {
  static final String PROTOCOL = "websocket";
  static final String VERSION = "13";
  static final String KEY_FIELD = "Sec-WebSocket-Key";
  static final String ACCEPT_FIELD = "Sec-WebSocket-Accept";
  static final String VERSION_FIELD = "Sec-WebSocket-Version";
  static final String PROTOCOL_FIELD = "Sec-WebSocket-Protocol";
  static final String EXTENSIONS_FIELD = "Sec-WebSocket-Extensions";
  static final int KEY_BYTES = 16;

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private Handshake() {}

  /** What a server answers to a key. */
  static String accept(final String key) {
    try {
      final byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1, which WebSocket needs, is missing", e);
    }
  }

  /** Whether a key is 16 bytes in the one way that Base64 writes them. */
  static boolean isKey(final String key) {
    try {
      final byte[] bytes = Base64.getDecoder().decode(key);
      return bytes.length == KEY_BYTES && Base64.getEncoder().encodeToString(bytes).equals(key);
    } catch (final IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether a list has an element, in any case. */
  static boolean hasElement(final HttpHeaders headers, final String name, final String element) {
    return headers.elements(name).stream().anyMatch(element::equalsIgnoreCase);
  }

  /** The value of a field that is there once, or null. */
  static String only(final HttpHeaders headers, final String name) {
    final List<String> all = headers.all(name);
    return all.size() == 1 ? all.get(0) : null;
  }
}
