package org.jevent.examples;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code demo}: a server on each usable engine, a client that checks its answers, and a table of
 * what happened.
 */
@Command(
    name = "demo",
    description = "Runs a server and a client on each usable engine and shows what happened.",
    mixinStandardHelpOptions = true)
final class Demo implements Callable<Integer> {
  private static final int DEPTH = 100;

  @Option(names = "--lines", defaultValue = "20000", description = "default: ${DEFAULT-VALUE}")
  private int lines;

  @Override
  public Integer call() throws InterruptedException {
    boolean good = true;
    System.out.printf(
        Locale.ROOT, "%-10s %10s %12s %8s  %s%n", "engine", "lines", "bytes", "ms", "outcome");
    for (final MethodInfo method : EventBase.supportedMethods()) {
      if (method.usable()) {
        good &= run(method.name());
      } else {
        System.out.printf(
            Locale.ROOT, "%-10s %33s %s%n", method.name(), "", "not here: " + method.reason());
      }
    }
    return good ? 0 : 1;
  }

  private boolean run(final String method) throws InterruptedException {
    final BufferEventServer server = new BufferEventServer(method);
    final int port = server.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    final Thread loop = new Thread(server::serve, "loop-" + method);
    loop.start();
    final long start = System.nanoTime();
    String outcome;
    try {
      outcome = converse(port);
    } catch (final IOException e) {
      outcome = "failed: " + e.getMessage();
    }
    final long millis = (System.nanoTime() - start) / 1_000_000;
    server.stop();
    loop.join();
    final Counts counts = server.counts();
    System.out.printf(
        Locale.ROOT,
        "%-10s %10s %12s %8d  %s%n",
        method,
        counts.lines,
        counts.bytesOut,
        millis,
        outcome);
    return outcome.equals("all answers right");
  }

  private String converse(final int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      final InputStream in = socket.getInputStream();
      for (int sent = 0; sent < lines; sent += DEPTH) {
        final byte[] batch = batch(sent);
        socket.getOutputStream().write(batch);
        final byte[] answer = in.readNBytes(batch.length);
        for (int i = 0; i < batch.length; i++) {
          batch[i] = Rot13.turn(batch[i]);
        }
        if (!Arrays.equals(batch, answer)) {
          return "a wrong answer after " + sent + " lines";
        }
      }
      return "all answers right";
    }
  }

  private static byte[] batch(final int first) {
    final StringBuilder text = new StringBuilder();
    for (int i = 0; i < DEPTH; i++) {
      text.append("Line ").append(first + i).append(" of the demonstration\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
