package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.Test;

/** What leaves when messages are compressed, and what waits where. */
class SenderTest {
  private static final WebSocketConfig CONFIG =
      WebSocketConfig.DEFAULT.deflate(DeflateConfig.DEFAULT).closeTimeout(Duration.ofSeconds(1));

  private static byte[] random(final int count) {
    final byte[] made = new byte[count];
    new Random(count).nextBytes(made);
    return made;
  }

  /** A message that grows is sent as it is, of both roles, from an array and from a buffer. */
  @Test
  void aMessageThatGrows() {
    for (final Role role : Role.values()) {
      try (EventBase base = new EventBase(new EventConfig().method("nio"));
          EventBuffer output = new EventBuffer();
          EventBuffer given = new EventBuffer();
          Sender sender =
              new Sender(
                  base, output, role, CONFIG, new Agreement.Deflate(false, false), () -> {})) {
        for (final int size : new int[] {2000, 20_000, 70_000}) {
          final byte[] payload = random(size);
          sender.message(Opcode.BINARY, payload);
          given.add(payload);
          sender.message(Opcode.BINARY, given);
          assertThat(given.isEmpty()).isTrue();
          final List<Frames.Frame> frames = Frames.read(ByteBuffer.wrap(output.toByteArray()));
          output.drain(output.length());
          assertThat(frames).hasSize(2);
          for (final Frames.Frame frame : frames) {
            assertThat(frame.first()).isEqualTo(0x82);
            assertThat(frame.payload()).isEqualTo(payload);
          }
          final WebSocketLoop loop = WebSocketLoop.of(base);
          final EventBuffer frame = loop.takeFrame();
          assertThat(frame.isEmpty() && loop.compressed.isEmpty()).isTrue();
          loop.giveFrame(frame);
        }
      }
    }
  }

  /** Frames that wait pass into the output one by one, each as a whole, in their order. */
  @Test
  void framesThatWait() {
    try (EventBase base = new EventBase(new EventConfig().method("nio"));
        EventBuffer output = new EventBuffer()) {
      final Outbox outbox = new Outbox(base, output);
      final List<Integer> got = new ArrayList<>();
      int made = 0;
      final Random random = new Random(7);
      for (int round = 0; round < 200; round++) {
        for (int i = random.nextInt(60); i > 0; i--) {
          try (EventBuffer frame = new EventBuffer()) {
            frame.addInteger(made++, Integer.BYTES);
            frame.add(new byte[random.nextInt(20_000)]);
            frame.addInteger(-1, Integer.BYTES);
            add(outbox, frame, made % 3);
          }
        }
        assertThat(output.length()).isLessThan(Outbox.MARK + 21_000);
        drain(output, random.nextInt(500_000), got);
        outbox.drained();
      }
      while (outbox.queued() > 0) {
        drain(output, Long.MAX_VALUE, got);
        outbox.drained();
      }
      assertThat(outbox.hasWaiting()).isFalse();
      for (int i = 0; i < made; i++) {
        assertThat(got.get(i)).isEqualTo(i);
      }
      outbox.close();
    }
  }

  private static void add(final Outbox outbox, final EventBuffer frame, final int way) {
    final byte[] bytes = frame.toByteArray();
    switch (way) {
      case 0 -> outbox.add(frame);
      default -> outbox.add(bytes, bytes.length, way == 1);
    }
  }

  /** Takes whole frames: a number, zeros, and the end. */
  private static void drain(final EventBuffer output, final long max, final List<Integer> got) {
    long taken = 0;
    while (taken < max && !output.isEmpty()) {
      got.add(ByteBuffer.wrap(output.readBytes(Integer.BYTES)).getInt());
      final long end = output.indexOf((byte) 0xff);
      assertThat(end).as("frames are whole").isNotNegative();
      output.drain(end + Integer.BYTES);
      taken += end + 2 * Integer.BYTES;
    }
  }
}
