package org.jevent.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Only engines take time, random numbers, threads and files from the machine. All else asks its
 * engine, so that a program can run under simulated time.
 */
class MachineCallsTest {
  private static final Path SOURCES = Path.of("src", "main", "java");

  private static final Path ENGINES = Path.of("org", "jevent", "internal", "engine");

  private static final Pattern CALLS =
      Pattern.compile(
          "System\\.nanoTime|currentTimeMillis|(Instant|LocalDateTime|LocalDate)\\.now|Clock\\.system|ThreadLocalRandom|new"
              + " Random\\b|Math\\.random|SecureRandom|UUID\\.random|new Thread\\b|extends"
              + " Thread\\b|ThreadPoolExecutor|Executors\\.|ForkJoinPool"
              + "|CompletableFuture|Thread\\.sleep|parkNanos|java\\.util\\.Timer"
              + "|FileChannel|File(In|Out)putStream|RandomAccessFile|java\\.nio\\.file\\.Files");

  /**
   * A stopwatch of the machine's time without a base; a pool whose threads are the engine's; the
   * choice of what leak detection watches, which belongs to no base; the files of the system's
   * resolver; the files of certificates; where the files are that a server of HTTP sends.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "MonotonicTimer.java: System.nanoTime",
          "JdkResolver.java: ThreadPoolExecutor",
          "SystemFiles.java: java.nio.file.Files",
          "PemReader.java: java.nio.file.Files",
          "FileLookup.java: java.nio.file.Files",
          "Leaks.java: ThreadLocalRandom");

  @Test
  void onlyEnginesAskTheMachine() throws IOException {
    final List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (final Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (!SOURCES.relativize(file).startsWith(ENGINES)) {
          search(file, found);
        }
      }
    }
    assertThat(found).isNotEmpty(); // the exceptions, or else nothing was read
    found.removeAll(ALLOWED);
    assertThat(found).isEmpty();
  }

  private static void search(final Path file, final List<String> found) throws IOException {
    for (final String line : Files.readAllLines(file)) {
      final String code = line.strip();
      if (!code.startsWith("*") && !code.startsWith("/*") && !code.startsWith("//")) {
        CALLS
            .matcher(code)
            .results()
            .forEach(call -> found.add(file.getFileName() + ": " + call.group()));
      }
    }
  }
}
