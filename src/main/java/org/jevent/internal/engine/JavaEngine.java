package org.jevent.internal.engine;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** What all engines in pure Java have: memory without addresses, receive buffers, completions. */
public abstract class JavaEngine implements Engine {
  /** Where received bytes are until the next {@code enter}, unless they are retained. */
  protected final ReceiveSlab slab;

  /** What delivers to the attachments. */
  protected final Completions completions = new Completions();

  private final IntFunction<Memory> maker;

  /**
   * @param maker makes memory of a size
   */
  protected JavaEngine(final IntFunction<Memory> maker) {
    this.maker = maker;
    slab = new ReceiveSlab(maker);
  }

  @Override
  public final String binding() {
    return Engines.NO_BINDING;
  }

  /** The receive buffers, for the slots of the engine. */
  public final ReceiveSlab slab() {
    return slab;
  }

  @Override
  public final boolean cancelsSends() {
    return true;
  }

  @Override
  public final void retain(final int buffer) {
    slab.retain(buffer);
  }

  @Override
  public final void release(final int buffer) {
    slab.release(buffer);
  }

  @Override
  public final boolean needsAddresses() {
    return false;
  }

  @Override
  public final Memory view(final ByteBuffer bytes) {
    return Memory.of(bytes, 0);
  }

  @Override
  public final Memory allocate(final int size) {
    return maker.apply(size);
  }

  @Override
  public final void onThrown(final Completions.ThrownSink sink) {
    completions.onThrown(sink);
  }

  /** Does nothing: these engines enter the system once a call. */
  @Override
  public final void onReenter(final Runnable action) {}
}
