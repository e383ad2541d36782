package org.jevent.internal.engine.ring;

import java.util.List;

/**
 * What became of the attempt to load the shim.
 *
 * @param loaded it can be called
 * @param binding {@code jna} or {@code jni}, or {@code none}
 * @param library the file that was loaded, or an empty string
 * @param attempts what was tried in vain, in order, and why it failed
 */
public record ShimStatus(boolean loaded, String binding, String library, List<String> attempts) {
  public ShimStatus {
    attempts = List.copyOf(attempts);
  }

  /** Why it is not loaded, in one line. */
  public String reason() {
    return loaded ? "" : "the native library is not loaded: " + String.join("; ", attempts);
  }
}
