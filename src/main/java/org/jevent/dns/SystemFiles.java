package org.jevent.dns;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jevent.internal.engine.EngineEnvironment;

/**
 * The files of a system's resolver. Whether they have changed is asked once a second at most; a
 * thread reads them then. A system that names its servers otherwise is asked by that thread, every
 * five seconds at most.
 *
 * <p>What may not be read, or is no file, counts as absent. A file that could not be read at the
 * moment, such as without a descriptor, leaves all as it was, and is read again with the next
 * look-up. After {@link #MAX_INCOMPLETE} readings it counts as absent, too, and is tried again
 * every five seconds at most.
 */
final class SystemFiles {
  /** How many readings in a row, with a file that cannot be read, are not believed. */
  static final int MAX_INCOMPLETE = 5;

  private static final long INTERVAL = 1_000_000_000L;
  private static final long SYSTEM_INTERVAL = 5 * INTERVAL;
  private static final String ETC = "/etc";

  /** Where Linux, other systems and OpenBSD have the name of the machine. */
  private static final List<Path> MACHINE =
      List.of(
          Path.of("/proc", "sys", "kernel", "hostname"),
          Path.of(ETC, "hostname"),
          Path.of(ETC, "myname"));

  private static final int MAX_SIZE = 64 << 20;

  /**
   * What the files say; a text is null if there is no such file.
   *
   * @param machine the name of this machine, where a file has it
   */
  record Texts(String resolvConf, String hosts, String nameSwitch, String machine) {
    static final Texts NONE = new Texts(null, null, null, null);
  }

  private final Path resolvConf;
  private final Path hosts;
  private final Path nameSwitch;

  /** What the system says instead of the first file, or null if it never does. */
  private final Supplier<String> system;

  /** What it has said, or null. */
  private String said;

  private String state = "";
  private long checkedAt;
  private long askedAt;
  private boolean checked;
  private boolean reading;

  /** The files that were there and could not be read, though they may be another time. */
  private String unreadable = "";

  /** How many readings in a row were incomplete. */
  private int incompleteReads;

  /** Each may be null. */
  SystemFiles(
      final Path resolvConf,
      final Path hosts,
      final Path nameSwitch,
      final Supplier<String> system) {
    this.resolvConf = resolvConf;
    this.hosts = hosts;
    this.nameSwitch = nameSwitch;
    this.system = system;
  }

  /** Where this system has them. */
  static SystemFiles ofSystem(
      final EngineEnvironment engine, final Map<String, String> environment) {
    final String windows = environment.get("SystemRoot");
    final Path hosts =
        windows != null && File.separatorChar == '\\'
            ? Path.of(windows, "System32", "drivers", "etc", "hosts")
            : Path.of(ETC, "hosts");
    return new SystemFiles(
        Path.of(ETC, "resolv.conf"),
        hosts,
        Path.of(ETC, "nsswitch.conf"),
        engine::nameConfiguration);
  }

  private static String stateOf(final Path path) {
    if (path == null) {
      return "";
    }
    try {
      final BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
      return found.lastModifiedTime().toString() + found.size() + found.fileKey();
    } catch (final IOException | SecurityException e) {
      return "none";
    }
  }

  private String state() {
    return stateOf(resolvConf)
        + ' '
        + stateOf(hosts)
        + ' '
        + stateOf(nameSwitch)
        + ' '
        + said
        + unreadable;
  }

  /** Reads all of them. What could not be read at the moment is null, and is read again later. */
  Texts read() {
    unreadable = "";
    said = system == null ? null : system.get();
    final String before = state();
    final Texts read =
        new Texts(said == null ? text(resolvConf) : said, text(hosts), text(nameSwitch), machine());
    incompleteReads = isIncomplete() ? incompleteReads + 1 : 0;
    state = isReadAgain() ? "" : before + unreadable;
    return read;
  }

  private boolean isIncomplete() {
    return !unreadable.isEmpty();
  }

  private boolean isReadAgain() {
    return isIncomplete() && incompleteReads < MAX_INCOMPLETE;
  }

  private String machine() {
    for (final Path each : MACHINE) {
      try {
        final String name = nameSwitch == null ? null : contents(each);
        if (name != null && !name.isBlank()) {
          return name.strip();
        }
      } catch (final IOException | SecurityException e) {
        assert e != null; // the next one may be there
      }
    }
    return null;
  }

  /** Null: it is no file, or too long. A size of 0 may be that of what the kernel makes up. */
  private static String contents(final Path path) throws IOException {
    if (path == null || !isFile(path)) {
      return null;
    }
    try (InputStream in = Files.newInputStream(path)) {
      final byte[] read = in.readNBytes(MAX_SIZE + 1);
      return read.length > MAX_SIZE ? null : new String(read, StandardCharsets.UTF_8);
    }
  }

  /**
   * A pipe may give nothing for ever, and a device may give without end.
   *
   * @throws IOException if it is not known, so that it is tried again
   */
  private static boolean isFile(final Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).isRegularFile();
  }

  private String text(final Path path) {
    try {
      return contents(path);
    } catch (final NoSuchFileException | AccessDeniedException | SecurityException e) {
      return null; // as if it were not there
    } catch (final IOException e) {
      if (Files.isRegularFile(path)) {
        unreadable += " without " + path;
      }
      return null;
    }
  }

  /** Reads them in a thread if they have changed; {@code changed} gets them in the loop. */
  void check(final Context context, final long now, final Consumer<Texts> changed) {
    if (reading || (checked && now - checkedAt < INTERVAL)) {
      return;
    }
    checked = true;
    checkedAt = now;
    final boolean asks = (said != null || isIncomplete()) && now - askedAt > SYSTEM_INTERVAL;
    if (!asks && Objects.equals(state, state())) {
      return;
    }
    askedAt = now;
    reading = true;
    final Runnable work =
        () -> {
          final SystemFiles copy = new SystemFiles(resolvConf, hosts, nameSwitch, system);
          copy.incompleteReads = incompleteReads;
          Texts read = null;
          try {
            read = copy.read();
          } finally {
            final Texts texts = read;
            context.later(() -> isRead(copy, texts, changed));
          }
        };
    try {
      context.services.engine().newThread("dns-files", work).start();
    } catch (final RuntimeException | Error e) { // such as of too many threads: another time
      reading = false;
      context.services.report(this, e);
    }
  }

  /** A thread reads them. */
  boolean isReading() {
    return reading;
  }

  /**
   * @param texts null: they could not be read
   */
  private void isRead(final SystemFiles copy, final Texts texts, final Consumer<Texts> changed) {
    reading = false;
    if (texts == null) {
      return;
    }
    incompleteReads = copy.incompleteReads;
    if (!copy.isReadAgain()) {
      final boolean differs = !copy.state.equals(state);
      said = copy.said;
      unreadable = copy.unreadable;
      state = copy.state;
      if (differs) {
        changed.accept(texts);
      }
    }
  }
}
