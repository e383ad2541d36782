package org.jevent.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The connections of a server. */
final class ConnectionSet {
  private final BiConsumer<Object, Throwable> report;
  private final Set<ServerConnection> all = new LinkedHashSet<>();

  /** Streams that were taken over, and are still the server's to end. */
  private final Set<HttpUpgraded> upgraded = new LinkedHashSet<>();

  /**
   * @param report gets what objects of the program throw
   */
  ConnectionSet(final BiConsumer<Object, Throwable> report) {
    this.report = report;
  }

  void add(final ServerConnection connection) {
    all.add(connection);
  }

  void remove(final ServerConnection connection) {
    all.remove(connection);
  }

  void add(final HttpUpgraded stream) {
    upgraded.add(stream);
  }

  void remove(final HttpUpgraded stream) {
    upgraded.remove(stream);
  }

  /** As {@link #forEach}; what one throws is reported, and keeps no other from its end. */
  void forEachUpgraded(final Consumer<HttpUpgraded> visitor) {
    for (final HttpUpgraded each : List.copyOf(upgraded)) {
      visit(each, visitor);
    }
  }

  private void visit(final HttpUpgraded stream, final Consumer<HttpUpgraded> visitor) {
    try {
      visitor.accept(stream);
    } catch (final Throwable thrown) {
      report.accept(stream, thrown);
    }
  }

  /** A stream that the server has got while it drains is ended as well, if it is still there. */
  void drain(final HttpUpgraded stream) {
    if (upgraded.contains(stream)) {
      visit(stream, HttpUpgraded::drain);
    }
  }

  int size() {
    return all.size() + upgraded.size();
  }

  boolean isEmpty() {
    return all.isEmpty() && upgraded.isEmpty();
  }

  /** Those that are there now; the visitor may end some of them. */
  void forEach(final Consumer<ServerConnection> visitor) {
    new ArrayList<>(all).forEach(visitor);
  }
}
