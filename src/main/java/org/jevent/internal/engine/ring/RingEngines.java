package org.jevent.internal.engine.ring;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jevent.error.EngineUnavailableException;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineInfo;

/** The engines of the shim, by name. */
public final class RingEngines {
  /** What the header calls an engine's code, before the name of the method. */
  private static final String PREFIX = "ENGINE_";

  /** How many at the end of {@link #names} are only for systems without a better one. */
  public static final int SIMPLE = 2;

  private static final int MAX_REASON = 256;

  private RingEngines() {}

  /** The names of the methods, each platform's best first. */
  public static List<String> names() {
    final List<String> names = new ArrayList<>();
    for (int i = 0; i < Layout.size(); i++) {
      if (Layout.name(i).startsWith(PREFIX)) {
        names.add(Layout.name(i).substring(PREFIX.length()).toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  /** Describes a method on this system. Loads the shim if that has not been tried yet. */
  public static EngineInfo info(final String name) {
    final ShimStatus shim = ShimLoader.status();
    if (!shim.loaded()) {
      return new EngineInfo(name, false, false, shim.reason(), 0);
    }
    final int code = code(name);
    final int status = Shim.engineStatus(code);
    if (status != 0) {
      return new EngineInfo(name, false, false, reason(code, status), 0);
    }
    final boolean emulated = Shim.engineEmulated(code) != 0;
    return new EngineInfo(name, true, emulated, "", Shim.engineFeatures(code));
  }

  private static String reason(final int code, final int status) {
    final String text = explanation(code);
    return !text.isEmpty() ? text : reason(status);
  }

  /** The status that the shim reports. */
  private static String explanation(final int code) {
    try (ShimMemory memory = ShimMemory.allocate(MAX_REASON)) {
      final byte[] text = new byte[Shim.engineReason(code, memory.address(), MAX_REASON)];
      memory.buffer().get(0, text);
      return new String(text, StandardCharsets.UTF_8);
    }
  }

  private static String reason(final int status) {
    return switch (Errnos.of(status)) {
      case ENOSYS -> "not part of this platform's library";
      default -> "the system refuses: " + Errnos.text(status);
    };
  }

  /** Opens the method of that name. */
  public static Engine open(final String name) {
    return new RingEngine(name, code(name));
  }

  private static int code(final String name) {
    final String entry = PREFIX + name.toUpperCase(Locale.ROOT);
    for (int i = 0; i < Layout.size(); i++) {
      if (Layout.name(i).equals(entry)) {
        return Layout.value(i);
      }
    }
    throw new EngineUnavailableException("no method " + name);
  }

  /** Native memory of this process outside of rings, in bytes. */
  public static long allocatedBytes() {
    return ShimMemory.allocated();
  }

  /** The status of the shim in this process, for reports. */
  public static ShimStatus shim() {
    return ShimLoader.status();
  }
}
