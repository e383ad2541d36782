package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A platform whose library the jar holds, and what is expected of it: a line of {@code
 * native/platforms.csv}.
 *
 * @param prefix as JNA names it
 * @param fileName the file of its library
 * @param newest the newest version of a symbol that its oldest system has; empty: there are no
 *     versions
 * @param needed the libraries that its file names
 * @param osName the JVM's {@code os.name}
 * @param osArch the JVM's {@code os.arch}
 */
record NativePlatform(
    String prefix,
    String fileName,
    String newest,
    List<String> needed,
    String osName,
    String osArch) {
  private static final Path TABLE = Path.of("native", "platforms.csv");

  /** How files of programs look. */
  enum Format {
    ELF,
    MACH_O,
    PE
  }

  /** All of them, in the order of the table. */
  static List<NativePlatform> all() {
    try (Stream<String> lines = Files.lines(TABLE)) {
      return lines.skip(1).map(NativePlatform::parse).toList();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<NativePlatform> elf() {
    return all().stream().filter(platform -> platform.format() == Format.ELF).toList();
  }

  static List<NativePlatform> darwin() {
    return all().stream().filter(platform -> platform.format() == Format.MACH_O).toList();
  }

  static List<NativePlatform> windows() {
    return all().stream().filter(platform -> platform.format() == Format.PE).toList();
  }

  static NativePlatform of(final String prefix) {
    return all().stream()
        .filter(platform -> platform.prefix.equals(prefix))
        .findAny()
        .orElseThrow();
  }

  private static NativePlatform parse(final String line) {
    final String[] columns = line.split(",", -1);
    final List<String> needed = columns[6].isEmpty() ? List.of() : List.of(columns[6].split(" "));
    return new NativePlatform(columns[0], columns[2], columns[5], needed, columns[7], columns[8]);
  }

  String system() {
    return prefix.substring(0, prefix.indexOf('-'));
  }

  String processor() {
    return prefix.substring(prefix.indexOf('-') + 1);
  }

  boolean bigEndian() {
    return processor().equals("s390x");
  }

  Format format() {
    return switch (fileName) {
      case "libjevent.dylib" -> Format.MACH_O;
      case "jevent.dll" -> Format.PE;
      default -> Format.ELF;
    };
  }

  @Override
  public String toString() {
    return prefix;
  }
}
