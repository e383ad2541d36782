package org.jevent.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.jevent.bench.ServerContestant.Arguments;
import org.jevent.bench.ServerContestant.InC;
import org.jevent.bench.ServerContestant.OnJvm;
import org.jevent.bench.report.Contestant.Group;
import org.jevent.bench.rivals.RivalServer;

/** The servers that take part. */
final class Contestants {
  /** What all others are compared with. */
  static final String REFERENCE = "epoll-c";

  /** A selector loop by hand: the best that plain Java does. */
  static final String BY_HAND = "nio";

  private static final String EXAMPLES = "org.jevent.examples.Main";
  private static final String NIO = "nio";
  private static final int UNSAFE_ASKS_SINCE = 23;
  private static final int VIRTUAL_SINCE = 21;

  private Contestants() {}

  /** Of this library one for each engine, and all rivals. */
  static List<ServerContestant> all(final List<String> engines) {
    final List<ServerContestant> all = new ArrayList<>(limits());
    all.addAll(inC());
    all.add(byHand());
    all.addAll(netty());
    all.addAll(ours(engines));
    return all;
  }

  /** This library's, on these engines. */
  static List<ServerContestant> ours(final List<String> engines) {
    return engines.stream().<ServerContestant>map(Contestants::ours).toList();
  }

  /** From a thread for each connection up to the limit. */
  static List<ServerContestant> ladder() {
    final List<ServerContestant> ladder = new ArrayList<>();
    ladder.add(
        style(
            "threads",
            Group.BY_HAND,
            "thread per connection",
            "Blocking sockets, one platform" + " thread for each.",
            "threads"));
    ladder.add(
        style(
                "threads-virtual",
                Group.BY_HAND,
                "virtual thread per connection"
                    + Jvm.since(VIRTUAL_SINCE)
                        .filter(jvm -> !jvm.isOwn())
                        .map(jvm -> " (JDK " + jvm.version() + ")")
                        .orElse(""),
                "The same with a virtual thread for each.",
                "threads",
                "--virtual")
            .virtual(VIRTUAL_SINCE));
    ladder.add(
        style(
            "busy-poll",
            Group.BY_HAND,
            "busy polling",
            "Asks each non-blocking socket in turn," + " without end.",
            "busy-poll"));
    ladder.add(
        style(
            "select",
            Group.BY_HAND,
            "select by hand",
            "The listing on select() as a Selector and a" + " buffer for each connection.",
            "select"));
    ladder.add(byHand());
    ladder.add(
        style(
            "event-" + defaultEngine(),
            Group.JEVENT,
            "events on " + defaultEngine(),
            "The listing on libevent's events: jevent's Event, its default engine.",
            "event"));
    ladder.addAll(ours(engines()));
    ladder.addAll(inC());
    ladder.addAll(netty());
    ladder.addAll(limits());
    return ladder;
  }

  /** Servers on a JVM: by hand, Netty's, and this library's on what Linux has. */
  static List<OnJvm> onJvm() {
    final List<OnJvm> all = new ArrayList<>();
    all.add(byHand());
    all.addAll(netty());
    all.add(ours("epoll"));
    all.add(ours("io_uring"));
    all.add(ours(NIO));
    return all;
  }

  /** The same, as few as say something. */
  static List<OnJvm> quickOnJvm() {
    return List.of(byHand(), netty().get(1), ours(defaultEngine()));
  }

  /** Those that can serve in this mode; why others cannot is printed, and put into the map. */
  static List<OnJvm> present(
      final List<OnJvm> entered, final String mode, final Map<String, String> leftOut)
      throws IOException {
    final List<OnJvm> present = new ArrayList<>();
    for (final OnJvm server : entered) {
      final String obstacle = server.obstacle(mode);
      if (obstacle == null) {
        present.add(server);
      } else {
        leftOut.put(server.label(), obstacle);
        System.out.printf(Locale.ROOT, "left out: %s: %s%n", server.label(), obstacle);
      }
    }
    return present;
  }

  /** Echo servers that may have several loops. */
  static List<OnJvm> onLoops(final boolean few) {
    final List<OnJvm> all = new ArrayList<>();
    all.add(byHand());
    if (few) {
      all.add(netty().get(1));
      all.add(oursOnLoops(defaultEngine()));
      return all;
    }
    all.addAll(netty());
    all.add(oursOnLoops("epoll"));
    all.add(oursOnLoops("io_uring"));
    all.add(oursOnLoops(NIO));
    return all;
  }

  private static OnJvm oursOnLoops(final String engine) {
    return rival(
        "jevent-" + engine, Group.JEVENT, engine, "A base for each thread.", "jevent", engine);
  }

  /** What a newcomer wants to know first. */
  static List<ServerContestant> quick() {
    return List.of(byHand(), ours(defaultEngine()));
  }

  /** The name of this library's server on its default engine. */
  static String defaultName() {
    return ours(defaultEngine()).name;
  }

  /** Those of this platform; a machine may refuse one of them, which is worth a note. */
  private static List<String> engines() {
    return EventBase.supportedMethods().stream()
        .filter(method -> method.usable() || !method.reason().contains("not part of"))
        .map(MethodInfo::name)
        .toList();
  }

  private static String defaultEngine() {
    try (EventBase base = new EventBase()) {
      return base.method();
    }
  }

  private static List<ServerContestant> limits() {
    return List.of(
        new InC(
            REFERENCE,
            Group.LIMIT,
            "bare epoll (C)",
            "One receive and one send for what is ready, and nothing around it.",
            "server_epoll"),
        new InC(
            "epoll-c-idle",
            Group.LIMIT,
            "bare epoll (C), idle thread",
            "The same beside a second thread that sleeps: every JVM has some, and they cost.",
            "server_epoll",
            "--idle-thread"),
        new InC(
            "uring-c",
            Group.LIMIT,
            "bare io_uring (C)",
            "Receives that stay armed, one system call for all that is to be done.",
            "server_uring"));
  }

  private static List<ServerContestant> inC() {
    return List.of(
        new InC(
            "libevent-c",
            Group.LIBRARY,
            "libevent (C)",
            "Bufferevents, as its documentation teaches.",
            "server_libevent"),
        new InC(
            "libuv-c",
            Group.LIBRARY,
            "libuv (C)",
            "Streams, an answer tried at once with uv_try_write.",
            "server_libuv"));
  }

  private static OnJvm byHand() {
    return rival(
        BY_HAND,
        Group.BY_HAND,
        "NIO by hand",
        "A tuned Selector loop: one direct buffer for all, nothing allocated.",
        NIO,
        NIO);
  }

  private static List<OnJvm> netty() {
    final String about = "One event loop, pooled buffers, one flush for all that was read.";
    return List.of(
        rival("netty-nio", Group.LIBRARY, "Netty on nio", about, "netty", NIO),
        rival("netty-epoll", Group.LIBRARY, "Netty on epoll", about, "netty", "epoll"),
        rival("netty-uring", Group.LIBRARY, "Netty on io_uring", about, "netty", "io_uring"));
  }

  private static OnJvm rival(
      final String name,
      final Group group,
      final String label,
      final String about,
      final String style,
      final String engine) {
    return new OnJvm(
        name,
        group,
        label,
        about,
        nettyOptions(),
        RivalServer.class.getName(),
        mode -> List.of("--style", style, "--engine", engine, "--mode", mode));
  }

  /** As Netty's own benchmarks set it. */
  static List<String> nettyOptions() {
    final List<String> options =
        new ArrayList<>(
            List.of(
                "-Dio.netty.leakDetection.level=disabled",
                "-Dio.netty.buffer.checkBounds=false",
                "-Dio.netty.buffer.checkAccessible=false"));
    if (Runtime.version().feature() >= UNSAFE_ASKS_SINCE) {
      options.add("--sun-misc-unsafe-memory-access=allow");
    }
    return options;
  }

  /** An example in one of the styles of the book's first chapter; these only turn lines. */
  private static OnJvm style(
      final String name,
      final Group group,
      final String label,
      final String about,
      final String... style) {
    final Arguments arguments =
        mode -> {
          final List<String> all = new ArrayList<>(List.of("rot13-server", "--style"));
          all.addAll(List.of(style));
          return all;
        };
    return new OnJvm(name, group, label, about, List.of(), EXAMPLES, arguments);
  }

  private static OnJvm ours(final String engine) {
    final boolean pure = engine.equals(NIO);
    return new OnJvm(
        "jevent-" + engine,
        Group.JEVENT,
        "bufferevents on " + engine,
        pure
            ? "BufferEvent in pure Java: the engine where no native library loads."
            : "BufferEvent, its calls registered with the JVM.",
        List.of(),
        EXAMPLES,
        mode ->
            mode.equals("echo")
                ? List.of("echo-server", "--engine", engine)
                : List.of(
                    "rot13-server", "--style", "bufferevent", "--lossless", "--engine", engine));
  }
}
