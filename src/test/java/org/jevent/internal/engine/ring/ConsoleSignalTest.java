package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.MethodInfo;
import org.jevent.Signals;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The events of a console of Windows as signals. */
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "elsewhere signals are the system's own")
@Timeout(60)
class ConsoleSignalTest {
  private static Stream<String> ofTheShim() {
    return EventBase.supportedMethods().stream()
        .filter(MethodInfo::usable)
        .map(MethodInfo::name)
        .filter(name -> !name.equals("nio"));
  }

  private static EventBase base(final String method) {
    return new EventBase(new EventConfig().method(method));
  }

  @ParameterizedTest
  @MethodSource("ofTheShim")
  void eachIsDeliveredToItsWatcher(final String method) {
    try (EventBase base = base(method)) {
      final List<String> recorded = new ArrayList<>();
      for (final Signals signal : new Signals[] {Signals.INT, Signals.BREAK, Signals.TERM}) {
        final Event event =
            base.newSignal(
                signal.number(base),
                (self, what) -> {
                  recorded.add(signal + " " + what);
                  self.delete();
                });
        event.add();
        assertThat(Shim.raise(signal.number(base))).isZero();
        base.dispatch();
      }
      assertThat(recorded)
          .containsExactly("INT " + Event.SIGNAL, "BREAK " + Event.SIGNAL, "TERM " + Event.SIGNAL);
    }
  }

  @ParameterizedTest
  @MethodSource("ofTheShim")
  void twoBasesHearTheSameOneAsOftenAsItWasRaised(final String method) {
    try (EventBase first = base(method);
        EventBase second = base(method)) {
      final List<EventBase> recorded = new ArrayList<>();
      for (final EventBase base : List.of(first, second)) {
        base.newSignal(Signals.INT.number(base), (self, what) -> recorded.add(base)).add();
      }
      Shim.raise(Signals.INT.number(first));
      Shim.raise(Signals.INT.number(first));
      first.loop(EventBase.LOOP_ONCE);
      second.loop(EventBase.LOOP_ONCE);
      assertThat(recorded).containsExactly(first, first, second, second);
    }
  }

  @ParameterizedTest
  @MethodSource("ofTheShim")
  void aSignalThatTheConsoleHasNotIsRefused(final String method) {
    try (EventBase base = base(method)) {
      assertThatThrownBy(() -> Signals.HUP.number(base))
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }
  }
}
