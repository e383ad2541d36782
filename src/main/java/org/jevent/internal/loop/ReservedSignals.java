package org.jevent.internal.loop;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signals that no event may watch, and why. The system reserves two. A JVM that does not get the
 * ones it uses hangs or ends silently at the next null reference, division by zero or closed
 * socket. The list is that of HotSpot and the JDK; {@code sun.misc.Signal} refuses only some of
 * them.
 */
final class ReservedSignals {
  private static final Pattern NUMBER = Pattern.compile("\\s*([+-]?\\d{1,9}).*", Pattern.DOTALL);

  /** Those of this process. */
  static final ReservedSignals HERE =
      new ReservedSignals(
          System.getProperty("os.name", ""),
          System.getProperty("os.arch", ""),
          System.getenv("_JAVA_SR_SIGNUM"));

  private final Map<Integer, String> reasons = new HashMap<>();

  /**
   * @param suspending what the environment says of the signal that suspends threads, or null
   */
  ReservedSignals(final String system, final String processor, final String suspending) {
    final String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return; // its console has none of them
    }
    reserve("SIGILL", 4, "by which the JVM's compiled code reports to it");
    reserve("SIGFPE", 8, "by which the JVM meets divisions by zero");
    reserve("SIGKILL", 9, "which the system lets no process catch");
    reserve("SIGSEGV", 11, "by which the JVM meets null references and stops its threads");
    if (processor.startsWith("ppc")) {
      reserve("SIGTRAP", 5, "by which the JVM's compiled code reports to it");
    }
    if (name.equals("linux")) {
      reserveOfSystem(7, 19);
      reserveSuspending(12, 65, suspending);
      reserveWaking("SIGRTMAX-2", 62);
    } else if (name.equals("sunos")) {
      reserveOfSystem(10, 23);
      reserveSuspending(17, 75, suspending);
      reserve("SIGJVM1", 39, "which the JVM uses itself");
      reserve("SIGJVM2", 40, "which the JVM uses itself");
    } else { // macOS and the BSDs
      reserveOfSystem(10, 17);
      reserveSuspending(31, 32, suspending);
      reserveWaking("SIGIO", 23);
    }
  }

  private void reserve(final String name, final int number, final String reason) {
    reasons.put(number, name + ", " + reason);
  }

  private void reserveOfSystem(final int bus, final int stop) {
    reserve("SIGBUS", bus, "by which the JVM meets files that were cut while they are mapped");
    reserve("SIGSTOP", stop, "which the system lets no process catch");
  }

  private void reserveWaking(final String name, final int number) {
    reserve(name, number, "by which the JDK wakes threads whose channel is closed");
  }

  /** Parses the variable as HotSpot does: an invalid number changes nothing. */
  private void reserveSuspending(final int usual, final int end, final String named) {
    final Matcher number = NUMBER.matcher(named == null ? "" : named);
    final int chosen = number.matches() ? Integer.parseInt(number.group(1)) : 0;
    if (chosen > 11 && chosen < end) {
      reserve("_JAVA_SR_SIGNUM", chosen, "by which the JVM suspends its threads");
    } else {
      reserve(
          "SIGUSR2",
          usual,
          "by which the JVM suspends its threads unless _JAVA_SR_SIGNUM names another one");
    }
  }

  /** The name of a reserved signal and the reason, or null. */
  String reason(final int number) {
    return reasons.get(number);
  }
}
