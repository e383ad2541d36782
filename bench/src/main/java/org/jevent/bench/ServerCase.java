package org.jevent.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Something that is asked of servers, and the keys of its figures. */
interface ServerCase {
  /** The key of what a connection that is idle takes of memory. */
  String IDLE = "idle";

  /** The name of a constant. */
  String name();

  /** Its name for people. */
  String title();

  private String key(final String what) {
    return name().toLowerCase(Locale.ROOT) + '_' + what;
  }

  /** The key of the server's processor time for one, in microseconds. */
  default String cost() {
    return key("us");
  }

  /** The key of how many there are in a second. */
  default String rate() {
    return key("rate");
  }

  /** The key of a percentile of the time that one takes, in microseconds. */
  default String percentile(final String which) {
    return key(which);
  }

  /** The key of what is allocated for one, in bytes. */
  default String allocated() {
    return key("bytes");
  }

  /** Processor time and memory: the key of each, and its name for people. */
  static Map<String, String> costs(final ServerCase... cases) {
    final Map<String, String> costs = keys(List.of(cases), ServerCase::cost);
    costs.put(IDLE, "idle, B");
    return costs;
  }

  /** The key of a figure of each case, and the name of the case for people. */
  static Map<String, String> keys(
      final List<? extends ServerCase> cases, final Function<ServerCase, String> key) {
    final Map<String, String> keys = new LinkedHashMap<>();
    cases.forEach(each -> keys.put(key.apply(each), each.title()));
    return keys;
  }
}
