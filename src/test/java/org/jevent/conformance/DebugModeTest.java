package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LogCallback.Severity;

/** Messages: where they go, how important they are, and what debug mode says. */
class DebugModeTest {
  private record Message(Severity severity, String text, Throwable cause) {}

  @EngineTest
  void debugModeLogsEachAddDeleteAndActivation(final Bases bases) {
    final List<Message> messages = new ArrayList<>();
    final EventBase base =
        bases.base(
            bases.config().debug().log((severity, text, cause) -> add(messages, severity, text)));
    final Event timer = base.newTimer((event, what) -> {});
    timer.add(Duration.ofHours(1));
    timer.activate(Event.TIMEOUT);
    timer.delete();
    assertThat(messages)
        .containsExactly(
            new Message(Severity.DEBUG, "add event TIMEOUT", null),
            new Message(Severity.DEBUG, "activate event TIMEOUT", null),
            new Message(Severity.DEBUG, "delete event TIMEOUT", null));
  }

  private static void add(
      final List<Message> messages, final Severity severity, final String text) {
    messages.add(new Message(severity, text, null));
  }

  @EngineTest
  void withoutDebugModeNothingIsLogged(final Bases bases) {
    final List<Message> messages = new ArrayList<>();
    final EventBase base =
        bases.base(bases.config().log((severity, text, cause) -> add(messages, severity, text)));
    final Event timer = base.newTimer((event, what) -> {});
    timer.add(Duration.ZERO);
    base.dispatch();
    timer.close();
    assertThat(messages).isEmpty();
  }

  @EngineTest
  void aLogCallbackThatThrowsHarmsNothing(final Bases bases) {
    final List<String> ran = new ArrayList<>();
    final EventBase base =
        bases.base(
            bases
                .config()
                .debug()
                .log(
                    (severity, text, cause) -> {
                      throw new IllegalStateException("no log today");
                    })
                .exceptionHandler(
                    (source, exception) -> {
                      throw new IllegalArgumentException("no handler either");
                    }));
    final Event event =
        base.newUserEvent(
            (self, what) -> {
              ran.add("callback");
              throw new IllegalStateException("on purpose");
            });
    assertThatCode(() -> event.activate(Event.READ)).doesNotThrowAnyException();
    base.execute(() -> ran.add("task"));
    assertThatCode(base::dispatch).doesNotThrowAnyException();
    assertThat(ran).containsExactly("callback", "task");
  }

  @EngineTest
  void theHandlerCanBeReplacedAndHearsTheSource(final Bases bases) {
    final EventBase base = bases.base();
    final List<Object> heard = new ArrayList<>();
    base.exceptionHandler(
        (source, exception) -> {
          heard.add(source);
          heard.add(exception.getMessage());
        });
    final Event event =
        base.newUserEvent(
            (self, what) -> {
              throw new IllegalStateException("an event");
            });
    event.activate(Event.READ);
    final Runnable task =
        () -> {
          throw new IllegalStateException("a task");
        };
    base.execute(task);
    base.dispatch();
    assertThat(heard).containsExactly(event, "an event", task, "a task");
    assertThat(bases.exceptions).isEmpty();
  }
}
