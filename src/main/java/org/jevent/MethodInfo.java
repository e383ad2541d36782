package org.jevent;

import java.util.List;
import java.util.Objects;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.providers.Providers;

/**
 * One way of waiting for events that this platform knows.
 *
 * @param name libevent's name of it: {@code epoll}, {@code kqueue}, {@code poll}, ..., or {@code
 *     nio}
 * @param usable can be had here and now
 * @param emulated stands on an imitation of the system's interface, which only libraries built for
 *     tests have
 * @param reason why not, or an empty string
 * @param features what it can do: a union of {@link EventBase#FEATURE_ET} and its relatives; 0 when
 *     not usable
 */
public record MethodInfo(
    String name, boolean usable, boolean emulated, String reason, int features) {
  public MethodInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(reason, "reason");
  }

  static List<MethodInfo> all() {
    return Engines.ranked(Providers.ALL).stream().map(MethodInfo::of).toList();
  }

  private static MethodInfo of(final EngineProvider method) {
    final String reason = method.reason();
    return reason.isEmpty()
        ? new MethodInfo(method.name(), true, method.emulated(), reason, method.features())
        : new MethodInfo(method.name(), false, false, reason, 0);
  }
}
