package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Test;

/** A link loses packets of each kind, and TCP sends again what is missing. */
class LossTest {
  private static final Duration LONG = Duration.ofMinutes(20);

  private static Link forth(final Talk talk) {
    return talk.world.link(talk.client, talk.server);
  }

  private static Link back(final Talk talk) {
    return talk.world.link(talk.server, talk.client);
  }

  @Test
  void noAnswerArrivesOverALinkThatLosesAll() {
    try (Talk talk = new Talk()) {
      talk.listen(16);
      back(talk).loss(1);
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      talk.world.run(Duration.ofSeconds(130));
      assertThat(Talk.outcome(near::finishConnect)).isEqualTo("ETIMEDOUT");
      assertThat(back(talk).lost()).isEqualTo(back(talk).packets()).isEqualTo(7);
      assertThat(talk.listener.accept()).isNull();
      assertThat(Talk.outcomes(near, 0)).containsExactly("-1");
    }
  }

  @Test
  void noRefusalArrivesEither() {
    try (Talk talk = new Talk()) {
      back(talk).loss(1);
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      final NetSocket datagrams =
          talk.clientBase.sockets().datagram(new InetSocketAddress(talk.client.address(), 0));
      datagrams.connect(talk.address());
      Talk.write(datagrams, 3);
      talk.world.run(Duration.ofSeconds(130));
      assertThat(Talk.outcomes(datagrams, 0)).containsExactly("0");
      assertThat(Talk.outcome(near::finishConnect)).isEqualTo("ETIMEDOUT");
    }
  }

  @Test
  void aLostAnswerComesAgainWithTheNextRequest() {
    try (Talk talk = new Talk()) {
      talk.listen(0);
      back(talk).loss(1);
      final NetSocket near = talk.clientBase.sockets().connect(talk.address());
      talk.pass(500);
      back(talk).loss(0);
      talk.pass(400);
      assertThat(near.finishConnect()).isFalse();
      talk.pass(200);
      assertThat(near.finishConnect()).isTrue();
      assertThat(talk.listener.accept()).isNotNull();
    }
  }

  /** The request arrives, the last step does not. */
  private static NetSocket withoutLastStep(final Talk talk) {
    talk.listen(16);
    final NetSocket near = talk.clientBase.sockets().connect(talk.address());
    talk.world.run(Duration.ofNanos(600_000));
    forth(talk).loss(1);
    talk.pass(5);
    assertThat(near.finishConnect()).isTrue();
    assertThat(talk.listener.accept()).isNull();
    forth(talk).loss(0);
    return near;
  }

  @Test
  void aLostLastStepIsAskedForAgain() {
    try (Talk talk = new Talk()) {
      withoutLastStep(talk);
      talk.pass(900);
      assertThat(talk.listener.accept()).isNull();
      talk.pass(200);
      assertThat(talk.listener.accept()).isNotNull();
    }
  }

  @Test
  void bytesBringALostLastStepAndAResetEndsIt() {
    try (Talk talk = new Talk()) {
      final NetSocket near = withoutLastStep(talk);
      Talk.write(near, 5);
      talk.pass(5);
      assertThat(Talk.outcomes(talk.listener.accept(), 0)).containsExactly("5");
    }
    try (Talk talk = new Talk()) {
      final NetSocket near = withoutLastStep(talk);
      near.set(NetOption.LINGER, 0);
      near.close();
      talk.world.run(Duration.ofSeconds(100));
      assertThat(talk.listener.accept()).isNull();
    }
  }

  @Test
  void aListenerGivesUpWhenTheLastStepNeverComes() {
    try (Talk talk = new Talk()) {
      final NetSocket near = withoutLastStep(talk);
      forth(talk).loss(1);
      talk.world.run(Duration.ofSeconds(130));
      forth(talk).loss(0);
      assertThat(talk.listener.accept()).isNull();
      Talk.write(near, 5);
      talk.pass(5);
      assertThat(Talk.outcomes(near, 0)).containsExactly("ECONNRESET");
    }
  }

  @Test
  void whoSendsGivesUpWhenNoAcknowledgementComes() {
    try (Talk talk = new Talk().connected()) {
      back(talk).loss(1);
      Talk.write(talk.near, 100);
      talk.pass(10);
      assertThat(Talk.outcomes(talk.far, 0)).containsExactly("100");
      talk.world.run(LONG);
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("ETIMEDOUT");
    }
  }

  @Test
  void allArrivesWhateverIsLost() {
    for (int seed = 0; seed < 10; seed++) {
      try (Talk talk = new Talk(World.open(seed)).connected()) {
        if (seed % 2 == 0) {
          forth(talk).loss(0.2);
          back(talk).loss(0.2);
        } else {
          forth(talk).bursts(0.05, 0.5, 0.8);
          back(talk).bursts(0.05, 0.5, 0.8);
        }
        final long before = back(talk).lost();
        exchange(talk, seed);
        assertThat(back(talk).lost()).as("seed %d", seed).isGreaterThan(before);
        assertThat(talk.near.remoteAddress()).as("seed %d", seed).isNull();
      }
    }
  }

  /** More than a window in one direction, less in the other, both ends. */
  private static void exchange(final Talk talk, final int seed) {
    final int there = 300_000;
    final int here = 10_000;
    int sent = 0;
    int answered = 0;
    int got = 0;
    int gotBack = 0;
    for (int i = 0; i < 50_000 && (got < there || gotBack < here); i++) {
      sent += write(talk.near, Math.min(50_000, there - sent));
      answered += write(talk.far, Math.min(500, here - answered));
      talk.pass(100);
      got += Talk.readAll(talk.far);
      gotBack += Talk.readAll(talk.near);
    }
    assertThat(List.of(got, gotBack)).as("seed %d", seed).containsExactly(there, here);
    talk.near.shutdownOutput();
    talk.far.shutdownOutput();
    talk.world.run(LONG);
    assertThat(Talk.outcomes(talk.near, 0)).as("seed %d", seed).containsExactly("-1");
    assertThat(Talk.outcomes(talk.far, 0)).as("seed %d", seed).containsExactly("-1");
  }

  private static int write(final NetSocket socket, final int bytes) {
    return bytes == 0 ? 0 : Talk.write(socket, bytes);
  }

  /** The window opens by one packet, which is lost: the writer asks for it. */
  @Test
  void aLostUpdateOfTheWindowIsAskedFor() {
    try (Talk talk = new Talk().connected()) {
      int sum = Talk.fill(talk.near);
      talk.pass(100);
      sum += Talk.fill(talk.near);
      back(talk).loss(1);
      int got = Talk.readAll(talk.far);
      talk.pass(100);
      back(talk).loss(0);
      for (int i = 0; i < 10; i++) {
        talk.pass(1000);
        got += Talk.readAll(talk.far);
      }
      assertThat(got).isEqualTo(sum);
    }
  }

  @Test
  void keepAliveLosesItsQuestions() {
    try (Talk talk = new Talk().connected()) {
      talk.near.set(NetOption.KEEP_IDLE, 60);
      talk.near.set(NetOption.KEEP_INTERVAL, 10);
      talk.near.set(NetOption.KEEP_COUNT, 3);
      talk.near.set(NetOption.KEEP_ALIVE, 1);
      back(talk).loss(1);
      talk.world.run(Duration.ofSeconds(120));
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("ETIMEDOUT");
    }
  }

  @Test
  void heldDatagramsGoOnAsFastAsTheLinkIs() {
    try (Talk talk = new Talk()) {
      final NetSocket far = talk.serverBase.sockets().datagram(talk.address());
      final NetSocket near =
          talk.clientBase.sockets().datagram(new InetSocketAddress(talk.client.address(), 0));
      forth(talk).bandwidth(8000).queue(1000).cut(Link.Cut.HOLD);
      for (int i = 0; i < 10; i++) {
        near.send(ByteBuffer.allocate(472), talk.address());
      }
      talk.pass(1000);
      forth(talk).heal();
      final List<Integer> came = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        talk.pass(500);
        came.add(count(far));
      }
      // each takes half a second: two wait in the queue, one is under way, all others are lost
      assertThat(came).containsExactly(0, 1, 1, 1, 0, 0, 0, 0, 0, 0);
      assertThat(forth(talk).lost()).isEqualTo(7);
      assertThat(forth(talk).packets()).isEqualTo(10);
    }
  }

  private static int count(final NetSocket datagrams) {
    int count = 0;
    while (datagrams.receive(ByteBuffer.allocate(1000)) != null) {
      count++;
    }
    return count;
  }

  @Test
  void heldBytesOfAStreamGoOnAsFastAsTheLinkIs() {
    try (Talk talk = new Talk().connected()) {
      forth(talk).bandwidth(80_000).cut(Link.Cut.HOLD);
      Talk.write(talk.near, 14_600);
      talk.pass(1000);
      forth(talk).heal();
      talk.pass(100);
      assertThat(Talk.readAll(talk.far)).isZero();
      talk.pass(700);
      final int some = Talk.readAll(talk.far);
      assertThat(some).isBetween(5000, 9000);
      talk.pass(1000);
      assertThat(some + Talk.readAll(talk.far)).isEqualTo(14_600);
    }
  }

  @Test
  void oneDirectionIsHealedAndTheOtherStaysHeld() {
    try (Talk talk = new Talk().connected()) {
      forth(talk).cut(Link.Cut.HOLD);
      back(talk).cut(Link.Cut.HOLD);
      Talk.write(talk.near, 10);
      Talk.write(talk.far, 20);
      back(talk).heal();
      talk.pass(100);
      assertThat(Talk.outcomes(talk.near, 0)).containsExactly("20");
      assertThat(Talk.outcomes(talk.far, 0)).containsExactly("0");
      forth(talk).heal();
      talk.pass(100);
      assertThat(Talk.outcomes(talk.far, 0)).containsExactly("10");
    }
  }
}
