package org.jevent.internal.engine.ring;

import java.util.List;

/** The contract's numbering of signals. */
final class SignalIndex {
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "USR1", "USR2", "PIPE", "ALRM", "TERM", "CHLD", "CONT", "TSTP",
          "WINCH", "IO", "URG", "BREAK");

  private SignalIndex() {}

  /** The index of a name without SIG; 0, which the shim refuses, when it is unknown. */
  static int of(final String name) {
    return NAMES.indexOf(name) + 1;
  }
}
