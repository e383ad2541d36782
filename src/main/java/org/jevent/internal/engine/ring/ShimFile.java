package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.leak.Leaks;

/** A file by its descriptor. */
final class ShimFile implements EngineFile {
  private final Open open;
  private final Cleaner.Cleanable cleanable;
  private final long size;

  private ShimFile(final Open open, final long size) {
    this.open = open;
    this.size = size;
    cleanable = Leaks.register(this, open);
  }

  /** The state that the cleaner closes if the file is never closed. */
  private static final class Open implements Runnable {
    private final int descriptor;
    private final Path path;
    private final Leaks.Site site = Leaks.site();
    private volatile boolean closed;

    Open(final int descriptor, final Path path) {
      this.descriptor = descriptor;
      this.path = path;
    }

    @Override
    public void run() {
      Shim.close(descriptor);
      if (!closed) {
        Leaks.report("a file", path.toString(), site);
      }
    }
  }

  static ShimFile open(final Path path) {
    final byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    try (ShimMemory memory = ShimMemory.allocate(name.length + 1)) {
      final ByteBuffer buffer = memory.buffer();
      buffer.put(0, name);
      final int descriptor = Errnos.check(Shim.open(memory.address(), 0), "open " + path);
      try {
        return new ShimFile(new Open(descriptor, path), Files.size(path));
      } catch (final IOException e) {
        Shim.close(descriptor);
        throw new ErrnoException("find the size of " + path, Errno.EIO, 0, e);
      }
    }
  }

  int descriptor() {
    return open.descriptor;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(final long position, final ByteBuffer target) {
    final int room = Math.min(target.remaining(), Scratch.SIZE);
    try (Scratch scratch = Scratch.take()) {
      final long count = Shim.readAt(open.descriptor, scratch.address(), room, position);
      Errnos.check((int) count, "read " + open.path);
      if (count == 0 && room > 0) {
        return -1;
      }
      final int at = target.position();
      target.put(at, scratch.buffer(), 0, (int) count);
      target.position(at + (int) count);
      return (int) count;
    }
  }

  @Override
  public void close() {
    open.closed = true;
    cleanable.clean();
  }
}
