package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.websocket.Frames;
import org.jevent.websocket.MessageWriter;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.Role;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocketConfig;

/** Messages in parts, both ways, and messages that are prepared for many sockets. */
class WebSocketPartsTest {
  private static final int TEXT = Frames.FIN | Frames.TEXT;
  private static final int LAST = Frames.FIN | Frames.CONTINUATION;

  private static WebSocketKit memory(
      final Bases bases, final Role role, final WebSocketConfig config) {
    return new WebSocketKit(bases, bases.base(), WebSocketKit.Way.MEMORY, role, config);
  }

  private static WebSocketKit memory(final Bases bases, final Role role) {
    return memory(bases, role, WebSocketConfig.DEFAULT);
  }

  /** Parts come as they are read, and what the handler leaves of them is dropped. */
  @EngineTest
  void partsAsTheyCome(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = memory(inner, role);
        final List<String> parts = new ArrayList<>();
        kit.socket.onFragment(
            (self, bytes, text, last) -> {
              parts.add(
                  (text ? "text" : "binary")
                      + Frames.shown(bytes.toByteArray())
                      + (last ? "." : ""));
              bytes.drain(bytes.length() / 2);
            });
        final byte[] frame = Frames.frame(kit.masks(), TEXT, "abcdef");
        kit.say(Arrays.copyOf(frame, frame.length - 2)).settle();
        kit.say(Arrays.copyOfRange(frame, frame.length - 2, frame.length)).settle();
        kit.say(Frames.BINARY, "one").settle();
        kit.say(0, "").say(0, "two").settle();
        kit.say(LAST, "").settle();
        assertThat(parts)
            .containsExactly("text abcd", "text ef.", "binary one", "binary two", "binary.");
        kit.say(Frames.TEXT, new byte[] {(byte) 0xc3}).settle();
        kit.say(LAST, new byte[] {'x'}).until(kit::isClosed).end();
        assertThat(kit.words).containsExactly("closed 1007");
      }
    }
  }

  /** The limit of messages is one of their sum, though no part is kept. */
  @EngineTest
  void theLimitHoldsForParts(final Bases bases) {
    final WebSocketKit kit = memory(bases, Role.SERVER, WebSocketConfig.DEFAULT.maxMessage(2000));
    final AtomicLong got = new AtomicLong();
    kit.socket.onFragment((self, bytes, text, last) -> got.addAndGet(bytes.length()));
    kit.say(Frames.BINARY, new byte[1000]).say(0, new byte[1000]).settle();
    assertThat(got.get()).isEqualTo(2000);
    kit.say(LAST, new byte[1]).until(kit::isClosed).end();
    assertThat(kit.words).containsExactly("closed 1009");
    assertThat(got.get()).isEqualTo(2000);
  }

  @EngineTest
  void messagesAreWrittenInParts(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = memory(inner, role);
        final MessageWriter text = kit.socket.startMessage(true);
        assertThatThrownBy(() -> kit.socket.send("no")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kit.socket.startMessage(false))
            .isInstanceOf(IllegalStateException.class);
        assertThat(text.write("one")).isTrue();
        assertThat(kit.socket.ping(Frames.bytes("p"))).isTrue();
        assertThat(text.write(new byte[] {(byte) 0xc3})).isTrue();
        assertThat(text.write(new byte[] {(byte) 0xa9})).isTrue();
        assertThat(text.end()).isTrue();
        assertThatThrownBy(() -> text.write("late")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(text::end).isInstanceOf(IllegalStateException.class);
        final MessageWriter binary = kit.socket.startMessage(false);
        assertThatThrownBy(() -> binary.write("text")).isInstanceOf(IllegalStateException.class);
        try (EventBuffer bytes = new EventBuffer()) {
          assertThat(binary.write(bytes.add(Frames.bytes("two")))).isTrue();
          assertThat(bytes.isEmpty()).isTrue();
        }
        binary.end();
        assertThat(kit.socket.send("three")).isTrue();
        kit.settle();
        assertThat(kit.sent())
            .containsExactly(
                "text one, and more",
                "ping p",
                "more" + Frames.shown(new byte[] {(byte) 0xc3}) + ", and more",
                "more" + Frames.shown(new byte[] {(byte) 0xa9}) + ", and more",
                "more",
                "binary two, and more",
                "more",
                "text three");
      }
    }
  }

  @EngineTest
  void partsThatAreNoText(final Bases bases) {
    final WebSocketKit kit = memory(bases, Role.SERVER);
    final MessageWriter text = kit.socket.startMessage(true);
    text.write(new byte[] {(byte) 0xc3});
    assertThatThrownBy(() -> text.write(new byte[] {'x'}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(text::end).isInstanceOf(IllegalArgumentException.class);
    assertThat(kit.words).containsExactly("closed 1006");
    assertThat(kit.socket.state()).isEqualTo(SocketState.CLOSED);
  }

  /** One message for many sockets, of both roles, small and large, in output that waits or not. */
  @EngineTest
  void preparedMessages(final Bases bases) {
    final EventBase base = bases.base();
    final List<WebSocketKit> kits = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      final Role role = i % 2 == 0 ? Role.SERVER : Role.CLIENT;
      kits.add(new WebSocketKit(bases, base, WebSocketKit.Way.SOCKETS, role));
    }
    final List<String> expected = new ArrayList<>();
    for (final int size : new int[] {0, 125, 126, 4092, 4096, 70_000, 300_000}) {
      final byte[] payload = WebSocketVectors.filled(size, 'x');
      final PreparedMessage binary = PreparedMessage.binary(payload);
      assertThat(binary.length()).isEqualTo(size);
      final PreparedMessage text =
          PreparedMessage.text(new String(payload, StandardCharsets.US_ASCII));
      for (final PreparedMessage each : List.of(binary, text, binary)) {
        kits.forEach(kit -> assertThat(kit.socket.send(each)).isTrue());
        expected.add((each.isText() ? "text" : "binary") + Frames.shown(payload));
      }
    }
    for (final WebSocketKit kit : kits) {
      kit.until(() -> kit.frames.size() == expected.size());
      assertThat(kit.sent()).isEqualTo(expected);
    }
  }

  /** What the program gives is copied, moved or shared, and never changed. */
  @EngineTest
  void whatTheProgramSendsStaysAsItIs(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = memory(inner, role);
        final byte[] bytes = WebSocketVectors.filled(50_000, 'x');
        try (EventBuffer buffer = new EventBuffer()) {
          buffer.addReference(ByteBuffer.wrap(bytes), null);
          kit.socket.send(bytes);
          kit.socket.send(buffer);
        }
        kit.settle();
        final String expected = "binary" + Frames.shown(WebSocketVectors.filled(50_000, 'x'));
        assertThat(kit.sent()).containsExactly(expected, expected);
        assertThat(bytes).containsOnly('x');
      }
    }
  }
}
