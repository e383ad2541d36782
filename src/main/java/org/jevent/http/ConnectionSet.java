package org.jevent.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The connections of a server. */
final class ConnectionSet {
  private final Set<ServerConnection> all = new LinkedHashSet<>();

  void add(final ServerConnection connection) {
    all.add(connection);
  }

  void remove(final ServerConnection connection) {
    all.remove(connection);
  }

  int size() {
    return all.size();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Those that are there now; the visitor may end some of them. */
  void forEach(final Consumer<ServerConnection> visitor) {
    new ArrayList<>(all).forEach(visitor);
  }
}
