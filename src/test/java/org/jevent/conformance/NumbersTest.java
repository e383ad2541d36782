package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;
import org.jevent.error.EngineUnavailableException;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every number, duration and moment that a public method takes, at its ends and next to them. A
 * call does what its documentation says, or refuses the argument in words that name it, say what it
 * was and what is allowed. What it was called on works afterwards, and so does the base.
 */
class NumbersTest {
  private static final Map<Class<?>, List<?>> VALUES =
      Map.of(
          byte.class,
          List.of((byte) 0, (byte) 1, (byte) -1, Byte.MIN_VALUE, Byte.MAX_VALUE),
          int.class,
          ints().boxed().map(Math::toIntExact).toList(),
          long.class,
          LongStream.concat(ints(), longs()).boxed().toList(),
          Duration.class,
          List.of(
              Duration.ZERO,
              Duration.ofNanos(1),
              Duration.ofNanos(-1),
              Duration.ofMillis(Integer.MAX_VALUE),
              Duration.ofMillis(Integer.MAX_VALUE + 1L),
              Duration.ofSeconds(Integer.MAX_VALUE + 1L),
              Duration.ofNanos(Long.MAX_VALUE),
              Duration.ofNanos(Long.MAX_VALUE).plusNanos(1),
              Duration.ofNanos(Long.MIN_VALUE),
              Duration.ofMillis(Long.MAX_VALUE),
              ChronoUnit.FOREVER.getDuration(),
              Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
              Duration.ofSeconds(Long.MIN_VALUE)),
          Instant.class,
          List.of(
              Instant.EPOCH,
              Instant.MIN,
              Instant.MAX,
              Instant.ofEpochSecond(Long.MAX_VALUE / 1000_000_000)));

  /** Those of which all combinations are tried. */
  private static final Map<Class<?>, List<?>> ENDS =
      Map.of(
          byte.class, List.of((byte) 0),
          int.class, List.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE),
          long.class, List.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE),
          Duration.class,
              List.of(Duration.ZERO, Duration.ofNanos(-1), ChronoUnit.FOREVER.getDuration()),
          Instant.class, List.of(Instant.MIN, Instant.MAX));

  /** Numbers of descriptors, some of which are the JVM's own: what is adopted is closed. */
  private static final Set<String> DESCRIPTORS =
      Set.of("Sockets.adopt(int)", "EventBase.newEvent(int, int, EventCallback)");

  @TempDir private Path directory;

  /** Of all calls, as one fault is seldom alone. */
  private final List<String> problems = new ArrayList<>();

  private static LongStream ints() {
    return LongStream.of(
        0,
        1,
        2,
        -1,
        -2,
        Byte.MAX_VALUE,
        Byte.MAX_VALUE + 1,
        255,
        256,
        0x1000,
        Short.MIN_VALUE,
        Short.MAX_VALUE,
        Short.MAX_VALUE + 1,
        65_535,
        65_536,
        EventBuffer.MAX_ROOM + 1,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1,
        Integer.MAX_VALUE - 1,
        Integer.MAX_VALUE);
  }

  private static LongStream longs() {
    return LongStream.of(
        Integer.MIN_VALUE - 1L,
        Integer.MAX_VALUE + 1L,
        0xffff_ffffL,
        0x1_0000_0000L,
        Long.MAX_VALUE / 4,
        Long.MAX_VALUE / 4 + 1,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        Long.MAX_VALUE - 1,
        Long.MAX_VALUE);
  }

  /** The calls that take a number, a duration or a moment. */
  private static List<Executable> calls() {
    return PublicApi.calls().stream()
        .filter(call -> Stream.of(call.getParameterTypes()).anyMatch(VALUES::containsKey))
        .toList();
  }

  private static boolean mayBeTried(
      final Executable call, final int parameter, final Object value) {
    return parameter > 1
        || !DESCRIPTORS.contains(PublicApi.text(call))
        || call.getParameterTypes()[parameter] != int.class
        || !((int) value >= 0 && (int) value <= 65_536);
  }

  @EngineTest
  void eachWorksOrIsRefused(final Bases bases) throws Exception {
    for (final Executable executable : calls()) {
      final Class<?>[] types = executable.getParameterTypes();
      try (Bases inner = bases.inner()) {
        final EventBase base = inner.base();
        final Samples samples = new Samples(inner, base, directory);
        for (int i = 0; i < types.length; i++) {
          for (final Object value : VALUES.getOrDefault(types[i], List.of())) {
            for (final Supplier<?> subject : ApiCall.subjects(executable, samples)) {
              if (mayBeTried(executable, i, value)) {
                final ApiCall call = ApiCall.of(executable, subject, samples);
                call.arguments()[i] = value;
                check(bases, call, base, List.of(i));
              }
            }
          }
        }
        Streams.assertUnharmed(inner, base, executable);
      }
    }
    assertThat(problems).isEmpty();
  }

  @EngineTest
  void allTogetherWorkOrAreRefused(final Bases bases) throws Exception {
    for (final Executable executable : calls()) {
      final Class<?>[] types = executable.getParameterTypes();
      final List<Integer> varied = new ArrayList<>();
      for (int i = 0; i < types.length; i++) {
        if (ENDS.containsKey(types[i])) {
          varied.add(i);
        }
      }
      if (varied.size() > 1) {
        try (Bases inner = bases.inner()) {
          final EventBase base = inner.base();
          final Samples samples = new Samples(inner, base, directory);
          for (final Supplier<?> subject : ApiCall.subjects(executable, samples)) {
            for (final Map<Integer, Object> values : combinations(executable, varied)) {
              final ApiCall call = ApiCall.of(executable, subject, samples);
              values.forEach((parameter, value) -> call.arguments()[parameter] = value);
              check(bases, call, base, varied);
            }
          }
          Streams.assertUnharmed(inner, base, executable);
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  private static List<Map<Integer, Object>> combinations(
      final Executable call, final List<Integer> varied) {
    List<Map<Integer, Object>> all = List.of(Map.of());
    for (final int parameter : varied) {
      final List<Map<Integer, Object>> longer = new ArrayList<>();
      for (final Map<Integer, Object> former : all) {
        for (final Object value : ENDS.get(call.getParameterTypes()[parameter])) {
          if (mayBeTried(call, parameter, value)) {
            final Map<Integer, Object> more = new HashMap<>(former);
            more.put(parameter, value);
            longer.add(more);
          }
        }
      }
      all = longer;
    }
    return all;
  }

  private void check(
      final Bases bases, final ApiCall call, final EventBase base, final List<Integer> varied) {
    try (Bases made = bases.inner()) {
      final Throwable thrown = run(call, base, made);
      call.assertRefused(thrown);
      assertNames(call, thrown, varied);
      assertWorks(call, base, made);
    } catch (final AssertionError e) {
      problems.add(e.getMessage());
    }
  }

  /** A loop that may wait without limit is ended from inside. */
  private static Throwable run(final ApiCall call, final EventBase base, final Bases made) {
    if (call.subject() == base) {
      base.execute(base::loopBreak);
    }
    return call.run(made);
  }

  /** The message names the argument, its value, and what is allowed. */
  private static void assertNames(
      final ApiCall call, final Throwable thrown, final List<Integer> varied) {
    if (thrown == null) {
      return;
    }
    assertThat(thrown.getMessage()).as("%s", call).isNotBlank().doesNotContain("null");
    if (thrown instanceof IllegalArgumentException || thrown instanceof IndexOutOfBoundsException) {
      assertThat(varied)
          .as("%s names one of the arguments of %s", thrown, call)
          .anyMatch(parameter -> names(thrown.getMessage(), call, parameter));
      assertThat(thrown.getMessage())
          .as("what is allowed for %s", call)
          .containsPattern(
              "within \\S*\\d|other bits than|other than|less than|negative|positive|beyond");
    }
  }

  private static boolean names(final String message, final ApiCall call, final int parameter) {
    final Object value = call.arguments()[parameter];
    return letters(message)
            .contains(letters(call.executable().getParameters()[parameter].getName()))
        && message.contains(value.toString());
  }

  private static String letters(final String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }

  /** What the call was made on, or has made, does what it is for. */
  private static void assertWorks(final ApiCall call, final EventBase base, final Bases made) {
    if (call.subject() instanceof EventBuffer buffer) {
      assertTakesAByte(call, buffer);
    } else if (call.subject() instanceof Event event) {
      event.delete();
      event.addNanos(1);
      Streams.run(base, () -> !event.isPending());
    } else if (call.subject() instanceof EventConfig config) {
      assertMakesABase(call, config);
    }
    assertThat(made.exceptions).as("%s", call).isEmpty();
  }

  private static void assertTakesAByte(final ApiCall call, final EventBuffer buffer) {
    final long length = buffer.length();
    buffer.add((byte) 5);
    assertThat(buffer.length()).as("%s", call).isEqualTo(length + 1);
    assertThat(buffer.get(length)).as("%s", call).isEqualTo((byte) 5);
  }

  private static void assertMakesABase(final ApiCall call, final EventConfig config) {
    try (EventBase base = new EventBase(config)) {
      base.newTimer((event, what) -> base.loopBreak()).addNanos(1);
      base.dispatch();
      assertThat(base.gotBreak()).as("%s", call).isTrue();
    } catch (final EngineUnavailableException e) {
      assertThat(e).as("%s", call).hasMessageContaining("feature");
    }
  }
}
