package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The field {@code range}: RFC 9110, section 14, and what costs too much. */
class ByteRangesTest {
  private static String read(final String text, final long size) {
    final ByteRanges ranges = ByteRanges.parse(text, size);
    final List<String> found = new ArrayList<>();
    for (int i = 0; i < ranges.count(); i++) {
      found.add(ranges.first(i) + "-" + ranges.last(i));
      assertThat(ranges.contentRange(i, size)).isEqualTo("bytes " + found.get(i) + "/" + size);
      assertThat(ranges.length(i)).isBetween(1L, size);
    }
    return found.isEmpty() ? ranges.kind().toString() : String.join(" ", found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-499 | 0-499",
        "bytes=500-999 | 500-999",
        "bytes=-500 | 9500-9999",
        "bytes=9500- | 9500-9999",
        "bytes=0-0,-1 | 0-0 9999-9999",
        "bytes= 0-99, 4500-5499, -1000 | 0-99 4500-5499 9000-9999",
        "bytes=500-600,601-999 | 500-600 601-999",
        "bytes=900-999,0-99 | 900-999 0-99",
        "BYTES=0-1 | 0-1",
        "bytes=0- | 0-9999",
        "bytes=0-99999 | 0-9999",
        "bytes=-99999 | 0-9999",
        "bytes=9999- | 9999-9999",
        "bytes=0-99999999999999999999999999 | 0-9999",
        "bytes=-99999999999999999999999999 | 0-9999",
        "bytes=,,0-1,, | 0-1",
        "bytes=007-9 | 7-9",
        // what is not there
        "bytes=10000- | NOWHERE",
        "bytes=10000-10001,20000- | NOWHERE",
        "bytes=-0 | NOWHERE",
        "bytes=99999999999999999999999999- | NOWHERE",
        "bytes=10000-,0-1 | 0-1",
        "bytes=0-1,-0 | 0-1",
        // nonsense
        "bytes=500-600,601-x | WHOLE",
        "bytes=2-1 | WHOLE",
        "bytes=- | WHOLE",
        "bytes=1 | WHOLE",
        "bytes=--1 | WHOLE",
        "bytes=1--2 | WHOLE",
        "bytes=+1-2 | WHOLE",
        "bytes=0x1-2 | WHOLE",
        "bytes=1-2-3 | WHOLE",
        "bytes=1 -2 | WHOLE",
        "bytes= | WHOLE",
        "bytes=, | WHOLE",
        "bytes | WHOLE",
        "items=0-1 | WHOLE",
        "bytes =0-1 | WHOLE",
        "bytes=0-1;2-3 | WHOLE",
        // what costs too much
        "bytes=0-1,1-2 | WHOLE",
        "bytes=5-9,0-99 | WHOLE",
        "bytes=0-,-1 | WHOLE",
        "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14 | 0-0 2-2 4-4 6-6 8-8 10-10 12-12 14-14",
        "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16 | WHOLE",
        "bytes=20000-,20000-,20000-,20000-,20000-,20000-,20000-,20000-,0-0 | WHOLE",
      })
  void rangesOfTenThousandBytes(final String text, final String expected) {
    assertThat(read(text, 10_000)).isEqualTo(expected);
  }

  @Test
  void nothingHasNoRange() {
    assertThat(read("bytes=0-", 0)).isEqualTo("NOWHERE");
    assertThat(read("bytes=-0", 0)).isEqualTo("NOWHERE");
    assertThat(read("bytes=-1", 0)).isEqualTo("WHOLE");
    assertThat(read(null, 0)).isEqualTo("WHOLE");
  }

  @Test
  void aHundredRangesAreAnsweredWithTheWhole() {
    assertThat(read("bytes=" + "0-0,".repeat(100), 1)).isEqualTo("WHOLE");
    assertThat(read("bytes=" + ",".repeat(8000) + "0-0", 1)).isEqualTo("0-0");
  }

  @Test
  void placesBeyondTwoGigabytes() {
    final long size = 3L << 30;
    assertThat(read("bytes=-1", size)).isEqualTo("3221225471-3221225471");
    assertThat(read("bytes=2147483648-2147483649", size)).isEqualTo("2147483648-2147483649");
    assertThat(read("bytes=0-", Long.MAX_VALUE)).isEqualTo("0-" + (Long.MAX_VALUE - 1));
  }

  @Test
  void theLengthOfPartsIsThatOfTheirBytes() {
    final ByteRanges ranges = ByteRanges.parse("bytes=0-0,5-7", 10);
    final MultipartRanges parts = new MultipartRanges(ranges, 10, "text/plain", 255);
    assertThat(parts.type()).isEqualTo("multipart/byteranges; boundary=jevent-00000000000000ff");
    final String part =
        "--jevent-00000000000000ff\r\nContent-Type: text/plain\r\nContent-Range: bytes ";
    assertThat(parts.length())
        .isEqualTo(
            (part + "0-0/10\r\n\r\na\r\n").length()
                + (part + "5-7/10\r\n\r\nabc\r\n").length()
                + "--jevent-00000000000000ff--\r\n".length());
  }
}
