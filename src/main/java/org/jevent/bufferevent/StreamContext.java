package org.jevent.bufferevent;

import org.jevent.engine.Engine;
import org.jevent.engine.SendVector;
import org.jevent.loop.Backstage;
import org.jevent.segment.ChunkPool;
import org.jevent.segment.Guard;

/** What all buffer events of a base share. */
final class StreamContext implements AutoCloseable {
  final Backstage stage;
  final Engine engine;
  final ChunkPool pool;

  /** The loop's thread collects ranges to send in it. */
  final SendVector vector = new SendVector();

  /** Buffer events that are not thread-safe belong to the loop's thread while the loop runs. */
  final Guard loopGuard;

  private StreamContext(final Backstage stage) {
    this.stage = stage;
    engine = stage.engine();
    pool = ChunkPool.of(stage);
    loopGuard =
        new Guard() {
          @Override
          public void enter() {
            stage.requireLoopThread("a buffer event");
          }

          @Override
          public void exit() {}
        };
  }

  static StreamContext of(final Backstage stage) {
    return stage.resource(StreamContext.class, StreamContext::new);
  }

  @Override
  public void close() {}
}
