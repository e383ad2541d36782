package org.jevent.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;

/** A server of DNS on 127.0.0.1 in separate processes. */
interface NameServer extends AutoCloseable {
  int port();

  long pid();

  @Override
  void close() throws IOException;

  /** The processor time of a process and of those that it has started. */
  static Duration processorTime(final long pid) throws IOException {
    final ProcessHandle process =
        ProcessHandle.of(pid).orElseThrow(() -> new IOException("process " + pid + " has ended"));
    return Stream.concat(Stream.of(process), process.descendants())
        .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
