package org.jevent.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is asked of servers of TLS. */
enum TlsCase {
  FULL("full handshake", 16, 64, 64, 5_000),
  RESUMED("resumed", 16, 64, 64, 5_000),
  ECHO("64 B echo", 64, 64, 64, 100_000),
  TO_16K("16 KiB to it", 16, 1 << 14, 1, 20_000),
  FROM_16K("16 KiB from it", 16, 1, 1 << 14, 20_000),
  TO_1M("1 MiB to it", 16, 1 << 20, 1, 500),
  FROM_1M("1 MiB from it", 16, 1, 1 << 20, 500);

  /** The key of what a connection that is idle takes of memory. */
  static final String IDLE = "idle";

  private static final double NANOS_IN_US = 1e3;
  private static final double US_IN_SECOND = 1e6;

  final String title;
  final int connections;
  final int request;
  final int answer;
  final int warmUp;

  TlsCase(
      final String title,
      final int connections,
      final int request,
      final int answer,
      final int warmUp) {
    this.title = title;
    this.connections = connections;
    this.request = request;
    this.answer = answer;
    this.warmUp = warmUp;
  }

  /** One for each connection, else many. */
  boolean isHandshake() {
    return this == FULL || this == RESUMED;
  }

  /** The key of the processor time of one. */
  String cost() {
    return name().toLowerCase(Locale.ROOT) + "_us";
  }

  /** The key of how many there are in a second. */
  String rate() {
    return name().toLowerCase(Locale.ROOT) + "_rate";
  }

  /** Seconds of processor time for one, as microseconds, the way programs print it. */
  static double us(final double nanos) {
    return nanos / NANOS_IN_US;
  }

  /** How many would take a whole processor for a second. */
  static double perProcessorSecond(final double us) {
    return US_IN_SECOND / us;
  }

  /** The options of the clients; what the compiler learns is learned before they count. */
  List<String> options(final int seconds, final boolean jvm) {
    final List<String> options =
        new ArrayList<>(List.of("-c", "" + connections, "-q", "" + request, "-a", "" + answer));
    options.addAll(List.of("-s", "" + seconds, "-w", "1", "-W", "" + (jvm ? warmUp : 0)));
    if (isHandshake()) {
      options.add("-k");
    }
    if (this == RESUMED) {
      options.add("-r");
    }
    return options;
  }

  /** Processor time and memory: the key of each, and its name for people. */
  static Map<String, String> costs() {
    final Map<String, String> costs = new LinkedHashMap<>();
    for (final TlsCase each : values()) {
      costs.put(each.cost(), each.title);
    }
    costs.put(IDLE, "idle, B");
    return costs;
  }

  /** What comes a second. */
  static Map<String, String> rates() {
    final Map<String, String> rates = new LinkedHashMap<>();
    for (final TlsCase each : values()) {
      rates.put(each.rate(), each.title);
    }
    return rates;
  }
}
