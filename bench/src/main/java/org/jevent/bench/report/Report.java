package org.jevent.bench.report;

import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A page and tables for people, made of a file of results. */
public final class Report {
  private Report() {}

  /** Writes both beside the file, with its name, and prints where. */
  public static List<Path> writeBeside(final Path json) throws IOException {
    final Results results = ResultsFile.read(json);
    final Map<String, Object> model = model(results);
    final String name = json.getFileName().toString().replaceAll("[.]json$", "");
    final Path page = json.resolveSibling(name + ".html");
    final Path tables = json.resolveSibling(name + ".md");
    Files.writeString(page, fill("report.html", model, true));
    Files.writeString(tables, fill("report.md", model, false));
    return List.of(page, tables);
  }

  private static String fill(
      final String template, final Map<String, Object> model, final boolean escaped)
      throws IOException {
    try (InputStream in = Report.class.getResourceAsStream(template);
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return Mustache.compiler()
          .escapeHTML(escaped)
          .emptyStringIsFalse(true)
          .nullValue("")
          .compile(text)
          .execute(model);
    }
  }

  private static Map<String, Object> model(final Results results) throws IOException {
    final Figures figures = new Figures(results);
    final Map<String, Object> model = new HashMap<>();
    model.put("begun", results.begun().replace('T', ' ').replace("Z", " UTC"));
    model.put("machine", results.machine().entrySet());
    model.put("settings", results.settings().entrySet());
    model.put("doubts", new Doubts(figures).sentences());
    model.put("comparisons", results.comparisons().stream().map(CostTables::of).toList());
    final boolean servers = !results.cells().isEmpty();
    model.put("servers", servers);
    if (servers) {
      addServers(model, figures);
    }
    return model;
  }

  private static void addServers(final Map<String, Object> model, final Figures figures)
      throws IOException {
    final Tables tables = new Tables(figures);
    final List<Cell> cells = figures.results.cells();
    model.put("verdict", new Verdict(figures).sentences());
    model.put("centre", tables.cell(figures.centre()));
    model.put("reference", figures.reference() == null ? "–" : figures.reference().label());
    // Absent where the first reference is the same, or there is none.
    final Contestant hand = figures.byHand();
    model.put("hand", hand == null || hand.equals(figures.reference()) ? null : hand.label());
    model.put("overview", tables.overview());
    model.put("plots", new PlotSheet(figures).rows());
    model.put("cells", cells.stream().map(tables::cell).toList());
    model.put(
        "leftOut", figures.results.contestants().stream().filter(one -> !one.tookPart()).toList());
    model.put("present", figures.present());
    model.put("clientsBusy", Text.percent(figures.overAll("load_busy")));
    model.put("clientsMost", Text.percent(figures.greatest("load_busy")));
    model.put("serverBusy", Text.percent(figures.overAll("server_busy")));
    model.put("othersBusy", Text.percent(figures.overAll("others_busy")));
  }
}
