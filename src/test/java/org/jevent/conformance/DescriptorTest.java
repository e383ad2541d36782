package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.net.Handle;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors that were not opened by the library: of every kind, duplicated, closed too early. */
class DescriptorTest {
  private static final int O_RDWR_NOCTTY = 0x102;
  private static final int NON_BLOCKING = 0x800;

  private static void send(final NetSocket socket) {
    socket.write(ByteBuffer.allocate(1));
  }

  private static void runAWhile(final EventBase base) {
    base.loopExit(Duration.ofMillis(30));
    base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY);
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "handles have no numbers to choose")
  void aDescriptorAndItsDuplicateAreBothWatched(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final int duplicate = Native.duplicate(pair[0].descriptor());
    final List<String> ran = new ArrayList<>();
    base.newEvent(pair[0], Event.READ, (event, what) -> ran.add("original")).add();
    base.newEvent(duplicate, Event.READ, (event, what) -> ran.add("duplicate")).add();
    send(pair[1]);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ran).containsExactlyInAnyOrder("original", "duplicate");
    Native.close(duplicate);
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "handles have no numbers to choose")
  void aDuplicateMayBeClosedAndMadeAnewUnderTheSameNumber(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final int number = Native.duplicate(pair[0].descriptor());
    for (int i = 0; i < 3; i++) {
      final AtomicInteger ran = new AtomicInteger();
      final Event event = base.newEvent(number, Event.READ, (self, what) -> ran.incrementAndGet());
      event.add();
      send(pair[1]);
      assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
      assertThat(ran).hasValue(1);
      event.close();
      Native.close(number);
      Native.duplicateTo(pair[0].descriptor(), number);
    }
    Native.close(number);
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "handles have no numbers to choose")
  void closingADescriptorUnderItsEventDoesNotSpinOrHang(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final int duplicate = Native.duplicate(pair[0].descriptor());
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newEvent(duplicate, Event.READ | Event.PERSIST, (self, what) -> ran.incrementAndGet());
    event.add();
    base.loop(EventBase.LOOP_NONBLOCK);
    Native.close(duplicate); // the file lives on in the pair: the kernel goes on reporting it
    event.close();
    send(pair[1]);
    final AtomicInteger iterations = new AtomicInteger();
    try (var watcher = base.watchPrepare((self, timeout) -> iterations.incrementAndGet())) {
      assertThat(watcher).isNotNull();
      runAWhile(base);
    }
    assertThat(ran).hasValue(0);
    assertThat(iterations.get()).isLessThan(20);
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "handles have no numbers to choose")
  void anotherFileUnderTheNumberOfAClosedOneIsNotTakenForIt(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket[] first = bases.pair(base);
    final NetSocket[] second = bases.pair(base);
    final int number = Native.duplicate(first[0].descriptor());
    final List<String> ran = new ArrayList<>();
    final Event before = base.newEvent(number, Event.READ, (event, what) -> ran.add("first"));
    before.add();
    base.loop(EventBase.LOOP_NONBLOCK);
    before.close();
    Native.duplicateTo(second[0].descriptor(), number);
    base.newEvent(number, Event.READ, (event, what) -> ran.add("second")).add();
    send(first[1]);
    runAWhile(base);
    assertThat(ran).isEmpty();
    send(second[1]);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ran).containsExactly("second");
    Native.close(number);
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "handles have no numbers to choose")
  void descriptorsBeyondAThousandAreWatched(final Bases bases) {
    bases.requireDescriptors();
    if (bases.method().equals("select")) {
      TestSystem.notEmulated("it ends the process over sets of select beyond 1024");
    }
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final int high = Native.duplicateFrom(pair[0].descriptor(), 3000);
    assertThat(high).isGreaterThanOrEqualTo(3000);
    final AtomicInteger ran = new AtomicInteger();
    base.newEvent(high, Event.READ, (event, what) -> ran.incrementAndGet()).add();
    send(pair[1]);
    base.dispatch();
    assertThat(ran).hasValue(1);
    Native.close(high);
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void anEventDescriptorIsWatched(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket counter = bases.later(base.sockets().adopt(Native.call("eventfd", 0, 0x800)));
    final ByteBuffer count = ByteBuffer.allocate(Long.BYTES);
    base.newEvent(counter, Event.READ, (event, what) -> counter.read(count)).add();
    base.newTimer(
            (event, what) ->
                counter.write(
                    ByteBuffer.allocate(Long.BYTES)
                        .order(java.nio.ByteOrder.nativeOrder())
                        .putLong(0, 42)))
        .add(Duration.ofMillis(5));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(count.order(java.nio.ByteOrder.nativeOrder()).getLong(0)).isEqualTo(42);
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void changesOfADirectoryAreEvents(final Bases bases, @TempDir final Path directory)
      throws Exception {
    bases.requireDescriptors();
    final int create = 0x100;
    final EventBase base = bases.base();
    final int inotify = Native.call("inotify_init1", NON_BLOCKING);
    final NetSocket socket = bases.later(base.sockets().adopt(inotify));
    Native.call("inotify_add_watch", inotify, directory.toString(), create);
    final ByteBuffer record = ByteBuffer.allocate(512);
    base.newEvent(socket, Event.READ, (event, what) -> socket.read(record)).add();
    Files.createFile(directory.resolve("made-now"));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(new String(record.array(), 0, record.position(), StandardCharsets.UTF_8))
        .contains("made-now");
  }

  @EngineTest
  @EnabledOnOs(OS.LINUX)
  void aTerminalIsWatched(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final int master = Native.call("posix_openpt", O_RDWR_NOCTTY | NON_BLOCKING);
    final NetSocket terminal = bases.later(base.sockets().adopt(master));
    Native.call("grantpt", master);
    Native.call("unlockpt", master);
    final byte[] name = new byte[64];
    Native.call("ptsname_r", master, name, (long) name.length);
    final int slave = Native.call("open", name, O_RDWR_NOCTTY | NON_BLOCKING);
    final NetSocket program = bases.later(base.sockets().adopt(slave));
    final ByteBuffer typed = ByteBuffer.allocate(64);
    base.newEvent(program, Event.READ, (event, what) -> program.read(typed)).add();
    terminal.write(ByteBuffer.wrap("hello\n".getBytes(StandardCharsets.US_ASCII)));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(typed.position()).isEqualTo(6);
  }

  @EngineTest
  void oneHandleTwiceIsOneDescriptor(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> ran = new ArrayList<>();
    final Event first =
        base.newEvent(
            Handle.of(pair[0].descriptor()), Event.READ, (event, what) -> ran.add("first"));
    first.add();
    base.newEvent(pair[0], Event.WRITE, (event, what) -> ran.add("second")).add();
    base.loop(EventBase.LOOP_ONCE);
    assertThat(ran).containsExactly("second");
    send(pair[1]);
    base.dispatch();
    assertThat(ran).containsExactly("second", "first");
    first.close();
  }
}
