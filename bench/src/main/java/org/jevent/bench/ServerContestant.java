package org.jevent.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jevent.bench.report.Contestant;
import org.jevent.bench.report.Contestant.Group;

/** A server that takes part, and how to start it. */
abstract class ServerContestant {
  final String name;
  private final Group group;
  private final String label;
  private final String about;

  private ServerContestant(
      final String name, final Group group, final String label, final String about) {
    this.name = name;
    this.group = group;
    this.label = label;
    this.about = about;
  }

  /** The command for a mode; a counted run reports what it allocates, if it can. */
  abstract List<String> command(String mode, boolean counted);

  abstract boolean isJvm();

  /** For tables in which nothing else says whose it is. */
  String label() {
    return group == Group.JEVENT ? "jevent: " + label : label;
  }

  /** It can report what it allocates. */
  abstract boolean reportsAllocation();

  /** Why it cannot take part, found out by starting it; null where it can. */
  String obstacle(final String mode) throws IOException {
    return tried(mode).obstacle();
  }

  /** What a report says of it, found out by starting it. */
  Contestant tried(final String mode) throws IOException {
    final List<String> command = command(mode, false);
    if (command.isEmpty()) {
      return described(null, missing());
    }
    final Path errors = Files.createTempFile("jevent-bench", ".txt");
    try (ServerProcess server = ServerProcess.start(command, Redirect.to(errors.toFile()))) {
      return described(server.engine(), server.port() > 0 ? null : "it has no port");
    } catch (final IOException e) {
      return described(
          null,
          Files.readAllLines(errors).stream()
              .filter(line -> !line.isBlank())
              .findFirst()
              .orElse(e.getMessage()));
    } finally {
      Files.delete(errors);
    }
  }

  /** Why there is no command. */
  abstract String missing();

  private Contestant described(final String engine, final String obstacle) {
    return new Contestant(name, group, label, about, engine, obstacle);
  }

  /** A program of {@code native/bench}. */
  static final class InC extends ServerContestant {
    private final Path program;
    private final List<String> options;

    InC(
        final String name,
        final Group group,
        final String label,
        final String about,
        final String program,
        final String... options) {
      super(name, group, label, about);
      this.program = Child.inC(program);
      this.options = List.of(options);
    }

    @Override
    boolean isJvm() {
      return false;
    }

    @Override
    boolean reportsAllocation() {
      return false;
    }

    @Override
    String missing() {
      return "it was not built here, as CMake says";
    }

    @Override
    List<String> command(final String mode, final boolean counted) {
      if (program == null) {
        return List.of();
      }
      final List<String> command =
          new ArrayList<>(List.of(program.toString(), "--port", "0", "--mode", mode));
      command.addAll(options);
      return command;
    }
  }

  /** What an {@link OnJvm} is started with besides its port. */
  interface Arguments {
    List<String> of(String mode);
  }

  /** A program of the class path. */
  static final class OnJvm extends ServerContestant {
    private final List<String> options;
    private final String main;
    private final Arguments arguments;
    private Jvm jvm = Jvm.own();
    private boolean virtual;
    private int since;

    OnJvm(
        final String name,
        final Group group,
        final String label,
        final String about,
        final List<String> options,
        final String main,
        final Arguments arguments) {
      super(name, group, label, about);
      this.options = options;
      this.main = main;
      this.arguments = arguments;
    }

    /** The same server, whose JVM has more options. */
    OnJvm with(final List<String> more) {
      final List<String> all = new ArrayList<>(options);
      all.addAll(more);
      return new OnJvm(name, super.group, super.label, super.about, all, main, arguments);
    }

    /** On virtual threads, which do not count what they allocate. */
    OnJvm virtual(final int version) {
      since = version;
      jvm = Jvm.since(version).orElse(null);
      virtual = true;
      return this;
    }

    @Override
    boolean isJvm() {
      return true;
    }

    @Override
    boolean reportsAllocation() {
      return !virtual;
    }

    @Override
    String missing() {
      return "there is no JDK " + since + " or later here";
    }

    @Override
    List<String> command(final String mode, final boolean counted) {
      if (jvm == null) {
        return List.of();
      }
      final List<String> command =
          counted && reportsAllocation()
              ? Child.java(jvm, options, AllocationMeter.class.getName(), main)
              : Child.java(jvm, options, main);
      command.addAll(arguments.of(mode));
      command.addAll(List.of("--port", "0"));
      return command;
    }
  }
}
