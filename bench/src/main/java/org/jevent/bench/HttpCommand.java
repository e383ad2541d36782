package org.jevent.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jevent.bench.rivals.HttpRival;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** HTTP beside the servers of others, under wrk. */
@Command(
    name = "http",
    description = {
      "Servers of HTTP/1.1 on one processor, wrk on another: hello at 1, 64 and 1,000 connections,"
          + " pipelined, 10 KB from memory, a file of 1 MB, a connection for each request, and"
          + " bodies of 64 KB to the server.",
      "This library beside Netty, Vert.x, Undertow, Jetty, the JDK's server, libevent's evhttp,"
          + " nginx, and a constant answer by epoll in C. The figures are the server's processor"
          + " time for a request, its rate, percentiles, and what is allocated."
    },
    mixinStandardHelpOptions = true)
final class HttpCommand implements Callable<Integer> {
  private static final String JEVENT = "jevent";
  private static final String NETTY = "Netty";
  private static final String VERTX = "Vert.x";
  private static final String EVHTTP = "evhttp (C)";
  private static final String NGINX = "nginx";
  private static final String FLOOR = "bare epoll (C)";
  private static final int FILE_SIZE = 1_000_000;
  private static final int TEN_KB = 10 * 1024;

  @Option(names = "--cases", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
  private Set<HttpCase> cases = EnumSet.allOf(HttpCase.class);

  @Mixin private ContestOptions common;

  @Mixin private LoadOptions load;

  @Mixin private AddOption json;

  private Path folder;

  @Override
  public Integer call() throws Exception {
    json.check();
    System.out.println(Machine.description());
    folder = Files.createTempDirectory("jevent-bench");
    try {
      Files.write(folder.resolve("file"), new byte[FILE_SIZE]);
      Files.write(folder.resolve("10k"), new byte[TEN_KB]);
      HttpTurn.writeScripts(folder);
      final CostContest contest = new CostContest(ServerCase.costs(HttpCase.values()));
      enter(contest, load.times(common.seconds()));
      CostContest.run(List.of(contest), common.rounds(), "http");
      report(contest);
      return contest.failed() ? 1 : 0;
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (final Path each : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
          Files.delete(each);
        }
      }
    }
  }

  private void enter(final CostContest contest, final LoadTurn.Times times) {
    enter(contest, JEVENT, HttpRival.Style.JEVENT, times);
    enter(contest, NETTY, HttpRival.Style.NETTY, times);
    enter(contest, VERTX, HttpRival.Style.VERTX, times);
    enter(contest, "Undertow", HttpRival.Style.UNDERTOW, times);
    enter(contest, "Jetty", HttpRival.Style.JETTY, times);
    enter(contest, "JDK", HttpRival.Style.JDK, times);
    enterInC(contest, EVHTTP, "server_http_evhttp", cases, times);
    if (common.isWanted(NGINX) && !Nginx.isHere()) {
      contest.leaveOut(NGINX, "nginx is not here");
    } else if (common.isWanted(NGINX)) {
      final Set<HttpCase> its = EnumSet.copyOf(cases);
      its.remove(HttpCase.POST); // which it has no handler for
      contest.enter(
          NGINX, new HttpTurn(() -> Nginx.start(folder), LoadTurn.Kind.NATIVE, its, times, folder));
    }
    final Set<HttpCase> hello = EnumSet.copyOf(cases);
    hello.retainAll(EnumSet.of(HttpCase.ONE, HttpCase.HELLO, HttpCase.MANY, HttpCase.PIPELINED));
    enterInC(contest, FLOOR, "server_http_epoll", hello, times);
  }

  private void enter(
      final CostContest contest,
      final String name,
      final HttpRival.Style style,
      final LoadTurn.Times times) {
    if (!common.isWanted(name)) {
      return;
    }
    final List<String> options = new ArrayList<>(Contestants.nettyOptions());
    options.addAll(Memory.TOUCHED_HEAP);
    options.add("-Dsun.net.httpserver.nodelay=true");
    options.add("-Dsun.net.httpserver.maxIdleConnections=20000");
    final List<String> server =
        Child.java(
            options,
            AllocationMeter.class.getName(),
            HttpRival.class.getName(),
            "--style",
            style.name(),
            "--file",
            folder.resolve("file").toString());
    contest.enter(
        name,
        new HttpTurn(
            () -> ServerProcess.start(server, Redirect.INHERIT),
            LoadTurn.Kind.JVM,
            cases,
            times,
            folder));
  }

  private void enterInC(
      final CostContest contest,
      final String name,
      final String program,
      final Set<HttpCase> its,
      final LoadTurn.Times times) {
    final Path found = Child.inC(program);
    if (!common.isWanted(name)) {
      return;
    }
    if (found == null) {
      contest.leaveOut(name, program + " was not built here");
      return;
    }
    final List<String> command = List.of(found.toString(), folder.resolve("file").toString());
    contest.enter(
        name,
        new HttpTurn(
            () -> ServerProcess.start(command, Redirect.INHERIT),
            LoadTurn.Kind.NATIVE,
            its,
            times,
            folder));
  }

  private void report(final CostContest contest) throws IOException, InterruptedException {
    final LoadReport<HttpCase> report =
        new LoadReport<>(List.of(HttpCase.values()), cases, "request");
    final Map<String, String> percentiles = new LinkedHashMap<>();
    percentiles.put("p50", "p50");
    percentiles.put("p99", "p99");
    percentiles.put("p999", "p99.9");
    report.print(contest, "an answer", percentiles, List.of(NETTY, VERTX, EVHTTP, NGINX, FLOOR));
    json.add(report.comparison(contest, "http", "HTTP", NGINX));
  }
}
