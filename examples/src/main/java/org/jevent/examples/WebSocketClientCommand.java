package org.jevent.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.Eol;
import org.jevent.buffer.LineTooLongException;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.EngineUnavailableException;
import org.jevent.error.ErrnoException;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpHeaders;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketException;
import org.jevent.websocket.WebSocketMessage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ws-client}: standard input and a WebSocket in one loop. */
@Command(
    name = "ws-client",
    description = "Sends lines of standard input by WebSocket and prints the messages that come.",
    mixinStandardHelpOptions = true)
final class WebSocketClientCommand implements Callable<Integer> {
  private static final int MAX_LINE = 1 << 20;
  private static final byte[] NOTHING = {};

  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "ws, wss, or ws://unix:/path/of/socket:/path")
  private String url;

  @Option(names = "--protocol", paramLabel = "NAME", description = "a subprotocol to offer")
  private List<String> protocols = new ArrayList<>();

  @Option(names = "--origin", paramLabel = "ORIGIN", description = "as a page of it would connect")
  private String origin;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "the authorities to trust, PEM, for wss; default: those of the JDK")
  private Path trust;

  @Option(names = "--engine", paramLabel = "NAME", description = "the engine of the loop")
  private String engine;

  @Mixin private DeflateOptions deflate;

  private HttpClient client;
  private WebSocket socket;
  private BufferEvent input;
  private boolean inputEnded;
  private String failure;

  @Override
  public Integer call() {
    final EventConfig config = new EventConfig();
    if (engine != null) {
      config.method(engine);
    }
    config.exceptionHandler((source, exception) -> fail("" + exception.getMessage()));
    try (EventBase base = new EventBase(config);
        HttpClient made = client(base)) {
      client = made;
      WebSocket.connect(client, url, config(), this::connected);
      base.dispatch();
      if (input != null) {
        input.close();
      }
    } catch (final IOException
        | IllegalArgumentException
        | ErrnoException
        | EngineUnavailableException e) {
      failure = e.getMessage();
    }
    if (failure != null) {
      System.err.println("ws-client: " + failure);
      return 1;
    }
    return 0;
  }

  private HttpClient client(final EventBase base) throws IOException {
    final HttpClient.Builder builder = HttpClient.builder(base);
    return (trust == null ? builder : builder.tls(TlsClientOptions.context(trust))).build();
  }

  private WebSocketConfig config() {
    final HttpHeaders fields = new HttpHeaders();
    if (origin != null) {
      fields.add("origin", origin);
    }
    return WebSocketConfig.DEFAULT
        .protocols(protocols.toArray(new String[0]))
        .headers(fields)
        .deflate(deflate.config());
  }

  private void fail(final String why) {
    failure = why;
    client.base().loopBreak();
  }

  // ---- the server ----

  private void connected(final WebSocket made, final WebSocketException problem) {
    if (problem != null) {
      fail(problem.getMessage());
      return;
    }
    socket = made;
    socket.onMessage((self, message) -> print(message));
    socket.onWritable(self -> input.enable(Event.READ));
    socket.onPong((self, payload) -> answered());
    socket.onClose((self, code, reason, clean) -> closed(code, reason, clean));
    final EventBase base = made.base();
    input = BufferEvent.socket(base, base.sockets().standardInput(), BufferEvent.CLOSE_ON_FREE);
    input.setCallbacks(this::send, null, (self, what) -> inputEvent(what));
    input.setWatermarks(Event.READ, 0, 2L * MAX_LINE);
    input.enable(Event.READ);
  }

  private static void print(final WebSocketMessage message) {
    if (message.isText()) {
      final byte[] text = message.bytes();
      System.out.write(text, 0, text.length);
      System.out.println();
    } else {
      System.out.println("(" + message + ")");
    }
    System.out.flush();
  }

  private void closed(final int code, final String reason, final boolean clean) {
    final boolean expected = clean && (code == WebSocket.NORMAL || code == WebSocket.NO_CODE);
    if (expected) {
      client.base().loopBreak();
    } else {
      fail("the connection has ended: code " + code + (reason.isEmpty() ? "" : ", " + reason));
    }
  }

  // ---- standard input ----

  private void send(final BufferEvent from) {
    try {
      String line;
      while ((line = from.input().readLine(Eol.CRLF, MAX_LINE)) != null) {
        socket.send(line);
      }
    } catch (final LineTooLongException e) {
      fail("standard input: " + e.getMessage());
    }
    if (!socket.isWritable()) {
      from.disable(Event.READ);
    }
  }

  /** The pong comes behind the answers to what was sent before the ping. */
  private void inputEvent(final int what) {
    input.setCallbacks(null, null, null);
    if ((what & BufferEvent.ERROR) != 0) {
      fail("standard input: " + input.error());
    } else {
      final byte[] rest = input.input().toByteArray();
      if (rest.length > 0) {
        socket.send(new String(rest, StandardCharsets.UTF_8));
      }
      socket.onWritable(null);
      inputEnded = true;
      socket.ping(NOTHING);
    }
  }

  private void answered() {
    if (inputEnded) {
      socket.close(WebSocket.NORMAL, "");
    }
  }
}
