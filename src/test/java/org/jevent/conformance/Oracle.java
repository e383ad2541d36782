package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.jevent.OpenDescriptors;
import org.jevent.error.ErrnoException;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs one script of operations on two engines and compares everything that came back, line by
 * line. What an engine is known to do otherwise is expected of it by name, so that nothing else can
 * hide there.
 */
final class Oracle {
  private static final String ORACLE = "epoll";

  private Oracle() {}

  /** Operations on one engine, and a note of each outcome. */
  @FunctionalInterface
  interface Script {
    void run(Bases bases, Notes notes) throws Exception;
  }

  /** Outcomes as text, each under a separate name. */
  static final class Notes {
    private final Map<String, String> lines = new LinkedHashMap<>();
    private final Map<SocketAddress, String> names = new HashMap<>();

    /** From now on that address is written as this name, as its port is another each time. */
    void name(final SocketAddress address, final String name) {
      names.put(address, "<" + name + ">");
    }

    void add(final String key, final Object value) {
      assertThat(lines.put(key, text(value))).as(key).isNull();
    }

    /** What a call returned, or what it threw. */
    void call(final String key, final Callable<?> operation) {
      Object outcome;
      try {
        outcome = operation.call();
      } catch (final Exception e) {
        outcome = e;
      }
      add(key, outcome);
    }

    /** The same for a call that returns nothing. */
    void run(final String key, final Runnable operation) {
      call(
          key,
          () -> {
            operation.run();
            return "done";
          });
    }

    String text(final Object value) {
      if (value instanceof ErrnoException e) {
        return "! " + e.errno();
      }
      if (value instanceof Exception e) {
        return "! " + e.getClass().getSimpleName();
      }
      if (value instanceof SocketAddress address) {
        return address(address);
      }
      if (value instanceof List<?> list) {
        return list.stream().map(this::text).toList().toString();
      }
      return String.valueOf(value);
    }

    private String address(final SocketAddress address) {
      if (names.containsKey(address)) {
        return names.get(address);
      }
      if (address instanceof InetSocketAddress internet) {
        final String port = internet.getPort() == 0 ? "0" : "PORT";
        return internet.getAddress().getHostAddress() + " " + port;
      }
      final String path = ((UnixDomainSocketAddress) address).getPath().toString();
      return "unix " + (path.isEmpty() ? "unnamed" : "PATH");
    }
  }

  /**
   * The script must bring the same on both.
   *
   * @param otherwise what the engine under test says instead, by the name of the line
   */
  static void compare(final Bases bases, final Map<String, String> otherwise, final Script script)
      throws Exception {
    final MethodInfo oracle =
        EventBase.supportedMethods().stream()
            .filter(info -> info.name().equals(ORACLE) && info.usable() && !info.emulated())
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(oracle != null, "there is no " + ORACLE + " to compare with");
    final Map<String, String> expected = notes(new Bases(oracle), script);
    assertThat(expected).as("what the oracle says").isNotEmpty();
    otherwise.forEach(
        (key, value) ->
            assertThat(expected.put(key, value))
                .as("%s of the oracle, which is to differ", key)
                .isNotNull());
    final Map<String, String> actual = notes(bases, script);
    assertThat(String.join("\n", different(expected, actual)))
        .as("what %s does otherwise than %s", bases.method(), ORACLE)
        .isEmpty();
  }

  private static Map<String, String> notes(final Bases bases, final Script script)
      throws Exception {
    final Notes notes = new Notes();
    try (bases) {
      script.run(bases, notes);
      notes.add("exceptions", List.copyOf(bases.exceptions));
    }
    return notes.lines;
  }

  private static List<String> different(
      final Map<String, String> expected, final Map<String, String> actual) {
    final Map<String, String> all = new TreeMap<>(expected);
    all.putAll(actual);
    return all.keySet().stream()
        .filter(key -> !String.valueOf(expected.get(key)).equals(actual.get(key)))
        .map(key -> key + ": " + actual.get(key) + ", expected " + expected.get(key))
        .toList();
  }

  /** What only nio does otherwise. */
  static Map<String, String> onNio(final Bases bases, final String... keysAndValues) {
    return on("nio", bases, keysAndValues);
  }

  /** What only that method does otherwise. */
  static Map<String, String> on(
      final String method, final Bases bases, final String... keysAndValues) {
    final Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; bases.method().equals(method) && i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  // ---- descriptors ----

  /** How many sockets, pipes and the like are open in this process. */
  static int descriptors() {
    Assumptions.assumeTrue(OpenDescriptors.listed(), "descriptors cannot be counted here");
    return OpenDescriptors.kernelObjects().size();
  }

  /**
   * How many more descriptors are open than before, once that is as many as expected or will not
   * become so: a kernel may close some a moment later.
   */
  static int descriptorsSince(final int before, final int expected) throws InterruptedException {
    int more = descriptors() - before;
    for (int tries = 0; more != expected && tries < 50; tries++) {
      Thread.sleep(10);
      more = descriptors() - before;
    }
    return more;
  }

  /** The same, where the garbage collector has to find what is to be closed. */
  static int descriptorsCollected(final int before, final int expected)
      throws InterruptedException {
    int more = descriptors() - before;
    for (int tries = 0; more != expected && tries < 100; tries++) {
      System.gc();
      Thread.sleep(10);
      more = descriptors() - before;
    }
    return more;
  }
}
