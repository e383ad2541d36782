package org.jevent.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.internal.bytes.ByteQueue;

/**
 * Reads what a server chooses by out of a ClientHello (RFC 8446, 4.1.2): the name (RFC 6066, 3) and
 * the application protocols (RFC 7301, 3.1). The message may be spread over several records.
 * Nothing is taken from the queue: the engine reads it once more.
 */
final class ClientHello {
  /** The maximum of the message. */
  static final int MAX = 16 * 1024;

  /** What was found. */
  enum Result {
    /** More bytes are needed. */
    INCOMPLETE,

    /** The hello is whole: {@link #name} and {@link #protocols} are what it asks for. */
    WHOLE,

    /** It is no ClientHello, or a malformed one: the engine says what is wrong. */
    MALFORMED,

    /** The first bytes are no record. */
    NOT_TLS,

    /** It is longer than {@link #MAX}. */
    TOO_LONG
  }

  private static final int MESSAGE_HEADER = 4;
  private static final int CLIENT_HELLO = 1;
  private static final int VERSION_AND_RANDOM = 34;
  private static final int SERVER_NAME = 0;
  private static final int HOST_NAME = 0;
  private static final int PROTOCOLS = 16;

  /** A small hello takes a small array. */
  private static final int FIRST_ROOM = 1024;

  private byte[] message = new byte[FIRST_ROOM];
  private int filled;

  /** How many bytes of the queue were looked at. */
  private long position;

  /** How many bytes of the record are still to come. */
  private int left;

  /** How many records have begun. */
  private int records;

  private int at;
  private int end;
  private String name;
  private List<String> protocols = List.of();

  /** The name, or null when the client gave none. */
  String name() {
    return name;
  }

  /** Whether it has taken no more records and bytes than a handshake may, which begins with it. */
  boolean isWithin(final TlsLimits limits) {
    return records <= limits.handshakeRecords() && position <= limits.handshakeBytes();
  }

  /** The application protocols, or none when the client gave none. */
  List<String> protocols() {
    return protocols;
  }

  /**
   * Reads on in the first records of a queue; it may be called again when there are more bytes, and
   * looks at each once.
   */
  Result read(final ByteQueue bytes) {
    while (true) {
      if (left == 0) {
        final Result result = header(bytes);
        if (result != null) {
          return result;
        }
      }
      final int part = (int) Math.min(left, bytes.length() - position);
      if (!add(bytes, position, part)) {
        return Result.TOO_LONG;
      }
      position += part;
      left -= part;
      if (filled >= MESSAGE_HEADER) {
        final Result result = whole();
        if (result != Result.INCOMPLETE) {
          return result;
        }
      }
      if (left > 0) {
        return Result.INCOMPLETE;
      }
    }
  }

  /** Begins the next record; null: it may go on. */
  private Result header(final ByteQueue bytes) {
    if (position == 0 && Records.body(bytes, true) == Records.NOT_TLS) {
      return Result.NOT_TLS;
    }
    if (bytes.length() - position < Records.HEADER) {
      return Result.INCOMPLETE;
    }
    final int length = (unsigned(bytes, position + 3) << 8) | unsigned(bytes, position + 4);
    if (bytes.get(position) != Records.HANDSHAKE || length == 0 || length > Records.MAX_BODY) {
      return Result.MALFORMED;
    }
    left = length;
    records++;
    position += Records.HEADER;
    return null;
  }

  private static int unsigned(final ByteQueue bytes, final long position) {
    return bytes.get(position) & 0xff;
  }

  private boolean add(final ByteQueue bytes, final long from, final int count) {
    final int needed = filled + count;
    if (needed > MAX + MESSAGE_HEADER + Records.MAX_BODY) {
      return false;
    }
    if (needed > message.length) {
      message = Arrays.copyOf(message, Math.max(needed, 2 * message.length));
    }
    bytes.copyOut(from, message, filled, count);
    filled = needed;
    return true;
  }

  private Result whole() {
    if (message[0] != CLIENT_HELLO) {
      return Result.MALFORMED;
    }
    final int length = number(1, 3);
    if (length > MAX) {
      return Result.TOO_LONG;
    }
    if (filled < MESSAGE_HEADER + length) {
      return Result.INCOMPLETE;
    }
    at = MESSAGE_HEADER;
    end = MESSAGE_HEADER + length;
    return skip(VERSION_AND_RANDOM)
            && skipVector(1)
            && skipVector(2)
            && skipVector(1)
            && extensions()
        ? Result.WHOLE
        : Result.MALFORMED;
  }

  private boolean extensions() {
    if (at == end) {
      return true;
    }
    final int length = vector(2, end);
    if (length < 0) {
      return false;
    }
    final int last = at + length;
    while (at < last) {
      if (last - at < 4) {
        return false;
      }
      final int type = number(at, 2);
      at += 2;
      final int size = vector(2, last);
      if (size < 0) {
        return false;
      }
      final int behind = at + size;
      if (!extension(type, behind)) {
        return false;
      }
      at = behind;
    }
    return at == last;
  }

  private boolean extension(final int type, final int last) {
    return switch (type) {
      case SERVER_NAME -> serverName(last);
      case PROTOCOLS -> protocols(last);
      default -> true;
    };
  }

  private boolean protocols(final int last) {
    final int list = vector(2, last);
    if (list <= 0 || at + list != last) {
      return false;
    }
    final List<String> found = new ArrayList<>();
    while (at < last) {
      final int size = vector(1, last);
      if (size <= 0) {
        return false;
      }
      found.add(new String(message, at, size, StandardCharsets.ISO_8859_1));
      at += size;
    }
    protocols = found;
    return true;
  }

  private boolean serverName(final int last) {
    final int list = vector(2, last);
    if (list <= 0 || at + list != last) {
      return false;
    }
    while (at < last) {
      final boolean isHost = message[at++] == HOST_NAME; // another type says nothing here
      final int size = vector(2, last);
      if (size <= 0) {
        return false;
      }
      if (isHost && name == null) {
        name = new String(message, at, size, StandardCharsets.US_ASCII);
      }
      at += size;
    }
    return true;
  }

  /** The length of a vector that begins here, and moves behind that length; -1: it ends later. */
  private int vector(final int width, final int last) {
    if (last - at < width) {
      return -1;
    }
    final int length = number(at, width);
    at += width;
    return length > last - at ? -1 : length;
  }

  private boolean skipVector(final int width) {
    final int length = vector(width, end);
    return length >= 0 && skip(length);
  }

  private boolean skip(final int count) {
    if (count > end - at) {
      return false;
    }
    at += count;
    return true;
  }

  private int number(final int from, final int width) {
    int value = 0;
    for (int i = 0; i < width; i++) {
      value = (value << 8) | (message[from + i] & 0xff);
    }
    return value;
  }
}
