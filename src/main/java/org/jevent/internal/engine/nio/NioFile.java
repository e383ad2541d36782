package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.EngineFile;

/**
 * A file by its channel; for buffers without a native engine, too.
 *
 * <p>The JDK closes a file's channel when a thread is interrupted that uses it. The file is opened
 * again then, and the thread stays interrupted.
 */
public final class NioFile implements EngineFile {
  private final Path path;

  /** Distinguishes the file from another one of that name, where the system has such a key. */
  private final Object key;

  private final long size;
  private volatile FileChannel channel;
  private boolean closed;

  private NioFile(final Path path) throws IOException {
    this.path = path;
    channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      final BasicFileAttributes attributes = attributes();
      key = attributes.fileKey();
      size = attributes.size();
    } catch (final IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Opens a file for reading. */
  public static NioFile open(final Path path) {
    try {
      return new NioFile(path);
    } catch (final NoSuchFileException e) {
      throw new ErrnoException("open " + path, Errno.ENOENT, 0, e);
    } catch (final IOException e) {
      throw NioErrors.exception("open " + path, e);
    }
  }

  private BasicFileAttributes attributes() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }

  @FunctionalInterface
  private interface Use {
    long of(FileChannel channel) throws IOException;
  }

  private long use(final Use use) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        final FileChannel current = usable();
        try {
          return use.of(current);
        } catch (final ClosedChannelException e) {
          if (current.isOpen()) {
            throw e; // what it was to be sent to is closed
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private FileChannel usable() throws IOException {
    final FileChannel current = channel;
    return current.isOpen() ? current : openAgain();
  }

  private synchronized FileChannel openAgain() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (!channel.isOpen()) {
      if (!Objects.equals(attributes().fileKey(), key)) {
        throw new NoSuchFileException(path.toString(), null, "replaced by another file");
      }
      channel = FileChannel.open(path, StandardOpenOption.READ);
    }
    return channel;
  }

  /** Sends at most {@code count} bytes to a channel; returns how many. */
  long transferTo(final long position, final long count, final WritableByteChannel target)
      throws IOException {
    return use(current -> current.transferTo(position, count, target));
  }

  /** Whether the file has no bytes from there on, now. */
  boolean endsAt(final long position) throws IOException {
    return use(FileChannel::size) <= position;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(final long position, final ByteBuffer target) {
    try {
      return (int) use(current -> current.read(target, position));
    } catch (final IOException e) {
      throw NioErrors.exception("read a file", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
    } catch (final IOException e) {
      throw NioErrors.exception("close a file", e);
    }
  }
}
