package org.jevent.bench;

/** What is asked of servers of HTTP, by wrk. */
enum HttpCase implements ServerCase {
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

  private final String title;
  final String path;
  final int connections;
  private final String script;

  HttpCase(final String title, final String path, final int connections, final String script) {
    this.title = title;
    this.path = path;
    this.connections = connections;
    this.script = script;
  }

  @Override
  public String title() {
    return title;
  }

  /** The script in Lua. */
  String script() {
    return script + DONE;
  }
}
