package org.jevent.internal.engine.ring;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineProvider;

/** The providers of the shim's engines. */
public final class RingEngines {
  /** A method with its code in the shim. */
  private record Method(String name, int code, int preference) implements EngineProvider {
    /** Loads the shim if that has not been tried yet. */
    @Override
    public String reason() {
      final ShimStatus shim = ShimLoader.status();
      if (!shim.loaded()) {
        return shim.reason();
      }
      final int status = Shim.engineStatus(code);
      return status == 0 ? "" : RingEngines.reason(code, status);
    }

    @Override
    public int features() {
      return Shim.engineFeatures(code);
    }

    @Override
    public boolean emulated() {
      return Shim.engineEmulated(code) != 0;
    }

    @Override
    public Engine open() {
      return new RingEngine(name, code);
    }
  }

  /** What the header calls an engine's code, before the name of the method. */
  private static final String PREFIX = "ENGINE_";

  private static final int FIRST_PREFERENCE = 90;
  private static final int PREFERENCE_STEP = 10;

  /** In the order of the header, which is that of preference. */
  private static final List<EngineProvider> PROVIDERS = find();

  private static final int MAX_REASON = 256;

  private RingEngines() {}

  private static List<EngineProvider> find() {
    final List<EngineProvider> found = new ArrayList<>();
    for (int i = 0; i < Layout.size(); i++) {
      final String entry = Layout.name(i);
      if (entry.startsWith(PREFIX)) {
        found.add(
            new Method(
                entry.substring(PREFIX.length()).toLowerCase(Locale.ROOT),
                Layout.value(i),
                FIRST_PREFERENCE - PREFERENCE_STEP * found.size()));
      }
    }
    return List.copyOf(found);
  }

  /** The provider of each method. */
  public static List<EngineProvider> providers() {
    return PROVIDERS;
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

  /** Native memory of this process outside of rings, in bytes. */
  public static long allocatedBytes() {
    return ShimMemory.allocated();
  }

  /** The status of the shim in this process, for reports. */
  public static ShimStatus shim() {
    return ShimLoader.status();
  }
}
