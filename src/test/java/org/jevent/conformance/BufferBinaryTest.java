package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Buffers.assertHolds;
import static org.jevent.conformance.Buffers.bytes;
import static org.jevent.conformance.Buffers.inEachForm;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.ByteView;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.LineTooLongException;
import org.jevent.buffer.SegmentVisitor;
import org.jevent.bufferevent.BufferEvent;
import org.junit.jupiter.api.io.TempDir;

/** What binary protocols need: integers, bytes where they are, slices, prefixes. */
class BufferBinaryTest {
  private static final long LOWER = 0x2020202020202020L;
  private static final int TIMES = 20_000;

  @TempDir private Path directory;

  @EngineTest
  void integersAreReadInBothOrders(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("\1\2\3", "\376\5", "\6\7\10\11");
          assertThat(buffer.getInteger(0, 4)).isEqualTo(0x010203fe);
          assertThat(buffer.getInteger(0, 3, ByteOrder.LITTLE_ENDIAN)).isEqualTo(0x030201);
          assertThat(buffer.getInteger(3, 1)).isEqualTo(-2);
          assertThat(buffer.getUnsigned(3, 1)).isEqualTo(0xfe);
          assertThat(buffer.getInteger(2, 2, ByteOrder.LITTLE_ENDIAN)).isEqualTo(-0x1fd);
          assertThat(buffer.getUnsigned(2, 2, ByteOrder.LITTLE_ENDIAN)).isEqualTo(0xfe03);
          assertThat(buffer.getUnsigned(1, 8)).isEqualTo(0x0203fe0506070809L);
          assertThat(buffer.readUnsigned(3)).isEqualTo(0x010203);
          assertThat(buffer.readInteger(2)).isEqualTo(-0x1fb);
          assertThat(buffer.readInteger(4, ByteOrder.LITTLE_ENDIAN)).isEqualTo(0x09080706);
          assertThat(buffer.isEmpty()).isTrue();
        });
  }

  @EngineTest
  void integersThatAreNotThereOrDoNotFitAreRefused(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("abc");
          assertThatThrownBy(() -> buffer.readInteger(4))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThatThrownBy(() -> buffer.getInteger(2, 2))
              .isInstanceOf(IndexOutOfBoundsException.class)
              .hasMessageContainingAll("size 2", "position 2", "0..3");
          assertThatThrownBy(() -> buffer.readInteger(9))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContainingAll("size 9", "1..8");
          buffer.addInteger(-128, 1).addInteger(255, 1);
          for (final long wrong : new long[] {-129, 256, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> buffer.addInteger(wrong, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("value " + wrong, "-128..255");
          }
          assertHolds(buffer, "abc\200\377");
        });
  }

  @EngineTest
  void decimalNumbersAreAsTheJdkWritesThem(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.empty();
          final StringBuilder expected = new StringBuilder();
          for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
            for (final long value : new long[] {power - 1, power, power + 1, -power, 1 - power}) {
              buffer.addDecimal(value);
              expected.append(value);
            }
          }
          buffer.addDecimal(Long.MAX_VALUE).addDecimal(Long.MIN_VALUE);
          expected.append(Long.MAX_VALUE).append(Long.MIN_VALUE);
          assertHolds(buffer, expected.toString());
        });
  }

  @EngineTest
  void whatOthersSeeIsNotChangedWithIt(final Bases bases) throws IOException {
    final Path path = Files.write(directory.resolve("file"), bytes("IN A FILE"));
    inEachForm(
        bases,
        buffers -> {
          final byte[] array = bytes("REFERRED TO");
          final EventBuffer shared = buffers.of("SHARED".repeat(1000));
          final EventBuffer buffer = buffers.of("OWN ");
          final int[] released = {0};
          buffer.addReference(array, 0, array.length, () -> released[0]++);
          buffer.addFile(path, 0, -1);
          buffer.addBufferReference(shared);
          final EventBuffer slice = buffer.slice(0, buffer.length());
          final String before = Buffers.text(buffer);
          buffer.transform(2, before.length() - 4L, word -> word | LOWER);
          final int end = before.length() - 2;
          assertHolds(
              buffer,
              before.substring(0, 2)
                  + before.substring(2, end).toLowerCase(java.util.Locale.ROOT)
                  + before.substring(end));
          assertHolds(slice, before);
          slice.close();
          assertHolds(shared, "SHARED".repeat(1000));
          assertThat(array).isEqualTo(bytes("REFERRED TO"));
          buffer.drain(Long.MAX_VALUE);
          assertThat(released[0]).isEqualTo(1);
        });
    assertThat(path).hasContent("IN A FILE");
  }

  @EngineTest
  void masksGoOnOverTheBordersOfSegments(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("0", "123", "45678", "9abcdefghijk");
          buffer.transform(1, 15, (word, mask) -> word ^ mask, 0x0000000300000000L);
          assertHolds(
              buffer, "01234" + (char) ('5' ^ 3) + "6789abc" + (char) ('d' ^ 3) + "efghijk");
        });
  }

  @EngineTest
  void aFunctionThatThrowsIsTheCallersOwn(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("0123456789abcdefghijklmn");
          final int[] calls = {0};
          assertThatThrownBy(
                  () ->
                      buffer.transform(
                          0,
                          24,
                          word -> {
                            if (++calls[0] == 2) {
                              throw new IllegalStateException("on purpose");
                            }
                            return word + 1;
                          }))
              .hasMessage("on purpose");
          assertHolds(buffer, "1123456789abcdefghijklmn");
          assertThatThrownBy(() -> buffer.transform(20, 5, word -> word))
              .isInstanceOf(IndexOutOfBoundsException.class);
        });
  }

  @EngineTest
  void segmentsAreVisitedInOrderUntilTheVisitorEndsIt(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("first", "second", "third");
          final List<String> seen = new ArrayList<>();
          assertThat(buffer.forEachSegment(2, 12, view -> seen.add(text(view)))).isTrue();
          assertThat(seen).containsExactly("2 rst", "5 second", "11 thi");
          seen.clear();
          assertThat(buffer.forEachSegment(0, -1, view -> !seen.add(text(view)))).isFalse();
          assertThat(seen).containsExactly("0 first");
          final ByteView[] kept = {null};
          assertThat(
                  buffer.forEachSegment(
                      0,
                      -1,
                      view -> {
                        kept[0] = view;
                        return buffer.forEachSegment(0, 1, other -> other != view);
                      }))
              .isTrue();
          assertThatThrownBy(() -> kept[0].get(0))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("ended");
          assertThatThrownBy(
                  () ->
                      buffer.forEachSegment(
                          0,
                          -1,
                          view -> {
                            buffer.drain(1);
                            return true;
                          }))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("visitor has changed");
          assertHolds(buffer, "irstsecondthird");
        });
  }

  private static String text(final ByteView view) {
    final byte[] bytes = new byte[view.length()];
    view.copyTo(0, bytes, 0, bytes.length);
    return view.position() + " " + new String(bytes, java.nio.charset.StandardCharsets.US_ASCII);
  }

  @EngineTest
  void prefixesAndPatternsAreFoundFromAnyPlace(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.ofParts("GET /in", "dex", " HTTP/1.1\r", "\n");
          assertThat(buffer.startsWith(bytes("GET /index HTTP"))).isTrue();
          assertThat(buffer.startsWith(bytes("GET /infex"))).isFalse();
          assertThat(buffer.startsWith(bytes("index H"), 5)).isTrue();
          assertThat(buffer.startsWith(bytes(""), buffer.length())).isTrue();
          assertThat(buffer.startsWith(bytes("\n!"), buffer.length() - 1)).isFalse();
          assertThatThrownBy(() -> buffer.startsWith(bytes("a"), buffer.length() + 1))
              .isInstanceOf(IndexOutOfBoundsException.class);
          assertThat(buffer.search(bytes("\r\n"), 3)).isEqualTo(19);
          assertThat(buffer.search(bytes("GET"), 1)).isEqualTo(-1);
        });
  }

  @EngineTest
  void aLineThatNeverEndsIsRefusedAtTheLimit(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("0123456789");
          assertThat(buffer.readLine(Eol.LF, new byte[10])).isEqualTo(-1);
          buffer.add("x");
          assertThatThrownBy(() -> buffer.readLine(Eol.LF, new byte[10]))
              .isInstanceOf(LineTooLongException.class)
              .hasMessageContaining("10 bytes");
          assertHolds(buffer, "0123456789x");
          assertThat(buffer.readLine(Eol.LF, new byte[11])).isEqualTo(-1);
        });
  }

  @EngineTest
  void frozenEndsAreRefusedAndChangesCounted(final Bases bases) {
    inEachForm(
        bases,
        buffers -> {
          final EventBuffer buffer = buffers.of("0123456789");
          final List<String> changes = new ArrayList<>();
          buffer.addCallback(
              (self, before, added, removed) -> changes.add(before + "+" + added + "-" + removed));
          buffer.freezeFront();
          assertThatThrownBy(() -> buffer.readInteger(1)).hasMessageContaining("front is frozen");
          assertThatThrownBy(() -> buffer.readBytes(1)).hasMessageContaining("front is frozen");
          assertThatThrownBy(() -> buffer.transform(5, 1, word -> 0))
              .hasMessageContaining("front is frozen");
          buffer.unfreezeFront();
          buffer.freezeBack();
          assertThatThrownBy(() -> buffer.addInteger(1, 1)).hasMessageContaining("back is frozen");
          assertThatThrownBy(() -> buffer.addDecimal(1)).hasMessageContaining("back is frozen");
          assertThat(buffer.getInteger(0, 1)).isEqualTo('0');
          try (EventBuffer slice = buffer.slice(1, 2)) {
            assertHolds(slice, "12");
          }
          buffer.unfreezeBack();
          assertThat(changes).isEmpty();
          buffer.addInteger(0, 3).addDecimal(1000).readInteger(5);
          buffer.readBytes(2);
          buffer.transform(0, 5, word -> 0);
          assertThat(changes).containsExactly("10+3-0", "13+4-0", "17+0-5", "12+0-2");
        });
  }

  @EngineTest
  void severalThreadsUseALockedBuffer(final Bases bases) throws InterruptedException {
    final EventBuffer buffer = bases.later(new EventBuffer(bases.base()));
    buffer.enableLocking();
    final List<Thread> threads = new ArrayList<>();
    final long[] sums = new long[2];
    for (int i = 0; i < 2; i++) {
      final int index = i;
      final Thread thread =
          new Thread(
              () -> {
                for (int k = 0; k < TIMES; k++) {
                  buffer.addInteger(k, 5);
                  buffer.lock();
                  try {
                    sums[index] += buffer.getInteger(0, 5) - buffer.readInteger(5) + 1;
                  } finally {
                    buffer.unlock();
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (final Thread thread : threads) {
      thread.join();
    }
    assertThat(sums).containsExactly(TIMES, TIMES);
    assertThat(buffer.isEmpty()).isTrue();
  }

  /** What has been received is changed where the engine has put it, and sent from there. */
  @EngineTest
  void receivedBytesAreChangedInPlaceAndSentOn(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final byte[] sent = new byte[300_000];
    new java.util.Random(1).nextBytes(sent);
    ends[1].setCallbacks(
        stream -> {
          stream.input().transform(0, stream.input().length(), word -> ~word);
          stream.output().add(stream.input());
        },
        null,
        null);
    ends[1].enable(Event.READ);
    ends[0].enable(Event.READ);
    ends[0].write(sent);
    Streams.run(base, () -> ends[0].input().length() == sent.length);
    final byte[] back = ends[0].input().readBytes(sent.length);
    for (int i = 0; i < back.length; i++) {
      back[i] = (byte) ~back[i];
    }
    assertThat(back).isEqualTo(sent);
    assertThat(bases.exceptions).isEmpty();
  }

  /** Bytes that the engine may be sending are sent as they were. */
  @EngineTest
  void whatIsBeingSentIsSentAsItWas(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final byte[] sent = new byte[8_000_000];
    java.util.Arrays.fill(sent, (byte) 'x');
    ends[0].write(sent);
    Streams.runFor(base, 20);
    final EventBuffer output = ends[0].output();
    assertThat(output.length()).isPositive();
    assertThatThrownBy(() -> output.transform(0, output.length(), word -> 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen");
    ends[1].enable(Event.READ);
    Streams.run(base, () -> ends[1].input().length() == sent.length);
    assertThat(ends[1].input().indexOf((byte) 0)).isEqualTo(-1);
  }

  /** In a callback of the loop; the buffer of a stream has its memory from the pool. */
  @EngineTest
  void nothingIsAllocatedForACall(final Bases bases) {
    final EventBase base = bases.base();
    final EventBuffer input = bases.later(BufferEvent.socket(base, 0)).input();
    input.unfreezeBack();
    final EventBuffer plain = bases.later(new EventBuffer());
    final Map<String, Long> allocated = new TreeMap<>();
    base.execute(
        () -> {
          lookingAt(input).forEach((name, call) -> allocated.put(name, measure(input, call)));
          changing(input).forEach((name, call) -> allocated.put(name, measure(input, call)));
          lookingAt(plain)
              .forEach((name, call) -> allocated.put("plain " + name, measure(plain, call)));
        });
    base.dispatch();
    assertThat(bases.exceptions).isEmpty();
    assertThat(allocated)
        .hasSize(15)
        .allSatisfy((name, bytes) -> assertThat(bytes).as(name).isZero());
  }

  private static Map<String, Runnable> lookingAt(final EventBuffer buffer) {
    final long[] sum = {0};
    final byte[] pattern = bytes("not there");
    final SegmentVisitor visitor = view -> (sum[0] += view.word(0)) != 1;
    final LongBinaryOperator plus = (word, by) -> word + by;
    return Map.of(
        "get", () -> sum[0] += buffer.getInteger(20_001, 4) + buffer.getUnsigned(3, 7),
        "unary", () -> buffer.transform(1, 30_000, word -> word),
        "binary", () -> buffer.transform(1, 30_000, plus, 0),
        "visit", () -> buffer.forEachSegment(0, -1, visitor),
        "prefix", () -> sum[0] += buffer.startsWith(pattern, 16_380) ? 1 : 0,
        "search", () -> sum[0] += buffer.search(pattern, 100));
  }

  private static Map<String, Runnable> changing(final EventBuffer buffer) {
    final long[] sum = {0};
    final byte[] line = new byte[100];
    return Map.of(
        "integer", () -> sum[0] += buffer.addInteger(5, 3).readInteger(3),
        "decimal", () -> sum[0] += buffer.addDecimal(-1234567).drain(8),
        "line", () -> sum[0] += buffer.add((byte) '\n').readLine(Eol.ANY, line));
  }

  /** How many bytes a call allocates, once everything is warm. */
  private static long measure(final EventBuffer buffer, final Runnable call) {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    buffer.drain(Long.MAX_VALUE);
    for (int i = 0; i < 400; i++) {
      buffer.add(bytes("\n" + "y".repeat(99)));
    }
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 30; round++) {
      final long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200; i++) {
        call.run();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least / 200;
  }
}
