package org.jevent.bench;

import picocli.CommandLine.Option;

/** How long servers are under load, and how many connections are idle. */
final class LoadOptions {
  @Option(
      names = "--warm-up",
      defaultValue = "4",
      description = "Seconds of each case before it counts (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--idle",
      defaultValue = "2000",
      description = "Connections whose memory is measured (default: ${DEFAULT-VALUE}).")
  private int idle;

  /**
   * @param seconds of each case
   */
  LoadTurn.Times times(final int seconds) {
    return new LoadTurn.Times(seconds, warmUp, idle);
  }
}
