package org.jevent.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A peer chooses its path, this process its locale. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its locales can spell every path")
class ForeignPathTest {
  @Test
  void aPathThatTheLocaleCannotSpellIsReadAllTheSame(@TempDir final Path directory)
      throws Exception {
    final ForkedJvm.Result plain =
        new ForkedJvm(directory).built().environment("LC_ALL", "C").probe("foreign-path");
    assertThat(plain.exit()).as("%s", plain).isZero();
    assumeThat(plain.out().get(0)).as("the C locale knows ASCII alone").contains("ANSI");
    assertThat(plain.out()).endsWith("/tmp/caf?");
  }
}
