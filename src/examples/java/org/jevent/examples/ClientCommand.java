package org.jevent.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.Handle;
import org.jevent.error.EngineUnavailableException;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code rot13-client}: standard input and a connection as two events in one loop. Where standard
 * input cannot be an event, being a file or the method being {@code nio}, a thread feeds it into a
 * pipe that can.
 */
@Command(
    name = "rot13-client",
    description = "Sends standard input to a server and prints what comes back.",
    mixinStandardHelpOptions = true)
final class ClientCommand implements Callable<Integer> {
  private static final int SIZE = 16_384;

  @Mixin private ServerOptions options;

  private EventBase base;
  private NetSocket socket;
  private NetSocket input;
  private Event fromInput;
  private Event fromSocket;
  private Event toSocket;
  private final ByteBuffer outgoing = ByteBuffer.allocate(SIZE);
  private final ByteBuffer incoming = ByteBuffer.allocate(SIZE);
  private boolean inputEnded;
  private boolean connected;
  private ErrnoException failure;

  @Override
  public Integer call() {
    final EventConfig config = new EventConfig();
    if (options.engine != null) {
      config.method(options.engine);
    }
    config.exceptionHandler((source, exception) -> fail(exception));
    try (EventBase made = new EventBase(config)) {
      base = made;
      socket = NetSocket.connect(base, options.address());
      toSocket = base.newEvent(socket, Event.WRITE, (event, what) -> write());
      fromSocket = base.newEvent(socket, Event.READ | Event.PERSIST, (event, what) -> receive());
      openInput();
      toSocket.add();
      base.dispatch();
      socket.close();
      input.close();
      if (failure != null) {
        throw failure;
      }
      return 0;
    } catch (final IOException | ErrnoException | EngineUnavailableException e) {
      System.err.println("rot13-client: " + e.getMessage());
      return 1;
    }
  }

  private void fail(final Exception exception) {
    failure =
        exception instanceof ErrnoException known
            ? known
            : new ErrnoException(
                String.valueOf(exception), org.jevent.error.Errno.UNKNOWN, 0, exception);
    base.loopBreak();
  }

  private void openInput() throws IOException {
    try {
      final Handle standardInput = Handle.of(0);
      fromInput = base.newEvent(standardInput, Event.READ | Event.PERSIST, (event, what) -> read());
      fromInput.add();
      fromInput.delete();
      input = NetSocket.adopt(base, 0);
    } catch (final UnsupportedOperationException | ErrnoException notAnEvent) {
      final NetSocket[] pipe = NetSocket.pipe(base);
      input = pipe[0];
      fromInput = base.newEvent(input, Event.READ | Event.PERSIST, (event, what) -> read());
      final Thread feeder = new Thread(() -> feed(pipe[1]), "standard-input");
      feeder.setDaemon(true);
      feeder.start();
    }
  }

  private static void feed(final NetSocket pipe) {
    try (pipe) {
      final InputStream in = System.in;
      final byte[] bytes = new byte[SIZE];
      int count;
      while ((count = in.read(bytes)) > 0) {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
        while (buffer.hasRemaining()) {
          if (pipe.write(buffer) == NetSocket.WOULD_BLOCK) {
            Thread.sleep(1);
          }
        }
      }
    } catch (final IOException | ErrnoException e) {
      System.err.println("rot13-client: " + e.getMessage());
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Standard input has something: no more of it until the server has taken this. */
  private void read() {
    final int count = input.read(outgoing);
    if (count == NetSocket.END) {
      inputEnded = true;
    }
    fromInput.delete();
    write();
  }

  private void write() {
    if (!connected) {
      if (!socket.finishConnect()) {
        toSocket.add();
        return;
      }
      connected = true;
      fromSocket.add();
    }
    outgoing.flip();
    socket.write(outgoing);
    outgoing.compact();
    if (outgoing.position() > 0) {
      toSocket.add();
    } else if (inputEnded) {
      socket.shutdownOutput();
    } else {
      fromInput.add();
    }
  }

  private void receive() {
    final int count = socket.read(incoming);
    if (count == NetSocket.END) {
      System.out.flush();
      base.loopBreak();
      return;
    }
    System.out.write(incoming.array(), 0, incoming.position());
    System.out.flush();
    incoming.clear();
  }
}
