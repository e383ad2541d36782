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

  /** The connections are a list by their own links. */
  private ServerConnection first;

  private ServerConnection last;
  private int count;

  /** Streams that were taken over, and are still the server's to end. */
  private final Set<HttpUpgraded> upgraded = new LinkedHashSet<>();

  /**
   * @param report gets what objects of the program throw
   */
  ConnectionSet(final BiConsumer<Object, Throwable> report) {
    this.report = report;
  }

  void add(final ServerConnection connection) {
    assert connection.before == null && connection.after == null : connection;
    connection.before = last;
    if (last == null) {
      first = connection;
    } else {
      last.after = connection;
    }
    last = connection;
    count++;
  }

  /** Each connection is removed once. */
  void remove(final ServerConnection connection) {
    assert connection == first || connection.before != null : connection;
    if (connection.before == null) {
      first = connection.after;
    } else {
      connection.before.after = connection.after;
    }
    if (connection.after == null) {
      last = connection.before;
    } else {
      connection.after.before = connection.before;
    }
    connection.before = null;
    connection.after = null;
    count--;
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

  /** A stream that the server has got at its end is ended as well, if it is still there. */
  void end(final HttpUpgraded stream, final Consumer<HttpUpgraded> way) {
    if (upgraded.contains(stream)) {
      visit(stream, way);
    }
  }

  int size() {
    return count + upgraded.size();
  }

  boolean isEmpty() {
    return count == 0 && upgraded.isEmpty();
  }

  /** Those that are there now; the visitor may end some of them. */
  void forEach(final Consumer<ServerConnection> visitor) {
    final List<ServerConnection> all = new ArrayList<>(count);
    for (ServerConnection each = first; each != null; each = each.after) {
      all.add(each);
    }
    all.forEach(visitor);
  }
}
