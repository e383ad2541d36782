package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;

/** Runs a test on buffers in each form: without a base, of a base, and inside the base's loop. */
final class Buffers {
  private final EventBase base;
  private final List<EventBuffer> made = new ArrayList<>();

  private Buffers(final EventBase base) {
    this.base = base;
  }

  /** What is tested. */
  interface Body {
    void run(Buffers buffers);
  }

  static void inEachForm(final Bases bases, final Body body) {
    run(new Buffers(null), body);
    final EventBase base = bases.base();
    run(new Buffers(base), body);
    base.execute(() -> run(new Buffers(base), body));
    base.dispatch();
    assertThat(bases.exceptions).isEmpty();
  }

  private static void run(final Buffers buffers, final Body body) {
    body.run(buffers);
    buffers.made.forEach(EventBuffer::close);
  }

  /** An empty buffer, closed with the test. */
  EventBuffer empty() {
    final EventBuffer buffer = base == null ? new EventBuffer() : new EventBuffer(base);
    made.add(buffer);
    return buffer;
  }

  EventBuffer of(final String text) {
    return empty().add(text);
  }

  /** A buffer whose segments begin at each part, read-only. */
  EventBuffer ofParts(final String... parts) {
    final EventBuffer buffer = empty();
    for (final String part : parts) {
      final byte[] bytes = bytes(part);
      buffer.addReference(bytes, 0, bytes.length, null);
    }
    return buffer;
  }

  /** A buffer with room reserved and nothing written into it. */
  EventBuffer withEmptyRoom(final String text, final int room) {
    final EventBuffer buffer = of(text);
    buffer.expand(room);
    return buffer;
  }

  /** The base of the form, or null. */
  EventBase base() {
    return base;
  }

  static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(final EventBuffer buffer) {
    return new String(buffer.toByteArray(), StandardCharsets.ISO_8859_1);
  }

  static void assertHolds(final EventBuffer buffer, final String text) {
    assertThat(text(buffer)).isEqualTo(text);
    assertThat(buffer.length()).isEqualTo(text.length());
  }
}
