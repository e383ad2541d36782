package org.jevent.examples;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.error.EngineUnavailableException;
import org.jevent.error.ErrnoException;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code rot13-client}: standard input and a connection as two buffer events in one loop. */
@Command(
    name = "rot13-client",
    description = "Sends standard input to a server and prints what comes back.",
    mixinStandardHelpOptions = true)
final class ClientCommand implements Callable<Integer> {
  private static final int SIZE = 16_384;

  /** As much may wait for the server; then standard input is not read. */
  private static final int MAX_WAITING = 4 * SIZE;

  @Mixin private ServerOptions options;

  @Mixin private TlsClientOptions tls;

  private EventBase base;
  private SocketBufferEvent server;
  private BufferEvent input;
  private final byte[] printed = new byte[SIZE];
  private Exception failure;

  @Override
  public Integer call() {
    final EventConfig config = new EventConfig();
    if (options.engine != null) {
      config.method(options.engine);
    }
    config.exceptionHandler((source, exception) -> fail(exception));
    try (EventBase made = new EventBase(config)) {
      base = made;
      server = connection(tls.context());
      server.setCallbacks(this::print, this::goOn, (self, what) -> serverEvent(what));
      server.setWatermarks(Event.WRITE, MAX_WAITING / 2, 0);
      server.enable(Event.READ);
      server.connect(options.host, options.address().getPort());
      input = BufferEvent.socket(base, base.sockets().standardInput(), BufferEvent.CLOSE_ON_FREE);
      input.setCallbacks(this::send, null, (self, what) -> inputEvent(what));
      base.dispatch();
      input.close();
      server.close();
    } catch (final IOException | ErrnoException | EngineUnavailableException e) {
      failure = e;
    }
    if (failure != null) {
      System.err.println("rot13-client: " + failure.getMessage());
      return 1;
    }
    return 0;
  }

  private SocketBufferEvent connection(final TlsContext context) {
    return context == null
        ? BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE)
        : Tls.socket(base, context, BufferEvent.CLOSE_ON_FREE);
  }

  private void fail(final Exception exception) {
    failure = exception;
    base.loopBreak();
  }

  // ---- standard input ----

  private void send(final BufferEvent from) {
    server.write(from.input());
    if (server.output().length() >= MAX_WAITING) {
      from.disable(Event.READ);
    }
  }

  private void inputEvent(final int what) {
    if ((what & BufferEvent.ERROR) != 0) {
      fail(new ErrnoException("read standard input", input.error(), 0));
    } else {
      input.setCallbacks(null, null, null);
      server.setCallbacks(this::print, null, (self, event) -> serverEvent(event));
      server.shutdownOutput();
    }
  }

  // ---- the server ----

  /** It has taken enough, or is there: more of standard input may be sent. */
  private void goOn(final BufferEvent to) {
    input.enable(Event.READ);
  }

  private void serverEvent(final int what) {
    if ((what & BufferEvent.CONNECTED) != 0) {
      goOn(server);
    } else if ((what & BufferEvent.EOF) != 0) {
      System.out.flush();
      base.loopBreak();
    } else {
      final String operation = "talk to " + options.host + ":" + options.port;
      final Tls found = Tls.of(server);
      fail(
          found == null || found.error() == null
              ? new ErrnoException(operation, server.error(), 0)
              : new IOException(operation + ": " + found.error()));
    }
  }

  private void print(final BufferEvent from) {
    int count;
    while ((count = from.read(printed)) > 0) {
      System.out.write(printed, 0, count);
    }
    System.out.flush();
  }
}
