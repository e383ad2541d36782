package org.jevent.bench.report;

/**
 * A server that takes part.
 *
 * @param name short, as options know it
 * @param group where it stands
 * @param label for people
 * @param about what it is, in a sentence
 * @param engine what it said that it runs on, with its version; null if it could not start
 * @param obstacle why it could not take part; null if it did
 */
public record Contestant(
    String name, Group group, String label, String about, String engine, String obstacle) {

  /** The parts of the ladder, in order. */
  public enum Group {
    /** What a program in plain Java does. */
    BY_HAND("By hand in Java"),
    /** This library. */
    JEVENT("jevent"),
    /** Other event libraries. */
    LIBRARY("Other event libraries"),
    /** As little as can be done. */
    LIMIT("The limit: bare system calls in C");

    private final String title;

    Group(final String title) {
      this.title = title;
    }

    /** For people. */
    public String title() {
      return title;
    }
  }

  /** It can be measured. */
  public boolean tookPart() {
    return obstacle == null;
  }
}
