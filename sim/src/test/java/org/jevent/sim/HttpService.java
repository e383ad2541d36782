package org.jevent.sim;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.ErrnoException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** A server of HTTP that does what requests ask for, and notes which ones have come. */
final class HttpService {
  static final int PORT = 8080;

  /** What handlers throw as they should. */
  private static final class Planned extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final Choices choices;
  private final boolean readsAll;
  private final TlsContext tls;

  /** How often each request was handled, also before the server has crashed. */
  private final Map<String, Integer> handled = new HashMap<>();

  private HttpServerLimits limits = HttpServerLimits.DEFAULT;
  private EventBase base;
  private HttpServer server;

  /**
   * @param readsAll bodies are always read
   * @param tls null for TCP
   */
  HttpService(final Choices choices, final boolean readsAll, final TlsContext tls) {
    this.choices = choices;
    this.readsAll = readsAll;
    this.tls = tls;
  }

  void limits(final HttpServerLimits next) {
    limits = next;
  }

  EventBase base() {
    return base;
  }

  void open() {
    base = new EventBase(new EventConfig().exceptionHandler(HttpService::thrown));
    server = new HttpServer(base).limits(limits);
    if (tls != null) {
      server.streamFactory(
          (loop, socket) ->
              Tls.socket(loop, socket, tls, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE));
    }
    server.fallback(this::serve);
    bind();
  }

  /** Without a descriptor it tries again. */
  private void bind() {
    try {
      server.bind(new InetSocketAddress(PORT));
    } catch (final ErrnoException e) {
      base.once(null, Event.TIMEOUT, Duration.ofSeconds(1), (self, what) -> bind());
    }
  }

  /** All connections end. */
  void close() {
    server.close();
    require(server.connections() == 0, server);
  }

  private static void thrown(final Object source, final Throwable problem) {
    final boolean noDescriptor = source instanceof ConnectionListener; // which tries again
    if (!noDescriptor && !(problem instanceof Planned)) {
      throw new AssertionError(source + " has thrown", problem);
    }
  }

  private static void require(final boolean holds, final Object found) {
    if (!holds) {
      throw new AssertionError("found " + found);
    }
  }

  private void serve(final HttpExchange exchange) {
    final HttpTask task = HttpTask.of(exchange.path());
    final int times =
        handled.merge(exchange.method() + " " + exchange.path(), 1, (one, other) -> one + other);
    require(
        times <= (exchange.method().equals("POST") ? 1 : 2), exchange + ", " + times + " times");
    final Answer answer = new Answer(exchange, task);
    if (!exchange.method().startsWith("P")) {
      answer.begin();
    } else {
      answer.read();
    }
  }

  /** One exchange. */
  private final class Answer {
    private final HttpExchange exchange;
    private final HttpTask task;
    private boolean closed;
    private int came;
    private int gone;

    Answer(final HttpExchange exchange, final HttpTask task) {
      this.exchange = exchange;
      this.task = task;
      exchange.onClose(
          (self, problem) -> {
            require(!closed && problem != null, self + " is closed again");
            closed = true;
          });
    }

    /** Does something later, unless the exchange has ended. */
    private void later(final Runnable work) {
      base.once(
          null,
          Event.TIMEOUT,
          Duration.ofMillis(choices.choose("server waits", 2000)),
          (self, what) -> {
            if (!closed) {
              work.run();
            }
          });
    }

    void read() {
      switch (choices.choose("reads", readsAll ? 3 : 4)) {
        case 0 -> readParts();
        case 1 ->
            exchange.readBody(
                whole -> {
                  came = task.check(whole.body(), 0);
                  bodyIsWhole();
                });
        case 2 -> later(this::readParts);
        default -> begin();
      }
    }

    private void readParts() {
      exchange.readBody(
          (self, bytes) -> {
            came = task.check(bytes, came);
            if (choices.happens("server rests", 0.1)) {
              self.pauseBody();
              later(self::resumeBody);
            }
          },
          self -> bodyIsWhole());
    }

    private void bodyIsWhole() {
      task.require(came == task.up(), came + " bytes of the request");
      begin();
    }

    void begin() {
      switch (task.kind()) {
        case AT_ONCE -> answer();
        case LATE -> later(this::answer);
        case PARTS, CUTS -> {
          if (choices.happens("announces", 0.5)) {
            exchange.length(task.down());
          }
          exchange.start(200);
          next();
        }
        case REDIRECT -> {
          closed = true;
          exchange.header("Location", task.target().path()).respond(302, "there");
        }
        case THROWS -> throw new Planned();
        default -> {}
      }
    }

    private void answer() {
      closed = true;
      exchange.respond(200, task.bytes(0, task.down()));
    }

    private void next() {
      final int most = task.kind() == HttpTask.Kind.CUTS ? task.down() / 2 : task.down();
      final int to = Math.min(most, gone + choices.between("part", 1, 60_000));
      if (to > gone) {
        exchange.write(task.bytes(gone, to));
        gone = to;
      }
      if (gone < most) {
        if (choices.happens("pulled", 0.5)) {
          exchange.onWritable(
              self -> {
                self.onWritable(null);
                next();
              });
        } else {
          later(this::next);
        }
      } else if (task.kind() == HttpTask.Kind.CUTS) {
        exchange.reset();
        require(closed, "no end of " + task);
      } else {
        closed = true;
        exchange.end();
      }
    }
  }
}
