package org.jevent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The descriptors that are open in this process. What the JVM opens by itself at any time does not
 * count: it reads the figures of its container every few seconds. Nothing of the library is used
 * here, as some programs do not have it on their class path.
 */
public final class OpenDescriptors {
  private static final Path DIRECTORY = Path.of("/proc/self/fd");
  private static final Pattern KERNEL_OBJECT = Pattern.compile("(socket|pipe|anon_inode):.*");
  private static final Pattern OF_THE_JVM = Pattern.compile("/(proc|sys)/.*");

  private OpenDescriptors() {}

  /** The system tells. */
  public static boolean listed() {
    return Files.isDirectory(DIRECTORY);
  }

  /** Sockets, pipes and the kernel's objects for waiting, as {@code number -> target}. */
  public static Set<String> kernelObjects() {
    return find(KERNEL_OBJECT, true);
  }

  /** The same, and files that the JVM does not open by itself. */
  public static Set<String> all() {
    return find(OF_THE_JVM, false);
  }

  private static Set<String> find(final Pattern targets, final boolean matching) {
    final Set<String> found = new TreeSet<>();
    if (listed()) {
      try (DirectoryStream<Path> links = Files.newDirectoryStream(DIRECTORY)) {
        for (final Path link : links) {
          final String target = target(link);
          if (!target.isEmpty() && targets.matcher(target).matches() == matching) {
            found.add(link.getFileName() + " -> " + target);
          }
        }
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  private static String target(final Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (final IOException closed) {
      return "";
    }
  }
}
