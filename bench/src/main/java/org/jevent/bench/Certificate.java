package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A certificate for localhost that signs itself, and its key, in files that are deleted at last.
 */
final class Certificate implements AutoCloseable {
  private static final String EXAMPLES = "org.jevent.examples.Main";

  private final Path folder = Files.createTempDirectory("jevent-bench");

  /** Made by the program of the examples. */
  Certificate() throws IOException, InterruptedException {
    Child.text(Child.java(List.of(), EXAMPLES, "certificate", folder.toString()));
  }

  Path chain() {
    return folder.resolve("certificate.pem");
  }

  Path key() {
    return folder.resolve("key.pem");
  }

  /** The options with which servers take it. */
  List<String> options() {
    return List.of("--certificate", chain().toString(), "--key", key().toString());
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(chain());
    Files.deleteIfExists(key());
    Files.delete(folder);
  }
}
