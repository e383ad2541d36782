package org.jevent.internal.stream;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.bytes.ChunkPool;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.loop.PrePollTask;

/** What all buffer events of a base share. */
public final class StreamContext implements AutoCloseable {
  final EventBase base;
  final LoopServices services;
  final Engine engine;
  final ChunkPool pool;

  /** What keeps one stream from taking the memory of all. */
  final MemoryPressure pressure;

  /** The loop's thread collects ranges to send in it. */
  final SendVector vector = new SendVector();

  /** Buffer events that are not thread-safe belong to the loop's thread while the loop runs. */
  final Guard loopGuard;

  /** How many different bounds are shared; a program has few, and each setter makes one. */
  private static final int SHARED_BOUNDS = 16;

  /** The bounds set last: a server sets the same, in the same steps, for each connection. */
  private final StreamBounds[] lastBounds = new StreamBounds[SHARED_BOUNDS];

  private int nextBounds;

  /** Streams whose limit is lower than the submitted one until their next pre-poll task. */
  private final List<StreamCore> limitDirty = new ArrayList<>();

  private final PrePollTask clearLimitDirty = limitDirty::clear;

  /** Streams that are closed when their output has left; guarded by the set. */
  private final Set<StreamCore> flushing = new LinkedHashSet<>();

  private StreamContext(final EventBase base, final LoopServices services) {
    this.base = base;
    this.services = services;
    engine = services.engine();
    engine.onReenter(() -> limitDirty.forEach(StreamCore::beforePoll));
    pool = ChunkPool.of(services);
    pressure = new MemoryPressure(services.memory());
    loopGuard =
        new Guard() {
          @Override
          public void enter() {
            services.requireLoopThread("a buffer event");
          }

          @Override
          public void exit() {}
        };
  }

  /**
   * The context of a base.
   *
   * @throws IllegalStateException if the base is closed
   */
  static StreamContext of(final EventBase base) {
    final LoopServices services = BaseAccess.services(base);
    services.requireOpen("make a buffer event");
    return services.resource(StreamContext.class, made -> new StreamContext(base, made));
  }

  /** Returns equal bounds, sharing one of the last objects. Any thread, as streams have locks. */
  StreamBounds shared(final StreamBounds wanted) {
    synchronized (lastBounds) {
      for (final StreamBounds each : lastBounds) {
        if (wanted.equals(each)) {
          return each;
        }
      }
      lastBounds[nextBounds] = wanted;
      nextBounds = (nextBounds + 1) % SHARED_BOUNDS;
      return wanted;
    }
  }

  /**
   * The limit of the stream may have shrunk. Its pre-poll task submits the limit, as its callback
   * has usually made room by then. If the engine enters the system again before that, the limit is
   * submitted first.
   */
  void deferLimitUpdate(final StreamCore stream) {
    if (limitDirty.isEmpty()) {
      services.beforeNextPoll(clearLimitDirty);
    }
    limitDirty.add(stream);
  }

  /** Registers a stream that is closed after its flush, or with the base. Any thread. */
  void beginFlush(final StreamCore stream) {
    synchronized (flushing) {
      flushing.add(stream);
    }
  }

  void endFlush(final StreamCore stream) {
    synchronized (flushing) {
      flushing.remove(stream);
    }
  }

  @Override
  public void close() {
    final List<StreamCore> left;
    synchronized (flushing) {
      left = List.copyOf(flushing);
      flushing.clear();
    }
    final Cleanup cleanup = new Cleanup();
    left.forEach(stream -> cleanup.run(stream::close));
    cleanup.rethrow();
  }
}
