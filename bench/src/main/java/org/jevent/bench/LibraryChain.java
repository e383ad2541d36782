package org.jevent.bench;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.internal.engine.ring.RingEngine;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * The chain on this library: one persistent event for each pair. In a cascade each event is for one
 * time and has a time-out, which never comes.
 */
final class LibraryChain extends Chain {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final EventBase base;
  private final NetSocket[][] pairs;
  private final Event[] events;
  private long iterations;
  private final ByteBuffer out = ByteBuffer.allocateDirect(1);
  private final ByteBuffer in = ByteBuffer.allocateDirect(1);

  LibraryChain(final Shape shape, final String engine) throws IOException {
    super(shape);
    base = new EventBase(new EventConfig().method(engine));
    pairs = new NetSocket[shape.pairs()][];
    events = new Event[pairs.length];
    open(shape.kind());
    for (int i = 0; i < pairs.length; i++) {
      final int pair = i;
      final int what = shape.once() ? Event.READ : Event.READ | Event.PERSIST;
      events[i] = base.newEvent(pairs[i][0], what, (event, happened) -> read(pair));
      if (!shape.once()) {
        events[i].add();
      }
    }
  }

  private void open(final Kind kind) throws IOException {
    final SocketAddress place = meetingPlace(kind);
    try (NetSocket listener = base.sockets().listen(place, NetSocket.DEFAULT_BACKLOG)) {
      for (int i = 0; i < pairs.length; i++) {
        pairs[i] =
            switch (kind) {
              case PIPE -> base.sockets().pipe();
              case TCP -> withoutDelay(connected(listener));
              case UNIX -> connected(listener);
            };
      }
    }
    forget(place);
  }

  private static NetSocket[] withoutDelay(final NetSocket... pair) {
    pair[1].set(NetOption.NO_DELAY, 1);
    return pair;
  }

  private NetSocket[] connected(final NetSocket listener) {
    final NetSocket writer = base.sockets().connect(listener.localAddress());
    NetSocket reader;
    while ((reader = listener.accept()) == null) {
      Thread.onSpinWait();
    }
    writer.finishConnect();
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
  void watch(final int pair) {
    events[pair].addNanos(MINUTE);
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
  EngineCounters counters() {
    return ((RingEngine) BaseAccess.services(base).engine()).counters();
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
