package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is seen of a library of Windows, on any system: the smallest file that could be one. */
class PeFileTest {
  private static final int HEADER = 128;
  private static final int TABLE = HEADER + 24 + 16;
  private static final int SECTION = 40;
  private static final int CONTENT = 512;
  private static final int LENGTH = 1024;

  @TempDir private Path directory;

  private final ByteBuffer library = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);

  PeFileTest() {
    library.putShort(0, (short) 0x5a4d);
    library.putInt(60, HEADER);
    library.putInt(HEADER, 0x4550);
    library.putShort(HEADER + 4, (short) 0x8664);
    library.putShort(HEADER + 6, (short) 2);
    library.putShort(HEADER + 20, (short) (TABLE - HEADER - 24));
    library.putInt(TABLE + 16, LENGTH - CONTENT);
    library.putInt(TABLE + 20, CONTENT);
    // The second section is of zeros, which no file has to hold.
    library.putInt(TABLE + SECTION + 20, LENGTH);
  }

  private String problem(final int length) throws IOException {
    final Path file = directory.resolve("library.dll");
    Files.write(file, Arrays.copyOf(library.array(), length));
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return PeFile.problem(channel, "x86-64");
    }
  }

  @Test
  void nothingIsWrongWithAWholeOne() throws IOException {
    assertThat(problem(LENGTH)).isNull();
  }

  @Test
  void everyShorterOneIsCutShort() throws IOException {
    for (int length = 0; length < LENGTH; length += 31) {
      assertThat(problem(length)).isEqualTo("it is cut short, " + length + " bytes long");
    }
    assertThat(problem(LENGTH - 1)).isEqualTo("it is cut short, 1023 bytes long");
  }

  @ParameterizedTest
  @CsvSource({"-1", "2147483647", "1001"})
  void aHeaderOutsideOfTheFileIsCutShort(final int at) throws IOException {
    library.putInt(60, at);
    assertThat(problem(LENGTH)).isEqualTo("it is cut short, 1024 bytes long");
  }

  @ParameterizedTest
  @CsvSource({"-1", "2147483647", "513"})
  void aSectionThatEndsOutsideOfTheFileIsCutShort(final int size) throws IOException {
    library.putInt(TABLE + 16, size);
    assertThat(problem(LENGTH)).isEqualTo("it is cut short, 1024 bytes long");
  }

  @Test
  void moreSectionsThanTheFileHoldsAreCutShort() throws IOException {
    library.putShort(HEADER + 6, (short) -1);
    assertThat(problem(LENGTH)).isEqualTo("it is cut short, 1024 bytes long");
  }

  @ParameterizedTest
  @CsvSource({"0", "128"})
  void whatDoesNotBeginAsOneIsNone(final int at) throws IOException {
    library.put(at, (byte) 0x7f);
    assertThat(problem(LENGTH)).isEqualTo("it is no PE file");
  }

  @Test
  void anotherProcessorsIsNamedByItsMachine() throws IOException {
    library.putShort(HEADER + 4, (short) 0xaa64);
    assertThat(problem(LENGTH))
        .isEqualTo("it is for another processor, PE machine 43620 and not 34404");
  }
}
