package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jevent.EventBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is known of a server, by a clock that the test steps: nothing of it holds for ever. */
class NameServerTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  private final EventBase base = new EventBase();
  private final Settings settings = new Settings();
  private final NameServer server =
      new NameServer(
          new Context(base, settings, null, null),
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 53));

  /** It may be below zero. */
  private long now = -10 * MINUTE;

  @AfterEach
  void close() {
    server.close();
    base.close();
  }

  @Test
  void extensionsAreTriedAgainAfterAQuarterOfAnHour() {
    assertThat(server.takesExtension(now)).isTrue();
    server.refusesExtension(now);
    now += 15 * MINUTE - 1;
    assertThat(server.takesExtension(now)).isFalse();
    now += 1;
    assertThat(server.takesExtension(now)).isTrue();
    assertThat(server.takesExtension(now)).isTrue();
  }

  @Test
  void theCaseOfLettersIsTriedAgainAfterAnHour() {
    assertThat(server.keepsCase(now)).isTrue();
    server.changesCase(now);
    now += 60 * MINUTE - 1;
    assertThat(server.keepsCase(now)).isFalse();
    now += 1;
    assertThat(server.keepsCase(now)).isTrue();
  }

  @Test
  void probesBecomeRareAndNeverStop() {
    for (int i = 1; i < settings.maxTimeouts; i++) {
      server.failed(now);
      assertThat(server.isDown()).isFalse();
    }
    server.failed(now);
    assertThat(server.isDown()).isTrue();
    long wait = 5 * SECOND;
    for (int i = 0; i < 10; i++) {
      now += wait - 1;
      assertThat(server.takeProbe(now)).isFalse();
      now += 1;
      assertThat(server.takeProbe(now)).isTrue();
      wait = Math.min(MINUTE, 2 * wait);
    }
    server.answered(1);
    assertThat(server.isDown()).isFalse();
    assertThat(server.takeProbe(now + 100 * MINUTE)).isFalse();
  }
}
