package org.jevent.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the ladder is measured at: a cell in the middle, and from there along each axis. */
final class LadderCells {
  static final String CENTRE = "64x1x64";

  private static final int CONNECTIONS = 64;
  private static final int DEPTH = 1;
  private static final int LENGTH = 64;

  enum Axis {
    CONNECTIONS,
    IDLE,
    LENGTH,
    DEPTH,
    CLOSE
  }

  /** A cell, and of which axes it is a point. */
  record Place(ServerCell cell, Map<String, Double> axes) {}

  @Option(
      names = "--axes",
      split = ",",
      defaultValue = "connections,idle,length,depth,close",
      description = "Which (default: ${DEFAULT-VALUE}).")
  private List<Axis> axes;

  @Option(
      names = "--connections",
      split = ",",
      defaultValue = "1,64,1000,10000",
      description = "Busy connections (default: ${DEFAULT-VALUE}).")
  private List<Integer> connections;

  @Option(
      names = "--idle-shares",
      split = ",",
      defaultValue = "0.5,0.9,0.99",
      description = "How many of the most connections say nothing (default: ${DEFAULT-VALUE}).")
  private List<Double> shares;

  @Option(
      names = "--lengths",
      split = ",",
      defaultValue = "32,64,1024,16384,65536",
      description = "Bytes of a line, its end included (default: ${DEFAULT-VALUE}).")
  private List<Integer> lengths;

  @Option(
      names = "--depths",
      split = ",",
      defaultValue = "1,4,16,64",
      description = "Lines in flight on each connection (default: ${DEFAULT-VALUE}).")
  private List<Integer> depths;

  private final Map<String, Place> places = new LinkedHashMap<>();

  /** All of them, with no more connections than the clients may have; the middle comes first. */
  List<Place> all(final int max) {
    places.clear();
    place(busy(CONNECTIONS, DEPTH, LENGTH), null, 0);
    for (final Axis axis : axes) {
      switch (axis) {
        case CONNECTIONS -> connections.forEach(count -> connections(Math.min(count, max)));
        case IDLE -> idle(Math.min(connections.stream().mapToInt(i -> i).max().orElse(1), max));
        case LENGTH -> lengths.forEach(n -> place(busy(CONNECTIONS, DEPTH, n), "length", n));
        case DEPTH -> depths.forEach(n -> place(busy(CONNECTIONS, n, LENGTH), "depth", n));
        case CLOSE -> place(closing(), null, 0);
      }
    }
    return new ArrayList<>(places.values());
  }

  /** Those that a newcomer sees. */
  static List<Place> quick(final int max) {
    final LadderCells cells = new LadderCells();
    cells.place(busy(CONNECTIONS, DEPTH, LENGTH), null, 0);
    cells.place(busy(CONNECTIONS, 16, LENGTH), null, 0);
    cells.place(busy(Math.min(1000, max), DEPTH, LENGTH), null, 0);
    cells.place(ServerCell.beside(Math.min(5000, max - CONNECTIONS)), null, 0);
    return new ArrayList<>(cells.places.values());
  }

  private void connections(final int count) {
    place(busy(count, DEPTH, LENGTH), "connections", count);
  }

  /** As many connections at each share, of which the others are busy. */
  private void idle(final int total) {
    for (final double share : shares) {
      final int idle = (int) Math.min(total - 1L, Math.round(total * share));
      final ServerCell cell =
          new ServerCell(
              String.format(Locale.ROOT, "%dx%dx%d of %d", total - idle, DEPTH, LENGTH, total),
              "rot13",
              total - idle,
              DEPTH,
              LENGTH,
              idle,
              false);
      place(cell, "idle", share);
    }
    // None of them idle: a point of the other axis, too.
    if (axes.contains(Axis.CONNECTIONS)) {
      place(busy(total, DEPTH, LENGTH), "idle", 0);
    }
  }

  private void place(final ServerCell cell, final String axis, final double value) {
    final Place place =
        places.computeIfAbsent(cell.name(), name -> new Place(cell, new LinkedHashMap<>()));
    if (axis != null) {
      place.axes.put(axis, value);
    }
  }

  private static ServerCell busy(final int connections, final int depth, final int length) {
    return new ServerCell(
        connections + "x" + depth + "x" + length, "rot13", connections, depth, length, 0, false);
  }

  private static ServerCell closing() {
    return new ServerCell("close", "rot13", CONNECTIONS, 1, LENGTH, 0, true);
  }
}
