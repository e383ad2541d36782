package org.jevent.internal.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Why methods cannot be used: each reason once, with the names of those that it holds for. */
final class Reasons {
  private final Map<String, List<String>> names = new LinkedHashMap<>();

  void add(final String name, final String reason) {
    names.computeIfAbsent(reason, key -> new ArrayList<>()).add(name);
  }

  /** The reasons without names, where the method is known. */
  String only() {
    return String.join("; ", names.keySet());
  }

  @Override
  public String toString() {
    final List<String> parts = new ArrayList<>();
    names.forEach((reason, methods) -> parts.add(String.join(", ", methods) + ": " + reason));
    return String.join("; ", parts);
  }
}
