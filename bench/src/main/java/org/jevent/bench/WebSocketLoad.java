package org.jevent.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jevent.EventBase;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpClientLimits;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketException;
import org.jevent.websocket.WebSocketMessage;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Loads a server of WebSockets: each socket sends a message when the one before has come back; or
 * one sends, and all have to get it. Every length is checked, and a byte of each.
 */
@Command(
    name = "websocket-load",
    description = "Sends messages and counts those that come.",
    mixinStandardHelpOptions = true)
public final class WebSocketLoad implements Callable<Integer> {
  private static final int MICROS = 1000;
  private static final int MAX_MESSAGE = 4 << 20;

  @Option(names = "--sockets", required = true, description = "How many.")
  private int sockets;

  @Option(names = "--size", required = true, description = "Bytes of a message.")
  private int size;

  @Option(names = "--seconds", required = true, description = "Seconds that count.")
  private int seconds;

  @Option(names = "--broadcast", description = "One sends, and all get it.")
  private boolean broadcast;

  @Option(names = "--deflate", description = "Offer compression.")
  private boolean deflate;

  @Parameters(description = "Such as ws://127.0.0.1:8080/echo.")
  private String uri;

  private final EventBase base = new EventBase();
  private byte[] message;
  private int[] times = new int[1 << 16];
  private int count;
  private int open;
  private int failed;
  private int bad;
  private int missing;
  private long sentAt;
  private long begin;
  private long end = Long.MAX_VALUE;

  private WebSocketLoad() {}

  /** Prints its figures. */
  public static void main(final String[] args) {
    System.exit(new CommandLine(new WebSocketLoad()).execute(args));
  }

  /** Text that compresses somewhat, as texts do. */
  private static byte[] content(final int size) {
    final byte[] bytes = new byte[size];
    int state = 1;
    for (int i = 0; i < size; i++) {
      state = state * 1_103_515_245 + 12_345;
      bytes[i] = (byte) ("etaoin shrdlu{}:".charAt(state >>> 16 & 15));
    }
    return bytes;
  }

  @Override
  public Integer call() {
    message = content(size);
    WebSocketConfig config = WebSocketConfig.DEFAULT.maxFrame(MAX_MESSAGE).maxMessage(MAX_MESSAGE);
    if (deflate) {
      config = config.deflate(DeflateConfig.DEFAULT);
    }
    try (HttpClient client =
        HttpClient.builder(base)
            .limits(HttpClientLimits.DEFAULT.withConnections(sockets, sockets))
            .build()) {
      for (int i = 0; i < sockets; i++) {
        WebSocket.connect(client, uri, config, this::opened);
      }
      base.dispatch();
    }
    report();
    return 0;
  }

  private void opened(final WebSocket socket, final WebSocketException problem) {
    if (problem != null) {
      failed++;
      System.out.println(problem.getMessage());
      base.loopBreak();
      return;
    }
    socket.attach(new long[1]);
    socket.onMessage(this::came);
    socket.onClose((self, code, reason, clean) -> ended(reason));
    if (++open == sockets) {
      begin = System.nanoTime();
      end = begin + seconds * 1_000_000_000L;
      if (broadcast) {
        broadcast(socket);
      }
    }
    if (!broadcast) {
      send(socket);
    }
  }

  private void ended(final String reason) {
    failed++;
    System.out.println("a socket has ended: " + reason);
    base.loopBreak();
  }

  private void send(final WebSocket socket) {
    ((long[]) socket.attachment())[0] = System.nanoTime();
    socket.send(message);
  }

  private void broadcast(final WebSocket sender) {
    missing = sockets;
    sentAt = System.nanoTime();
    sender.send(message);
  }

  private void came(final WebSocket socket, final WebSocketMessage echo) {
    final long now = System.nanoTime();
    if (echo.length() != size || echo.data().get(size - 1) != message[size - 1]) {
      bad++;
    }
    if (now >= end) {
      base.loopBreak();
      return;
    }
    if (begin != 0) {
      note(now - (broadcast ? sentAt : ((long[]) socket.attachment())[0]));
    }
    if (!broadcast) {
      send(socket);
    } else if (--missing == 0) {
      broadcast(socket);
    }
  }

  private void note(final long nanos) {
    if (count == times.length) {
      times = Arrays.copyOf(times, count * 2);
    }
    times[count++] = (int) (nanos / MICROS);
  }

  private void report() {
    Arrays.sort(times, 0, count);
    System.out.printf(
        Locale.ROOT,
        "requests=%d seconds=%.6f bad=%d failed=%d p50=%d p99=%d p999=%d%n",
        count,
        (double) seconds,
        bad,
        failed,
        percentile(0.5),
        percentile(0.99),
        percentile(0.999));
  }

  private int percentile(final double part) {
    return count == 0 ? 0 : times[(int) (part * (count - 1))];
  }
}
