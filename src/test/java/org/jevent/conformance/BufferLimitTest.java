package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.loop.MemoryBudget;
import org.jevent.tls.Tls;

/** The memory of a base's buffers has a limit, and what would exceed it is refused whole. */
class BufferLimitTest {
  private static final int LIMIT = 1 << 20;
  private static final int SIZE = 4 << 20;

  private static EventBase limited(final Bases bases) {
    return bases.base(bases.config().maxBufferMemory(LIMIT));
  }

  /** Takes all memory, in pieces of each size. */
  private static EventBuffer fill(final EventBase base) {
    final EventBuffer filler = new EventBuffer(base);
    for (int size = 16_384; size >= 16; size /= 4) {
      try {
        while (true) {
          filler.add(new byte[size]);
        }
      } catch (final ErrnoException e) {
        assertRefused(e);
      }
    }
    return filler;
  }

  private static void assertRefused(final ErrnoException refusal) {
    assertThat(refusal.errno()).isEqualTo(Errno.ENOMEM);
    assertThat(refusal)
        .hasMessageContainingAll("take ", " bytes", "maxBufferMemory", String.valueOf(LIMIT));
  }

  /** What may take memory, on a buffer without room of two references. */
  private static Map<String, Consumer<EventBuffer>> operations() {
    final Map<String, Consumer<EventBuffer>> all = new TreeMap<>();
    all.put("a byte", buffer -> buffer.add((byte) 1));
    all.put("an array", buffer -> buffer.add(new byte[100]));
    all.put("a large array", buffer -> buffer.add(new byte[50_000]));
    all.put("a buffer of NIO", buffer -> buffer.add(ByteBuffer.allocateDirect(300)));
    all.put(
        "several", buffer -> buffer.addAll(ByteBuffer.allocate(1), ByteBuffer.allocate(20_000)));
    all.put("an integer", buffer -> buffer.addInteger(1, 3));
    all.put("a decimal", buffer -> buffer.addDecimal(-5));
    all.put("in front", buffer -> buffer.prepend(new byte[100]));
    all.put("room", buffer -> buffer.reserve(10, 2));
    all.put("expanded", buffer -> buffer.expand(10_000));
    all.put("pulled up", buffer -> buffer.pullUp(-1));
    all.put("changed", buffer -> buffer.transform(1, 4, word -> ~word));
    return all;
  }

  @EngineTest
  void whatExceedsItChangesNothing(final Bases bases) {
    final EventBase base = limited(bases);
    assertThat(base.maxBufferMemory()).isEqualTo(LIMIT);
    checkOperations(base);
    base.execute(() -> checkOperations(base));
    base.dispatch();
    assertThat(bases.exceptions).isEmpty();
    base.close();
    assertThat(base.bufferMemory()).isZero();
  }

  /** It is no fault of the protocol. */
  @TlsEngineTest
  void aTlsStreamThatCannotEncrypt(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = limited(bases);
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    Streams.runFor(base, 20);
    ends.client.write(new byte[60_000]);
    try (EventBuffer filler = fill(base)) {
      Streams.run(base, () -> !ends.clientEvents.isEmpty());
      assertThat(filler.length()).isPositive();
    }
    assertThat(ends.clientEvents).containsExactly("READING|ERROR");
    assertThat(ends.client.error()).isEqualTo(Errno.ENOMEM);
    assertThat(Tls.of(ends.client).error()).isNull();
  }

  /** What fails when the input has ended cleanly does not change how it has ended. */
  @EngineTest
  void anInputThatHasEndedDoesNotFailLater(final Bases bases) {
    final EventBase base = limited(bases);
    final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_13);
    ends.server.shutdownOutput();
    Streams.run(base, () -> !ends.clientEvents.isEmpty());
    ends.client.write(new byte[60_000]);
    try (EventBuffer filler = fill(base)) {
      Streams.run(base, () -> ends.clientEvents.size() > 1);
      assertThat(filler.length()).isPositive();
    }
    ends.client.enable(Event.READ);
    Streams.run(base, () -> ends.clientEvents.size() > 2);
    assertThat(ends.clientEvents).containsExactly("READING|EOF", "WRITING|ERROR", "READING|EOF");
  }

  private static void checkOperations(final EventBase base) {
    operations()
        .forEach(
            (name, operation) -> {
              try (EventBuffer filler = fill(base);
                  EventBuffer buffer = new EventBuffer(base)) {
                buffer.addReference(new byte[] {1, 2, 3}, 0, 3, null);
                buffer.addReference(new byte[] {4, 5, 6}, 0, 3, null);
                final int[] changes = {0};
                buffer.addCallback((self, before, added, removed) -> changes[0]++);
                final long filled = filler.length();
                assertThatThrownBy(() -> operation.accept(buffer))
                    .as(name)
                    .isInstanceOfSatisfying(ErrnoException.class, BufferLimitTest::assertRefused);
                assertThat(buffer.toByteArray()).as(name).containsExactly(1, 2, 3, 4, 5, 6);
                assertThat(changes[0]).as(name).isZero();
                assertThat(filler.length()).isEqualTo(filled);
                assertThat(base.bufferMemory()).isBetween(LIMIT / 2L, (long) LIMIT);
                filler.drain(Long.MAX_VALUE);
                operation.accept(buffer);
              }
            });
  }

  /** A move takes no memory, and gives it back to where it was taken. */
  @EngineTest
  void bytesThatAreMovedCountWhereTheyWereAdded(final Bases bases) {
    final EventBase base = limited(bases);
    final EventBase other = bases.base();
    base.execute(
        () -> {
          final EventBuffer filler = fill(base);
          final EventBuffer target = new EventBuffer(other);
          final long length = filler.length();
          target.add(filler);
          assertThat(target.length()).isEqualTo(length);
          assertThat(base.bufferMemory()).isGreaterThan(LIMIT / 2L);
          assertThatThrownBy(() -> filler.add(new byte[100_000]))
              .isInstanceOf(ErrnoException.class);
          assertThat(filler.isEmpty()).isTrue();
          target.close();
          filler.add(new byte[100_000]);
          filler.close();
        });
    base.dispatch();
    assertThat(bases.exceptions).isEmpty();
  }

  /** All of what a peer sends comes, or else its stream fails; the loop goes on in any case. */
  @EngineTest
  void aPeerThatSendsTooMuchDoesNotEndTheLoop(final Bases bases) throws Exception {
    final EventBase base = limited(bases);
    final List<BufferEvent> accepted = new ArrayList<>();
    final ConnectionListener listener =
        Streams.serve(bases, base, BufferEvent.CLOSE_ON_FREE, accepted::add);
    final int port = ((InetSocketAddress) listener.address()).getPort();
    final Thread peer = new Thread(() -> send(port));
    peer.start();
    Streams.run(base, () -> !accepted.isEmpty());
    final BufferEvent stream = accepted.get(0);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    stream.setCallbacks(null, null, recorded::event);
    stream.enable(Event.READ);
    final long[] state = {0, 0}; // how much was taken out, how much there was a while ago
    final Event clock =
        bases.later(
            base.newPeriodicTimer(
                (event, what) -> {
                  final EventBuffer input = stream.input();
                  if (input.length() == state[1] || state[1] > LIMIT / 2) {
                    state[0] += check(input, state[0]);
                  }
                  state[1] = input.length();
                }));
    clock.addNanos(50_000_000);
    Streams.run(base, 60, () -> state[0] == SIZE || !recorded.events.isEmpty());
    if (state[0] < SIZE && !recorded.events.equals(List.of("READING|EOF"))) {
      assertThat(recorded.events).containsExactly("READING|ERROR");
      assertThat(stream.error()).isEqualTo(Errno.ENOMEM);
    }
    clock.close();
    stream.close();
    Streams.run(base, () -> !peer.isAlive());
    assertThat(bases.exceptions).isEmpty();
    Streams.assertUnharmed(bases, base, "a peer that sends too much");
  }

  private static byte at(final long position) {
    return (byte) (position ^ (position >> 8) ^ (position >> 16));
  }

  private static long check(final EventBuffer input, final long position) {
    final byte[] bytes = input.readBytes((int) input.length());
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != at(position + i)) {
        throw new AssertionError("byte " + (position + i));
      }
    }
    return bytes.length;
  }

  private static void send(final int port) {
    final byte[] bytes = new byte[SIZE];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = at(i);
    }
    try (Socket socket = new Socket(Streams.ANY_PORT.getAddress(), port)) {
      final OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      socket.shutdownOutput();
      socket.getInputStream().read();
    } catch (final IOException e) {
      // the stream has failed, and its other end with it
    }
  }

  /** What has no address is copied to be sent, even when that exceeds the limit. */
  @EngineTest
  void whatIsThereIsSent(final Bases bases) {
    final EventBase base = limited(bases);
    final BufferEvent[] ends = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final List<EventBuffer> filler = new ArrayList<>();
    base.execute(() -> filler.add(fill(base)));
    base.loop(EventBase.LOOP_NONBLOCK);
    final byte[] bytes = new byte[1000];
    ends[0].output().addReference(bytes, 0, bytes.length, null);
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    ends[0].setCallbacks(null, null, recorded::event);
    Streams.run(base, () -> ends[0].output().isEmpty());
    assertThat(recorded.events).isEmpty();
    filler.get(0).close();
    ends[1].enable(Event.READ);
    Streams.run(base, () -> ends[1].input().length() == bytes.length);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void highUsageIsReportedOnceAndItsEndToo(final Bases bases) {
    final EventBase base = limited(bases);
    final MemoryBudget budget = BaseAccess.services(base).memory();
    final List<Boolean> reports = new ArrayList<>();
    budget.listener(
        high -> {
          assertThat(base.inLoop()).isTrue();
          reports.add(high);
        });
    try (EventBuffer buffer = new EventBuffer(base)) {
      buffer.add(new byte[LIMIT / 2]);
      Streams.runFor(base, 5);
      assertThat(reports).isEmpty();
      buffer.add(new byte[LIMIT / 100 * 35]);
      Streams.runFor(base, 5);
      assertThat(reports).containsExactly(true);
      assertThat(budget.isHigh()).isTrue();
      while (budget.used() > LIMIT / 100 * 75) {
        buffer.drain(16_384);
      }
      Streams.runFor(base, 5);
      assertThat(reports).containsExactly(true);
    }
    Streams.runFor(base, 5);
    assertThat(reports).containsExactly(true, false);
    assertThat(bases.exceptions).isEmpty();
  }
}
