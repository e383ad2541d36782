package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.jna.Memory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.net.Addresses;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A peer chooses its path, this process its locale. Tested are names that have no characters in the
 * locale of a JVM, which is a separate one for each test.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "makes sockaddr_un as Linux has it")
class ForeignPathTest {
  /** ASCII first and last: what comes after the others must be served too. */
  private static final List<String> NAMES =
      List.of("plain", "caf\u00e9", "\u00ff", "x\u0080\u00fe", "\0hidden\u00ff", "", "plain, too");

  /** Bytes as characters, as a name of any bytes is wanted. */
  private static byte[] bytes(final String name) {
    return name.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What that peer says, at least one byte. */
  private static String greeting(final String name) {
    return "of " + name;
  }

  private static String hex(final byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** A blocking socket of the C library, in no need of a path that Java can express. */
  private static final class RawSocket {
    private static final int AF_UNIX = 1;
    private static final int PATH = 2;
    private static final int MSG_DONTWAIT = 0x40;

    final int descriptor;

    RawSocket(final int kind) {
      descriptor = Native.call("socket", AF_UNIX, kind, 0);
    }

    private static Memory address(final byte[] name) {
      final Memory address = new Memory(PATH + name.length + 1L);
      address.clear();
      address.setShort(0, (short) AF_UNIX);
      address.write(PATH, name, 0, name.length);
      return address;
    }

    /**
     * The length counts the ending zero of a path, and no zero after a name that starts with one.
     */
    private int call(final String function, final byte[] name) {
      final Memory address = address(name);
      final int length = PATH + name.length + (name.length > 0 && name[0] == 0 ? 0 : 1);
      return Native.call(function, descriptor, address, length);
    }

    RawSocket bind(final byte[] name) {
      if (name.length > 0) {
        call("bind", name);
      }
      return this;
    }

    RawSocket connect(final Path path) {
      call("connect", path.toString().getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    void send(final String text) {
      final Memory memory = new Memory(text.length());
      memory.write(0, bytes(text), 0, text.length());
      assertThat(Native.call("write", descriptor, memory, text.length())).isEqualTo(text.length());
    }

    /** What is there already. */
    String receive() {
      final Memory memory = new Memory(256);
      final int length = Native.call("recv", descriptor, memory, 256, MSG_DONTWAIT);
      return new String(memory.getByteArray(0, length), StandardCharsets.ISO_8859_1);
    }
  }

  /** The program of that JVM: method, directory for sockets. It prints a line for each peer. */
  static final class Program {
    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;

    private final Path directory;
    private final EventBase base;
    private final List<String> problems = new ArrayList<>();
    private int served;

    private Program(final String method, final Path directory) {
      this.directory = directory;
      base =
          new EventBase(
              new EventConfig()
                  .method(method)
                  .exceptionHandler((source, problem) -> problems.add("reported: " + problem)));
    }

    public static void main(final String[] args) {
      System.out.println(System.getProperty("sun.jnu.encoding"));
      final Program program = new Program(args[0], Path.of(args[1]));
      try {
        program.listener();
        program.acceptByHand();
        if (!args[0].equals("nio")) {
          program.datagrams();
        }
        program.problems.forEach(System.out::println);
      } catch (final RuntimeException | AssertionError e) {
        System.out.println("thrown: " + e);
      }
      System.out.println("end");
      System.out.flush();
      Runtime.getRuntime().halt(0);
    }

    /** A separate name for each peer, in the directory unless it is outside of the file system. */
    private byte[] nameOf(final String kind, final String name) {
      if (name.isEmpty() || name.charAt(0) == 0) {
        return bytes(name.isEmpty() ? name : name + kind + ProcessHandle.current().pid());
      }
      return bytes(directory.resolve(kind) + name);
    }

    private void listener() {
      final Path path = directory.resolve("listener");
      final ConnectionListener listener =
          ConnectionListener.bind(
              base,
              UnixDomainSocketAddress.of(path),
              ConnectionListener.CLOSE_ON_FREE,
              -1,
              (self, socket, peer) -> {
                assertThat(socket.remoteAddress()).isEqualTo(peer);
                assertThat(Addresses.format(peer)).startsWith("unix:");
                answer(socket, "listener");
                served++;
              });
      listener.setErrorCallback((self, problem) -> problems.add("error callback: " + problem));
      for (final String name : NAMES) {
        final byte[] bytes = nameOf("l-", name);
        new RawSocket(STREAM).bind(bytes).connect(path).send(greeting(name));
        turns();
      }
      System.out.println("listener " + served);
      listener.close();
    }

    /** What is there to do now, and what that leads to. */
    private void turns() {
      for (int i = 0; i < 3; i++) {
        base.loop(EventBase.LOOP_NONBLOCK);
      }
    }

    private void answer(final NetSocket socket, final String what) {
      final ByteBuffer buffer = ByteBuffer.allocate(256);
      socket.read(buffer);
      System.out.println(
          what + " " + hex(java.util.Arrays.copyOf(buffer.array(), buffer.position())));
      socket.close();
    }

    private void acceptByHand() {
      final Path path = directory.resolve("by-hand");
      final NetSocket listening = base.sockets().listen(UnixDomainSocketAddress.of(path), -1);
      for (final String name : NAMES) {
        new RawSocket(STREAM).bind(nameOf("h-", name)).connect(path).send(greeting(name));
      }
      NetSocket accepted;
      while ((accepted = listening.accept()) != null) {
        accepted.remoteAddress();
        answer(accepted, "by-hand");
      }
      listening.close();
    }

    /** An answer finds its way to the very name that the question came from. */
    private void datagrams() {
      final Path path = directory.resolve("datagrams");
      final DatagramEvent datagrams =
          DatagramEvent.bind(
              base,
              UnixDomainSocketAddress.of(path),
              (self, data, sender, truncated) -> {
                assertThat(Addresses.format(sender)).startsWith("unix:");
                self.send(data, sender);
              });
      datagrams.enable();
      for (final String name : NAMES) {
        if (name.isEmpty() || name.charAt(0) == 0) {
          continue; // no address, and one that UnixDomainSocketAddress has no form for
        }
        final RawSocket peer = new RawSocket(DATAGRAM).bind(nameOf("d-", name)).connect(path);
        peer.send(greeting(name));
        turns();
        System.out.println("datagrams " + hex(bytes(peer.receive())));
      }
      datagrams.close();
    }
  }

  private static List<String> run(final String locale, final Bases bases, final Path directory)
      throws IOException {
    final List<String> lines = new ArrayList<>();
    try (Peer peer = Peer.startIn(locale, Program.class, bases.method(), directory)) {
      String line;
      while ((line = peer.readLine()) != null) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static List<String> of(final String what, final List<String> names) {
    return names.stream().map(name -> what + " " + hex(bytes(greeting(name)))).toList();
  }

  private static List<String> expected(final List<String> accepted, final boolean datagrams) {
    final List<String> lines = new ArrayList<>(of("listener", accepted));
    lines.add("listener " + accepted.size());
    lines.addAll(of("by-hand", accepted));
    if (datagrams) {
      lines.addAll(
          of(
              "datagrams",
              NAMES.stream().filter(name -> !name.isEmpty() && name.charAt(0) != 0).toList()));
    }
    lines.add("end");
    return lines;
  }

  /**
   * In the C locale a JVM's file names are ASCII; a native engine hands on the bytes themselves.
   */
  @EngineTest
  void peersWhosePathsTheLocaleCannotSpellAreServed(
      final Bases bases, @TempDir final Path directory) throws IOException {
    bases.requireDescriptors();
    final List<String> lines = run("C", bases, directory);
    assumeThat(lines.remove(0)).as("the C locale knows ASCII alone").contains("ANSI");
    assertThat(lines).isEqualTo(expected(NAMES, true));
  }

  /** The JDK itself cannot accept them there; it must cost no more than the one connection. */
  @EngineTest
  void onNioTheLossOfSuchAPeerIsNoOtherPeersLoss(final Bases bases, @TempDir final Path directory)
      throws IOException {
    assumeThat(bases.isNio()).isTrue();
    final List<String> lines = run("C", bases, directory);
    assumeThat(lines.remove(0)).as("the C locale knows ASCII alone").contains("ANSI");
    final List<String> expressible =
        NAMES.stream()
            .filter(
                name ->
                    name.isEmpty() || name.charAt(0) == 0 || name.chars().allMatch(c -> c < 128))
            .toList();
    assertThat(lines).isEqualTo(expected(expressible, false));
  }

  @EngineTest
  void everyPathIsServedWhereFileNamesAreUtf8(final Bases bases, @TempDir final Path directory)
      throws IOException {
    final List<String> lines = run("C.UTF-8", bases, directory);
    assumeThat(lines.remove(0)).as("the system has this locale").isEqualTo("UTF-8");
    assertThat(lines).isEqualTo(expected(NAMES, !bases.isNio()));
  }
}
