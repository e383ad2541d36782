package org.jevent.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The connections of a server. */
final class ConnectionSet {
  private final Set<ServerConnection> all = new LinkedHashSet<>();

  /** Streams that were taken over, and are still the server's to end. */
  private final Set<HttpUpgraded> upgraded = new LinkedHashSet<>();

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

  boolean has(final HttpUpgraded stream) {
    return upgraded.contains(stream);
  }

  /** As {@link #forEach}. */
  void forEachUpgraded(final Consumer<HttpUpgraded> visitor) {
    new ArrayList<>(upgraded).forEach(visitor);
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
