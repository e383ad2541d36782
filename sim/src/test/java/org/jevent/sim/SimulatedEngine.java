package org.jevent.sim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.conformance.AddedEngine;

/** Runs the library's conformance tests on a simulated host, without faults. */
public final class SimulatedEngine implements AddedEngine {
  /** The tests that cannot run on it, with the reason. */
  static final Map<String, String> EXCLUSIONS = exclusions();

  private static Map<String, String> exclusions() {
    final Map<String, String> found = new TreeMap<>();
    try (InputStream in = SimulatedEngine.class.getResourceAsStream("exclusions.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> found.put(line.split(" ", 2)[0], line.split(" ", 2)[1]));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  @Override
  public String name() {
    return "sim";
  }

  @Override
  public int features() {
    return EventBase.FEATURE_ET
        | EventBase.FEATURE_O1
        | EventBase.FEATURE_FDS
        | EventBase.FEATURE_EARLY_CLOSE;
  }

  @Override
  public String reasonAgainst(final String test) {
    return EXCLUSIONS.get(test);
  }

  @Override
  public Session open() {
    final World world = World.open(1).allowThreads();
    final Host host = world.host("test").firstDescriptor(100_000);
    return new Session() {
      @Override
      public EventBase base(final EventConfig config) {
        return host.foreground(() -> new EventBase(config));
      }

      @Override
      public long nanoTime() {
        return host.nanoTime();
      }

      @Override
      public void spend(final long nanos) {
        world.run(Duration.ofNanos(nanos));
      }

      @Override
      public void raise(final String signal) {
        host.signal(signal);
      }
    };
  }
}
