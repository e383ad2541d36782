package org.jevent.internal.engine.ring;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.Signals;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.internal.access.BaseAccess;
import org.jevent.net.NetSocket;

/**
 * A program as it is deployed in an application server for a while. It uses one of everything, in
 * its thread and in a shared one, and closes it all.
 */
final class Deployment implements Callable<String> {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final String LINE = "a line\n";

  private final EventBase base;
  private final ExecutorService pool;
  private final Path file;
  private final List<String> did = new ArrayList<>();

  private Deployment(final String method, final ExecutorService pool, final Path file) {
    ShimLoader.status(); // it raises signals, whatever the method
    this.base = new EventBase(new EventConfig().method(method));
    this.pool = pool;
    this.file = file;
  }

  /** Called by {@link Deployments}, in a separate class loader. */
  static String run(final String method, final ExecutorService pool, final Path file)
      throws Exception {
    return new Deployment(method, pool, file).call();
  }

  @Override
  public String call() throws Exception {
    try (base) {
      did.add(base.method() + " " + BaseAccess.services(base).engine().binding());
      did.add(sockets("here"));
      did.add(pool.submit(() -> sockets("pooled")).get());
      stream();
      datagram();
      signal();
      files();
      message();
      lose(base.method());
    }
    return String.join(" ", did);
  }

  /** What goes past the loop. */
  private String sockets(final String where) {
    final NetSocket[] pair = base.sockets().pair();
    final NetSocket[] pipe = base.sockets().pipe();
    pair[0].write(ByteBuffer.wrap(LINE.getBytes(StandardCharsets.US_ASCII)));
    final int count = pair[1].read(ByteBuffer.allocate(64));
    for (final NetSocket[] each : List.of(pair, pipe)) {
      each[0].close();
      each[1].close();
    }
    return where + "=" + count;
  }

  /** A server and a client that finds it by its name. */
  private void stream() {
    final List<BufferEvent> streams = new ArrayList<>();
    final ConnectionListener listener =
        ConnectionListener.bind(
            base,
            ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> {
              final SocketBufferEvent served =
                  BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
              streams.add(served);
              served.setCallbacks(each -> each.write(each.input()), null, null);
              served.setTimeouts(Duration.ofMinutes(1), Duration.ofMinutes(1));
              served.enable(Event.READ);
            });
    final SocketBufferEvent client =
        BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE | BufferEvent.THREADSAFE);
    streams.add(client);
    client.setCallbacks(each -> base.loopExit(), null, null);
    client.enable(Event.READ);
    client.write(LINE.getBytes(StandardCharsets.US_ASCII));
    client.connect("localhost", ((InetSocketAddress) listener.address()).getPort());
    base.dispatch();
    did.add("stream=" + client.input().length());
    streams.forEach(BufferEvent::close);
    listener.close();
    base.loop(EventBase.LOOP_NONBLOCK);
  }

  private void datagram() {
    final AtomicInteger received = new AtomicInteger();
    final DatagramEvent datagrams =
        DatagramEvent.bind(
            base,
            ANY_PORT,
            (self, data, from, truncated) -> {
              received.set(data.remaining());
              base.loopExit();
            });
    datagrams.enable();
    datagrams.send(ByteBuffer.wrap(LINE.getBytes(StandardCharsets.US_ASCII)), datagrams.address());
    base.dispatch();
    did.add("datagram=" + received.get());
    datagrams.close();
    base.loop(EventBase.LOOP_NONBLOCK);
  }

  private void signal() {
    final AtomicInteger raised = new AtomicInteger();
    try (Event signal =
        base.newSignal(
            Signals.WINCH.number(base),
            (event, what) -> {
              raised.incrementAndGet();
              base.loopExit();
            })) {
      signal.add();
      Shim.raise(signal.signal());
      base.dispatch();
    }
    did.add("signal=" + raised.get());
  }

  private void files() {
    try (EventBuffer buffer = new EventBuffer(base)) {
      buffer.addFile(file, 0, -1);
      final byte[] begin = new byte[3];
      did.add("file=" + buffer.remove(begin));
    }
  }

  private void message() {
    base.execute(
        () -> {
          throw new IllegalStateException("for the log");
        });
    base.dispatch();
  }

  /** Leak detection finds it, in a separate thread. */
  private void lose(final String method) {
    if (BaseAccess.services(base).engine().binding().equals("none")) {
      new EventBuffer(base).add("lost");
    } else {
      base.sockets().pair(); // a channel that is lost keeps its descriptor
    }
    final EventBase other = new EventBase(new EventConfig().method(method));
    other.newTimer((event, what) -> {}).add(Duration.ofHours(1));
    other.execute(() -> other.loopExit());
    other.dispatch();
  }
}
