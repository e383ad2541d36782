package org.jevent.buffer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.bytes.FileStore;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.providers.Providers;

/**
 * A range of a file that any number of buffers may hold; {@code struct evbuffer_file_segment}. The
 * file is closed when the segment has been closed and no buffer holds it any more.
 *
 * <p>Where the engine can, the system sends the range without copying ({@code sendfile}); a caller
 * that looks at the bytes reads them into memory first. The file must not become shorter meanwhile:
 * what is missing is an error of the buffer event or the operation that meets it.
 *
 * <p>Any thread.
 */
public final class FileSegment implements AutoCloseable {
  /** The bytes are read and sent as any others; {@code EVBUF_FS_DISABLE_SENDFILE}. */
  public static final int DISABLE_SENDFILE = 0x04;

  private final Shared shared;
  private final long offset;
  private final long length;
  private boolean closed;

  private FileSegment(final Shared shared, final long offset, final long length) {
    this.shared = shared;
    this.offset = offset;
    this.length = length;
  }

  /** A whole file, for buffers of {@code base}; {@code evbuffer_file_segment_new}. */
  public static FileSegment open(final EventBase base, final Path path) {
    return open(base, path, 0, -1, 0);
  }

  /**
   * A range of a file.
   *
   * @param base whose engine is to send it; null: it is read in pure Java
   * @param length below 0: up to the end
   * @param flags 0 or {@link #DISABLE_SENDFILE}
   * @throws org.jevent.error.ErrnoException if it cannot be opened
   * @throws IndexOutOfBoundsException if the file is shorter
   */
  public static FileSegment open(
      final EventBase base,
      final Path path,
      final long offset,
      final long length,
      final int flags) {
    final Engine engine = base == null ? null : BaseAccess.loop(base).engine();
    return open(engine, path, offset, length, "length", flags);
  }

  /**
   * As above.
   *
   * @param engine what is to send it, or null
   * @param lengthName the name of the caller's argument, for the message that refuses it
   */
  static FileSegment open(
      final Engine engine,
      final Path path,
      final long offset,
      final long length,
      final String lengthName,
      final int flags) {
    Objects.requireNonNull(path, "path");
    Arguments.bits("flags", flags, DISABLE_SENDFILE, "DISABLE_SENDFILE (4)");
    final EngineFile file = engine == null ? Providers.openFile(path) : engine.openFile(path);
    try {
      Arguments.place("offset", offset, file.size());
      final long rest = file.size() - offset;
      final long count = length < 0 ? rest : Arguments.place(lengthName, length, rest);
      final boolean send = engine != null && (flags & DISABLE_SENDFILE) == 0;
      return new FileSegment(new Shared(file, send), offset, count);
    } catch (final RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The part that buffers refer to. */
  private static final class Shared extends FileStore {
    private final EngineFile file;
    private final boolean send;
    private final List<Runnable> cleanups = new ArrayList<>();
    private int users = 1;

    Shared(final EngineFile file, final boolean send) {
      this.file = file;
      this.send = send;
    }

    @Override
    public EngineFile file() {
      return file;
    }

    @Override
    public boolean mayBeSent() {
      return send;
    }

    @Override
    public synchronized void retain() {
      assert users > 0 : users;
      users++;
    }

    @Override
    public void drop() {
      synchronized (this) {
        assert users > 0 : users;
        if (--users > 0) {
          return;
        }
      }
      try {
        file.close();
      } finally {
        cleanups.forEach(Runnable::run);
      }
    }
  }

  FileStore store() {
    requireOpen();
    return shared;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the file segment is closed");
    }
  }

  /** Where in the file it starts. */
  public long offset() {
    return offset;
  }

  /** How many bytes it has. */
  public long length() {
    return length;
  }

  /**
   * Runs when the last user is gone and the file is closed; {@code
   * evbuffer_file_segment_add_cleanup_cb}.
   */
  public void addCleanup(final Runnable cleanup) {
    Objects.requireNonNull(cleanup, "cleanup");
    requireOpen();
    synchronized (shared) {
      shared.cleanups.add(cleanup);
    }
  }

  /** Closes the segment; buffers keep their references; {@code evbuffer_file_segment_free}. */
  @Override
  public void close() {
    synchronized (shared) {
      if (closed) {
        return;
      }
      closed = true;
    }
    shared.drop();
  }
}
