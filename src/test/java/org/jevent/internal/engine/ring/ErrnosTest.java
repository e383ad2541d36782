package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read in a result that is an error. */
class ErrnosTest {
  private static final int WSAECONNRESET = 10054;
  private static final int UNHEARD_OF = 12_345;

  private static int number(final Errno errno) {
    return Shim.errno(errno.ordinal() - Errno.UNNUMBERED);
  }

  /** As the shim makes it on Windows. */
  private static int result(final Errno errno, final int code) {
    return -(number(errno) | code << 12);
  }

  @BeforeEach
  void requireTheShim() {
    assumeThat(ShimLoader.status().loaded()).as(ShimLoader.status().reason()).isTrue();
  }

  @Test
  void whatIsNotNegativeIsNoError() {
    assertThat(Errnos.of(0)).isEqualTo(Errno.NONE);
    assertThat(Errnos.of(Integer.MAX_VALUE)).isEqualTo(Errno.NONE);
    assertThat(Errnos.check(7, "count")).isEqualTo(7);
  }

  @Test
  void aNumberAloneIsThePlatformsErrno() {
    final int number = number(Errno.ECONNRESET);
    assertThat(Errnos.of(-number)).isEqualTo(Errno.ECONNRESET);
    assertThat(Errnos.text(-number))
        .isEqualTo("ECONNRESET (" + number + "): connection reset by peer");
    final ErrnoException exception = Errnos.exception("read", -number);
    assertThat(exception.code()).isEqualTo(number);
    assertThat(exception).hasMessage("read: ECONNRESET (" + number + "): connection reset by peer");
  }

  @Test
  void theSystemsOwnCodeIsKeptAndNamed() {
    final int reset = result(Errno.ECONNRESET, WSAECONNRESET);
    assertThat(Errnos.of(reset)).isEqualTo(Errno.ECONNRESET);
    assertThat(Errnos.text(reset))
        .isEqualTo("ECONNRESET (WSAECONNRESET 10054): connection reset by peer");
    assertThatThrownBy(() -> Errnos.check(reset, "read"))
        .isInstanceOf(ErrnoException.class)
        .hasMessage("read: ECONNRESET (WSAECONNRESET 10054): connection reset by peer")
        .extracting(e -> ((ErrnoException) e).code())
        .isEqualTo(WSAECONNRESET);
  }

  @Test
  void aCodeThatHasNoNameHereIsGivenAsANumber() {
    final ErrnoException exception = Errnos.exception("read", result(Errno.EIO, UNHEARD_OF));
    assertThat(exception.errno()).isEqualTo(Errno.EIO);
    assertThat(exception.code()).isEqualTo(UNHEARD_OF);
    assertThat(exception).hasMessageContaining("EIO (Windows 12345): ");
  }

  @Test
  void anErrnoThatTheContractLacksIsUnknown() {
    assertThat(Errnos.of(-4095)).isEqualTo(Errno.UNKNOWN);
    assertThat(Errnos.of(-(511 | WSAECONNRESET << 12))).isEqualTo(Errno.UNKNOWN);
    assertThat(Errnos.of(-(WSAECONNRESET << 12))).as("a code alone").isEqualTo(Errno.UNKNOWN);
  }
}
