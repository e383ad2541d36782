package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left when a process or a machine ends, and what of the program still runs. */
class CrashTest {
  @Test
  void theKernelOfAKilledProcessRefuses() {
    try (Talk talk = new Talk()) {
      talk.listen(16);
      talk.server.crash(Crash.PROCESS);
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      final NetSocket datagrams =
          talk.clientBase.sockets().datagram(new InetSocketAddress(talk.client.address(), 0));
      datagrams.connect(talk.address());
      Talk.write(datagrams, 3);
      talk.pass(10);
      assertThat(Talk.outcome(near::finishConnect)).isEqualTo("ECONNREFUSED");
      assertThat(Talk.outcomes(datagrams, 0)).containsExactly("ECONNREFUSED");
      assertThat(talk.server.isUp()).isFalse();
    }
  }

  @Test
  void theKernelOfAKilledProcessSendsWhatItHas() {
    try (Talk talk = new Talk().connected()) {
      talk.world.link(talk.server, talk.client).bandwidth(1_000_000);
      final int written = Talk.fill(talk.far);
      talk.server.crash(Crash.PROCESS);
      talk.pass(1);
      assertThat(talk.client.isUp()).isTrue();
      int read = 0;
      for (int i = 0; i < 100; i++) {
        talk.pass(1000);
        read += Talk.readAll(talk.near);
      }
      assertThat(read).isEqualTo(written);
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("-1");
    }
  }

  @Test
  void aKilledProcessMayLosePowerAsWellAndStartAgain() {
    try (Talk talk = new Talk()) {
      talk.server.crash(Crash.PROCESS);
      talk.server.crash(Crash.POWER);
      talk.server.crash(Crash.PROCESS);
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      talk.pass(10);
      assertThat(near.finishConnect()).isFalse();
      talk.server.restart();
      talk.world.run(Duration.ofSeconds(2));
      assertThat(Talk.outcome(near::finishConnect)).isEqualTo("ECONNREFUSED");
    }
  }

  @ParameterizedTest
  @EnumSource
  void noCallbackFollowsACrash(final Crash how) {
    try (World world = World.open(1)) {
      final List<String> ran = new ArrayList<>();
      final Host host = world.host("one");
      final EventBase[] old = new EventBase[1];
      host.start(
          self -> {
            ran.add("start");
            final EventBase base = new EventBase();
            base.newTimer(
                    (event, what) -> {
                      old[0] = base;
                      self.crash(how);
                      self.restart();
                    })
                .add(Duration.ofSeconds(ran.size() == 1 ? 1 : 1000));
            base.newTimer((event, what) -> ran.add("second"))
                .add(Duration.ofSeconds(ran.size() == 1 ? 1 : 1000));
          });
      world.run(Duration.ofSeconds(3));
      assertThat(ran).containsExactly("start", "start");
      assertThatDead(() -> old[0].sockets().pair());
      assertThatDead(() -> old[0].dispatch());
    }
  }

  private static void assertThatDead(final Runnable call) {
    Throwable thrown = null;
    try {
      call.run();
    } catch (final Error e) {
      thrown = e;
    }
    assertThat(thrown).hasMessageContaining("has crashed");
  }

  @Test
  void aThreadThatACrashEndsKeepsNothing() {
    try (World world = World.open(1)) {
      final List<String> ran = new ArrayList<>();
      final Host host = world.host("one");
      host.main(
          self -> {
            try (EventBase base = new EventBase()) {
              base.addVirtual();
              base.dispatch();
            } finally {
              ran.add("finally");
              self.kept().put("flushed", "after the crash");
            }
          });
      world.run(Duration.ofSeconds(1));
      host.crash(Crash.POWER);
      world.run(Duration.ofSeconds(1));
      assertThat(ran).containsExactly("finally");
      assertThat(host.kept()).isEmpty();
    }
  }

  @Test
  void aClientWithoutPowerGivesItsPlaceInTheQueueBack() {
    try (Talk talk = new Talk()) {
      talk.listen(0);
      talk.clientBase.sockets().connect(talk.address());
      talk.world.run(Duration.ofNanos(600_000)); // the request has arrived, the answer has not
      talk.client.crash(Crash.POWER);
      talk.world.run(Duration.ofSeconds(30));
      final NetSocket second = other(talk);
      talk.world.run(Duration.ofSeconds(5));
      assertThat(second.finishConnect()).isFalse();
      talk.world.run(Duration.ofSeconds(60));
      assertThat(second.finishConnect()).isTrue();
    }
  }

  private static NetSocket other(final Talk talk) {
    final Host host = talk.world.host("other");
    return host.foreground(EventBase::new).sockets().connect(talk.address());
  }

  @Test
  void aClientWithoutPowerSendsNoRequests() {
    try (Talk talk = new Talk()) {
      talk.clientBase.sockets().connect(talk.address());
      talk.server.crash(Crash.POWER);
      talk.world.run(Duration.ofSeconds(2));
      talk.client.crash(Crash.POWER);
      final long before = talk.world.link(talk.client, talk.server).packets();
      talk.world.run(Duration.ofSeconds(100));
      assertThat(talk.world.link(talk.client, talk.server).packets()).isEqualTo(before);
    }
  }

  @Test
  void allBodiesStartAgain() {
    try (World world = World.open(1)) {
      final List<String> ran = new ArrayList<>();
      final Host host = world.host("one");
      host.start(
          self -> {
            ran.add("first");
            self.start(inner -> ran.add("inner"));
          });
      host.start(self -> ran.add("second"));
      host.main(self -> ran.add("main"));
      world.run(Duration.ofSeconds(1));
      for (int i = 0; i < 2; i++) {
        ran.clear();
        host.crash(Crash.POWER);
        host.restart();
        world.run(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("first", "inner", "second", "main");
      }
    }
  }

  @Test
  void aDatagramToAKilledProcessIsNotKept() {
    try (Talk talk = new Talk()) {
      final NetSocket bound = talk.serverBase.sockets().datagram(talk.address());
      talk.server.crash(Crash.PROCESS);
      assertThat(bound.isOpen()).isFalse();
      final NetSocket near =
          talk.clientBase.sockets().datagram(new InetSocketAddress(talk.client.address(), 0));
      near.send(ByteBuffer.allocate(1), talk.address());
      talk.pass(10);
      assertThat(Talk.outcomes(near, 0)).containsExactly("0");
    }
  }
}
