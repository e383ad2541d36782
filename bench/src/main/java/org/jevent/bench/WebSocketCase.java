package org.jevent.bench;

import java.util.ArrayList;
import java.util.List;

/** What is asked of servers of WebSockets. */
enum WebSocketCase implements ServerCase {
  TINY("16 B, 64", "/echo", 64, 16),
  MANY("16 B, 1,000", "/echo", 1000, 16),
  SHORT("125 B, 64", "/echo", 64, 125),
  SMALL("1 KiB, 64", "/echo", 64, 1024),
  MEDIUM("16 KiB, 64", "/echo", 64, 16_384),
  LARGE("64 KiB, 64", "/echo", 64, 65_536),
  HUGE("1 MiB, 8", "/echo", 8, 1 << 20),
  BROADCAST("200 B to 1,000", "/broadcast", 1000, 200, "--broadcast"),
  DEFLATE("4 KiB deflated, 64", "/echo", 64, 4096, "--deflate");

  final String path;
  private final String title;
  private final List<String> options = new ArrayList<>();

  WebSocketCase(
      final String title,
      final String path,
      final int sockets,
      final int size,
      final String... more) {
    this.title = title;
    this.path = path;
    options.addAll(List.of("--sockets", "" + sockets, "--size", "" + size));
    options.addAll(List.of(more));
  }

  @Override
  public String title() {
    return title;
  }

  /** The options of {@link WebSocketLoad}. */
  List<String> options() {
    return options;
  }
}
