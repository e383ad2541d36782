package org.jevent.buffer;

import java.util.Objects;

/** One callback of one buffer; {@code struct evbuffer_cb_entry}. */
public final class CallbackEntry {
  private final BufferCallbacks owner;
  final BufferCallback callback;
  private boolean enabled = true;
  private boolean removed;

  CallbackEntry(final BufferCallbacks owner, final BufferCallback callback) {
    this.owner = owner;
    this.callback = Objects.requireNonNull(callback, "callback");
  }

  /** It is called; {@code EVBUFFER_CB_ENABLED}. */
  public boolean isEnabled() {
    return enabled && !removed;
  }

  /**
   * Calls it from now on, or not; {@code evbuffer_cb_set_flags}, {@code evbuffer_cb_clear_flags}.
   */
  public void setEnabled(final boolean on) {
    enabled = on;
  }

  /** Never calls it again; {@code evbuffer_remove_cb_entry}. A second call does nothing. */
  public void remove() {
    owner.remove(this);
  }

  /** It is in the list no more, which may be being called at this moment. */
  void removed() {
    removed = true;
  }
}
