package org.jevent.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is asked of servers of HTTP, by wrk. */
enum HttpCase {
  ONE("hello, 1 connection", "/hello", 1, ""),
  HELLO("hello, 64", "/hello", 64, ""),
  MANY("hello, 1,000", "/hello", 1000, ""),
  PIPELINED(
      "pipelined x16",
      "/hello",
      64,
      """
      local all
      function init(args)
        local requests = {}
        for i = 1, 16 do requests[i] = wrk.format("GET", "/hello") end
        all = table.concat(requests)
      end
      function request() return all end
      """),
  TEN_KB("10 KB", "/10k", 64, ""),
  FILE("file, 1 MB", "/file", 16, ""),
  CLOSE(
      "a connection each",
      "/hello",
      64,
      """
      wrk.headers["Connection"] = "close"
      """),
  POST(
      "POST, 64 KB",
      "/post",
      64,
      """
      wrk.method = "POST"
      wrk.body = string.rep("x", 65536)
      """);

  /** The key of what a connection that is idle takes of memory. */
  static final String IDLE = "idle";

  /** What wrk prints for all of them, in the way of the other clients. */
  private static final String DONE =
      """
      function done(summary, latency, requests)
        local errors = summary.errors
        print(string.format(
          "requests=%d seconds=%.6f bad=%d failed=%d p50=%.1f p99=%.1f p999=%.1f",
          summary.requests, summary.duration / 1e6, errors.status,
          errors.connect + errors.read + errors.write + errors.timeout,
          latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
      end
      """;

  final String title;
  final String path;
  final int connections;
  private final String script;

  HttpCase(final String title, final String path, final int connections, final String script) {
    this.title = title;
    this.path = path;
    this.connections = connections;
    this.script = script;
  }

  /** The script in Lua. */
  String script() {
    return script + DONE;
  }

  private String key(final String what) {
    return name().toLowerCase(Locale.ROOT) + '_' + what;
  }

  /** The key of the server's processor time for one, in microseconds. */
  String cost() {
    return key("us");
  }

  /** The key of how many there are in a second. */
  String rate() {
    return key("rate");
  }

  /** The key of a percentile of the time that a request takes, in microseconds. */
  String percentile(final String which) {
    return key(which);
  }

  /** The key of what is allocated for one, in bytes. */
  String allocated() {
    return key("bytes");
  }

  /** Processor time and memory: the key of each, and its name for people. */
  static Map<String, String> costs() {
    final Map<String, String> costs = new LinkedHashMap<>();
    for (final HttpCase each : values()) {
      costs.put(each.cost(), each.title);
    }
    costs.put(IDLE, "idle, B");
    return costs;
  }

  /** What comes a second. */
  static Map<String, String> rates() {
    final Map<String, String> rates = new LinkedHashMap<>();
    for (final HttpCase each : values()) {
      rates.put(each.rate(), each.title);
    }
    return rates;
  }

  /** The same of a percentile. */
  static Map<String, String> percentiles(final String which) {
    final Map<String, String> times = new LinkedHashMap<>();
    for (final HttpCase each : values()) {
      times.put(each.percentile(which), each.title);
    }
    return times;
  }

  /** The same of what is allocated. */
  static Map<String, String> allocations() {
    final Map<String, String> bytes = new LinkedHashMap<>();
    for (final HttpCase each : values()) {
      bytes.put(each.allocated(), each.title);
    }
    return bytes;
  }
}
