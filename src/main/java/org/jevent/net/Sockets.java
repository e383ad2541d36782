package org.jevent.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.BiFunction;

/**
 * Makes sockets of the kind that a base works with: {@code base.sockets()}. The engine of the base
 * is behind it. Any thread.
 */
public abstract class Sockets {
  /** Makes the threads of pumps, by name and work. */
  private final BiFunction<String, Runnable, Thread> threads;

  /**
   * For the engines.
   *
   * @param threads makes daemon threads, by name and work
   */
  protected Sockets(final BiFunction<String, Runnable, Thread> threads) {
    this.threads = threads;
  }

  /** A stream socket that is not connected yet, of {@code address}'s family. */
  public abstract NetSocket stream(SocketAddress address);

  /**
   * A stream socket whose connect has been started; it becomes writable when {@link
   * NetSocket#finishConnect} reports the outcome.
   */
  public abstract NetSocket connect(SocketAddress address);

  /**
   * A listening socket, bound with {@code SO_REUSEADDR}.
   *
   * @param address port 0 lets the system choose; see {@link NetSocket#localAddress}
   * @param backlog {@link NetSocket#DEFAULT_BACKLOG} or how many connections may wait to be
   *     accepted
   */
  public abstract NetSocket listen(SocketAddress address, int backlog);

  /** A socket that is to listen, neither bound nor listening yet. */
  public abstract NetSocket listener(SocketAddress address);

  /**
   * A datagram socket bound to {@code address}.
   *
   * @throws UnsupportedOperationException for a path on the method {@code nio}
   */
  public abstract NetSocket datagram(SocketAddress address);

  /** Two connected stream sockets; {@code evutil_socketpair}. */
  public abstract NetSocket[] pair();

  /** A pipe: the end to read from, the end to write to. */
  public abstract NetSocket[] pipe();

  /**
   * Takes over a raw descriptor, such as a socket that the program was started with, makes it
   * non-blocking, and closes it when it is closed. The mode is that of all who share the open file.
   * A terminal is shared with the shell and with {@link System#out}, so its mode is kept. {@link
   * NetSocket#read} and {@link NetSocket#write} may wait unless an event has reported readiness;
   * buffer events never do.
   *
   * <p>Pipes, devices and files can be adopted, too: a {@code BufferEvent} reads and writes each of
   * them on every native method. A file is always ready, so its bytes come as fast as the loop
   * turns, and reading them may wait for the disk. To send one, {@code EventBuffer.addFile} and
   * {@code FileSegment} cost less.
   *
   * @param descriptor 0 or more
   * @throws org.jevent.error.ErrnoException if it is not open: then nothing is taken over
   * @throws UnsupportedOperationException on the method {@code nio}
   */
  public abstract NetSocket adopt(int descriptor);

  /**
   * The process's standard input, whatever it is: a terminal, a pipe, a socket, a file, {@code
   * /dev/null}. Closing the socket leaves standard input itself open. Its mode is not changed,
   * since the shell and the other programs of a terminal share it. Neither buffer events nor {@link
   * NetSocket#read} wait even so. What cannot be read, such as a directory, is an ERROR of the
   * buffer event.
   *
   * <p>On the method {@code nio} and on Windows standard input cannot be watched. There a daemon
   * thread reads {@code System.in} and passes it on through a pipe, which bounds what it takes in
   * advance. It ends with the input, with an error of it, or with the first bytes that come after
   * the socket was closed, which are lost. Call this once in a process there.
   *
   * <p>Whether an event can watch a file depends on the method ({@code FEATURE_FDS}); a buffer
   * event can be used with each. A JVM that is started without standard input ({@code <&-}) finds a
   * separate file: start it with {@code </dev/null}.
   *
   * @throws org.jevent.error.ErrnoException if there is no descriptor left, or no standard input
   */
  public abstract NetSocket standardInput();

  /** For engines that cannot watch standard input: a pipe that a thread fills from it. */
  protected final NetSocket pumpedStandardInput() {
    return Pump.standardInput(threads, pipe());
  }

  /**
   * Starts a process whose standard streams are sockets, as far as the builder has them as pipes,
   * which is the default.
   *
   * @param builder is left as it is
   * @throws IOException if the process cannot be started
   */
  public final ProcessSockets ofProcess(final ProcessBuilder builder) throws IOException {
    return ProcessSockets.start(this, threads, builder);
  }
}
