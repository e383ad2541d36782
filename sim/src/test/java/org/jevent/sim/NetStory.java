package org.jevent.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.Errno;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * What each end of some connections over loopback has received when a program runs: bytes, ends,
 * errors, in the order of each end. Nothing depends on when something arrives, as a step waits for
 * what it needs.
 */
final class NetStory implements AutoCloseable {
  private static final int STREAMS = 3;
  private static final int MAX_SIZE = 6000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What a program does. */
  private enum Kind {
    WRITE,
    WRITE_MORE,
    AWAIT,
    PAUSE,
    RESUME,
    END_OUTPUT,
    CLOSE,
    RESET,
    REFUSED
  }

  /** One step; {@code end} is that of a stream, from 0. */
  record Step(Kind kind, int end, int size) {}

  /** A random program. */
  static List<Step> program(final long seed, final int steps) {
    final Random random = new Random(seed);
    final Kind[] kinds = Kind.values();
    final List<Step> made = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      final Kind kind = kinds[random.nextInt(kinds.length)];
      made.add(new Step(kind, random.nextInt(2 * STREAMS), 1 + random.nextInt(MAX_SIZE)));
    }
    return made;
  }

  private final EventBase base;
  private final ConnectionListener listener;
  private final Event limit;
  private final End[] ends = new End[2 * STREAMS];
  private final StringBuilder refusals = new StringBuilder();
  private NetSocket accepted;
  private boolean late;

  private NetStory(final EventBase base) {
    this.base = base;
    listener =
        ConnectionListener.bind(
            base,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ConnectionListener.CLOSE_ON_FREE,
            NetSocket.DEFAULT_BACKLOG,
            (self, socket, peer) -> accepted = socket);
    limit = base.newTimer((self, what) -> late = true);
  }

  /** What the program reports on that base, which is closed. */
  static String of(final EventBase base, final List<Step> program) {
    try (base;
        NetStory story = new NetStory(base)) {
      program.forEach(story::take);
      return story.finish();
    }
  }

  private void until(final String what, final BooleanSupplier holds) {
    limit.add(PATIENCE);
    while (!holds.getAsBoolean()) {
      if (late) {
        throw new IllegalStateException(what + " does not happen");
      }
      base.loop(EventBase.LOOP_ONCE);
    }
    limit.delete();
  }

  private End end(final int index) {
    if (ends[index] == null) {
      connect(index / 2 * 2);
    }
    return ends[index];
  }

  private End peer(final int index) {
    return end(index ^ 1);
  }

  private void connect(final int index) {
    final SocketBufferEvent client = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    ends[index] = new End(client);
    client.connect(listener.address());
    until("the connection", () -> ends[index].connected && accepted != null);
    ends[index + 1] = new End(BufferEvent.socket(base, accepted, BufferEvent.CLOSE_ON_FREE));
    accepted = null;
    ends[index].stream.handle().set(NetOption.NO_DELAY, 1);
    ends[index + 1].stream.handle().set(NetOption.NO_DELAY, 1);
  }

  private void take(final Step step) {
    final End end = end(step.end);
    switch (step.kind) {
      case WRITE, WRITE_MORE -> end.write(step.size);
      case AWAIT -> await(step.end);
      case PAUSE -> end.read(false);
      case RESUME -> end.read(true);
      case END_OUTPUT -> end.endOutput();
      case CLOSE -> close(step.end);
      case RESET -> reset(step.end);
      case REFUSED -> refused();
    }
  }

  /** Until both ends have what the other has sent, and its end. */
  private void await(final int index) {
    final End one = end(index);
    final End other = peer(index);
    one.read(true);
    other.read(true);
    until("the rest", () -> one.hasAllOf(other) && other.hasAllOf(one));
    one.note("has " + one.count);
    other.note("has " + other.count);
  }

  private void close(final int index) {
    final End end = end(index);
    final End peer = peer(index);
    if (!end.closed && !peer.closed) {
      await(index);
      end.close();
      peer.abandoned = true;
      until("the end at the peer", () -> peer.ended);
    }
  }

  private void reset(final int index) {
    final End end = end(index);
    final End peer = peer(index);
    if (!end.closed && !peer.closed && !end.outputEnded && !peer.outputEnded) {
      await(index);
      end.stream.handle().set(NetOption.LINGER, 0);
      end.close();
      peer.abandoned = true;
      until("the reset at the peer", () -> peer.ended);
    }
  }

  private void refused() {
    final InetSocketAddress unbound;
    try (NetSocket bound = base.sockets().listen(loopback(), 1)) {
      unbound = (InetSocketAddress) bound.localAddress();
    }
    final Errno[] error = new Errno[1];
    final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    stream.setCallbacks(null, null, (self, what) -> error[0] = self.error());
    stream.connect(unbound);
    until("the refusal", () -> error[0] != null);
    refusals.append(error[0]).append(' ');
    stream.close();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private String finish() {
    final StringBuilder text = new StringBuilder().append(refusals);
    for (int i = 0; i < ends.length; i++) {
      if (ends[i] != null) {
        close(i);
        text.append('\n').append(ends[i]);
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    for (final End end : ends) {
      if (end != null) {
        end.close();
      }
    }
    if (accepted != null) {
      accepted.close();
    }
    limit.close();
    listener.close();
  }

  /** One end of a connection. */
  private static final class End {
    final BufferEvent stream;
    private final StringBuilder notes = new StringBuilder();
    private final CRC32 sum = new CRC32();
    private boolean connected;
    private boolean outputEnded;

    /** The peer has ended its side, or the connection is broken. */
    private boolean ended;

    private boolean closed;

    /** The peer was closed. */
    private boolean abandoned;

    private long sent;
    private long count;

    End(final BufferEvent stream) {
      this.stream = stream;
      stream.setCallbacks(self -> receive(), null, (self, what) -> event(what));
      stream.enable(Event.READ | Event.WRITE);
    }

    private void note(final String what) {
      notes.append(what).append(", ");
    }

    private void receive() {
      final byte[] bytes = stream.input().readBytes((int) stream.input().length());
      sum.update(bytes);
      count += bytes.length;
    }

    private void event(final int what) {
      connected |= (what & BufferEvent.CONNECTED) != 0;
      ended |= (what & (BufferEvent.EOF | BufferEvent.ERROR)) != 0;
      final String error = (what & BufferEvent.ERROR) != 0 ? " " + stream.error() : "";
      note(Integer.toHexString(what) + error + " at " + count);
    }

    boolean hasAllOf(final End peer) {
      return count == peer.sent && (ended || !peer.outputEnded);
    }

    private boolean isOpen() {
      return !closed && !outputEnded && !abandoned;
    }

    void write(final int size) {
      if (isOpen()) {
        final byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
          bytes[i] = (byte) ((sent + i) * 31);
        }
        sent += size;
        stream.write(bytes);
      }
    }

    void read(final boolean on) {
      if (closed || ended) {
        return;
      }
      if (on) {
        stream.enable(Event.READ);
      } else {
        stream.disable(Event.READ);
      }
    }

    void endOutput() {
      if (isOpen()) {
        outputEnded = true;
        stream.shutdownOutput();
      }
    }

    void close() {
      if (!closed) {
        closed = true;
        stream.close();
      }
    }

    @Override
    public String toString() {
      return count + "#" + Long.toHexString(sum.getValue()) + " sent " + sent + ": " + notes;
    }
  }
}
