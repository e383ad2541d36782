package org.jevent.engine.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jevent.engine.EngineFile;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** A file by its descriptor. */
final class ShimFile implements EngineFile {
  private final int descriptor;
  private final long size;
  private boolean closed;

  private ShimFile(final int descriptor, final long size) {
    this.descriptor = descriptor;
    this.size = size;
  }

  static ShimFile open(final Path path) {
    final byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    try (ShimMemory memory = ShimMemory.allocate(name.length + 1)) {
      final ByteBuffer buffer = memory.buffer();
      buffer.put(0, name);
      final int descriptor = Errnos.check(Shim.open(memory.address(), 0), "open " + path);
      try {
        return new ShimFile(descriptor, Files.size(path));
      } catch (final IOException e) {
        Shim.close(descriptor);
        throw new ErrnoException("find the size of " + path, Errno.EIO, 0, e);
      }
    }
  }

  int descriptor() {
    return descriptor;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Shim.close(descriptor);
    }
  }
}
