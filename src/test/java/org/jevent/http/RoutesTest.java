package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which route has a path, and what finding it costs. */
class RoutesTest {
  private static final String LETTERS = "//ab0";

  private static Routes.Route route() {
    return new Routes.Route(exchange -> {}, List.of());
  }

  private static String path(final Random random, final int most) {
    final StringBuilder made = new StringBuilder("/");
    for (int i = random.nextInt(most); i > 0; i--) {
      made.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return made.toString();
  }

  /** By the words of the documentation. */
  private static Routes.Route found(final Map<String, Routes.Route> all, final String path) {
    if (all.containsKey(path)) {
      return all.get(path);
    }
    String longest = null;
    for (final String each : all.keySet()) {
      if (each.endsWith("/")
          && path.startsWith(each)
          && (longest == null || each.length() > longest.length())) {
        longest = each;
      }
    }
    return longest == null ? null : all.get(longest);
  }

  @Test
  void theLongestPrefixOfAnyRoutes() {
    final Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      final Routes routes = new Routes();
      final Map<String, Routes.Route> all = new HashMap<>();
      for (int i = 0; i < 60; i++) {
        final String path = path(random, 8);
        if (random.nextInt(4) == 0) {
          assertThat(routes.remove(path)).isEqualTo(all.remove(path) != null);
        } else if (!all.containsKey(path)) {
          all.put(path, route());
          routes.add(path, all.get(path));
        }
        final String wanted = path(random, 12);
        assertThat(routes.find(wanted)).as(wanted + " in " + all).isSameAs(found(all, wanted));
      }
    }
  }

  /** A path of the longest line, all slashes: no text is made for any of them. */
  @Test
  void aPathOfSlashesMakesNoObjects() {
    final Routes routes = new Routes();
    final Routes.Route root = route();
    routes.add("/", root);
    routes.add("/files/", route());
    routes.add("/files/of/others/", route());
    final String[] paths = {"/".repeat(8000), "/files" + "/a".repeat(3990)};
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      final long before = threads.getCurrentThreadAllocatedBytes();
      final Routes.Route first = routes.find(paths[0]);
      final Routes.Route second = routes.find(paths[1]);
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      assertThat(first).isSameAs(root).isNotSameAs(second);
    }
    assertThat(least).as("bytes for two paths of 8,000 letters").isLessThan(8000);
  }
}
