package org.jevent.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The same as {@link FrameRun}, in a simple way: all bytes are there, and nothing is kept short.
 */
final class FrameOracle {
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
  private static final int MAX_EMPTY = 100;

  /** What may complete a character, one of them each one. */
  private static final String[] COMPLETIONS = {
    "", "80", "90", "a0", "8080", "9080", "a080", "808080", "908080", "a08080"
  };

  /** Ends the run. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    final int code;

    Refused(final int code) {
      this.code = code;
    }
  }

  private final byte[] all;
  private final FrameRun.Rules rules;
  private final List<String> seen = new ArrayList<>();

  /** All compressed bytes since the window was empty, with their tails. */
  private byte[] before = {};

  /** Whether the last byte that was decompressed was that of a last block. */
  private boolean windowIsEmpty;

  private ByteArrayOutputStream message;
  private boolean text;
  private boolean compressed;
  private int fragments;
  private int empties;

  private FrameOracle(final byte[] all, final FrameRun.Rules rules) {
    this.all = all;
    this.rules = rules;
  }

  static List<String> seen(final byte[] all, final FrameRun.Rules rules) {
    final FrameOracle oracle = new FrameOracle(all, rules);
    try {
      int at = 0;
      while (at >= 0) {
        at = oracle.frame(at);
      }
    } catch (final Refused e) {
      oracle.seen.add("refused " + e.code);
    }
    return oracle.seen;
  }

  private static void require(final boolean holds, final int code) throws Refused {
    if (!holds) {
      throw new Refused(code);
    }
  }

  /** Reads a frame; returns where the next one begins, or -1 if there is no more. */
  private int frame(final int at) throws Refused {
    if (all.length < at + 2) {
      return -1;
    }
    final int opcode = all[at] & 0xf;
    final boolean fin = all[at] < 0;
    final boolean masked = all[at + 1] < 0;
    final boolean control = opcode >= 8;
    require(List.of(0, 1, 2, 8, 9, 10).contains(opcode) && (all[at] & 0x30) == 0, 1002);
    final boolean rsv1 = (all[at] & 0x40) != 0;
    require(!rsv1 || (rules.compression() && (opcode == 1 || opcode == 2)), 1002);
    require(masked == (rules.role() == Role.SERVER), 1002);
    final int kind = all[at + 1] & 0x7f;
    require(!control || (fin && kind < 126), 1002);
    require(control || (opcode == 0) == (message != null), 1002);
    final int size = kind == 126 ? 2 : kind == 127 ? 8 : 0;
    if (all.length < at + 2 + size) {
      return -1;
    }
    final long length =
        size == 0
            ? kind
            : Long.parseUnsignedLong(HexFormat.of().formatHex(all, at + 2, at + 2 + size), 16);
    require(size == 0 || length < 0 || length > (size == 2 ? 125 : 65_535), 1002);
    require(length >= 0, 1002);
    require(length <= FrameRun.LIMITS.maxFrame(), 1009);
    final int from = at + 2 + size + (masked ? 4 : 0);
    if (all.length < from) {
      return -1;
    }
    final int to = (int) Math.min(all.length, from + length);
    final byte[] payload = Arrays.copyOfRange(all, from, to);
    for (int i = 0; masked && i < payload.length; i++) {
      payload[i] ^= all[from - 4 + i % 4];
    }
    final boolean whole = payload.length == length;
    if (!control) {
      data(opcode, rsv1, length, payload, fin && whole);
    } else if (whole) {
      seen.add(opcode + " " + HexFormat.of().formatHex(payload));
    }
    return whole ? to : -1;
  }

  private void data(
      final int opcode,
      final boolean rsv1,
      final long length,
      final byte[] payload,
      final boolean last)
      throws Refused {
    if (opcode != 0) {
      message = new ByteArrayOutputStream();
      text = opcode == 1;
      compressed = rsv1;
      fragments = 0;
      empties = 0;
    }
    fragments++;
    empties = length == 0 ? empties + 1 : 0;
    require(fragments <= FrameRun.LIMITS.maxFragments() && empties <= MAX_EMPTY, 1008);
    require(compressed || message.size() + length <= FrameRun.LIMITS.maxMessage(), 1009);
    message.writeBytes(payload);
    final byte[] plain = compressed ? inflated(last) : message.toByteArray();
    require(!text || isBeginning(plain), 1007);
    require(plain.length <= FrameRun.LIMITS.maxMessage(), 1009);
    if (last) {
      require(!text || isUtf8(plain), 1007);
      seen.add((text ? "text " : "binary ") + HexFormat.of().formatHex(plain));
      message = null;
    }
  }

  /** The message as far as it has come: what the window has is decompressed again. */
  private byte[] inflated(final boolean last) throws Refused {
    final byte[] packed = message.toByteArray();
    if (packed.length == 0) {
      return packed;
    }
    final int known = inflate(before, false).length;
    final byte[] input = joined(before, last ? joined(packed, TAIL) : packed);
    final byte[] made = inflate(input, last);
    if (last && rules.keeps()) {
      before = windowIsEmpty ? new byte[0] : input;
    }
    return Arrays.copyOfRange(made, known, made.length);
  }

  private byte[] inflate(final byte[] input, final boolean last) throws Refused {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    windowIsEmpty = true;
    int at = 0;
    while (at < input.length) {
      final Inflater inflater = new Inflater(true);
      try {
        inflater.setInput(input, at, input.length - at);
        final byte[] room = new byte[1000];
        for (int made; (made = inflater.inflate(room)) > 0; ) {
          out.write(room, 0, made);
        }
        final int left = inflater.getRemaining();
        if (!inflater.finished()) {
          windowIsEmpty = false;
          break;
        }
        require(!last || left == 0 || left >= TAIL.length, 1007);
        at = last && left == TAIL.length ? input.length : input.length - left;
      } catch (final DataFormatException e) {
        throw new Refused(1007);
      } finally {
        inflater.end();
      }
    }
    return out.toByteArray();
  }

  private static byte[] joined(final byte[] one, final byte[] other) {
    final byte[] made = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, made, one.length, other.length);
    return made;
  }

  private static boolean isUtf8(final byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (final CharacterCodingException e) {
      return false;
    }
  }

  private static boolean isBeginning(final byte[] bytes) {
    return Arrays.stream(COMPLETIONS)
        .anyMatch(end -> isUtf8(joined(bytes, HexFormat.of().parseHex(end))));
  }
}
