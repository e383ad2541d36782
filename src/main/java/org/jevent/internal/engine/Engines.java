package org.jevent.internal.engine;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jevent.error.EngineUnavailableException;
import org.jevent.internal.log.LibraryLog;

/**
 * The choice among engines. In order: what the program insists on, the system property {@code
 * jevent.engine}, the environment's {@code JEVENT_ENGINE}, the providers' order of preference. The
 * environment can also rule engines out, with {@code JEVENT_NOEPOLL} and the like.
 */
public final class Engines {
  /** The property that names an engine. */
  public static final String ENGINE_PROPERTY = "jevent.engine";

  /** The environment variable that makes each base log the method that it uses. */
  private static final String SHOW_METHOD = "JEVENT_SHOW_METHOD";

  /** What {@link Engine#binding} says of an engine in pure Java. */
  static final String NO_BINDING = "none";

  private static final AtomicBoolean FALLBACK_LOGGED = new AtomicBoolean();

  private Engines() {}

  /** The providers in order of preference. */
  public static List<EngineProvider> ranked(final List<EngineProvider> providers) {
    return providers.stream()
        .sorted(Comparator.comparingInt(EngineProvider::preference).reversed())
        .toList();
  }

  /**
   * Opens the best engine that fits.
   *
   * @throws EngineUnavailableException if none does, saying of each why not
   */
  public static Engine open(final EngineRequest request, final List<EngineProvider> providers) {
    final EngineProvider scope = EngineScope.current();
    return scope == null
        ? open(request, providers, System::getenv)
        : choose(request, List.of(scope), request.name(), name -> null);
  }

  /** As {@link #open(EngineRequest, List)}, with an environment of the caller's. */
  static Engine open(
      final EngineRequest request,
      final List<EngineProvider> providers,
      final UnaryOperator<String> environment) {
    final UnaryOperator<String> variables =
        request.ignoreEnvironment() ? name -> null : environment;
    final Engine engine = choose(request, ranked(providers), named(request, variables), variables);
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
      final EngineRequest request,
      final List<EngineProvider> providers,
      final String named,
      final UnaryOperator<String> environment) {
    final Reasons reasons = new Reasons();
    boolean known = false;
    Engine engine = null;
    for (final EngineProvider provider : providers) {
      if (named == null || named.equals(provider.name())) {
        known = true;
        engine = tryOpen(provider, request, environment, reasons);
        if (engine != null) {
          break;
        }
      }
    }
    if (!known) {
      reasons.add(
          named,
          providers.stream()
              .map(EngineProvider::name)
              .collect(Collectors.joining(", ", "no such method; there are ", simulated(named))));
    }
    if (engine != null
        && named == null
        && EngineScope.current() == null
        && engine.binding().equals(NO_BINDING)) {
      logFallback(reasons);
    }
    return found(engine, named, reasons);
  }

  /** A method that exists for a thread in an {@link EngineScope} only. */
  private static String simulated(final String named) {
    return named.equals("sim") ? "; sim exists in a world of org.jevent.sim only" : "";
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
      final EngineProvider provider,
      final EngineRequest request,
      final UnaryOperator<String> environment,
      final Reasons reasons) {
    final String reason = provider.reason();
    final String name = provider.name();
    final String variable = "JEVENT_NO" + name.toUpperCase(Locale.ROOT);
    if (!reason.isEmpty()) {
      reasons.add(name, reason);
    } else if (request.avoided().contains(name)) {
      reasons.add(name, "avoided by the program");
    } else if (environment.apply(variable) != null) {
      reasons.add(name, "ruled out by the environment's " + variable);
    } else if ((provider.features() & request.features()) != request.features()) {
      reasons.add(
          name,
          "lacks required features "
              + Integer.toHexString(request.features() & ~provider.features()));
    } else {
      try {
        return provider.open();
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
