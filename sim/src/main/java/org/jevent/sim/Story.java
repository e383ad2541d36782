package org.jevent.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jevent.sim.core.Choice;
import org.jevent.sim.kernel.PcapngCapture;

/** What has happened in a failing run, in order, for people and for network analysers. */
final class Story {
  private static final int MAX_LINES = 10_000;
  private static final int SHOWN = 40;

  private final ArrayDeque<String> lines = new ArrayDeque<>();
  private long left;
  private final List<String> names = new ArrayList<>();
  private PcapngCapture capture;

  /** Records what happens in a world from now on. */
  void listenTo(final World world) {
    capture = new PcapngCapture(world.network());
    world.network().capture(capture);
    world.trace().listen(this::happened);
    world
        .draws()
        .onFault(
            (site, entity) -> world.trace().line("fault", site + " " + world.nameOf(entity.id())));
  }

  private void happened(final long nanos, final String host, final String what) {
    if (lines.size() == MAX_LINES) {
      lines.poll();
      left++;
    }
    lines.add(Duration.ofNanos(nanos).toString().substring(2) + " | " + host + " | " + what);
  }

  /** Notes the choices in words, while the world that drew them is there. */
  void choices(final World world, final List<Choice> choices) {
    for (final Choice choice : choices) {
      names.add(
          choice.site()
              + " "
              + world.nameOf(choice.entity())
              + " #"
              + choice.count()
              + ": "
              + choice.value()
              + " of "
              + choice.bound());
    }
  }

  byte[] packets() {
    return capture.bytes();
  }

  /** The message of the failure. */
  String message(
      final String test,
      final SimulationFailure failure,
      final String hint,
      final List<Choice> choices,
      final int runs) {
    final StringBuilder text = new StringBuilder();
    text.append(test).append(": ").append(failure.reason());
    text.append('\n').append(hint);
    if (choices != null) {
      text.append(runs > 0 ? "\nReduced to " : "\nWith ").append(choices.size());
      text.append(" choices").append(runs > 0 ? " in " + runs + " runs:" : ":");
      names.stream().limit(SHOWN).forEach(line -> text.append("\n  ").append(line));
    }
    text.append("\nWhat happened (virtual time, host, event):");
    final List<String> all = new ArrayList<>(lines);
    final int from = Math.max(0, all.size() - SHOWN);
    if (from + left > 0) {
      text.append("\n  ... ").append(from + left).append(" lines before");
    }
    all.subList(from, all.size()).forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  /** Writes the files of a failing run; returns where they are, in words. */
  String write(
      final Path directory,
      final String test,
      final Replay replay,
      final List<Choice> choices,
      final SimulationFailure failure,
      final byte[] packets) {
    if (directory == null) {
      return "";
    }
    final String name = replay.file();
    try {
      Files.createDirectories(directory);
      final List<String> text = new ArrayList<>(List.of(failure.toString()));
      if (left > 0) {
        text.add("... " + left + " lines before");
      }
      text.addAll(lines);
      Files.write(directory.resolve(name + ".txt"), text);
      Files.write(directory.resolve(name + ".pcapng"), packets);
      if (choices != null) {
        new ChoiceFile(replay.seed(), choices)
            .write(directory.resolve(name + ChoiceFile.ENDING), test);
      }
    } catch (final IOException e) {
      return "\nThe files of the run could not be written: " + e;
    }
    return "\nFiles: " + directory.resolve(name) + ".*";
  }
}
