package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all programs have in common, and those that only print. */
@Timeout(120)
class ProgramsTest {
  private static final int USAGE = 2;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "doctor",
        "http-get",
        "rot13-server",
        "rot13-client",
        "echo-server",
        "tcp-proxy",
        "chat-server",
        "file-server",
        "udp-echo",
        "dns-lookup",
        "dns-server",
        "certificate",
        "http-server",
        "http-proxy",
        "http-fetch",
        "ws-echo",
        "ws-client"
      })
  void eachProgramExplainsItself(final String name) throws Exception {
    try (Program program = Program.start(name, "--help")) {
      assertThat(program.output()).startsWith("Usage: scripts/run " + name);
      assertThat(program.exit()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rot13-server --no-such-option",
        "rot13-server --style fork",
        "rot13-server --style select --virtual",
        "rot13-server --port many",
        "rot13-client one-argument",
        "http-get",
        "ws-client",
        "ws-echo --context-takeover",
        "chat-server --tls",
        "demo --lines"
      })
  void badOptionsAreAnsweredWithAUsageText(final String line) throws Exception {
    try (Program program = Program.start(line.split(" "))) {
      assertThat(program.exit()).isEqualTo(USAGE);
      assertThat(program.errors()).contains("Usage: scripts/run");
      assertThat(program.output()).isEmpty();
    }
  }

  @Test
  void aProgramThatDoesNotExistIsAnsweredWithThoseThatDo() throws Exception {
    try (Program program = Program.start("rot31-server")) {
      assertThat(program.exit()).isEqualTo(USAGE);
      assertThat(program.errors()).contains("rot31-server").contains("rot13-server");
    }
    try (Program program = Program.start()) {
      assertThat(program.exit()).isEqualTo(USAGE);
      assertThat(program.errors()).contains("Usage: scripts/run").contains("demo");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rot13-server", "rot13-client"})
  void anEngineThatDoesNotExistIsNamed(final String name) throws Exception {
    try (Program program = Program.start(name, "--port", "0", "--engine", "carrier-pigeon")) {
      assertThat(program.exit()).isEqualTo(1);
      assertThat(program.errors()).startsWith(name + ": ").contains("carrier-pigeon");
    }
  }

  @Test
  void aPortOutOfRangeIsNamed() throws Exception {
    try (Program program = Program.start("rot13-server", "--port", "65536")) {
      assertThat(program.exit()).isEqualTo(1);
      assertThat(program.errors()).contains("65536");
    }
  }

  @Test
  void theDoctorReportsEachEngine() throws Exception {
    try (Program program = Program.start("doctor")) {
      final String report = program.output();
      assertThat(report).contains("java").contains(System.getProperty("java.version"));
      for (final MethodInfo method : EventBase.supportedMethods()) {
        assertThat(report).contains(method.name());
      }
      assertThat(program.exit()).isZero();
    }
  }

  @Test
  void theDemonstrationRunsOnEachUsableEngine() throws Exception {
    try (Program program = Program.start("demo", "--lines", "2000")) {
      final List<String> table = program.output().lines().toList();
      for (final MethodInfo method : EventBase.supportedMethods()) {
        assertThat(table)
            .anyMatch(
                line ->
                    line.startsWith(method.name())
                        && line.contains(method.usable() ? "all answers right" : "not here"));
      }
      assertThat(program.exit()).isZero();
    }
  }
}
