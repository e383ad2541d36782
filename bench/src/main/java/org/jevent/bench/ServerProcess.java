package org.jevent.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a separate process, listening; it is ended by {@link #close}. */
final class ServerProcess implements NameServer {
  private static final Pattern READY =
      Pattern.compile("listening on \\S+:(\\d+) \\(style \\S+, engine (.*)\\)");
  private static final Pattern ANSWER = Pattern.compile("(?:allocated|heap)=(\\d+)");
  private static final int PATIENCE_SECONDS = 10;

  private final Process process;
  private final BufferedReader out;
  private int port;
  private String engine;

  private ServerProcess(final Process process) {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts it on the first processor and waits for its ready line. */
  static ServerProcess start(final List<String> command, final Redirect errors) throws IOException {
    return startFree(Machine.pinned(command, 0), errors);
  }

  /** The same on whatever processors the system likes. */
  static ServerProcess startFree(final List<String> command, final Redirect errors)
      throws IOException {
    final ServerProcess server =
        new ServerProcess(new ProcessBuilder(command).redirectError(errors).start());
    final String ready = server.out.readLine();
    final Matcher matcher = READY.matcher(ready == null ? "" : ready);
    if (!matcher.find()) {
      server.close();
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s ended with %d and printed: %s",
              Child.shown(command),
              server.process.exitValue(),
              ready == null ? "" : ready));
    }
    server.port = Integer.parseInt(matcher.group(1));
    server.engine = matcher.group(2);
    return server;
  }

  @Override
  public int port() {
    return port;
  }

  /** What it says that it waits with. */
  String engine() {
    return engine;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  /** What its threads have allocated, where {@link AllocationMeter} runs it. */
  long allocated() throws IOException {
    return ask('\n');
  }

  /** What its heap holds after a collection, where {@link AllocationMeter} runs it. */
  long heap() throws IOException {
    return ask('h');
  }

  private long ask(final char question) throws IOException {
    process.getOutputStream().write(question);
    process.getOutputStream().flush();
    final String answer = out.readLine();
    final Matcher matcher = ANSWER.matcher(answer == null ? "" : answer);
    if (!matcher.find()) {
      throw new IOException("the server does not report its memory, but: " + answer);
    }
    return Long.parseLong(matcher.group(1));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (final InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
