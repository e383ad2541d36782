package org.jevent.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the clients of a contest do. */
record ServerCell(
    String name, String mode, int connections, int depth, int length, int idle, boolean closing) {

  private static final String ROT13 = "rot13";

  /** Opening and closing is more code, run less often, before a JVM has compiled it all. */
  private static final int CLOSING_WARM_UP = 3;

  /** All of them. */
  static List<ServerCell> all(final int idle) {
    return List.of(
        new ServerCell("1x1x32", ROT13, 1, 1, 32, 0, false),
        new ServerCell("64x1x64", ROT13, 64, 1, 64, 0, false),
        new ServerCell("64x16x64", ROT13, 64, 16, 64, 0, false),
        new ServerCell("1000x1x64", ROT13, 1000, 1, 64, 0, false),
        new ServerCell("echo", "echo", 16, 1, 16_384, 0, false),
        new ServerCell("idle", ROT13, 64, 1, 64, idle, false),
        new ServerCell("close", ROT13, 64, 1, 64, 0, true));
  }

  /** 64 busy connections beside this many that say nothing. */
  static ServerCell beside(final int idle) {
    return new ServerCell(idle + " idle", ROT13, 64, 1, 64, idle, false);
  }

  String title() {
    final String clients =
        String.format(
            Locale.ROOT,
            "%s: %d connections x %d x %d bytes, %s",
            name,
            connections,
            depth,
            length,
            mode);
    if (closing) {
      return clients + ", each connects, sends a line, checks the answer and closes";
    }
    return idle > 0 ? clients + String.format(Locale.ROOT, ", beside %d idle ones", idle) : clients;
  }

  /** The options of the load generator. */
  List<String> options(final int seconds, final int warmUp) {
    final int before = closing ? CLOSING_WARM_UP * warmUp : warmUp;
    final List<String> options =
        new ArrayList<>(
            List.of(
                "-m",
                mode,
                "-c",
                "" + connections,
                "-d",
                "" + depth,
                "-l",
                "" + length,
                "-s",
                "" + seconds,
                "-w",
                "" + before,
                "-i",
                "" + idle));
    if (closing) {
      options.add("-k");
    }
    return options;
  }
}
