package org.jevent.bench.report;

import java.util.List;
import java.util.Map;

/**
 * Something else that an event library costs, by contestants that took turns.
 *
 * @param name short: the name of the benchmark
 * @param title for people
 * @param meaning what a figure means, in a sentence
 * @param unit of the figures
 * @param lessIsBetter a cost, and no yield
 * @param reference with which the others are compared, where it took part
 * @param cases what was measured
 * @param leftOut contestants that could not take part, and why
 */
public record Comparison(
    String name,
    String title,
    String meaning,
    String unit,
    boolean lessIsBetter,
    String reference,
    List<Case> cases,
    Map<String, String> leftOut) {

  /**
   * One of the things that were measured.
   *
   * @param name for people
   * @param rounds the figures of each round, by contestant
   */
  public record Case(String name, Map<String, double[]> rounds) {}
}
