package org.jevent.examples.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.tls.TlsContext;

/** Takes a renewed certificate while a server listens. */
public final class TlsReload implements AutoCloseable {
  private final Path chain;
  private final Path key;
  private final Event timer;
  private FileTime seen;
  private TlsContext current;

  /** Reads the files now, and looks at them once a minute. */
  public TlsReload(final EventBase base, final Path chain, final Path key)
      throws IOException, GeneralSecurityException {
    this.chain = chain;
    this.key = key;
    load();
    timer = base.newPeriodicTimer((event, what) -> look());
    timer.add(Duration.ofMinutes(1));
  }

  /** For the connection that is accepted now. Those that are open keep theirs. */
  public TlsContext current() {
    return current;
  }

  private void look() {
    try {
      if (!Files.getLastModifiedTime(key).equals(seen)) {
        load();
      }
    } catch (final IOException | GeneralSecurityException e) {
      System.err.println("the certificate stays as it is: " + e.getMessage());
    }
  }

  private void load() throws IOException, GeneralSecurityException {
    final FileTime modified = Files.getLastModifiedTime(key);
    current = TlsContext.server().identity(chain, key).build();
    seen = modified;
  }

  @Override
  public void close() {
    timer.close();
  }
}
