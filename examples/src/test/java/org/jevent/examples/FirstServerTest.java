package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.MethodInfo;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of the documentation do what it says of them, on each engine. */
@Timeout(120)
class FirstServerTest {
  private static final int LENGTH = 20_000_000;

  /** More than any system keeps for a connection whose peer does not read, on both sides of it. */
  private static final int MAX_TAKEN = 64_000_000;

  static Stream<String> engines() {
    return EventBase.supportedMethods().stream().filter(MethodInfo::usable).map(MethodInfo::name);
  }

  private static ProcessBuilder program(
      final String engine, final String name, final String... arguments) {
    final List<String> command = new ArrayList<>(Program.command());
    command.set(command.size() - 1, "org.jevent.examples." + name);
    command.add(1, "-Djevent.engine=" + engine);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private static List<String> output(final Process process) throws Exception {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      return out.lines().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aSlowReaderThatHalfClosesGetsEverything(final String engine) throws Exception {
    final Process server = program(engine, "FirstServer", "0").start();
    try (BufferedReader out = server.inputReader(StandardCharsets.UTF_8)) {
      final String ready = out.readLine();
      assertThat(ready).startsWith("listening on ");
      final int port = Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
      final byte[] sent = new byte[LENGTH];
      new Random(LENGTH).nextBytes(sent);
      try (Socket socket = new Socket()) {
        socket.setReceiveBufferSize(8192);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        final CompletableFuture<Void> sending =
            CompletableFuture.runAsync(
                () -> send(socket, sent), task -> new Thread(task, "sender").start());
        assertThat(readSlowly(socket.getInputStream())).isEqualTo(sent);
        sending.join();
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private static void send(final Socket socket, final byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (final IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] readSlowly(final InputStream in) throws IOException, InterruptedException {
    final java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    final byte[] bytes = new byte[65_536];
    int count;
    for (int i = 0; (count = in.read(bytes)) > 0; i++) {
      all.write(bytes, 0, count);
      if (i % 20 == 0) {
        Thread.sleep(1);
      }
    }
    return all.toByteArray();
  }

  /** How much it takes from a client before it waits: counted, as what it holds cannot be seen. */
  @ParameterizedTest
  @MethodSource("engines")
  void aClientThatNeverReadsIsNotReadFromForEver(final String engine) throws Exception {
    try (EventBase base = new EventBase(new EventConfig().method(engine))) {
      final NetSocket[] pair = base.sockets().pair();
      serve(base, pair[0]);
      final ByteBuffer chunk = ByteBuffer.allocate(65_536);
      long taken = 0;
      try (NetSocket client = pair[1]) {
        for (int idle = 0; idle < 100 && taken < MAX_TAKEN; idle++) {
          base.loop(EventBase.LOOP_NONBLOCK);
          final int count = client.write(chunk.clear());
          taken += count;
          idle = count > 0 ? 0 : idle;
          if (count == 0) {
            Thread.sleep(1);
          }
        }
        assertThat(taken).isLessThan(MAX_TAKEN).isGreaterThan(256 * 1024);
      }
      base.dispatch(); // the server closes what has failed, and nothing is left to wait for
    }
  }

  private static void serve(final EventBase base, final NetSocket socket)
      throws ReflectiveOperationException {
    final Method serve =
        FirstServer.class.getDeclaredMethod("serve", EventBase.class, NetSocket.class);
    serve.setAccessible(true);
    try {
      serve.invoke(null, base, socket);
    } catch (final InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void standardInputIsCounted(final String engine) throws Exception {
    final Process process = program(engine, "CountInput").start();
    try (var in = process.getOutputStream()) {
      in.write(new byte[100_000]);
    }
    assertThat(output(process)).containsExactly("100000 bytes");
    assertThat(process.waitFor()).isZero();
  }

  @ParameterizedTest
  @MethodSource("engines")
  @org.junit.jupiter.api.condition.DisabledOnOs(org.junit.jupiter.api.condition.OS.WINDOWS)
  void aProcessSortsLines(final String engine) throws Exception {
    final Process process = program(engine, "SortLines", "pear", "apple", "fig").start();
    assertThat(output(process)).containsExactly("apple", "fig", "pear", "status 0");
    assertThat(process.waitFor()).isZero();
  }
}
