package org.jevent.internal.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Name servers as the JDK's directory service knows them. */
class NioNamesTest {
  @Test
  void addressesOfTheServiceBecomeLines() {
    assertThat(NioNames.text("dns://192.0.2.1 dns://[2001:db8::1]:5300 dns:"))
        .isEqualTo("nameserver 192.0.2.1\nnameserver [2001:db8::1]:5300\n");
  }

  /** Whatever the servers of this machine are: the way to them is there. */
  @Test
  void theServiceOfThisJavaAnswers() {
    assertThat(NioNames.ofDirectory()).isNotNull();
  }
}
