package org.jevent.internal.engine.ring;

import java.nio.ByteBuffer;

/**
 * The functions of the shim, as {@code native/include/jevent.h} describes them: {@code
 * jev_engine_status} is {@code engineStatus} here. The library registers them with the JVM when it
 * is loaded, see {@link ShimLoader}.
 */
final class Shim {
  private Shim() {}

  static native int abiVersion();

  static native long layout(int key);

  static native int errno(int key);

  static native int engineStatus(int engine);

  static native int engineReason(int engine, long out, int size);

  static native int engineFeatures(int engine);

  static native int engineEmulated(int engine);

  static native long create(int engine, int entries, int buffers, int buffer_size, int flags);

  static native long block(long ring);

  static native long blockSize(long ring);

  static native int enter(long ring, long timeout);

  static native int wakeup(long ring);

  static native void destroy(long ring);

  static native int watchSignal(long ring, int signal, int on);

  static native int check(int engine, int fd);

  static native long alloc(long size);

  static native void free(long address, long size);

  static native int socket(int family, int type);

  static native int socketpair(int family, int type, long out);

  static native int pipe(long out);

  static native int open(long path, int write);

  static native int duplicate(int fd);

  static native int close(int fd);

  static native int bind(int fd, long address);

  static native int listen(int fd, int backlog);

  static native int accept(int fd, long address);

  static native int connect(int fd, long address);

  static native int shutdown(int fd, int how);

  static native int localAddress(int fd, long address);

  static native int peerAddress(int fd, long address);

  static native long read(int fd, long memory, long length);

  static native long readAt(int fd, long memory, long length, long position);

  static native long write(int fd, long memory, long length);

  static native long receiveFrom(int fd, long memory, long length, long address);

  static native long sendTo(int fd, long memory, long length, long address);

  static native int setOption(int fd, int option, int value);

  static native int getOption(int fd, int option);

  static native int signalNumber(int index);

  static native int raise(int signal);

  static native int dnsConfig(long out, int size);

  /** Ends the process with a message, a C string, as an assertion of the library does. */
  static native void fail(long message);

  /** Has the library call {@link #logged} and {@link #failed}, or not. */
  static native void report(boolean messages, boolean fatal);

  /** Called by the library, from the thread that is in one of its functions. */
  static void logged(final String message, final int severity, final int result) {
    ShimLog.logged(message, severity, result);
  }

  /** Called by the library, just before it ends the process. */
  static void failed(final String message) {
    ShimLog.failed(message);
  }

  /** The memory at an address, in big-endian order as the JVM makes it. */
  static native ByteBuffer view(long address, long size);

  static native long address(ByteBuffer direct);
}
