package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jevent.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of a library before the system's loader sees it. */
@Timeout(60)
class LibraryFileTest {
  @TempDir private Path directory;

  private String problem(final byte[] content) throws Exception {
    return LibraryFile.problem(Files.write(directory.resolve("library.so"), content));
  }

  @Test
  void theLibraryItselfIsFine() throws Exception {
    assertThat(problem(Altered.library())).isNull();
  }

  @Test
  void everyLengthThatLacksSomethingToMapIsCutShort() throws Exception {
    final byte[] library = Altered.library();
    final int mapped = endOfWhatIsMapped(library);
    for (int length = 0; length < mapped; length += 211) {
      assertThat(problem(Arrays.copyOf(library, length)))
          .isEqualTo("it is cut short, " + length + " bytes long");
    }
    assertThat(problem(Arrays.copyOf(library, mapped - 1))).contains("cut short");
    assertThat(problem(Arrays.copyOf(library, mapped))).isNull();
  }

  private static int endOfWhatIsMapped(final byte[] library) {
    final ByteBuffer bytes = ByteBuffer.wrap(library).order(ByteOrder.nativeOrder());
    return TestSystem.WINDOWS ? endOfSections(bytes) : endOfSegments(bytes);
  }

  private static int endOfSections(final ByteBuffer bytes) {
    final int header = bytes.getInt(60);
    final int table = header + 24 + bytes.getShort(header + 20);
    int end = 0;
    for (int i = 0; i < bytes.getShort(header + 6); i++) {
      final int size = bytes.getInt(table + i * 40 + 16);
      end = size == 0 ? end : Math.max(end, bytes.getInt(table + i * 40 + 20) + size);
    }
    return end;
  }

  private static int endOfSegments(final ByteBuffer bytes) {
    assertThat(bytes.get(4)).as("these tests run on 64-bit machines").isEqualTo((byte) 2);
    long end = 0;
    for (int i = 0; i < bytes.getShort(56); i++) {
      final int at = (int) bytes.getLong(32) + i * bytes.getShort(54);
      if (bytes.getInt(at) == 1) {
        end = Math.max(end, bytes.getLong(at + 8) + bytes.getLong(at + 32));
      }
    }
    return (int) end;
  }

  @Test
  void anotherProcessorsLibraryIsNamedByItsMachine() throws Exception {
    assertThat(problem(Altered.foreign()))
        .matches("it is for another processor, (ELF|PE) machine \\d+ and not \\d+");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "alters an ELF file; see PeFileTest")
  void whatClaimsMoreThanAFileCanHoldIsRefused() throws Exception {
    final byte[] library = Altered.library();
    final ByteBuffer bytes = ByteBuffer.wrap(library).order(ByteOrder.nativeOrder());
    final long table = bytes.getLong(32);
    for (final long wrong : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, library.length}) {
      bytes.putLong(32, wrong);
      assertThat(problem(library)).as("table at %d", wrong).contains("cut short");
    }
    bytes.putLong(32, table);
    int load = (int) table;
    while (bytes.getInt(load) != 1) {
      load += bytes.getShort(54);
    }
    final long offset = bytes.getLong(load + 8);
    for (final long wrong : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      bytes.putLong(load + 8, wrong);
      assertThat(problem(library)).as("segment at %d", wrong).contains("cut short");
      bytes.putLong(load + 8, offset);
      final long size = bytes.getLong(load + 32);
      bytes.putLong(load + 32, wrong);
      assertThat(problem(library)).as("segment of %d", wrong).contains("cut short");
      bytes.putLong(load + 32, size);
    }
    assertThat(problem(library)).isNull();
  }

  @Test
  void textAndDirectoriesAreNoLibraries() throws Exception {
    Altered.library();
    assertThat(problem("words, words, words ".repeat(20).getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo(TestSystem.WINDOWS ? "it is no PE file" : "it is no ELF file");
    assertThat(LibraryFile.problem(directory)).startsWith("it cannot be read: ");
    assertThat(LibraryFile.problem(directory.resolve("none"))).startsWith("it cannot be read: ");
  }
}
