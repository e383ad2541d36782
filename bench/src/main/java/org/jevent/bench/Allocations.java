package org.jevent.bench;

import java.io.IOException;
import java.util.Map;

/** What a server allocates in the time that counts, where {@link AllocationMeter} runs it. */
class Allocations implements LoadClient.Moments {
  private final ServerProcess server;
  private long before;
  private long after;

  Allocations(final ServerProcess server) {
    this.server = server;
  }

  @Override
  public void begin() throws IOException {
    before = server.allocated();
  }

  @Override
  public void end() throws IOException {
    after = server.allocated();
  }

  void addTo(final Map<String, Double> figures) {
    final double bytes = after - before;
    // Else a thread has ended, and what it had allocated is not known any more.
    if (bytes >= 0) {
      figures.put("allocated_per_line", bytes / figures.get("lines"));
    }
  }
}
