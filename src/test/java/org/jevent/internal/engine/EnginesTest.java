package org.jevent.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.jevent.TestSystem;
import org.jevent.error.EngineUnavailableException;
import org.jevent.internal.providers.Providers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which engine is taken, in which order, and what is said when none is. */
@Timeout(60)
class EnginesTest {
  private static final EngineRequest ANY = new EngineRequest(null, Set.of(), 0, false);

  private static final String RULED_OUT = "JEVENT_NO" + TestSystem.METHOD.toUpperCase(Locale.ROOT);

  /** What is taken when nothing better is there. */
  private static final String[] LAST =
      TestSystem.WINDOWS ? new String[] {"nio", "poll", "select"} : new String[] {"nio"};

  private static final String ELSEWHERE = TestSystem.WINDOWS ? "epoll" : "iocp";

  private String property;

  @BeforeEach
  void withoutTheProperty() {
    property = System.clearProperty(Engines.ENGINE_PROPERTY);
  }

  @AfterEach
  void restoreTheProperty() {
    if (property == null) {
      System.clearProperty(Engines.ENGINE_PROPERTY);
    } else {
      System.setProperty(Engines.ENGINE_PROPERTY, property);
    }
  }

  private static void requireEpoll() {
    assumeThat(
            Engines.ranked(Providers.ALL).stream()
                .filter(EngineProvider::usable)
                .map(EngineProvider::name))
        .contains(TestSystem.METHOD);
  }

  private static String chosen(final EngineRequest request, final Map<String, String> variables) {
    final Engine engine = Engines.open(request, Providers.ALL, variables::get);
    engine.close();
    return engine.name();
  }

  private static EngineRequest insisting(final String name) {
    return new EngineRequest(name, Set.of(), 0, false);
  }

  private static EngineRequest avoiding(final String... names) {
    return new EngineRequest(null, Set.of(names), 0, false);
  }

  @Test
  void theListHasEachMethodOnceWithAReasonOrNone() {
    final List<MethodInfo> all = EventBase.supportedMethods();
    assertThat(all).extracting(MethodInfo::name).doesNotHaveDuplicates().endsWith(LAST);
    for (final MethodInfo engine : all) {
      assertThat(engine.reason().isEmpty()).as("%s", engine).isEqualTo(engine.usable());
      assertThat(engine.usable() || engine.features() == 0).as("%s", engine).isTrue();
    }
    assertThat(all.get(all.size() - 1).usable()).isTrue();
  }

  @Test
  void thePlatformsFirstUsableMethodIsTheDefault() {
    final String first =
        Engines.ranked(Providers.ALL).stream()
            .filter(EngineProvider::usable)
            .map(EngineProvider::name)
            .findFirst()
            .orElseThrow();
    assertThat(chosen(ANY, Map.of())).isEqualTo(first);
  }

  @Test
  void theEnvironmentNamesAMethod() {
    requireEpoll();
    assertThat(chosen(ANY, Map.of("JEVENT_ENGINE", "nio"))).isEqualTo("nio");
    assertThat(chosen(ANY, Map.of("JEVENT_ENGINE", " " + TestSystem.METHOD + " ")))
        .isEqualTo(TestSystem.METHOD);
    assertThat(chosen(ANY, Map.of("JEVENT_ENGINE", "  "))).isEqualTo(TestSystem.METHOD);
  }

  @Test
  void thePropertyComesBeforeTheEnvironmentAndTheProgramBeforeBoth() {
    requireEpoll();
    System.setProperty(Engines.ENGINE_PROPERTY, "nio");
    assertThat(chosen(ANY, Map.of("JEVENT_ENGINE", TestSystem.METHOD))).isEqualTo("nio");
    assertThat(chosen(insisting(TestSystem.METHOD), Map.of("JEVENT_ENGINE", "nio")))
        .isEqualTo(TestSystem.METHOD);
    System.setProperty(Engines.ENGINE_PROPERTY, TestSystem.METHOD);
    assertThat(chosen(insisting("nio"), Map.of())).isEqualTo("nio");
  }

  @Test
  void theEnvironmentRulesMethodsOutWhateverTheValue() {
    requireEpoll();
    assertThat(chosen(ANY, Map.of(RULED_OUT, "1"))).isNotEqualTo(TestSystem.METHOD);
    assertThat(chosen(ANY, Map.of(RULED_OUT, ""))).isNotEqualTo(TestSystem.METHOD);
    assertThat(chosen(ANY, Map.of("JEVENT_NOKQUEUE", "1"))).isEqualTo(TestSystem.METHOD);
    assertThat(chosen(ANY, Map.of("JEVENT_NONIO", "1"))).isEqualTo(TestSystem.METHOD);
  }

  @Test
  void theEnvironmentCanBeIgnoredButNotTheProperty() {
    requireEpoll();
    final EngineRequest deaf = new EngineRequest(null, Set.of(), 0, true);
    assertThat(chosen(deaf, Map.of("JEVENT_ENGINE", "nio"))).isEqualTo(TestSystem.METHOD);
    assertThat(chosen(deaf, Map.of(RULED_OUT, "1"))).isEqualTo(TestSystem.METHOD);
    System.setProperty(Engines.ENGINE_PROPERTY, "nio");
    assertThat(chosen(deaf, Map.of("JEVENT_ENGINE", TestSystem.METHOD))).isEqualTo("nio");
  }

  @Test
  void avoidedMethodsArePassedOver() {
    requireEpoll();
    assertThat(chosen(avoiding(TestSystem.METHOD), Map.of())).isNotEqualTo(TestSystem.METHOD);
    assertThat(chosen(avoiding("nio"), Map.of())).isEqualTo(TestSystem.METHOD);
  }

  @Test
  void requiredFeaturesDecide() {
    requireEpoll();
    final int feature = TestSystem.WINDOWS ? Engine.FEATURE_EARLY_CLOSE : Engine.FEATURE_ET;
    final EngineRequest edges = new EngineRequest(null, Set.of(), feature, false);
    assertThat(chosen(edges, Map.of("JEVENT_NONIO", "1"))).isEqualTo(TestSystem.METHOD);
    assertThatThrownBy(() -> chosen(edges, Map.of("JEVENT_ENGINE", "nio")))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessage("method nio cannot be used: lacks required features " + feature);
    assertThatThrownBy(() -> chosen(new EngineRequest(null, Set.of(), 1 << 20, false), Map.of()))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageStartingWith("no method can be used: ")
        .hasMessageContaining(TestSystem.METHOD)
        .hasMessageContaining("lacks required features 100000");
  }

  @Test
  void aMethodThatIsNamedAndRuledOutFailsInsteadOfBeingReplaced() {
    requireEpoll();
    for (final Map<String, String> variables :
        List.of(
            Map.of("JEVENT_ENGINE", TestSystem.METHOD, RULED_OUT, "1"),
            Map.of("JEVENT_ENGINE", "nio", "JEVENT_NONIO", "1"))) {
      final String name = variables.get("JEVENT_ENGINE");
      assertThatThrownBy(() -> chosen(ANY, variables))
          .isInstanceOf(EngineUnavailableException.class)
          .hasMessage(
              "method "
                  + name
                  + " cannot be used: ruled out by the environment's JEVENT_NO"
                  + name.toUpperCase(java.util.Locale.ROOT));
    }
    assertThatThrownBy(
            () ->
                chosen(
                    new EngineRequest(TestSystem.METHOD, Set.of(TestSystem.METHOD), 0, false),
                    Map.of()))
        .hasMessage("method " + TestSystem.METHOD + " cannot be used: avoided by the program");
  }

  @Test
  void whenNothingIsLeftEachReasonIsReported() {
    requireEpoll();
    final Map<String, String> variables = new java.util.HashMap<>();
    for (final String name : List.of("EPOLL", "IO_URING", "POLL", "SELECT", "KQUEUE", "IOCP")) {
      variables.put("JEVENT_NO" + name, "1");
    }
    assertThatThrownBy(() -> chosen(avoiding("nio"), variables))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageStartingWith("no method can be used: ")
        .hasMessageContaining(TestSystem.METHOD + ": ruled out by the environment's " + RULED_OUT)
        .hasMessageContaining("select: ruled out by the environment's JEVENT_NOSELECT")
        .hasMessageContaining("nio: avoided by the program")
        .hasMessageContaining("not part of this platform's library");
  }

  @Test
  void anUnknownMethodIsRefusedWithTheNamesOfTheKnown() {
    for (final String wrong : new String[] {"carrier-pigeon", "EPOLL"}) {
      assertThatThrownBy(() -> chosen(ANY, Map.of("JEVENT_ENGINE", wrong)))
          .isInstanceOf(EngineUnavailableException.class)
          .hasMessageStartingWith("method " + wrong + " cannot be used: no such method; there are ")
          .hasMessageContaining(TestSystem.METHOD)
          .hasMessageEndingWith(LAST[LAST.length - 1]);
    }
  }

  @Test
  void aMethodOfAnotherPlatformIsRefusedWithTheReason() {
    requireEpoll();
    assertThatThrownBy(() -> chosen(insisting(ELSEWHERE), Map.of()))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessage("method " + ELSEWHERE + " cannot be used: not part of this platform's library");
  }

  @Test
  void reasonsStandOnceAfterTheMethodsTheyHoldFor() {
    final Reasons reasons = new Reasons();
    reasons.add("one", "is old");
    reasons.add("two", "is new");
    reasons.add("three", "is old");
    assertThat(reasons).hasToString("one, three: is old; two: is new");
    assertThat(reasons.only()).isEqualTo("is old; is new");
  }

  @Test
  void theMethodInUseIsLoggedOnRequest() {
    final List<String> messages = new ArrayList<>();
    final Handler handler =
        new Handler() {
          @Override
          public void publish(final LogRecord message) {
            messages.add(message.getLevel() + " " + message.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    final Logger logger = Logger.getLogger("org.jevent");
    logger.addHandler(handler);
    try {
      chosen(insisting("nio"), Map.of());
      assertThat(messages).isEmpty();
      chosen(insisting("nio"), Map.of("JEVENT_SHOW_METHOD", "1"));
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(messages).containsExactly("INFO using method nio, binding none");
  }

  /** A provider that notes when it opens an engine, which is one of nio. */
  private record Ranked(String name, int preference, boolean usable, List<String> opened)
      implements EngineProvider {
    @Override
    public String reason() {
      return usable ? "" : "is broken";
    }

    @Override
    public int features() {
      return 0;
    }

    @Override
    public boolean emulated() {
      return false;
    }

    @Override
    public Engine open() {
      opened.add(name);
      return Engines.open(insisting("nio"), Providers.ALL);
    }
  }

  @Test
  void theHighestPreferenceThatCanBeUsedIsTakenInWhateverOrderTheyStand() {
    final List<String> opened = new ArrayList<>();
    final List<EngineProvider> given =
        List.of(
            new Ranked("low", 1, true, opened),
            new Ranked("best", 9, false, opened),
            new Ranked("mid", 5, true, opened));
    assertThat(Engines.ranked(given))
        .extracting(EngineProvider::name)
        .containsExactly("best", "mid", "low");
    Engines.open(ANY, given, name -> null).close();
    assertThat(opened).containsExactly("mid");
    assertThatThrownBy(() -> Engines.open(insisting("best"), given, name -> null))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessage("method best cannot be used: is broken");
  }
}
