package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;

/**
 * Messages of many sizes, levels and parameters, compressed here and decompressed by {@code
 * java.util.zip}, and the other way round: sections 12 and 13 of Autobahn's test suite.
 */
class MessageZipProperties {
  private static final int MAX_FRAMES = 200;
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  /** A message: its length, what it is made of, and a number. */
  record Sample(int length, int kind, long seed) {
    byte[] bytes() {
      final byte[] made = new byte[length];
      final Random random = new Random(seed);
      switch (kind) {
        case 0 -> random.nextBytes(made);
        case 1 -> Arrays.fill(made, (byte) seed);
        case 2 -> {
          for (int i = 0; i < length; i++) {
            made[i] = (byte) ("{\"name\": \"value\", \"list\": [1, 2]}".charAt(i % 33));
          }
        }
        default -> {
          for (int i = 0; i < length; i++) {
            made[i] = (byte) ('a' + random.nextInt(kind));
          }
        }
      }
      return made;
    }
  }

  @Provide
  Arbitrary<List<Sample>> messages() {
    final Arbitrary<Integer> lengths =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.integers().between(0, 300)),
            Tuple.of(2, Arbitraries.integers().between(4080, 4110)),
            Tuple.of(2, Arbitraries.integers().between(16_370, 16_400)),
            Tuple.of(1, Arbitraries.integers().between(32_750, 33_000)),
            Tuple.of(1, Arbitraries.integers().between(65_500, 131_100)));
    return Combinators.combine(lengths, Arbitraries.integers().between(0, 20), Arbitraries.longs())
        .as(Sample::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  private static EventBase base() {
    return new EventBase(new EventConfig().method("nio"));
  }

  /** What this library compresses, java.util.zip decompresses. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  void itsMessagesAreRead(
      @ForAll("messages") final List<Sample> samples,
      @ForAll @IntRange(min = 1, max = 9) final int level,
      @ForAll @IntRange(min = 1, max = 9) final int otherLevel,
      @ForAll final boolean takeover)
      throws DataFormatException {
    final Inflater inflater = new Inflater(true);
    try (EventBase base = base();
        EventBuffer packed = new EventBuffer()) {
      final WebSocketLoop loop = WebSocketLoop.of(base);
      loop.zips.give(loop.zips.takeDeflater(otherLevel));
      try (MessageDeflater deflater = new MessageDeflater(loop, level, takeover)) {
        int number = 0;
        for (final Sample sample : samples) {
          final byte[] bytes = sample.bytes();
          final long count;
          if (number++ % 2 == 0) {
            count = deflater.deflate(bytes, packed);
          } else {
            try (EventBuffer message = new EventBuffer().add(bytes)) {
              count = deflater.deflate(message, packed);
              assertThat(message.length()).isEqualTo(bytes.length);
            }
          }
          assertThat(packed.length() - count).isEqualTo(MessageDeflater.TAIL);
          if (!takeover) {
            inflater.reset();
          }
          inflater.setInput(packed.readBytes((int) packed.length()));
          final byte[] all = new byte[bytes.length + 1];
          int at = 0;
          for (int made;
              at < all.length && (made = inflater.inflate(all, at, all.length - at)) > 0; ) {
            at += made;
          }
          assertThat(Arrays.copyOf(all, at)).isEqualTo(bytes);
          assertThat(inflater.getRemaining()).isZero();
        }
        assertThat(loop.zips.taken()).isLessThanOrEqualTo(takeover ? 1 : 0);
      }
      assertThat(loop.zips.taken()).isZero();
    } finally {
      inflater.end();
    }
  }

  /** What java.util.zip compresses, in any way of flushing, comes out of frames of any size. */
  @Property(edgeCases = EdgeCasesMode.NONE)
  void messagesOfOthersAreRead(
      @ForAll("messages") final List<Sample> samples,
      @ForAll @IntRange(min = 0, max = 9) final int level,
      @ForAll @IntRange(min = 0, max = 2) final int strategy,
      @ForAll final boolean takeover,
      @ForAll @IntRange(min = 1, max = 70_000) final int flushEvery,
      @ForAll @IntRange(min = 1, max = 20_000) final int frame) {
    final Deflater deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
    final WebSocketConfig config =
        WebSocketConfig.DEFAULT.maxMessage(131_100).maxFragments(1_000_000);
    try (EventBase base = base()) {
      final WebSocketLoop loop = WebSocketLoop.of(base);
      try (Inbox inbox = new Inbox(base, config, new MessageInflater(loop, takeover))) {
        final FrameReader frames = new FrameReader(Role.CLIENT, true, Long.MAX_VALUE);
        for (final Sample sample : samples) {
          if (!takeover) {
            deflater.reset();
          }
          final byte[] bytes = sample.bytes();
          final byte[] packed = packed(deflater, bytes, flushEvery);
          assertThat(unpacked(inbox, frames, packed, frame, loop.head)).isEqualTo(bytes);
        }
        assertThat(loop.zips.taken()).isLessThanOrEqualTo(takeover ? 1 : 0);
      }
      assertThat(loop.zips.taken()).isZero();
    } finally {
      deflater.end();
    }
  }

  private static byte[] packed(final Deflater deflater, final byte[] bytes, final int flushEvery) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final byte[] room = new byte[200_000];
    for (int at = 0; at < bytes.length || at == 0; at += flushEvery) {
      deflater.setInput(bytes, at, Math.min(flushEvery, bytes.length - at));
      final int flush = at % 3 == 0 ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH;
      int made;
      do { // the first call after a change of the strategy may take nothing
        made = deflater.deflate(room, 0, room.length, flush);
        out.write(room, 0, made);
      } while (made > 0 || !deflater.needsInput());
      if (bytes.length == 0) {
        break;
      }
    }
    final byte[] all = out.toByteArray();
    if (all.length == 0) {
      return all; // a flush behind a flush
    }
    assertThat(Arrays.copyOfRange(all, all.length - TAIL.length, all.length)).isEqualTo(TAIL);
    return Arrays.copyOf(all, all.length - TAIL.length);
  }

  private static byte[] unpacked(
      final Inbox inbox,
      final FrameReader frames,
      final byte[] packed,
      final int wanted,
      final byte[] head) {
    final List<Inbox.Step> steps = new ArrayList<>();
    final int frame = Math.max(wanted, packed.length / MAX_FRAMES);
    try (EventBuffer input = new EventBuffer()) {
      for (int at = 0; at == 0 || at < packed.length; at += frame) {
        final int count = Math.min(frame, packed.length - at);
        final int first = at == 0 ? Opcode.RSV1 | Opcode.BINARY : Opcode.CONTINUATION;
        final int fin = at + count == packed.length ? Opcode.FIN : 0;
        FrameWriter.addHead(input, head, fin | first, count);
        input.add(packed, at, count);
        assertThat(frames.read(input, head)).isEqualTo(FrameReader.Step.HEAD);
        steps.add(inbox.begin(frames));
        steps.add(inbox.take(input, frames));
      }
    }
    final Inbox.Step last = steps.remove(steps.size() - 1);
    assertThat(last).as(inbox.reason()).isEqualTo(Inbox.Step.MESSAGE);
    assertThat(steps).containsOnly(Inbox.Step.MORE);
    return inbox.data().readBytes((int) inbox.data().length());
  }
}
