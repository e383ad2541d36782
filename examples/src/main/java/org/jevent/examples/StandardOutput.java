package org.jevent.examples;

import java.io.IOException;
import java.io.OutputStream;

/** The standard output for bytes: what it does not take is an error, which System.out hides. */
final class StandardOutput extends OutputStream {
  @Override
  public void write(final int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(final byte[] bytes, final int offset, final int count) throws IOException {
    System.out.write(bytes, offset, count);
    flush();
  }

  @Override
  public void flush() throws IOException {
    if (System.out.checkError()) { // it flushes as well
      throw new IOException("the standard output takes no more");
    }
  }

  /** It goes on for others. */
  @Override
  public void close() throws IOException {
    flush();
  }
}
