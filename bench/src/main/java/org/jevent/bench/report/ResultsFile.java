package org.jevent.bench.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** Results as JSON. */
public final class ResultsFile {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  private ResultsFile() {}

  /** Reads what {@link #write} wrote. */
  public static Results read(final Path file) throws IOException {
    final Results results = JSON.readValue(file.toFile(), Results.class);
    if (results.format() != Results.FORMAT) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has the form %d, this program reads %d",
              file,
              results.format(),
              Results.FORMAT));
    }
    return results;
  }

  /** Writes them, making the directory where that is missing. */
  public static void write(final Results results, final Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    // In one step, so that an end in the middle leaves what was there.
    final Path part = file.resolveSibling(file.getFileName() + ".part");
    JSON.writeValue(part.toFile(), results);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Adds to what the file has of the same machine; what it has of another is refused. */
  public static void add(final Results results, final Path file) throws IOException {
    write(Files.exists(file) ? fitting(results, file).with(results) : results, file);
  }

  /** What the file has, if the results may be added. */
  public static Results fitting(final Results results, final Path file) throws IOException {
    final Results before = read(file);
    if (!before.isOfSameMachineAs(results)) {
      throw new IOException(file + " was measured on another machine or with other versions");
    }
    return before;
  }
}
