package org.jevent.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jevent.bench.rivals.RivalServer;

/** A server that takes part, and how to start it. */
abstract class ServerContestant {
  /** What all others are compared with. */
  static final String REFERENCE = "epoll-c";

  private static final int UNSAFE_ASKS_SINCE = 23;

  final String name;

  private ServerContestant(final String name) {
    this.name = name;
  }

  /** The command for a mode; a counted run tells what it allocates, if it is a JVM. */
  abstract List<String> command(String mode, boolean counted);

  abstract boolean isJvm();

  /** All of them; of this library one for each engine and, but for pure Java, each binding. */
  static List<ServerContestant> all(final List<String> engines, final List<String> bindings) {
    final List<ServerContestant> all = new ArrayList<>();
    all.add(new InC(REFERENCE, "server_epoll"));
    all.add(new InC("uring-c", "server_uring"));
    all.add(new InC("libevent-c", "server_libevent"));
    all.add(rival("nio", "nio", "nio"));
    all.add(rival("netty-nio", "netty", "nio"));
    all.add(rival("netty-epoll", "netty", "epoll"));
    all.add(rival("netty-uring", "netty", "io_uring"));
    for (final String engine : engines) {
      if (engine.equals("nio")) {
        all.add(ours("jevent-nio", engine, "jna"));
      } else {
        bindings.forEach(binding -> all.addAll(ours(List.of(engine), binding)));
      }
    }
    return all;
  }

  /** This library's, on these engines. */
  static List<ServerContestant> ours(final List<String> engines, final String binding) {
    return engines.stream()
        .map(engine -> ours("jevent-" + engine + "-" + binding, engine, binding))
        .toList();
  }

  private static ServerContestant rival(
      final String name, final String style, final String engine) {
    // As Netty's own benchmarks set it.
    final List<String> options =
        new ArrayList<>(
            List.of(
                "-Dio.netty.leakDetection.level=disabled",
                "-Dio.netty.buffer.checkBounds=false",
                "-Dio.netty.buffer.checkAccessible=false"));
    if (Runtime.version().feature() >= UNSAFE_ASKS_SINCE) {
      options.add("--sun-misc-unsafe-memory-access=allow");
    }
    return new OnJvm(name, options, RivalServer.class.getName()) {
      @Override
      List<String> arguments(final String mode) {
        return List.of("--style", style, "--engine", engine, "--mode", mode);
      }
    };
  }

  private static ServerContestant ours(
      final String name, final String engine, final String binding) {
    return new OnJvm(name, List.of("-Djevent.binding=" + binding), "org.jevent.examples.Main") {
      @Override
      List<String> arguments(final String mode) {
        return mode.equals("echo")
            ? List.of("echo-server", "--engine", engine)
            : List.of("rot13-server", "--style", "bufferevent", "--engine", engine);
      }
    };
  }

  /** Why it cannot take part, found out by starting it; null where it can. */
  String obstacle(final String mode) throws IOException {
    final List<String> command = command(mode, false);
    if (command.isEmpty()) {
      return "it was not built here, see the output of CMake";
    }
    final Path errors = Files.createTempFile("jevent-bench", ".txt");
    try (ServerProcess server = ServerProcess.start(command, Redirect.to(errors.toFile()))) {
      return server.port() > 0 ? null : "it has no port";
    } catch (final IOException e) {
      return Files.readAllLines(errors).stream()
          .filter(line -> !line.isBlank())
          .findFirst()
          .orElse(e.getMessage());
    } finally {
      Files.delete(errors);
    }
  }

  /** A program of {@code native/bench}. */
  private static final class InC extends ServerContestant {
    private final Path program;

    private InC(final String name, final String program) {
      super(name);
      this.program = Child.inC(program);
    }

    @Override
    boolean isJvm() {
      return false;
    }

    @Override
    List<String> command(final String mode, final boolean counted) {
      return program == null
          ? List.of()
          : List.of(program.toString(), "--port", "0", "--mode", mode);
    }
  }

  /** A program of the class path. */
  private abstract static class OnJvm extends ServerContestant {
    private final List<String> options;
    private final String main;

    private OnJvm(final String name, final List<String> options, final String main) {
      super(name);
      this.options = options;
      this.main = main;
    }

    abstract List<String> arguments(String mode);

    @Override
    boolean isJvm() {
      return true;
    }

    @Override
    List<String> command(final String mode, final boolean counted) {
      final List<String> command =
          counted
              ? Child.java(options, AllocationMeter.class.getName(), main)
              : Child.java(options, main);
      command.addAll(arguments(mode));
      command.addAll(List.of("--port", "0"));
      return command;
    }
  }
}
