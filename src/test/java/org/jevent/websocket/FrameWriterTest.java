package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.Test;

/** Frames on their way out, read by {@link Frames} and by {@link FrameReader}. */
class FrameWriterTest {
  private static final int[] SIZES = {
    0, 1, 125, 126, 127, 16383, 16384, 16385, 65535, 65536, 99999
  };

  private static byte[] random(final int count) {
    final byte[] made = new byte[count];
    new Random(count).nextBytes(made);
    return made;
  }

  private static void check(final Role role, final EventBuffer made, final byte[] expected) {
    final ByteBuffer bytes = ByteBuffer.wrap(made.toByteArray());
    final List<Frames.Frame> frames = Frames.read(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(frames).hasSize(1);
    assertThat(frames.get(0).first()).isEqualTo(0x82);
    assertThat(frames.get(0).masked()).isEqualTo(role == Role.CLIENT);
    assertThat(frames.get(0).payload()).isEqualTo(expected);
    final Role peer = role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
    final FrameReader reader = new FrameReader(peer, false, 1 << 20);
    assertThat(reader.read(made, new byte[FrameReader.MAX_HEAD])).isEqualTo(FrameReader.Step.HEAD);
    assertThat(reader.length()).isEqualTo(expected.length).isEqualTo(made.length());
    Masking.apply(made, 0, reader.length(), reader.mask(), 0);
    assertThat(made.toByteArray()).isEqualTo(expected);
  }

  @Test
  void arrays() {
    try (EventBase base = new EventBase(new EventConfig().method("nio"))) {
      for (final Role role : Role.values()) {
        final WebSocketLoop loop = WebSocketLoop.of(base);
        final FrameWriter writer = new FrameWriter(loop, role);
        for (final int size : SIZES) {
          final byte[] payload = random(size + 5);
          final byte[] part = Arrays.copyOf(payload, size);
          try (EventBuffer made = new EventBuffer()) {
            writer.add(made, 0x82, part);
            check(role, made, Arrays.copyOf(payload, size));
            made.drain(made.length());
            if (FrameWriter.isShort(size)) {
              made.add(loop.step, 0, writer.write(0x82, payload, size));
              check(role, made, part);
            }
            assertThat(payload).as("the program's").isEqualTo(random(size + 5));
          }
        }
      }
    }
  }

  @Test
  void buffers() {
    try (EventBase base = new EventBase(new EventConfig().method("nio"))) {
      for (final Role role : Role.values()) {
        final FrameWriter writer = new FrameWriter(WebSocketLoop.of(base), role);
        for (final int size : SIZES) {
          for (final int more : new int[] {0, 3}) {
            final byte[] bytes = random(size + more);
            try (EventBuffer made = new EventBuffer();
                EventBuffer payload = new EventBuffer()) {
              payload.addReference(ByteBuffer.wrap(bytes), null);
              writer.add(made, 0x82, payload, size);
              assertThat(payload.length()).isEqualTo(more);
              check(role, made, Arrays.copyOf(bytes, size));
              assertThat(bytes).as("the program's").isEqualTo(random(size + more));
              payload.prepend(Arrays.copyOf(bytes, size));
              if (FrameWriter.isShort(size)) {
                made.drain(made.length());
                made.add(WebSocketLoop.of(base).step, 0, writer.write(0x82, payload, size));
                check(role, made, Arrays.copyOf(bytes, size));
                assertThat(payload.length()).isEqualTo(size + more);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void eachFrameHasAnotherMask() {
    try (EventBase base = new EventBase(new EventConfig().method("nio"))) {
      final FrameWriter writer = new FrameWriter(WebSocketLoop.of(base), Role.CLIENT);
      try (EventBuffer made = new EventBuffer()) {
        final Set<String> masks = new HashSet<>();
        for (int i = 0; i < 3000; i++) {
          writer.add(made, 0x82, new byte[4]); // zeros show the mask
          final byte[] frame = made.readBytes(10);
          masks.add(HexFormat.of().formatHex(frame, 6, 10));
        }
        assertThat(masks).hasSizeGreaterThan(2990);
      }
    }
  }
}
