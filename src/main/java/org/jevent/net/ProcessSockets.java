package org.jevent.net;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * A process and its standard streams as sockets, for buffer events or events of the base whose
 * {@link Sockets#ofProcess} was called.
 *
 * <p>They are pipes, each of one direction. To end the process's standard input close {@link
 * #stdin}, or the buffer event on it after flushing. A pipe cannot be shut down as a connection
 * can. The end of {@link #stdout} is the end of all processes that have inherited it. {@link
 * Process#onExit} reports, in another thread, that this process has ended.
 *
 * <p>On the method {@code nio}, on Windows, and where the system does not show descriptors as
 * files, streams need pumps. A daemon thread for each carries the bytes between the JDK's stream
 * and a pipe. It ends with the stream.
 */
public final class ProcessSockets implements AutoCloseable {
  private final Process process;
  private final NetSocket stdin;
  private final NetSocket stdout;
  private final NetSocket stderr;

  private ProcessSockets(
      final Process process,
      final NetSocket stdin,
      final NetSocket stdout,
      final NetSocket stderr) {
    this.process = process;
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** The process; its own streams are empty or taken and are not to be used. */
  public Process process() {
    return process;
  }

  /** To write to, or null when the builder redirects it. */
  public NetSocket stdin() {
    return stdin;
  }

  /** To read from, or null when the builder redirects it. */
  public NetSocket stdout() {
    return stdout;
  }

  /** To read from, or null when the builder redirects it or merges it with {@link #stdout}. */
  public NetSocket stderr() {
    return stderr;
  }

  /** Closes the sockets; the process goes on. A second call does nothing. */
  @Override
  public void close() {
    Stream.of(stdin, stdout, stderr).filter(Objects::nonNull).forEach(NetSocket::close);
  }

  @Override
  public String toString() {
    return "process " + process.pid();
  }

  // ---- starting one ----

  /**
   * @param sockets makes the pipes
   * @param threads makes the threads of pumps, by name and work
   */
  static ProcessSockets start(
      final Sockets sockets,
      final BiFunction<String, Runnable, Thread> threads,
      final ProcessBuilder builder)
      throws IOException {
    Objects.requireNonNull(builder, "builder");
    try (Starter starter = new Starter(sockets, threads, builder)) {
      return starter.start();
    }
  }

  /** The pipes of a process that is not there yet. */
  private static final class Starter implements AutoCloseable {
    private final Sockets sockets;
    private final BiFunction<String, Runnable, Thread> threads;
    private final ProcessBuilder builder;
    private final Redirect input;
    private final Redirect output;
    private final Redirect error;

    /** Ends that the process gets; closed when it has them, unless pumps have. */
    private final List<NetSocket> theirs = new ArrayList<>();

    /** The other ends; closed if there is no process. */
    private final List<NetSocket> ours = new ArrayList<>();

    Starter(
        final Sockets sockets,
        final BiFunction<String, Runnable, Thread> threads,
        final ProcessBuilder builder) {
      this.sockets = sockets;
      this.threads = threads;
      this.builder = builder;
      input = builder.redirectInput();
      output = builder.redirectOutput();
      error = builder.redirectError();
    }

    ProcessSockets start() throws IOException {
      final NetSocket[] in = pipe(isPipe(input), 0);
      final NetSocket[] out = pipe(isPipe(output), 1);
      final NetSocket[] err = pipe(isPipe(error) && !builder.redirectErrorStream(), 1);
      final boolean direct = theirs.stream().allMatch(end -> file(end) != null);
      if (direct) {
        redirect(in[0], out[1], err[1]);
      }
      final Process process = builder.start();
      try {
        if (!direct) {
          pump(process, in[0], out[1], err[1]);
          theirs.clear();
        }
        final ProcessSockets started = new ProcessSockets(process, in[1], out[0], err[0]);
        ours.clear();
        return started;
      } catch (final RuntimeException | Error e) {
        process.destroy();
        throw e;
      }
    }

    private static boolean isPipe(final Redirect redirect) {
      return redirect.type() == Redirect.Type.PIPE;
    }

    /**
     * A pipe, or no ends if it is not wanted.
     *
     * @param their which end is the process's: 0 reads, 1 writes
     */
    private NetSocket[] pipe(final boolean wanted, final int their) {
      if (!wanted) {
        return new NetSocket[2];
      }
      final NetSocket[] pipe = sockets.pipe();
      theirs.add(pipe[their]);
      ours.add(pipe[1 - their]);
      return pipe;
    }

    /** The file by which the JDK can open a descriptor, or null. */
    private static File file(final NetSocket end) {
      return end.descriptor() < 0
          ? null
          : Stream.of("/dev/fd/", "/proc/self/fd/")
              .map(directory -> new File(directory + end.descriptor()))
              .filter(File::exists)
              .findFirst()
              .orElse(null);
    }

    private void redirect(final NetSocket in, final NetSocket out, final NetSocket err) {
      if (in != null) {
        builder.redirectInput(Redirect.from(file(in)));
      }
      if (out != null) {
        builder.redirectOutput(Redirect.to(file(out)));
      }
      if (err != null) {
        builder.redirectError(Redirect.to(file(err)));
      }
      for (final NetSocket end : theirs) {
        end.configureBlocking(true); // where opening such a file duplicates, the mode comes along
      }
    }

    private void pump(
        final Process process, final NetSocket in, final NetSocket out, final NetSocket err) {
      if (in != null) {
        Pump.start(threads, "process-stdin", in, process.getOutputStream());
      }
      if (out != null) {
        Pump.start(threads, "process-stdout", process.getInputStream(), out);
      }
      if (err != null) {
        Pump.start(threads, "process-stderr", process.getErrorStream(), err);
      }
    }

    @Override
    public void close() {
      builder.redirectInput(input);
      builder.redirectOutput(output);
      builder.redirectError(error);
      theirs.forEach(NetSocket::close);
      ours.forEach(NetSocket::close);
    }
  }
}
