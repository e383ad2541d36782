package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jevent.EventBase;
import org.jevent.dns.SystemFiles.Texts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a system that are there and cannot be read. */
class SystemFilesReadTest {
  /** A file of Linux whose first byte can never be read. */
  private static final Path UNREADABLE = Path.of("/proc/self/mem");

  /** A device that can be read for ever. */
  private static final Path ENDLESS = Path.of("/dev/zero");

  /** After this time a thread that reads is not believed to end. */
  private static final long PATIENCE = 20_000_000_000L;

  private static final String SERVER = "nameserver 192.0.2.1\n";

  @TempDir private Path directory;

  private final EventBase base = new EventBase();
  private final List<Texts> changes = new ArrayList<>();
  private long now;
  private Path conf;
  private Path hosts;
  private Path order;

  @BeforeEach
  void names() {
    conf = directory.resolve("resolv.conf");
    hosts = directory.resolve("hosts");
    order = directory.resolve("nsswitch.conf");
  }

  @AfterEach
  void close() {
    base.close();
  }

  private SystemFiles files(final Supplier<String> system) {
    return new SystemFiles(conf, hosts, order, system);
  }

  /** A check after a while, and what it leads to. */
  private void check(final SystemFiles files) {
    now += 10_000_000_000L;
    files.check(new Context(base, new Settings(), null, null), now, changes::add);
    final long end = System.nanoTime() + PATIENCE;
    while (files.isReading()) {
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(System.nanoTime()).as("the read ends").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsNoFileIsAbsent() throws IOException {
    for (final Path each : List.of(conf, hosts, order)) {
      Files.createDirectory(each);
    }
    final SystemFiles files = files(null);
    final Texts texts = files.read();
    assertThat(texts.resolvConf()).isNull();
    assertThat(texts.hosts()).isNull();
    assertThat(texts.nameSwitch()).isNull();
    check(files);
    assertThat(changes).isEmpty(); // a second look is of no use
    Files.delete(conf);
    Files.writeString(conf, SERVER);
    check(files);
    assertThat(changes).extracting(Texts::resolvConf).containsExactly(SERVER);
  }

  /** A device gives without end, and a pipe that no one writes to has no beginning. */
  @Test
  void whatHasNoEndIsAbsent() throws IOException, InterruptedException {
    assumeTrue(Files.exists(ENDLESS), "no such device here");
    Files.createSymbolicLink(conf, ENDLESS);
    assertThat(new ProcessBuilder("mkfifo", hosts.toString()).start().waitFor()).isZero();
    Files.writeString(order, "hosts: files");
    final SystemFiles files = files(null);
    final List<Texts> read = new CopyOnWriteArrayList<>();
    final Thread reader = new Thread(() -> read.add(files.read()));
    reader.setDaemon(true); // one that hangs must not outlive the tests
    reader.start();
    reader.join(PATIENCE / 1_000_000);
    assertThat(read).hasSize(1);
    assertThat(read.get(0).resolvConf()).isNull();
    assertThat(read.get(0).hosts()).isNull();
    assertThat(read.get(0).nameSwitch()).isEqualTo("hosts: files");
  }

  @Test
  void whatMayNotBeReadIsAbsent() throws IOException {
    Files.writeString(conf, SERVER);
    assumeTrue(conf.toFile().setReadable(false) && !Files.isReadable(conf), "all may be read");
    final SystemFiles files = files(null);
    assertThat(files.read().resolvConf()).isNull();
    check(files);
    assertThat(changes).isEmpty();
  }

  /** As without a descriptor: the servers from before are better than none. */
  @Test
  void whatCannotBeReadAtTheMomentLeavesAllAsItWas() throws IOException {
    assumeTrue(Files.isRegularFile(UNREADABLE), "no file here fails to be read");
    Files.writeString(conf, SERVER);
    Files.writeString(hosts, "");
    final SystemFiles files = files(null);
    assertThat(files.read().resolvConf()).isEqualTo(SERVER);
    Files.delete(hosts);
    Files.createSymbolicLink(hosts, UNREADABLE);
    for (int i = 1; i < SystemFiles.MAX_INCOMPLETE; i++) {
      check(files);
      assertThat(changes).isEmpty();
    }
    Files.delete(hosts);
    Files.writeString(hosts, "192.0.2.9 host\n");
    check(files);
    assertThat(changes).extracting(Texts::hosts).containsExactly("192.0.2.9 host\n");
    assertThat(changes).extracting(Texts::resolvConf).containsExactly(SERVER);
  }

  /** Such as on a disk that is broken: the other files still count. */
  @Test
  void whatCanNeverBeReadIsAbsentAtLast() throws IOException {
    assumeTrue(Files.isRegularFile(UNREADABLE), "no file here fails to be read");
    Files.writeString(conf, SERVER);
    final SystemFiles files = files(null);
    files.read();
    Files.createSymbolicLink(hosts, UNREADABLE);
    Files.writeString(conf, SERVER + SERVER);
    for (int i = 0; i < 2 * SystemFiles.MAX_INCOMPLETE; i++) {
      check(files);
    }
    assertThat(changes).extracting(Texts::resolvConf).containsExactly(SERVER + SERVER);
  }

  /** It may be the same file all the time, as where a process has got descriptors again. */
  @Test
  void whatCountsAsAbsentIsTriedAgain() throws IOException {
    assumeTrue(Files.isRegularFile(UNREADABLE), "no file here fails to be read");
    Files.writeString(conf, SERVER);
    Files.createSymbolicLink(hosts, UNREADABLE);
    final List<Boolean> asked = new ArrayList<>();
    final SystemFiles files = files(() -> asked.add(true) ? null : "");
    files.read();
    for (int i = 1; i < 2 * SystemFiles.MAX_INCOMPLETE; i++) {
      check(files);
    }
    assertThat(asked).hasSize(2 * SystemFiles.MAX_INCOMPLETE);
    assertThat(changes).as("once without it, and no other change").hasSize(1);
  }

  /** Its size, time and identity may be the same when it can be read. */
  @Test
  void whatCouldNotBeReadAtFirstIsReadLater() throws IOException {
    assumeTrue(Files.isRegularFile(UNREADABLE), "no file here fails to be read");
    Files.writeString(conf, SERVER);
    Files.createSymbolicLink(hosts, UNREADABLE);
    final List<Boolean> asked = new ArrayList<>();
    final SystemFiles files = files(() -> asked.add(true) ? null : "");
    assertThat(files.read().hosts()).isNull();
    check(files);
    assertThat(asked).hasSize(2); // it was tried again
    assertThat(changes).isEmpty();
    Files.delete(hosts);
    check(files);
    assertThat(changes).extracting(Texts::resolvConf).containsExactly(SERVER);
  }

  /** A system that fails to say its servers is asked again, and all is as it was until then. */
  @Test
  void aReadThatFailsIsRepeated() throws IOException {
    Files.writeString(conf, SERVER);
    final boolean[] fails = {false};
    final SystemFiles files =
        files(
            () -> {
              if (fails[0]) {
                throw new IllegalStateException("on purpose");
              }
              return null;
            });
    files.read();
    fails[0] = true;
    Files.writeString(conf, SERVER + SERVER);
    check(files);
    assertThat(changes).isEmpty();
    fails[0] = false;
    check(files);
    assertThat(changes).extracting(Texts::resolvConf).containsExactly(SERVER + SERVER);
  }
}
