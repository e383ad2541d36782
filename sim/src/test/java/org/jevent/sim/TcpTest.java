package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Test;

/** What a program sees of TCP: the rows of docs/simulation.md, which are those of Linux. */
class TcpTest {
  @Test
  void aConnectTakesOneRoundTrip() {
    try (Talk talk = new Talk()) {
      talk.world.link(talk.client, talk.server).latency(Latency.fixed(Duration.ofMillis(30)));
      talk.world.link(talk.server, talk.client).latency(Latency.fixed(Duration.ofMillis(10)));
      talk.listen(1);
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      talk.pass(39);
      assertThat(near.finishConnect()).isFalse();
      assertThat(talk.listener.accept()).isNull();
      talk.pass(1);
      assertThat(near.finishConnect()).isTrue();
      assertThat(talk.listener.accept()).isNull();
      talk.pass(30);
      final NetSocket far = talk.listener.accept();
      assertThat(far.remoteAddress()).isEqualTo(near.localAddress());
      assertThat(near.remoteAddress()).isEqualTo(talk.address());
    }
  }

  @Test
  void withoutAListenerItIsRefused() {
    try (Talk talk = new Talk()) {
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      talk.pass(2);
      assertThat(Talk.outcome(near::finishConnect)).isEqualTo("ECONNREFUSED");
    }
  }

  @Test
  void aFullQueueTakesOneMoreThanItsBacklogAndOthersTimeOut() {
    try (Talk talk = new Talk()) {
      talk.listen(1);
      final List<NetSocket> all = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        all.add(talk.clientBase.sockets().connect(talk.address()));
        talk.pass(5);
      }
      assertThat(all.stream().filter(NetSocket::finishConnect).count()).isEqualTo(2);
      talk.world.run(Duration.ofSeconds(126));
      assertThat(Talk.outcome(all.get(6)::finishConnect)).isEqualTo("false");
      talk.world.run(Duration.ofSeconds(2));
      assertThat(Talk.outcome(all.get(6)::finishConnect)).isEqualTo("ETIMEDOUT");
    }
  }

  @Test
  void aRequestThatFoundTheQueueFullComesAgainAfterASecond() {
    try (Talk talk = new Talk()) {
      talk.listen(0);
      talk.clientBase.sockets().connect(talk.address());
      talk.pass(5);
      final NetSocket second = talk.clientBase.sockets().connect(talk.address());
      talk.pass(5);
      assertThat(talk.listener.accept()).isNotNull();
      talk.pass(980);
      assertThat(second.finishConnect()).isFalse();
      talk.pass(30);
      assertThat(second.finishConnect()).isTrue();
    }
  }

  @Test
  void aHostThatIsDownIsSilentAndAnUnknownOneIsRefusedAtOnce() {
    try (Talk talk = new Talk()) {
      talk.server.crash(Crash.POWER);
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      talk.world.run(Duration.ofSeconds(120));
      assertThat(near.finishConnect()).isFalse();
      talk.world.run(Duration.ofSeconds(10));
      assertThat(Talk.outcome(near::finishConnect)).isEqualTo("ETIMEDOUT");
      final java.net.InetSocketAddress nowhere =
          new java.net.InetSocketAddress("10.99.0.1", Servers.PORT);
      assertThat(Talk.outcome(() -> talk.clientBase.sockets().connect(nowhere)))
          .isEqualTo("ENETUNREACH");
      talk.world.partition(talk.client, talk.server, Link.Cut.REJECT);
      assertThat(Talk.outcome(() -> talk.clientBase.sockets().connect(talk.address())))
          .isEqualTo("EHOSTUNREACH");
    }
  }

  @Test
  void aPeerThatDoesNotReadStopsTheWriterUntilAThirdIsFree() {
    try (Talk talk = new Talk().connected()) {
      int sum = Talk.fill(talk.near);
      talk.pass(100);
      sum += Talk.fill(talk.near);
      assertThat(sum).isEqualTo(256 * 1024 + 128 * 1024);
      talk.pass(100);
      assertThat(Talk.write(talk.near, 1)).isEqualTo(NetSocket.WOULD_BLOCK);
      final int read = Talk.readAll(talk.far);
      assertThat(read).isEqualTo(128 * 1024);
      talk.pass(100);
      assertThat(Talk.write(talk.near, 1)).isEqualTo(1);
      int left = sum + 1 - read;
      while (left > 0) {
        talk.pass(10);
        final int count = Talk.readAll(talk.far);
        assertThat(count).isPositive();
        left -= count;
      }
    }
  }

  @Test
  void smallSegmentsWaitForEachOtherUnlessAsked() {
    try (Talk talk = new Talk().connected()) {
      final Link link = talk.world.link(talk.client, talk.server);
      final long before = link.packets();
      for (int i = 0; i < 10; i++) {
        Talk.write(talk.near, 10);
      }
      talk.pass(10);
      assertThat(link.packets() - before).isEqualTo(2);
      talk.near.set(NetOption.NO_DELAY, 1);
      for (int i = 0; i < 10; i++) {
        Talk.write(talk.near, 10);
      }
      assertThat(link.packets() - before).isEqualTo(12);
      talk.pass(10);
      assertThat(Talk.readAll(talk.far)).isEqualTo(200);
    }
  }

  @Test
  void theEndComesBehindTheBytes() {
    try (Talk talk = new Talk().connected()) {
      Talk.write(talk.near, 5000);
      talk.near.shutdownOutput();
      assertThat(Talk.outcomes(talk.near, 1)).containsExactly("EPIPE");
      talk.pass(10);
      assertThat(Talk.outcomes(talk.far, 0, 0, 0)).containsExactly("5000", "-1", "-1");
      assertThat(Talk.write(talk.far, 77)).isEqualTo(77);
      talk.pass(10);
      assertThat(Talk.outcomes(talk.near, 0, 0)).containsExactly("77", "0");
    }
  }

  @Test
  void aCloseWithNothingUnreadEndsAndWhoWritesOnIsReset() {
    try (Talk talk = new Talk().connected()) {
      talk.near.close();
      talk.pass(10);
      assertThat(Talk.outcomes(talk.far, 0, 1)).containsExactly("-1", "1");
      talk.pass(10);
      assertThat(Talk.outcomes(talk.far, 1, 0, 1)).containsExactly("EPIPE", "-1", "EPIPE");
    }
  }

  @Test
  void aCloseWithUnreadBytesResets() {
    try (Talk talk = new Talk().connected()) {
      Talk.write(talk.far, 10);
      talk.pass(10);
      talk.near.close();
      talk.pass(10);
      assertThat(Talk.outcomes(talk.far, 0, 0, 1)).containsExactly("ECONNRESET", "-1", "EPIPE");
    }
  }

  @Test
  void bytesBeforeAResetCanBeRead() {
    try (Talk talk = new Talk().connected()) {
      Talk.write(talk.far, 10);
      talk.pass(10);
      Talk.write(talk.near, 33);
      talk.near.close();
      talk.pass(10);
      assertThat(Talk.outcomes(talk.far, 0, 0, 0)).containsExactly("33", "ECONNRESET", "-1");
    }
  }

  @Test
  void lingerOfZeroResets() {
    try (Talk talk = new Talk().connected()) {
      talk.near.set(NetOption.LINGER, 0);
      talk.near.close();
      talk.pass(10);
      assertThat(Talk.outcomes(talk.far, 0, 0)).containsExactly("ECONNRESET", "-1");
    }
  }

  @Test
  void bytesOnTheirWayToAResetSocketAreAnsweredByAReset() {
    try (Talk talk = new Talk().connected()) {
      talk.world.link(talk.client, talk.server).cut(Link.Cut.DROP);
      Talk.write(talk.far, 4000);
      talk.near.set(NetOption.LINGER, 0);
      talk.near.close(); // this reset is lost
      talk.world.link(talk.client, talk.server).heal();
      talk.pass(5);
      assertThat(Talk.outcomes(talk.far, 0)).containsExactly("ECONNRESET");
    }
  }

  @Test
  void lingerResetsWhenTheTimeIsNotEnough() {
    try (Talk talk = new Talk().connected()) {
      talk.near.set(NetOption.LINGER, 2);
      Talk.fill(talk.near);
      talk.near.close();
      talk.world.run(Duration.ofSeconds(1));
      assertThat(talk.far.isOpen()).isTrue();
      talk.world.run(Duration.ofSeconds(2));
      int sum = 0;
      String last = "";
      for (int i = 0; i < 100 && !"ECONNRESET".equals(last); i++) {
        last = Talk.outcomes(talk.far, 0).get(0);
        sum++;
      }
      assertThat(last).isEqualTo("ECONNRESET");
      assertThat(sum).isPositive();
    }
  }

  @Test
  void aPeerWithoutPowerIsNoticedOnlyWhenSomethingIsSent() {
    try (Talk talk = new Talk().connected()) {
      talk.server.crash(Crash.POWER);
      talk.world.run(Duration.ofHours(3));
      assertThat(Talk.outcomes(talk.near, 0, 5)).containsExactly("0", "5");
      talk.world.run(Duration.ofSeconds(900));
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("0");
      talk.world.run(Duration.ofSeconds(60));
      assertThat(Talk.outcomes(talk.near, 0, 0, 1)).containsExactly("ETIMEDOUT", "-1", "EPIPE");
    }
  }

  @Test
  void aPeerThatHasStartedAgainResets() {
    try (Talk talk = new Talk().connected()) {
      talk.server.crash(Crash.POWER);
      talk.world.run(Duration.ofSeconds(5));
      talk.server.restart();
      Talk.write(talk.near, 5);
      talk.pass(10);
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("ECONNRESET");
    }
  }

  @Test
  void aKilledProcessIsClosedByItsKernel() {
    try (Talk talk = new Talk().connected()) {
      talk.server.crash(Crash.PROCESS);
      talk.pass(10);
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("-1");
    }
  }

  @Test
  void keepAliveFindsTheDead() {
    try (Talk talk = new Talk().connected()) {
      talk.near.set(NetOption.KEEP_IDLE, 60);
      talk.near.set(NetOption.KEEP_INTERVAL, 10);
      talk.near.set(NetOption.KEEP_COUNT, 3);
      talk.near.set(NetOption.KEEP_ALIVE, 1);
      talk.world.run(Duration.ofMinutes(10));
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("0");
      talk.server.crash(Crash.POWER);
      talk.world.run(Duration.ofSeconds(120));
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("ETIMEDOUT");
    }
  }

  @Test
  void keepAliveCountsFromTheLastTraffic() {
    try (Talk talk = new Talk().connected()) {
      talk.near.set(NetOption.KEEP_IDLE, 100);
      talk.near.set(NetOption.KEEP_INTERVAL, 10);
      talk.near.set(NetOption.KEEP_COUNT, 3);
      talk.near.set(NetOption.KEEP_ALIVE, 1);
      for (int i = 0; i < 19; i++) {
        talk.world.run(Duration.ofSeconds(5));
        Talk.write(i % 2 == 0 ? talk.near : talk.far, 10);
      }
      talk.pass(1000);
      Talk.readAll(talk.near);
      talk.server.crash(Crash.POWER);
      talk.world.run(Duration.ofSeconds(128));
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("0");
      talk.world.run(Duration.ofSeconds(2));
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("ETIMEDOUT");
    }
  }

  @Test
  void aBoundSocketConnectsFromItsAddress() {
    try (Talk talk = new Talk()) {
      talk.listen(1);
      final Host host = talk.world.host("two", "10.0.0.8", "10.0.0.9");
      final java.net.InetSocketAddress own = new java.net.InetSocketAddress("10.0.0.9", 0);
      final NetSocket near = host.foreground(org.jevent.EventBase::new).sockets().stream(own);
      near.bind(own);
      final java.net.SocketAddress bound = near.localAddress();
      near.connect(talk.address());
      talk.pass(5);
      assertThat(talk.listener.accept().remoteAddress())
          .isEqualTo(bound)
          .isEqualTo(near.localAddress());
      final NetSocket loopback = talk.clientBase.sockets().stream(own);
      loopback.bind(new java.net.InetSocketAddress("127.0.0.1", 0));
      assertThat(Talk.outcome(() -> loopback.connect(talk.address()))).isEqualTo("EINVAL");
    }
  }

  @Test
  void lostSegmentsHoldBackWhatFollowsUntilTheyAreSentAgain() {
    try (Talk talk = new Talk().connected()) {
      final Link link = talk.world.link(talk.client, talk.server);
      link.cut(Link.Cut.DROP);
      Talk.write(talk.near, 10);
      link.heal();
      Talk.write(talk.near, 20);
      talk.pass(150);
      assertThat(Talk.outcomes(talk.far, 0)).containsExactly("0");
      talk.pass(100);
      assertThat(Talk.outcomes(talk.far, 0)).containsExactly("30");
    }
  }

  @Test
  void aPartitionThatEndsInTimeLosesNothing() {
    try (Talk talk = new Talk().connected()) {
      talk.world.partition(talk.client, talk.server, Link.Cut.DROP);
      Talk.write(talk.near, 1000);
      Talk.write(talk.far, 500);
      talk.world.run(Duration.ofSeconds(30));
      talk.world.heal(talk.client, talk.server);
      talk.world.run(Duration.ofSeconds(60));
      assertThat(Talk.outcomes(talk.far, 0)).containsExactly("1000");
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("500");
    }
  }

  @Test
  void acknowledgementsThatAreLostOneWayDoNotStopTheSenderForEver() {
    try (Talk talk = new Talk().connected()) {
      talk.world.link(talk.server, talk.client).cut(Link.Cut.DROP);
      final int sum = Talk.fill(talk.near);
      talk.pass(100);
      assertThat(Talk.readAll(talk.far)).isEqualTo(128 * 1024);
      talk.world.link(talk.server, talk.client).heal();
      talk.world.run(Duration.ofSeconds(10));
      assertThat(Talk.readAll(talk.far)).isEqualTo(sum - 128 * 1024);
      talk.pass(100);
      assertThat(Talk.write(talk.near, 1)).isEqualTo(1);
    }
  }

  @Test
  void whatIsHeldArrivesWhenTheLinkIsWholeAgain() {
    try (Talk talk = new Talk().connected()) {
      talk.world.link(talk.client, talk.server).cut(Link.Cut.HOLD);
      Talk.write(talk.near, 10);
      talk.near.set(NetOption.NO_DELAY, 1);
      Talk.write(talk.near, 20);
      talk.world.run(Duration.ofSeconds(5));
      assertThat(Talk.outcomes(talk.far, 0)).containsExactly("0");
      talk.world.link(talk.client, talk.server).heal();
      talk.pass(1);
      assertThat(Talk.readAll(talk.far)).isEqualTo(30);
    }
  }

  @Test
  void portsAreTakenAndWaitAfterTheEnd() {
    try (Talk talk = new Talk().connected()) {
      assertThat(Talk.outcome(() -> bound(talk, 0))).isEqualTo("EADDRINUSE");
      talk.far.close();
      talk.pass(5);
      talk.near.close();
      talk.listener.close();
      talk.pass(5);
      assertThat(Talk.outcome(() -> bound(talk, 0))).isEqualTo("EADDRINUSE");
      talk.world.run(Duration.ofSeconds(61));
      assertThat(Talk.outcome(() -> bound(talk, 0))).isEqualTo("bound");
    }
  }

  @Test
  void aPortThatWaitsCanBeUsedAgainIfThatIsAsked() {
    try (Talk talk = new Talk().connected()) {
      talk.far.close();
      talk.pass(5);
      talk.near.close();
      talk.listener.close();
      talk.pass(5);
      assertThat(Talk.outcome(() -> bound(talk, 1))).isEqualTo("bound");
    }
  }

  private static String bound(final Talk talk, final int reuse) {
    try (NetSocket socket = talk.serverBase.sockets().listener(talk.address())) {
      socket.set(NetOption.REUSE_ADDRESS, reuse);
      socket.bind(talk.address());
      socket.listen(1);
      return "bound";
    }
  }

  @Test
  void ephemeralPortsEnd() {
    try (Talk talk = new Talk()) {
      talk.listen(100_000);
      String outcome = "";
      int made = 0;
      while (!"EADDRNOTAVAIL".equals(outcome) && made < 40_000) {
        outcome = Talk.outcome(() -> talk.clientBase.sockets().connect(talk.address()).isOpen());
        made++;
      }
      assertThat(made - 1).isEqualTo(60_999 - 32_768 + 1);
    }
  }

  @Test
  void descriptorsEndAndTheConnectionWaitsInTheQueue() {
    try (Talk talk = new Talk()) {
      talk.listen(5);
      talk.server.descriptors(4);
      talk.clientBase.sockets().connect(talk.address());
      talk.pass(5);
      assertThat(Talk.outcome(talk.listener::accept)).isEqualTo("EMFILE");
      talk.server.descriptors(5);
      assertThat(talk.listener.accept()).isNotNull();
    }
  }

  @Test
  void bandwidthAndQueueBoundWhatIsOnTheWay() {
    try (Talk talk = new Talk().connected()) {
      talk.world.link(talk.client, talk.server).bandwidth(8_000_000);
      final int sum = Talk.fill(talk.near);
      int read = 0;
      for (int i = 0; i < 100; i++) {
        talk.pass(1);
        read += Talk.readAll(talk.far);
      }
      assertThat(sum).isGreaterThan(200_000);
      assertThat(read).isBetween(90_000, 100_000);
    }
  }

  @Test
  void aResetOfAConnectionThatIsBeingMadeIsARefusal() {
    try (Talk talk = new Talk()) {
      talk.listen(1);
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      talk.world.run(Duration.ofNanos(600_000));
      talk.listener.close();
      talk.pass(10);
      final String first = Talk.outcome(near::finishConnect);
      assertThat(first).isIn("ECONNRESET", "true");
      if ("true".equals(first)) {
        assertThat(Talk.outcomes(near, 0)).containsExactly("ECONNRESET");
      }
    }
  }
}
