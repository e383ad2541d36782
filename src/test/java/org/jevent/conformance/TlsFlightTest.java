package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.FlushMode;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError;

/** Handshakes whose bytes come in one piece, come bent, or end at any byte. */
class TlsFlightTest {
  /** The data of the client is behind its Finished, in one piece. */
  @TlsEngineTest
  void wholeFlightsWithDataBehindFinished(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsMiddle middle = TlsMiddle.inMemory(bases, base, kind);
    final List<String> order = new ArrayList<>();
    middle.ends.server.setCallbacks(
        self -> order.add(TlsKit.text(self)), null, (self, what) -> order.add(Streams.text(what)));
    middle.ends.client.write(TlsKit.bytes("behind Finished"));
    middle.passFlights();
    assertThat(order).containsExactly("CONNECTED", "behind Finished");
    assertThat(middle.ends.clientEvents).containsExactly("CONNECTED");
    assertThat(middle.parts).as("flights").isLessThanOrEqualTo(kind.is13() ? 4 : 5);
  }

  /** How many bytes each end sends in a handshake, as they are random in part. */
  private static long[] bytesOfHandshake(
      final Bases bases, final EventBase base, final TlsKit.Kind kind) {
    final TlsMiddle middle = TlsMiddle.inMemory(bases, base, kind);
    middle.passFlights();
    assertThat(middle.ends.clientEvents).containsExactly("CONNECTED");
    assertThat(middle.ends.serverEvents).containsExactly("CONNECTED");
    middle.ends.client.close();
    middle.ends.server.close();
    return middle.passed;
  }

  private static boolean hasEnded(final List<String> events) {
    return events.stream().anyMatch(event -> !event.equals("CONNECTED"));
  }

  /** Each end has one event of its end at most. */
  private static void endsOnce(final List<String> events, final Object at) {
    assertThat(events.stream().filter(event -> !event.equals("CONNECTED")).toList())
        .as("%s", at)
        .hasSizeLessThanOrEqualTo(1)
        .allSatisfy(event -> assertThat(event).containsAnyOf("ERROR", "EOF"));
    assertThat(events).as("%s", at).doesNotHaveDuplicates();
  }

  @TlsEngineTest
  void closedAtEveryByteOfAHandshake(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final long[] bytes = bytesOfHandshake(bases, base, kind);
    final int all = (int) (bytes[0] + bytes[1]);
    for (int at = 0; at < all; at += TlsKit.THOROUGH ? 1 : 127) {
      for (final boolean client : new boolean[] {true, false}) {
        final TlsMiddle middle = TlsMiddle.inMemory(bases, base, kind);
        int left = at;
        boolean goesOn = true;
        while (left > 0 && goesOn) {
          middle.settle();
          final long before = middle.passed[0] + middle.passed[1];
          goesOn = middle.pass(0, left);
          left = at - (int) (middle.passed[0] + middle.passed[1]);
          goesOn |= left > 0 && middle.pass(1, left);
          left = at - (int) (middle.passed[0] + middle.passed[1]);
          assertThat(middle.passed[0] + middle.passed[1] > before).isEqualTo(goesOn);
        }
        final BufferEvent closed = client ? middle.ends.client : middle.ends.server;
        closed.close();
        middle.passFlights();
        middle.cut();
        final List<String> events = client ? middle.ends.serverEvents : middle.ends.clientEvents;
        assertThat(hasEnded(events)).as("%s after %d bytes", events, at).isTrue();
        endsOnce(events, at);
        middle.ends.client.close();
        middle.ends.server.close();
      }
    }
    assertThat(bases.exceptions).isEmpty();
  }

  /** One bit of one byte is another one: no end turns for ever, and none throws. */
  @TlsEngineTest
  void aBitFlipsAnywhereInAHandshake(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final long[] bytes = bytesOfHandshake(bases, base, kind);
    for (int direction = 0; direction < 2; direction++) {
      final int stride = TlsKit.THOROUGH ? 1 : (int) bytes[direction] / 17 + 1;
      for (int at = 0; at < bytes[direction]; at += stride) {
        final TlsMiddle middle =
            TlsMiddle.inMemory(bases, base, kind).bend(flip(direction, at, 1 << (at % 8)));
        middle.passFlights();
        middle.cut();
        final String where = "byte " + at + " of " + (direction == 0 ? "the client" : "the server");
        endsOnce(middle.ends.clientEvents, where);
        endsOnce(middle.ends.serverEvents, where);
        assertThat(hasEnded(middle.ends.clientEvents)).as(where).isTrue();
        assertThat(hasEnded(middle.ends.serverEvents)).as(where).isTrue();
        middle.ends.client.close();
        middle.ends.server.close();
      }
    }
    assertThat(bases.exceptions).isEmpty();
  }

  private static TlsMiddle.Bend flip(final int direction, final long at, final int bits) {
    return (from, before, bytes) -> {
      if (from == direction && before <= at && at < before + bytes.length) {
        bytes[(int) (at - before)] ^= (byte) bits;
      }
      return bytes;
    };
  }

  /** A peer of a small device: no record has more than 512 bytes. */
  @TlsEngineTest
  void recordsOf512Bytes(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsMiddle middle = TlsMiddle.inMemory(bases, base, kind).open();
    middle.ends.open(base);
    final byte[] part = new byte[512];
    int records = 0;
    for (int i = 0; i < 300; i++) {
      part[0] = (byte) i;
      middle.ends.client.write(part);
      middle.ends.client.flush(Event.WRITE, FlushMode.FLUSH);
      records++;
    }
    final int[] most = new int[1];
    final long[] last = new long[1];
    middle.ends.server.setCallbacks(
        self -> {
          most[0] = (int) Math.max(most[0], self.input().length() - last[0]);
          last[0] = self.input().length();
        },
        null,
        middle.ends.server.eventCallback());
    final int all = 512 * records;
    Streams.run(base, () -> middle.ends.server.input().length() == all);
    assertThat(most[0]).as("a turn of the loop").isLessThanOrEqualTo(16 * 512);
    for (int i = 0; i < records; i++) {
      middle.ends.server.read(part);
      assertThat(part[0]).isEqualTo((byte) i);
    }
  }

  /** An engine that is asked for small packets cuts what it sends. */
  @EngineTest
  void anEngineWithSmallPackets(final Bases bases) {
    for (final TlsKit.Kind kind : List.of(TlsKit.SUN_13, TlsKit.SUN_12)) {
      final EventBase base = bases.base();
      final TlsContext client =
          TlsKit.made(
              () ->
                  kind.client()
                      .trust(TlsKit.AUTHORITY_FILE)
                      .parameters(parameters -> parameters.setMaximumPacketSize(4_096))
                      .build());
      final TlsKit.Ends ends = TlsKit.ends(bases, base, client, kind.localhost());
      ends.open(base);
      ends.client.write(new byte[100_000]);
      Streams.run(base, () -> ends.server.input().length() == 100_000);
      assertThat(ends.serverEvents).isEmpty();
    }
  }

  /** What comes after an end of the handshake's failure belongs to none. */
  @TlsEngineTest
  void bytesAfterAFailureAreNotLookedAt(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsMiddle middle = TlsMiddle.inMemory(bases, base, kind);
    middle.far.write(TlsKit.bytes("GET / HTTP/1.0\r\n"));
    middle.settle();
    assertThat(middle.ends.serverEvents).containsExactly("ERROR");
    assertThat(Tls.of(middle.ends.server).error().kind()).isEqualTo(TlsError.Kind.NOT_TLS);
    middle.passFlights();
    middle.far.write(new byte[100_000]);
    middle.settle();
    assertThat(middle.ends.serverEvents).containsExactly("ERROR");
    assertThat(middle.ends.server.input().length()).isZero();
  }
}
