package org.jevent.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jevent.error.EngineUnavailableException;
import org.jevent.internal.engine.nio.NioEngine;
import org.jevent.internal.engine.ring.RingEngines;
import org.jevent.internal.log.LibraryLog;

/**
 * The engines that exist and the choice among them. In order: what the program insists on, the
 * system property {@code jevent.engine}, the environment's {@code JEVENT_ENGINE}, the platform's
 * order of preference, pure NIO. The environment can also rule engines out, with {@code
 * JEVENT_NOEPOLL} and the like.
 */
public final class Engines {
  /** The property that names an engine. */
  public static final String ENGINE_PROPERTY = "jevent.engine";

  /** The environment variable that makes each base log the method that it uses. */
  private static final String SHOW_METHOD = "JEVENT_SHOW_METHOD";

  /** Its poll and select are slower than the system interface that NIO uses. */
  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  private static final AtomicBoolean FALLBACK_LOGGED = new AtomicBoolean();

  private Engines() {}

  /**
   * All engines that this platform knows, in order of preference. Loads the shim if that has not
   * been tried yet.
   */
  public static List<EngineInfo> supported() {
    final List<EngineInfo> all = new ArrayList<>();
    for (final String name : names()) {
      all.add(info(name));
    }
    return all;
  }

  private static List<String> names() {
    final List<String> all = RingEngines.names();
    all.add(WINDOWS ? all.size() - RingEngines.SIMPLE : all.size(), NioEngine.NAME);
    return all;
  }

  /** Asks the system about this method alone, as some must be tried for that. */
  private static EngineInfo info(final String name) {
    return name.equals(NioEngine.NAME)
        ? new EngineInfo(name, true, false, "", NioEngine.FEATURES)
        : RingEngines.info(name);
  }

  /**
   * Opens the best engine that fits.
   *
   * @throws EngineUnavailableException if none does, saying of each why not
   */
  public static Engine open(final EngineRequest request) {
    return open(request, System::getenv);
  }

  /** As {@link #open(EngineRequest)}, with an environment of the caller's. */
  static Engine open(final EngineRequest request, final UnaryOperator<String> environment) {
    final UnaryOperator<String> variables =
        request.ignoreEnvironment() ? name -> null : environment;
    final Engine engine = choose(request, named(request, variables), variables);
    if (variables.apply(SHOW_METHOD) != null) {
      LibraryLog.log(
          System.Logger.Level.INFO,
          "using method " + engine.name() + ", binding " + engine.binding());
    }
    return engine;
  }

  private static String named(
      final EngineRequest request, final UnaryOperator<String> environment) {
    if (request.name() != null) {
      return request.name();
    }
    final String property = System.getProperty(ENGINE_PROPERTY);
    final String chosen = property != null ? property : environment.apply("JEVENT_ENGINE");
    return chosen == null || chosen.isBlank() ? null : chosen.trim();
  }

  private static Engine choose(
      final EngineRequest request, final String named, final UnaryOperator<String> environment) {
    final Reasons reasons = new Reasons();
    boolean known = false;
    Engine engine = null;
    for (final String name : names()) {
      if (named == null || named.equals(name)) {
        known = true;
        engine = tryOpen(info(name), request, environment, reasons);
        if (engine != null) {
          break;
        }
      }
    }
    if (!known) {
      reasons.add(named, "no such method; there are " + String.join(", ", names()));
    }
    if (engine != null && named == null && engine.name().equals(NioEngine.NAME)) {
      logFallback(reasons);
    }
    return found(engine, named, reasons);
  }

  private static Engine found(final Engine engine, final String named, final Reasons reasons) {
    if (engine == null) {
      throw new EngineUnavailableException(
          named == null
              ? "no method can be used: " + reasons
              : "method " + named + " cannot be used: " + reasons.only());
    }
    return engine;
  }

  private static Engine tryOpen(
      final EngineInfo candidate,
      final EngineRequest request,
      final UnaryOperator<String> environment,
      final Reasons reasons) {
    final String name = candidate.name();
    final String variable = "JEVENT_NO" + name.toUpperCase(Locale.ROOT);
    if (!candidate.usable()) {
      reasons.add(name, candidate.reason());
    } else if (request.avoided().contains(name)) {
      reasons.add(name, "avoided by the program");
    } else if (environment.apply(variable) != null) {
      reasons.add(name, "ruled out by the environment's " + variable);
    } else if ((candidate.features() & request.features()) != request.features()) {
      reasons.add(
          name,
          "lacks required features "
              + Integer.toHexString(request.features() & ~candidate.features()));
    } else {
      try {
        return name.equals(NioEngine.NAME) ? new NioEngine() : RingEngines.open(name);
      } catch (final RuntimeException e) {
        reasons.add(name, e.getMessage());
      }
    }
    return null;
  }

  private static void logFallback(final Reasons reasons) {
    if (!FALLBACK_LOGGED.getAndSet(true)) {
      LibraryLog.log(
          System.Logger.Level.WARNING,
          "using pure NIO, as no native method can be used: " + reasons);
    }
  }
}
