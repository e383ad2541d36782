package org.jevent.bench;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** A table of the benchmarks that have a counterpart of Netty's, with the ratio of the two. */
final class NettyTable {
  private static final String NETTY = "Netty";
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private final Map<String, RunResult> ours = new LinkedHashMap<>();
  private final Map<String, RunResult> theirs = new LinkedHashMap<>();

  private NettyTable() {}

  static void print(final Collection<RunResult> results) {
    final NettyTable table = new NettyTable();
    results.forEach(table::add);
    table.print();
  }

  private void add(final RunResult result) {
    final String name = result.getParams().getBenchmark();
    final String method = name.substring(name.lastIndexOf('.') + 1);
    if (method.endsWith(NETTY)) {
      theirs.put(key(method.substring(0, method.length() - NETTY.length()), result), result);
    } else {
      ours.put(key(method, result), result);
    }
  }

  private static String key(final String method, final RunResult result) {
    return result.getParams().getParamsKeys().stream()
        .map(result.getParams()::getParam)
        .collect(Collectors.joining(" ", method + " ", ""))
        .trim();
  }

  private void print() {
    final Map<Double, String> slower = new TreeMap<>();
    System.out.printf(
        Locale.ROOT,
        "%n%-28s %10s %10s %8s %10s %10s%n",
        "medians",
        "jevent ns",
        "Netty ns",
        "ratio",
        "jevent B",
        "Netty B");
    ours.forEach(
        (name, mine) -> {
          final RunResult rival = theirs.get(name);
          if (rival != null) {
            final double ratio = median(mine) / median(rival);
            System.out.printf(
                Locale.ROOT,
                "%-28s %10.2f %10.2f %8.2f %10.1f %10.1f%n",
                name,
                median(mine),
                median(rival),
                ratio,
                allocated(mine),
                allocated(rival));
            if (ratio > 1) {
              slower.put(ratio, name);
            }
          }
        });
    System.out.println("Slower than Netty: " + (slower.isEmpty() ? "none" : slower.values()));
  }

  private static double median(final RunResult result) {
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }

  private static double allocated(final RunResult result) {
    final Result<?> found = result.getSecondaryResults().get(ALLOCATED);
    return found == null ? Double.NaN : found.getScore();
  }
}
