package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Buffers.assertHolds;
import static org.jevent.conformance.Buffers.inEachForm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.LineTooLongException;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;

/** Peers that send what costs most: lines without an end, and bytes one by one. */
class HostilePeerTest {
  /** An ending of each style, and what the line before it may hold. */
  private static String ending(final Eol style) {
    return switch (style) {
      case ANY, CRLF, CRLF_STRICT -> "\r\n";
      case LF -> "\n";
      case NUL -> "\0";
    };
  }

  @EngineTest
  void aLineIsReadUpToItsLimit(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          for (final Eol style : Eol.values()) {
            final String end = ending(style);
            final EventBuffer buffer = buffers.ofParts("12345" + end + "123456" + end, end);
            assertThat(buffer.readLine(style, 5)).isEqualTo("12345");
            assertThat(buffer.readLineBytes(style, 6))
                .containsExactly("123456".getBytes(StandardCharsets.US_ASCII));
            if (style != Eol.ANY) {
              assertThat(buffer.readLine(style, 0)).isEmpty();
            }
            assertThat(buffer.readLine(style, 0)).isNull();
            assertThat(buffer.length()).isZero();
          }
        });
  }

  @EngineTest
  void aLineBeyondItsLimitIsRefusedAndStays(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          for (final Eol style : Eol.values()) {
            for (final String end : new String[] {"", "7", ending(style), "789" + ending(style)}) {
              final EventBuffer buffer = buffers.ofParts("123", "456" + end);
              assertThatThrownBy(() -> buffer.readLine(style, 5))
                  .as("%s with %s behind it", style, end)
                  .isInstanceOf(LineTooLongException.class)
                  .hasMessageContaining("5 bytes")
                  .extracting(e -> ((LineTooLongException) e).maxLength())
                  .isEqualTo(5);
              assertHolds(buffer, "123456" + end);
            }
          }
        });
  }

  @EngineTest
  void aLineThatMayStillEndWithinItsLimitIsWaitedFor(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          for (final Eol style : Eol.values()) {
            final EventBuffer buffer = buffers.of("1234");
            assertThat(buffer.readLine(style, 5)).isNull();
            buffer.add("5");
            assertThat(buffer.readLine(style, 5)).isNull();
            buffer.add(ending(style).substring(0, 1));
            if (style == Eol.CRLF || style == Eol.CRLF_STRICT) {
              assertThat(buffer.readLine(style, 5)).isNull();
              buffer.add("\n");
            }
            assertThat(buffer.readLine(style, 5)).isEqualTo("12345");
          }
          for (final Eol style : new Eol[] {Eol.CRLF, Eol.CRLF_STRICT}) {
            final EventBuffer buffer = buffers.of("12345\rx");
            assertThatThrownBy(() -> buffer.readLine(style, 5))
                .isInstanceOf(LineTooLongException.class);
          }
          assertThatThrownBy(() -> buffers.of("x\n").readLine(Eol.LF, -1))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("-1");
        });
  }

  @EngineTest
  void theMaximumLimitIsNone(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          for (final Eol style : Eol.values()) {
            final EventBuffer buffer = buffers.of("x".repeat(100_000));
            assertThat(buffer.readLine(style, Integer.MAX_VALUE)).isNull();
            buffer.add(ending(style));
            assertThat(buffer.readLine(style, Integer.MAX_VALUE)).hasSize(100_000);
          }
        });
  }

  /** As a server would: it hears of the line as soon as it is too long, not when it ends. */
  @EngineTest
  void aServerRefusesAPeerThatEndsNoLine(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final List<Long> max = new ArrayList<>();
    ends[1].setCallbacks(
        s -> {
          try {
            while (s.input().readLine(Eol.CRLF, 10_000) != null) {
              max.add(-1L);
            }
          } catch (final LineTooLongException e) {
            max.add(s.input().length());
            s.close();
          }
        },
        null,
        null);
    ends[1].enable(Event.READ);
    ends[0].setCallbacks(null, null, recorded::event);
    ends[0].enable(Event.READ);
    ends[0].write(new byte[1 << 20]);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(max).hasSize(1);
    assertThat(max.get(0)).isBetween(10_001L, 10_000L + 2 * BufferEvent.DEFAULT_MAX_SINGLE);
  }

  @EngineTest
  void bytesThatAreReadOneByOneShareSegments(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    try (EventBuffer buffer = new EventBuffer(base)) {
      for (int i = 0; i < 2000; i++) {
        pair[0].write(java.nio.ByteBuffer.wrap(new byte[] {(byte) i}));
        while (buffer.read(pair[1], -1) <= 0) {
          Thread.onSpinWait();
        }
      }
      assertThat(buffer.length()).isEqualTo(2000);
      assertThat(buffer.peek(0, -1, null)).isLessThanOrEqualTo(2);
      assertThat(buffer.get(1234)).isEqualTo((byte) 1234);
    }
  }

  @EngineTest
  void anEchoToAPeerThatDoesNotReadKeepsLittle(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final int[] echoed = {0};
    ends[1].setCallbacks(
        s -> {
          echoed[0] += (int) s.input().length();
          s.write(s.input());
        },
        null,
        null);
    ends[1].enable(Event.READ);
    ends[1].disable(Event.WRITE);
    for (int i = 1; i <= 300; i++) {
      final int sent = i;
      ends[0].write(new byte[] {(byte) i});
      Streams.run(base, () -> echoed[0] == sent);
    }
    assertThat(ends[1].output().length()).isEqualTo(300);
    assertThat(ends[1].output().peek(0, -1, null)).isLessThanOrEqualTo(3);
  }
}
