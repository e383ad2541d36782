package org.jevent.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Servers that take turns under the same load. */
final class ServerContest {
  private static final int SECONDS_COUNTED = 1;

  private final LoadClient clients;
  private final int rounds;
  private final int seconds;
  private final int warmUp;
  private Progress progress = Progress.none();
  private boolean failed;

  ServerContest(final LoadClient clients, final int rounds, final int seconds, final int warmUp) {
    this.clients = clients;
    this.rounds = rounds;
    this.seconds = seconds;
    this.warmUp = warmUp;
  }

  /** From now on. */
  void show(final Progress shown) {
    progress = shown;
  }

  /** A server could not finish. */
  boolean failed() {
    return failed;
  }

  /** Those that can serve in this mode; why the others cannot is printed. */
  static List<ServerContestant> present(final List<ServerContestant> entered, final String mode)
      throws IOException {
    final List<ServerContestant> present = new ArrayList<>();
    for (final ServerContestant contestant : entered) {
      final String obstacle = contestant.obstacle(mode);
      if (obstacle == null) {
        present.add(contestant);
      } else {
        System.out.printf(Locale.ROOT, "left out of %s: %s: %s%n", mode, contestant.name, obstacle);
      }
    }
    return present;
  }

  ServerResults run(final ServerCell cell, final List<ServerContestant> entered)
      throws InterruptedException {
    final ServerResults results = new ServerResults();
    final List<ServerContestant> taking = new ArrayList<>(entered);
    taking.forEach(contestant -> results.enter(contestant.name));
    for (int round = 0; round <= rounds; round++) {
      for (final ServerContestant contestant : List.copyOf(taking)) {
        progress.begin(cell.name() + ": " + contestant.name);
        try {
          takeTurn(cell, contestant, results, round == rounds);
        } catch (final IOException e) {
          System.out.printf(
              Locale.ROOT, "%s fails in %s: %s%n", contestant.name, cell.name(), e.getMessage());
          failed = true;
          taking.remove(contestant);
          if (round < rounds) { // else only its counts are missing
            results.drop(contestant.name, e.getMessage());
          }
        }
        progress.step();
      }
      // No contestant is always the first, whose processor had a rest.
      Collections.rotate(taking, -1);
    }
    return results;
  }

  private void takeTurn(
      final ServerCell cell,
      final ServerContestant contestant,
      final ServerResults results,
      final boolean counted)
      throws IOException, InterruptedException {
    final List<String> options =
        cell.options(counted ? SECONDS_COUNTED : seconds, contestant.isJvm() ? warmUp : 1);
    try (ServerProcess server =
        ServerProcess.start(contestant.command(cell.mode(), counted), Redirect.INHERIT)) {
      if (counted) {
        final Map<String, Double> figures =
            clients.count(options, server, contestant.reportsAllocation());
        results.addCounted(contestant.name, figures);
      } else {
        results.add(contestant.name, clients.run(options, server));
      }
    }
  }
}
