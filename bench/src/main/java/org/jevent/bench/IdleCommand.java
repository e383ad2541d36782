package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What idle connections cost on each interface. */
@Command(
    name = "idle",
    description =
        "ROT13 on 64 busy connections beside more and more that say nothing, on each interface:"
            + " where one is asked about all of them each time, they cost; a plot shows it.",
    mixinStandardHelpOptions = true)
final class IdleCommand implements Callable<Integer> {
  private static final String TIME = "cpu_us_per_line";

  @Option(
      names = "--engines",
      split = ",",
      defaultValue = "select,poll,epoll,io_uring",
      description = "This library's (default: ${DEFAULT-VALUE}).")
  private List<String> engines;

  @Option(
      names = "--idle",
      split = ",",
      defaultValue = "0,1000,10000",
      description = "How many are idle (default: ${DEFAULT-VALUE}).")
  private List<Integer> idle;

  @Mixin private ServerRuns runs;

  @Option(
      names = "--plot",
      description = "Draw it into this file, as PNG; the ending is added if it is missing.")
  private Path plot;

  @Override
  public Integer call() throws IOException, InterruptedException {
    final ServerContest contest = runs.contest();
    System.out.println(Machine.description());
    final List<ServerContestant> entered =
        ServerContest.present(Contestants.ours(engines), "rot13");
    final Map<String, double[]> times = new LinkedHashMap<>();
    entered.forEach(contestant -> times.put(contestant.name, new double[idle.size()]));
    for (int i = 0; i < idle.size(); i++) {
      final int count = Math.min(idle.get(i), ServerRuns.connections());
      final ServerCell cell = ServerCell.beside(count);
      final ServerResults results = contest.run(cell, entered);
      results.print(cell.title());
      for (final ServerContestant contestant : entered) {
        times.get(contestant.name)[i] = results.median(contestant.name, TIME);
      }
    }
    if (plot != null) {
      draw(times);
    }
    return contest.failed() ? 1 : 0;
  }

  private void draw(final Map<String, double[]> times) throws IOException {
    final XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(500)
            .title("Processor time of a line beside idle connections")
            .xAxisTitle("idle connections")
            .yAxisTitle("us a line")
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
    chart.getStyler().setYAxisMin(0.0);
    final double[] counts = idle.stream().mapToDouble(Integer::doubleValue).toArray();
    times.forEach(
        (name, values) -> {
          final XYSeries series = chart.addSeries(name.replaceAll("^jevent-", ""), counts, values);
          series.setSmooth(false);
        });
    BitmapEncoder.saveBitmap(chart, plot.toString(), BitmapFormat.PNG);
    System.out.println("drawn: " + plot);
  }
}
