package org.jevent.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.engine.ring.RingCounters;
import org.jevent.engine.ring.RingEngine;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/** The chain on this library: one persistent event for each pair. */
final class LibraryChain extends Chain {
  private final EventBase base;
  private final NetSocket[][] pairs;
  private final Event[] events;
  private long iterations;
  private final ByteBuffer out = ByteBuffer.allocateDirect(1);
  private final ByteBuffer in = ByteBuffer.allocateDirect(1);

  LibraryChain(final Shape shape, final String engine) {
    super(shape);
    base = new EventBase(new EventConfig().method(engine));
    pairs = new NetSocket[shape.pairs()][];
    events = new Event[pairs.length];
    open(shape.kind());
    for (int i = 0; i < pairs.length; i++) {
      final int pair = i;
      events[i] =
          base.newEvent(pairs[i][0], Event.READ | Event.PERSIST, (event, what) -> read(pair));
      events[i].add();
    }
  }

  private void open(final Kind kind) {
    final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (NetSocket listener = NetSocket.listen(base, any, NetSocket.DEFAULT_BACKLOG)) {
      for (int i = 0; i < pairs.length; i++) {
        pairs[i] = kind == Kind.PIPE ? NetSocket.pipe(base) : connected(listener);
      }
    }
  }

  private NetSocket[] connected(final NetSocket listener) {
    final NetSocket writer = NetSocket.connect(base, listener.localAddress());
    NetSocket reader;
    while ((reader = listener.accept()) == null) {
      Thread.onSpinWait();
    }
    writer.finishConnect();
    writer.set(NetOption.NO_DELAY, 1);
    return new NetSocket[] {reader, writer};
  }

  private void read(final int pair) {
    in.clear();
    if (pairs[pair][0].read(in) != 1) {
      throw new IllegalStateException("nothing to read from pair " + pair);
    }
    fired(pair);
    if (isOver()) {
      base.loopBreak();
    }
  }

  @Override
  void write(final int pair) {
    out.clear();
    if (pairs[pair][1].write(out) != 1) {
      throw new IllegalStateException("cannot write to pair " + pair);
    }
  }

  @Override
  void runRound() {
    base.dispatch();
  }

  /** What the engine has cost so far; only for engines of the shim. */
  RingCounters counters() {
    return ((RingEngine) base.backstage().engine()).counters();
  }

  /** From now on; before that {@link #iterations} stays 0. */
  void countIterations() {
    base.watchPrepare((watcher, timeout) -> iterations++);
  }

  long iterations() {
    return iterations;
  }

  @Override
  public void close() {
    for (int i = 0; i < pairs.length; i++) {
      events[i].close();
      pairs[i][0].close();
      pairs[i][1].close();
    }
    base.close();
  }
}
