package org.jevent.internal.engine.ring;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import org.jevent.internal.leak.Leaks;

/** The native ring of an engine: its life, and the calls that may come from any thread. */
final class Ring {
  private final State state;
  private final Cleaner.Cleanable cleanable;

  private Ring(final Object owner, final State state) {
    this.state = state;
    cleanable = Leaks.register(owner, state);
  }

  static Ring create(
      final Object owner,
      final String name,
      final int code,
      final int entries,
      final int buffers,
      final int bufferSize) {
    ShimLoader.requireLoaded();
    final long handle = Shim.create(code, entries, buffers, bufferSize, 0);
    if (handle < 0) {
      throw Errnos.exception("open " + name, (int) handle);
    }
    return new Ring(owner, new State(name, handle));
  }

  /** Refuses a closed ring, which has no memory that an operation could use. */
  void requireOpen() {
    if (state.closed) {
      throw new IllegalStateException("method " + state.name + ": the engine is closed");
    }
  }

  ByteBuffer block() {
    return NativeMemory.map(Shim.block(state.handle), Shim.blockSize(state.handle));
  }

  long blockAddress() {
    return Shim.block(state.handle);
  }

  int enter(final long timeout) {
    return Shim.enter(state.handle, timeout);
  }

  int watchSignal(final int number, final boolean on) {
    synchronized (state) {
      return state.closed ? 0 : Shim.watchSignal(state.handle, number, on ? 1 : 0);
    }
  }

  void wakeup() {
    synchronized (state) {
      if (!state.closed) {
        Shim.wakeup(state.handle);
      }
    }
  }

  /**
   * Frees it.
   *
   * @param inUse Java still refers to the block: the ring is freed when the garbage collector finds
   *     that nothing does any more
   */
  void close(final boolean inUse) {
    synchronized (state) {
      state.closed = true;
    }
    if (!inUse) {
      cleanable.clean();
    }
  }

  /** The state that the cleaner frees if the engine is never closed. */
  private static final class State implements Runnable {
    private final String name;
    private final Leaks.Site site = Leaks.siteOfFew();
    private long handle;

    /** The ring is closed: no call may use it any more, even if its block is still there. */
    private boolean closed;

    State(final String name, final long handle) {
      this.name = name;
      this.handle = handle;
    }

    @Override
    public synchronized void run() {
      if (handle != 0) {
        Shim.destroy(handle);
        handle = 0;
        if (!closed) {
          Leaks.report("an event base", name, site);
        }
      }
    }
  }
}
