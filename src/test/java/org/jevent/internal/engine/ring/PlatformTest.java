package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The folder of a platform's library is the one that JNA looks in. */
class PlatformTest {
  @Test
  void thisPlatformHasJnasName() {
    assertThat(Platform.prefix()).isEqualTo(com.sun.jna.Platform.RESOURCE_PREFIX);
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86-64",
    "Linux, x86_64, linux-x86-64",
    "Linux, i386, linux-x86",
    "Linux, aarch64, linux-aarch64",
    "Linux, arm, linux-arm",
    "Linux, armv7l, linux-arm",
    "Linux, riscv64, linux-riscv64",
    "Linux, s390x, linux-s390x",
    "Linux, ppc64le, linux-ppc64le",
    "Linux, powerpc64le, linux-ppc64le",
    "Linux, loongarch64, linux-loongarch64",
    "Mac OS X, aarch64, darwin-aarch64",
    "Mac OS X, x86_64, darwin-x86-64",
    "Windows 11, amd64, win32-x86-64",
    "Windows Server 2022, arm64, win32-aarch64",
    "FreeBSD, amd64, freebsd-x86-64",
    "OpenBSD, amd64, openbsd-x86-64",
    "SunOS, amd64, sunos-x86-64",
  })
  void platformsAreNamedAsJnaNamesThem(
      final String system, final String processor, final String prefix) {
    assertThat(Platform.prefix(system, processor)).isEqualTo(prefix);
  }
}
