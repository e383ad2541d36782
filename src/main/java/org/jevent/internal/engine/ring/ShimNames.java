package org.jevent.internal.engine.ring;

import java.nio.charset.StandardCharsets;

/** The configuration of name servers that the system has elsewhere than in a file. */
final class ShimNames {
  private static final int FIRST_ROOM = 4096;

  private ShimNames() {}

  /** The text, or null if there is a file, or nothing can be known. */
  static String configuration() {
    int room = FIRST_ROOM;
    while (true) {
      try (ShimMemory memory = ShimMemory.allocate(room)) {
        final int length = Shim.dnsConfig(memory.address(), room);
        if (length < 0) {
          return null;
        }
        if (length <= room) {
          final byte[] text = new byte[length];
          memory.buffer().get(0, text);
          return new String(text, StandardCharsets.UTF_8);
        }
        room = length; // it may grow again meanwhile
      }
    }
  }
}
