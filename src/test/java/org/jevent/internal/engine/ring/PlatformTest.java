package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The folder of a platform's library is the one that JNA looks in. */
class PlatformTest {
  @Test
  void thisPlatformHasJnasName() {
    assertThat(Platform.prefix()).isEqualTo(com.sun.jna.Platform.RESOURCE_PREFIX);
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void eachPlatformOfTheJarIsFound(final NativePlatform platform) {
    assertThat(Platform.prefix(platform.osName(), platform.osArch())).isEqualTo(platform.prefix());
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, x86_64, linux-x86-64",
    "Linux, armv7l, linux-arm",
    "Linux, powerpc64le, linux-ppc64le",
    "Windows Server 2022, arm64, win32-aarch64",
    "SunOS, amd64, sunos-x86-64",
  })
  void otherNamesAreUnderstoodAsJnaUnderstandsThem(
      final String system, final String processor, final String prefix) {
    assertThat(Platform.prefix(system, processor)).isEqualTo(prefix);
  }
}
