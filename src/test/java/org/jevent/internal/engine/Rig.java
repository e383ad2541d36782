package org.jevent.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jevent.internal.engine.EngineSockets.Kind;
import org.jevent.internal.providers.Providers;
import org.jevent.net.NetSocket;

/** One engine under test, and what was made with it. */
final class Rig implements AutoCloseable {
  private static final long PATIENCE = 20_000_000_000L;
  private static final long STEP = 50_000_000L;

  final Engine engine;
  private final List<AutoCloseable> toClose = new ArrayList<>();

  Rig(final String name) {
    engine = Engines.open(new EngineRequest(name, Set.of(), 0, true), Providers.ALL);
  }

  static Stream<String> engines() {
    return Engines.ranked(Providers.ALL).stream()
        .filter(EngineProvider::usable)
        .map(EngineProvider::name);
  }

  <T extends AutoCloseable> T later(final T resource) {
    toClose.add(resource);
    return resource;
  }

  NetSocket[] pair() {
    final NetSocket[] pair = engine.sockets().pair();
    later(pair[0]);
    later(pair[1]);
    return pair;
  }

  int attach(final Attachment attachment, final NetSocket socket) {
    return socket.channel() == null
        ? engine.attach(attachment, socket.descriptor())
        : engine.attach(attachment, socket.channel());
  }

  NetSocket listener() {
    final NetSocket listener = later(engine.sockets().open(AddressFamily.INET, Kind.LISTENER));
    listener.bind(loopback());
    listener.listen(128);
    return listener;
  }

  NetSocket stream() {
    return later(engine.sockets().open(AddressFamily.INET, Kind.STREAM));
  }

  NetSocket datagram() {
    final NetSocket socket = later(engine.sockets().open(AddressFamily.INET, Kind.DATAGRAM));
    socket.bind(loopback());
    return socket;
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Enters until it holds. */
  void until(final BooleanSupplier condition) {
    final long end = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      engine.enter(STEP);
    }
  }

  /** Enters a few times, which must bring nothing. */
  void settle() {
    for (int i = 0; i < 3; i++) {
      engine.enter(0);
    }
  }

  Memory memory(final byte[] content) {
    final Memory memory = later(engine.allocate(Math.max(1, content.length)));
    memory.buffer().put(0, content);
    return memory;
  }

  SendVector vector(final String... parts) {
    final SendVector vector = new SendVector();
    for (final String part : parts) {
      final byte[] bytes = part.getBytes(StandardCharsets.US_ASCII);
      vector.add(memory(bytes), 0, bytes.length);
    }
    return vector;
  }

  static String readAll(final NetSocket socket, final int count) {
    final ByteBuffer buffer = ByteBuffer.allocate(count);
    final long end = System.nanoTime() + PATIENCE;
    while (buffer.hasRemaining()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      if (socket.read(buffer) == NetSocket.END) {
        break;
      }
    }
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    engine.close();
    for (int i = toClose.size() - 1; i >= 0; i--) {
      try {
        toClose.get(i).close();
      } catch (final Exception e) {
        throw new AssertionError("cannot close " + toClose.get(i), e);
      }
    }
  }
}
