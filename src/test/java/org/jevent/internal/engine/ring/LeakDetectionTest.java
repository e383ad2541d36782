package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import org.jevent.TestSystem;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.providers.Providers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A lost object is reported once, with where it was made; a closed one never. */
@Timeout(120)
class LeakDetectionTest {
  private static final String ALL_KINDS = "base,event,stream,buffer,socket,listener,datagrams";

  @TempDir private Path directory;

  private ForkedJvm jvm(final String method) {
    assumeThat(
            Engines.ranked(Providers.ALL).stream()
                .filter(EngineProvider::usable)
                .map(EngineProvider::name))
        .contains(method);
    return new ForkedJvm(directory).built().jna().set("jevent.engine", method);
  }

  /** The lines of {@link LeakProbe} after the first, which has the settings. */
  private static List<String> run(final ForkedJvm jvm, final Object... arguments) throws Exception {
    final ForkedJvm.Result result =
        jvm.run(
            LeakProbe.class.getName(),
            java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.log()).isEmpty();
    return result.out();
  }

  private static String warning(final String what, final String place) {
    return "WARNING LEAK: " + what + " was never closed | made here in " + place;
  }

  @Test
  void eachKindIsReportedOnceWithWhereItWasMade() throws Exception {
    final List<String> lines =
        run(jvm(TestSystem.METHOD).set("jevent.leakDetection", "paranoid"), ALL_KINDS, "lose", 3);
    final List<String> recorded =
        lines.stream().map(line -> line.replaceAll(" \\(.*?\\)|, last used.*", "")).toList();
    assertThat(recorded)
        .containsExactlyInAnyOrder(
            "PARANOID 1",
            warning("an event base", "base"),
            warning("an event base", "base"), // that of the event, made by another caller
            warning("an event", "event"),
            warning("a buffer event", "stream"),
            warning("a buffer", "buffer"),
            warning("a socket", "socket"),
            warning("a listener", "listener"),
            warning("a socket", "listener"),
            warning("a datagram event", "datagrams"),
            warning("a socket", "datagrams"),
            "found " + 10 * 3);
  }

  @Test
  void whatWasClosedIsNeverReported() throws Exception {
    assertThat(
            run(
                jvm(TestSystem.METHOD).set("jevent.leakDetection", "paranoid"),
                ALL_KINDS,
                "close",
                3))
        .containsExactly("PARANOID 1", "found 0");
  }

  @Test
  void anEventThatWasDeletedHoldsNothing() throws Exception {
    assertThat(
            run(
                jvm(TestSystem.METHOD).set("jevent.leakDetection", "paranoid"),
                "event",
                "delete",
                3))
        .containsExactly("PARANOID 1", "found 0");
  }

  @Test
  void aChannelIsReportedToo() throws Exception {
    assertThat(run(jvm("nio").set("jevent.leakDetection", "paranoid"), "socket", "lose", 1))
        .containsExactly("PARANOID 1", warning("a socket", "socket"), "found 1");
    assertThat(run(jvm("nio").set("jevent.leakDetection", "paranoid"), "socket", "close", 1))
        .containsExactly("PARANOID 1", "found 0");
  }

  @Test
  void anAdvancedReportSaysWhereItWasLastUsed() throws Exception {
    assertThat(
            run(
                jvm(TestSystem.METHOD)
                    .set("jevent.leakDetection", "Advanced")
                    .set("jevent.leakDetection.samplingInterval", 1),
                "buffer",
                "lose",
                1))
        .containsExactly(
            "ADVANCED 1", warning("a buffer", "buffer") + ", last used here in buffer", "found 1");
  }

  @Test
  void aSampleIsWatchedByDefault() throws Exception {
    final int count = 20_000;
    final List<String> lines = run(jvm(TestSystem.METHOD), "buffer", "lose", count);
    assertThat(lines).startsWith("SIMPLE 128", warning("a buffer", "buffer")).hasSize(3);
    assertThat(Integer.parseInt(lines.get(2).substring("found ".length())))
        .isBetween(count / 128 / 2, count / 128 * 2);
  }

  @Test
  void aSocketIsReportedThoughItIsNoSample() throws Exception {
    assertThat(
            run(
                jvm(TestSystem.METHOD)
                    .set("jevent.leakDetection.samplingInterval", Integer.MAX_VALUE),
                "socket",
                "lose",
                1))
        .hasSize(3)
        .element(1)
        .asString()
        .matches(
            "WARNING LEAK: a socket \\(.*\\) was never closed"
                + " \\(-Djevent.leakDetection=paranoid reports where it was made\\) \\| unknown");
  }

  @Test
  void nothingIsReportedWhenNothingIsWanted() throws Exception {
    assertThat(
            run(jvm(TestSystem.METHOD).set("jevent.leakDetection", "disabled"), "base", "lose", 1))
        .startsWith("DISABLED 128")
        .endsWith("found 0")
        .hasSize(2);
  }

  @Test
  void aLevelThatIsNoneIsSaidSo() throws Exception {
    final ForkedJvm.Result result =
        jvm(TestSystem.METHOD)
            .set("jevent.leakDetection", "much")
            .run(LeakProbe.class.getName(), "base", "close", "1");
    assertThat(result.out()).containsExactly("SIMPLE 128", "found 0");
    assertThat(result.log())
        .containsExactly(
            "WARNING jevent.leakDetection=much is none of"
                + " [DISABLED, SIMPLE, ADVANCED, PARANOID]");
  }
}
