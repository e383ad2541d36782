package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.conscrypt.Conscrypt;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.junit.jupiter.api.io.TempDir;

/** Data of all sizes and kinds, and readers of all speeds. */
class TlsDataTest {
  @TempDir Path folder;

  private static byte[] random(final int length) {
    final byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void arrives(final EventBase base, final BufferEvent reader, final byte[] sent) {
    Streams.run(base, 30, () -> reader.input().length() >= sent.length);
    final byte[] came = new byte[(int) reader.input().length()];
    reader.read(came);
    assertThat(Arrays.equals(came, sent)).as("%d bytes", sent.length).isTrue();
  }

  @TlsEngineTest
  void sizesAroundARecord(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    for (final int size : new int[] {1, 2, 16_366, 16_367, 16_368, 16_384, 16_385, 1 << 20}) {
      final byte[] bytes = random(size);
      ends.client.write(bytes);
      arrives(base, ends.server, bytes);
    }
    ends.client.write(new byte[0]);
    Streams.runFor(base, 10);
    assertThat(ends.server.input().length()).isZero();
  }

  /** An engine may keep the end of a record that follows tickets until it is asked once more. */
  @TlsEngineTest
  void aFullRecordBehindTickets(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final BufferEvent client =
        bases.later(
            Tls.socket(
                base, pair[0], kind.trusting(), Tls.State.CONNECTING, BufferEvent.CLOSE_ON_FREE));
    Tls.of(client).peer("localhost", -1);
    final SSLEngine engine = kind.localhost().sslContext().createSSLEngine();
    engine.setUseClientMode(false);
    if (!kind.isSun()) {
      Conscrypt.setUseSessionTickets(engine, true);
    }
    final BufferEvent server =
        bases.later(
            Tls.socket(base, pair[1], engine, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE));
    final TlsKit.Ends ends = new TlsKit.Ends(client, server);
    final byte[] bytes = random(16_384);
    ends.server.write(bytes);
    ends.open(base);
    arrives(base, ends.client, bytes);
  }

  @TlsEngineTest
  void filesAndReferences(final Bases bases, final TlsKit.Kind kind) throws IOException {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    final byte[] content = random(100_000);
    final Path file = Files.write(folder.resolve("content"), content);
    ends.client.output().addFile(file, 0, content.length);
    arrives(base, ends.server, content);
    final AtomicInteger released = new AtomicInteger();
    final ByteBuffer readOnly = ByteBuffer.wrap(content).asReadOnlyBuffer();
    ends.client.output().addReference(readOnly, released::incrementAndGet);
    arrives(base, ends.server, content);
    assertThat(released.get()).isEqualTo(1);
    final EventBuffer shared = bases.later(new EventBuffer());
    shared.add(content);
    ends.client.output().addBufferReference(shared);
    arrives(base, ends.server, content);
    final byte[] unharmed = new byte[content.length];
    shared.copyOut(unharmed);
    assertThat(unharmed).isEqualTo(content);
  }

  @TlsEngineTest
  void manySmallWritesAreFewRecords(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TlsKit.Ends ends = TlsKit.over(bases, below[0], below[1], kind);
    ends.open(base);
    Streams.runFor(base, 20);
    final long[] raw = new long[1];
    below[0].output().addCallback((buffer, before, added, removed) -> raw[0] += added);
    for (int i = 0; i < 200; i++) {
      ends.client.write(new byte[5]);
    }
    Streams.run(base, () -> ends.server.input().length() == 1000);
    assertThat(raw[0]).isBetween(1000L, 1100L);
  }

  @TlsEngineTest
  void aSlowReaderStopsTheWriter(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TlsKit.Ends ends = TlsKit.over(bases, below[0], below[1], kind);
    ends.open(base);
    ends.server.setWatermarks(Event.READ, 0, 5_000);
    final byte[] bytes = random(16 << 20); // more than the system buffers
    ends.client.write(bytes);
    Streams.runFor(base, 300);
    assertThat(ends.server.input().length()).isBetween(5_000L, 5_000L + 16_384);
    assertThat(below[1].input().length()).isLessThanOrEqualTo(64 * 1024);
    assertThat(below[0].output().length()).isLessThanOrEqualTo(64 * 1024 + 17_000);
    assertThat(ends.client.output().length()).isGreaterThan(1 << 20);
    ends.server.setWatermarks(Event.READ, 0, 1 << 20);
    final EventBuffer all = bases.later(new EventBuffer());
    Streams.run(
        base,
        60,
        () -> {
          ends.server.read(all);
          return all.length() == bytes.length;
        });
    final byte[] came = new byte[bytes.length];
    all.remove(came);
    assertThat(Arrays.equals(came, bytes)).isTrue();
  }

  /** libevent's tests 24 to 27: 5 KiB marks on both ends, 40 KiB each way, 512 bytes at a time. */
  @TlsEngineTest
  void highMarksOnBothEnds(final Bases bases, final TlsKit.Kind kind) {
    for (final boolean filter : new boolean[] {false, true}) {
      for (final int options : new int[] {0, BufferEvent.DEFER_CALLBACKS}) {
        final EventBase base = bases.base();
        final TlsKit.Ends ends =
            filter
                ? TlsKit.filters(bases, base, kind)
                : TlsKit.ends(
                    bases,
                    base,
                    kind.trusting(),
                    kind.localhost(),
                    BufferEvent.CLOSE_ON_FREE | options);
        final int[] taken = new int[2];
        for (final BufferEvent end : new BufferEvent[] {ends.client, ends.server}) {
          final int index = end == ends.client ? 0 : 1;
          end.setWatermarks(Event.READ, 0, 5 * 1024);
          end.setCallbacks(
              self -> taken[index] += self.read(new byte[512]), null, end.eventCallback());
          end.write(new byte[40 * 1024]);
        }
        Streams.run(
            base,
            () -> {
              for (final BufferEvent end : new BufferEvent[] {ends.client, ends.server}) {
                taken[end == ends.client ? 0 : 1] += end.read(new byte[512]);
              }
              return taken[0] == 40 * 1024 && taken[1] == 40 * 1024;
            });
      }
    }
  }

  private static MessageDigest sha256() {
    return TlsKit.made(() -> MessageDigest.getInstance("SHA-256"));
  }

  /** One direction: random sizes go in, and what comes out has the same digest. */
  private static final class Flow {
    private final BufferEvent from;
    private final BufferEvent to;
    private final long all;
    private final Random random;
    private final MessageDigest sent = sha256();
    private final MessageDigest came = sha256();
    private long given;
    private long taken;

    Flow(final BufferEvent from, final BufferEvent to, final long all) {
      this.from = from;
      this.to = to;
      this.all = all;
      random = new Random(all);
    }

    void go() {
      while (given < all && from.output().length() < 256 * 1024) {
        final byte[] part = new byte[(int) Math.min(all - given, 1 + random.nextInt(70_000))];
        random.nextBytes(part);
        sent.update(part);
        given += part.length;
        from.write(part);
      }
      final byte[] part = new byte[1 + random.nextInt(100_000)];
      final int count = to.read(part);
      came.update(part, 0, count);
      taken += count;
    }

    boolean isOver() {
      return taken == all;
    }
  }

  @TlsEngineTest
  void manyMegabytesEachWayAtOnce(final Bases bases, final TlsKit.Kind kind) {
    final long all = (TlsKit.THOROUGH ? 64L : 6L) << 20;
    for (final boolean filter : new boolean[] {false, true}) {
      final EventBase base = bases.base();
      final TlsKit.Ends ends =
          filter ? TlsKit.filters(bases, base, kind) : TlsKit.open(bases, base, kind);
      final Flow there = new Flow(ends.client, ends.server, all);
      final Flow back = new Flow(ends.server, ends.client, all + 1);
      final BufferEvent.DataCallback turn =
          self -> {
            there.go();
            back.go();
          };
      ends.client.setCallbacks(turn, turn, ends.client.eventCallback());
      ends.server.setCallbacks(turn, turn, ends.server.eventCallback());
      Streams.run(
          base,
          100,
          () -> {
            turn.run(null); // what is left in an input when no more comes
            return there.isOver() && back.isOver();
          });
      assertThat(there.came.digest()).isEqualTo(there.sent.digest());
      assertThat(back.came.digest()).isEqualTo(back.sent.digest());
    }
  }

  /** The write callback comes when the output is empty, and not while the reader is slow. */
  @TlsEngineTest
  void theWriteCallbackComesWhenASlowReaderHasTakenAll(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    Streams.runFor(base, 20);
    final List<Long> left = new ArrayList<>();
    ends.client.setCallbacks(
        null, self -> left.add(self.output().length()), ends.client.eventCallback());
    ends.server.setWatermarks(Event.READ, 0, 4_096);
    final int all = 12 << 20; // more than the system buffers
    ends.client.write(new byte[all]);
    Streams.runFor(base, 100);
    assertThat(left).isEmpty();
    final long[] taken = new long[1];
    Streams.run(
        base,
        60,
        () -> {
          taken[0] += ends.server.input().length();
          ends.server.input().drain(ends.server.input().length());
          ends.server.setWatermarks(Event.READ, 0, 1 << 20);
          return taken[0] == all;
        });
    assertThat(left).isNotEmpty().allMatch(length -> length == 0);
    assertThat(ends.client.output().length()).isZero();
  }

  @TlsEngineTest
  void readingIsDisabledAndEnabledWithoutNewBytes(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    ends.server.setCallbacks(self -> self.disable(Event.READ), null, ends.server.eventCallback());
    ends.client.write(random(60_000));
    Streams.runFor(base, 50);
    final long[] last = {0};
    Streams.run(
        base,
        () -> {
          if ((ends.server.enabled() & Event.READ) == 0) {
            last[0] = ends.server.input().length();
            ends.server.enable(Event.READ);
          }
          return ends.server.input().length() == 60_000;
        });
  }

  /** The bytes of the network count, not those of the program. */
  @EngineTest
  void rateLimitsCountRawBytes(final Bases bases) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_13);
    ends.client
        .limits()
        .set(
            new TokenBucketConfig(
                1_000_000, 1_000_000, 1_000_000, 1_000_000, Duration.ofMinutes(10)));
    final long before = ends.client.limits().writeLimit();
    ends.client.write(new byte[10_000]);
    Streams.run(base, () -> ends.server.input().length() == 10_000);
    assertThat(before - ends.client.limits().writeLimit()).isBetween(10_020L, 10_200L);
  }

  /** A group counts the bytes of the network, those of handshakes included. */
  @TlsEngineTest
  void aGroupCountsRawBytes(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TokenBucketConfig much =
        new TokenBucketConfig(1 << 24, 1 << 24, 1 << 24, 1 << 24, Duration.ofMinutes(10));
    final TlsContext client = kind.trusting();
    final TlsContext server = kind.localhost();
    final RateLimitGroup group = bases.later(new RateLimitGroup(base, much));
    final List<TlsKit.Ends> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      final TlsKit.Ends ends = TlsKit.ends(bases, base, client, server);
      ends.client.limits().join(group);
      all.add(ends);
    }
    assertThat(group.size()).isEqualTo(3);
    all.forEach(ends -> ends.open(base));
    final long shaken = group.totalWritten();
    assertThat(shaken).as("three handshakes").isBetween(3 * 200L, 3 * 4_000L);
    assertThat(group.totalRead()).isBetween(3 * 500L, 3 * 6_000L);
    all.forEach(ends -> ends.client.write(new byte[10_000]));
    Streams.run(base, () -> all.stream().allMatch(e -> e.server.input().length() == 10_000));
    assertThat(group.totalWritten() - shaken).isBetween(30_060L, 30_600L);
    all.forEach(ends -> ends.client.close());
    assertThat(group.size()).isZero();
  }

  @TlsEngineTest
  void writersOfOtherThreads(final Bases bases, final TlsKit.Kind kind) throws Exception {
    final EventBase base = bases.base();
    final TlsKit.Ends ends =
        TlsKit.ends(
            bases,
            base,
            kind.trusting(),
            kind.localhost(),
            BufferEvent.CLOSE_ON_FREE | BufferEvent.THREADSAFE);
    final Thread[] writers = new Thread[4];
    for (int i = 0; i < writers.length; i++) {
      writers[i] =
          new Thread(
              () -> {
                for (int j = 0; j < 500; j++) {
                  ends.client.write(new byte[100]);
                }
              });
      writers[i].start();
    }
    Streams.run(base, 30, () -> ends.server.input().length() == 200_000);
    for (final Thread writer : writers) {
      writer.join();
    }
  }

  @TlsEngineTest
  void aFilterAboveTls(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    final BufferEvent above =
        bases.later(BufferEvent.filter(ends.client, null, null, BufferEvent.CLOSE_ON_FREE));
    above.write(random(100_000));
    above.closeAfterFlush();
    arrives(base, ends.server, random(100_000));
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("READING|EOF");
    assertThat(above.isClosed()).isTrue();
  }

  @TlsEngineTest
  void aPipeFromTlsToTls(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends one = TlsKit.open(bases, base, kind);
    final TlsKit.Ends other = TlsKit.open(bases, base, kind);
    one.server.pipeTo(other.client);
    final byte[] bytes = random(2 << 20);
    one.client.write(bytes);
    arrives(base, other.server, bytes);
  }

  /** What leaves below is reported to the pipe, though the stream there sends without a report. */
  @TlsEngineTest
  void aPipeThatAllowsLittleAtATime(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] source = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    source[1].pipeTo(ends.client, 1_000);
    final byte[] bytes = random(100_000);
    source[0].write(bytes);
    arrives(base, ends.server, bytes);
  }

  /** Before each record with data the engine sends new keys, which take none of the data. */
  @EngineTest
  void messagesOfTheEngineBetweenTheOutput(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SSLEngine truth = TlsKit.SUN_13.trusting().sslContext().createSSLEngine("localhost", 443);
    truth.setUseClientMode(true);
    truth.setEnabledProtocols(new String[] {TlsKit.SUN_13.protocol()});
    final LyingEngine engine = new LyingEngine(truth, LyingEngine.Lie.KEYS_FIRST, 0);
    final int options = BufferEvent.CLOSE_ON_FREE;
    final TlsKit.Ends ends =
        new TlsKit.Ends(
            bases.later(Tls.socket(base, pair[0], engine, Tls.State.CONNECTING, options)),
            bases.later(
                Tls.socket(
                    base, pair[1], TlsKit.SUN_13.localhost(), Tls.State.ACCEPTING, options)));
    ends.open(base);
    final byte[] bytes = random(200_000);
    ends.client.write(bytes);
    arrives(base, ends.server, bytes);
    assertThat(engine.lies).isGreaterThanOrEqualTo(bytes.length / 16_384);
    assertThat(ends.clientEvents).isEmpty();
    assertThat(ends.serverEvents).isEmpty();
  }

  @EngineTest
  void keysAreReplacedWhileDataFlows(final Bases bases) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_13);
    for (int i = 0; i < 20; i++) {
      Tls.of(i % 2 == 0 ? ends.client : ends.server).renegotiate();
      final byte[] bytes = random(50_000 + i);
      ends.client.write(bytes);
      ends.server.write(bytes);
      arrives(base, ends.server, bytes);
      arrives(base, ends.client, bytes);
    }
    assertThat(ends.clientEvents).isEmpty();
  }
}
