package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.Test;

/** What reading costs: each byte is looked at once, and what was read before is used again. */
class ReaderCostTest {
  private static final int HEAD = 32_768;
  private static final int MAX = HEAD + 16;

  /**
   * Bytes that were looked at are overwritten with what would be refused. Only the names of fields
   * are looked at twice, and are then no known ones.
   */
  @Test
  void aFieldThatComesByteByByteIsLookedAtOnce() {
    final FieldScanner scanner =
        new FieldScanner(FieldScanner.Folds.REFUSED, Refusal.bad("many"), Refusal.bad("long"));
    final HeadBuffer head = new HeadBuffer();
    scanner.begin(0, HEAD, 128);
    final byte[] bytes = Served.bytes(("A: " + "b".repeat(3000) + "\r\n").repeat(10) + "\r\n");
    int at = 0;
    try (EventBuffer input = new EventBuffer()) {
      for (final byte value : bytes) {
        input.add(value);
        head.copy(input, MAX);
        input.drain(1);
        final int next = scanner.scan(head, at);
        assertThat(next).isBetween(at, at + 1);
        Arrays.fill(head.bytes(), 0, next, (byte) 0);
        at = next;
      }
    }
    assertThat(scanner.refusal()).isNull();
    assertThat(scanner.isDone()).isTrue();
    assertThat(at).isEqualTo(bytes.length);
    assertThat(head.fields().size()).isEqualTo(10);
  }

  @Test
  void aLineThatComesByteByByteIsLookedAtOnce() {
    final RequestLine line = new RequestLine();
    line.begin(8192);
    final byte[] bytes = Served.bytes("\r\nGET /" + "x%".repeat(4000) + "?a HTTP/1.1\r\n");
    final byte[] seen = new byte[bytes.length];
    int at = 0;
    for (int i = 0; i < bytes.length; i++) {
      seen[i] = bytes[i];
      final int next = line.scan(seen, at, i + 1);
      Arrays.fill(seen, 0, next, (byte) 0);
      assertThat(next).isEqualTo(i + 1);
      at = next;
    }
    assertThat(line.refusal()).isNull();
    assertThat(line.isDone()).isTrue();
  }

  /** How many bytes are copied for a head of that many, when the array grows. */
  @Test
  void theArrayGrowsWithTheHead() {
    final HeadBuffer head = new HeadBuffer();
    long moved = 0;
    try (EventBuffer input = new EventBuffer()) {
      for (int i = 0; i < HEAD; i++) {
        input.add((byte) 'x');
        final byte[] before = head.bytes();
        assertThat(head.copy(input, MAX)).isOne();
        input.drain(1);
        moved += before == head.bytes() ? 0 : before.length;
        assertThat(head.bytes().length).isLessThanOrEqualTo(Math.max(1024, 2 * (i + 1)));
      }
    }
    assertThat(moved).isLessThan(2L * HEAD);
  }

  /** A short head copies little of what is behind it. */
  @Test
  void aHeadCopiesNoMoreThanItself() {
    final HeadBuffer head = new HeadBuffer();
    try (EventBuffer input = new EventBuffer()) {
      input.add(new byte[1 << 20]);
      int total = 0;
      while (total < HEAD) {
        final int count = head.copy(input, MAX);
        assertThat(count).isLessThanOrEqualTo(Math.max(512, total));
        total += count;
      }
    }
  }

  /** A chunk of a byte, very often: its line, its data and its end are looked at together. */
  @Test
  void manyChunksOfAByte() {
    final RequestReader reader = new RequestReader(ParserLimits.DEFAULT);
    try (EventBuffer input = new EventBuffer();
        EventBuffer into = new EventBuffer()) {
      input.add("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      input.add("1\r\nx\r\n".repeat(100_000) + "0\r\n\r\n");
      assertThat(reader.read(input)).isEqualTo(RequestReader.Result.COMPLETE);
      assertThat(reader.body().read(input, into, Long.MAX_VALUE))
          .isEqualTo(BodyReader.Result.COMPLETE);
      assertThat(into.length()).isEqualTo(100_000);
      assertThat(into.toByteArray()).containsOnly('x');
    }
  }

  /** What is large is moved: the segment is the same one. */
  @Test
  void dataIsMoved() {
    final RequestReader reader = new RequestReader(ParserLimits.DEFAULT);
    final byte[] data = new byte[100_000];
    Arrays.fill(data, (byte) 'a');
    try (EventBuffer input = new EventBuffer();
        EventBuffer into = new EventBuffer()) {
      input.add("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n");
      input.addReference(data, 0, data.length, null);
      input.add("\r\n0\r\n\r\n");
      reader.read(input);
      assertThat(reader.body().read(input, into, Long.MAX_VALUE))
          .isEqualTo(BodyReader.Result.COMPLETE);
      assertThat(into.length()).isEqualTo(data.length);
      data[data.length / 2] = 'b';
      assertThat(into.get(data.length / 2)).isEqualTo((byte) 'b');
    }
  }

  private static long allocated(final String request, final String... wanted) {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final RequestReader reader = new RequestReader(ParserLimits.DEFAULT);
    final byte[] bytes = Served.bytes(request);
    long minimum = Long.MAX_VALUE;
    try (EventBuffer input = new EventBuffer();
        EventBuffer into = new EventBuffer()) {
      for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 100; i++) {
          input.add(bytes);
        }
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          use(reader, input, into, wanted);
        }
        minimum = Math.min(minimum, threads.getCurrentThreadAllocatedBytes() - before);
        into.drain(Long.MAX_VALUE);
      }
      assertThat(input.length()).isZero();
    }
    return minimum;
  }

  private static void use(
      final RequestReader reader,
      final EventBuffer input,
      final EventBuffer into,
      final String... wanted) {
    final RequestReader.Result result = reader.read(input);
    assert result == RequestReader.Result.COMPLETE : reader.refusal();
    int found = 0;
    found += reader.methodIs("GET") ? 1 : 0;
    found += reader.method().length() + reader.path().length() + reader.authority().length();
    found += reader.target().length() + reader.rawPath().length();
    found += reader.keepsAlive() ? 1 : 0;
    final HeaderTable fields = reader.headers();
    for (final String name : wanted) {
      found += fields.find(name);
    }
    found += fields.find(KnownName.ACCEPT_ENCODING);
    found += fields.hasToken(KnownName.CONNECTION, "upgrade") ? 1 : 0;
    final BodyReader.Result read = reader.body().read(input, into, Long.MAX_VALUE);
    assert read == BodyReader.Result.COMPLETE && found > 0 : found;
    reader.reset();
  }

  @Test
  void aRepeatedRequestAllocatesNothing() {
    assertThat(allocated("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).isZero();
    assertThat(
            allocated(
                "GET /a/%41/../b.html?x=1 HTTP/1.1\r\nHost: localhost:8080\r\n"
                    + "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nX-Own: y\r\n"
                    + "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive, x\r\n"
                    + "Cookie: a=b; c=d\r\nIf-None-Match: \"x\"\r\n\r\n",
                "x-own", "Cookie"))
        .isZero();
  }

  @Test
  void aRefusalAllocatesNoText() {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final RequestReader reader = new RequestReader(ParserLimits.DEFAULT);
    final byte[] bytes = Served.bytes("GET / HTTP/1.1\nHost: a\n\n");
    long minimum = Long.MAX_VALUE;
    try (EventBuffer input = new EventBuffer()) {
      for (int round = 0; round < 5000; round++) {
        input.add(bytes);
        final long before = threads.getCurrentThreadAllocatedBytes();
        final RequestReader.Result result = reader.read(input);
        minimum = Math.min(minimum, threads.getCurrentThreadAllocatedBytes() - before);
        assertThat(result).isEqualTo(RequestReader.Result.REFUSED);
        input.drain(Long.MAX_VALUE);
        reader.reset();
      }
    }
    assertThat(minimum).isZero();
  }
}
