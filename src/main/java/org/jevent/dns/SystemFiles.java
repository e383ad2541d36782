package org.jevent.dns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * The files of a system's resolver. Whether they have changed is asked once a second at most; a
 * thread reads them then.
 */
final class SystemFiles {
  private static final long INTERVAL = 1_000_000_000L;
  private static final long MAX_SIZE = 64L << 20;

  /** What the files say; a text is null if there is no such file. */
  record Texts(String resolvConf, String hosts, String nameSwitch) {}

  private final Path resolvConf;
  private final Path hosts;
  private final Path nameSwitch;
  private String state = "";
  private long checkedAt;
  private boolean checked;
  private boolean reading;

  /** Each may be null. */
  SystemFiles(final Path resolvConf, final Path hosts, final Path nameSwitch) {
    this.resolvConf = resolvConf;
    this.hosts = hosts;
    this.nameSwitch = nameSwitch;
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
    return stateOf(resolvConf) + ' ' + stateOf(hosts) + ' ' + stateOf(nameSwitch);
  }

  /** Reads all of them. */
  Texts read() {
    state = state();
    return new Texts(text(resolvConf), text(hosts), text(nameSwitch));
  }

  private static String text(final Path path) {
    try {
      if (path == null || Files.size(path) > MAX_SIZE) {
        return null;
      }
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (final IOException | SecurityException e) {
      return null; // as if it were not there
    }
  }

  /** Reads them in a thread if they have changed; {@code changed} gets them in the loop. */
  void check(final Context context, final java.util.function.Consumer<Texts> changed) {
    final long now = context.now();
    if (reading || (checked && now - checkedAt < INTERVAL)) {
      return;
    }
    checked = true;
    checkedAt = now;
    if (Objects.equals(state, state())) {
      return;
    }
    reading = true;
    final Runnable work =
        () -> {
          final SystemFiles copy = new SystemFiles(resolvConf, hosts, nameSwitch);
          final Texts texts = copy.read();
          context.later(
              () -> {
                reading = false;
                state = copy.state;
                changed.accept(texts);
              });
        };
    context.services.engine().newThread("dns-files", work).start();
  }
}
