package org.jevent.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jevent.bench.rivals.WebSocketRival;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** WebSockets beside the servers of others. */
@Command(
    name = "websocket",
    description = {
      "Servers of WebSockets on one processor, clients of this library on another: echoes of 16 B"
          + " at 64 and 1,000 sockets, of 125 B, 1, 16 and 64 KiB and 1 MiB, a broadcast of 200 B"
          + " to 1,000 sockets, and compressed texts of 4 KiB.",
      "This library beside Netty, Vert.x, Undertow, Jetty and ws of Node. The figures are the"
          + " server's processor time for a message that comes to a client, its rate, percentiles,"
          + " what is allocated, and the memory of an idle socket."
    },
    mixinStandardHelpOptions = true)
final class WebSocketCommand implements Callable<Integer> {
  private static final String JEVENT = "jevent";
  private static final String NETTY = "Netty";
  private static final String VERTX = "Vert.x";
  private static final String WS = "ws";
  private static final Path NODE_PACKAGES = Path.of("build/node/node_modules");

  @Option(names = "--cases", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
  private Set<WebSocketCase> cases = EnumSet.allOf(WebSocketCase.class);

  @Mixin private ContestOptions common;

  @Mixin private LoadOptions load;

  @Mixin private AddOption json;

  @Override
  public Integer call() throws Exception {
    json.check();
    System.out.println(Machine.description());
    final CostContest contest = new CostContest(ServerCase.costs(WebSocketCase.values()));
    enter(contest, JEVENT, WebSocketRival.Style.JEVENT);
    enter(contest, NETTY, WebSocketRival.Style.NETTY);
    enter(contest, VERTX, WebSocketRival.Style.VERTX);
    enter(contest, "Undertow", WebSocketRival.Style.UNDERTOW);
    enter(contest, "Jetty", WebSocketRival.Style.JETTY);
    final Path script = Files.createTempFile("jevent-bench", ".cjs");
    try {
      enterNode(contest, script);
      CostContest.run(List.of(contest), common.rounds(), "websocket");
    } finally {
      Files.delete(script);
    }
    report(contest);
    return contest.failed() ? 1 : 0;
  }

  /** The server of the package ws, which Node runs. */
  private void enterNode(final CostContest contest, final Path script) throws IOException {
    if (!common.isWanted(WS)) {
      return;
    }
    if (!Files.isDirectory(NODE_PACKAGES.resolve(WS))) {
      contest.leaveOut(WS, "the package is not in " + NODE_PACKAGES);
      return;
    }
    try (InputStream source = WebSocketCommand.class.getResourceAsStream("websocket.cjs")) {
      Files.copy(source, script, StandardCopyOption.REPLACE_EXISTING);
    }
    final List<String> command =
        List.of("env", "NODE_PATH=" + NODE_PACKAGES.toAbsolutePath(), "node", script.toString());
    contest.enter(
        WS,
        new WebSocketTurn(
            () -> ServerProcess.start(command, Redirect.INHERIT),
            LoadTurn.Kind.NATIVE,
            cases,
            load.times(common.seconds())));
  }

  private void enter(
      final CostContest contest, final String name, final WebSocketRival.Style style) {
    if (!common.isWanted(name)) {
      return;
    }
    final List<String> options = new ArrayList<>(Contestants.nettyOptions());
    options.addAll(Memory.TOUCHED_HEAP);
    final List<String> server =
        Child.java(
            options,
            AllocationMeter.class.getName(),
            WebSocketRival.class.getName(),
            "--style",
            style.name());
    contest.enter(
        name,
        new WebSocketTurn(
            () -> ServerProcess.start(server, Redirect.INHERIT),
            LoadTurn.Kind.JVM,
            cases,
            load.times(common.seconds())));
  }

  private void report(final CostContest contest) throws IOException, InterruptedException {
    final LoadReport<WebSocketCase> report =
        new LoadReport<>(List.of(WebSocketCase.values()), cases, "message");
    final Map<String, String> percentiles = new LinkedHashMap<>();
    percentiles.put("p50", "p50");
    percentiles.put("p99", "p99");
    report.print(contest, "it comes", percentiles, List.of(NETTY, VERTX, WS));
    json.add(report.comparison(contest, "websocket", "WebSocket", NETTY));
  }
}
