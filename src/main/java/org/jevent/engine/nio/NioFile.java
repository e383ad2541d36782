package org.jevent.engine.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jevent.engine.EngineFile;

/** A file by its channel; for buffers without a native engine, too. */
public final class NioFile implements EngineFile {
  private final FileChannel channel;
  private final long size;

  private NioFile(final FileChannel channel, final long size) {
    this.channel = channel;
    this.size = size;
  }

  /** Opens a file for reading. */
  public static NioFile open(final Path path) {
    try {
      final FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new NioFile(channel, channel.size());
    } catch (final java.nio.file.NoSuchFileException e) {
      throw new org.jevent.error.ErrnoException(
          "open " + path, org.jevent.error.Errno.ENOENT, 0, e);
    } catch (final IOException e) {
      throw NioErrors.exception("open " + path, e);
    }
  }

  FileChannel channel() {
    return channel;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(final long position, final ByteBuffer target) {
    try {
      return channel.read(target, position);
    } catch (final IOException e) {
      throw NioErrors.exception("read a file", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (final IOException e) {
      throw NioErrors.exception("close a file", e);
    }
  }
}
