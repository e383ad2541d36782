package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LogCallback;
import org.jevent.LoopResult;

/** Messages, and the callback that gets them. */
class LogTest {
  /** Throws what the compiler would not let it throw. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(final Throwable thrown) throws E {
    throw (E) thrown;
  }

  private static List<Callable<Throwable>> throwables() {
    return List.of(
        () -> new IllegalStateException("unchecked"),
        () -> new java.io.IOException("checked"),
        () -> new Error("as java.util.logging without descriptors"),
        () -> new NoClassDefFoundError("LoggingClass"),
        StackOverflowError::new,
        () -> new OutOfMemoryError("made up"),
        () -> new Throwable("neither"));
  }

  @EngineTest
  void whatTheLogCallbackThrowsDoesNotReachTheLoop(final Bases bases) throws Exception {
    for (final Callable<Throwable> each : throwables()) {
      final Throwable thrown = each.call();
      final List<String> heard = new ArrayList<>();
      final LogCallback log =
          (severity, message, cause) -> {
            heard.add(severity + " " + cause.getMessage());
            LogTest.<RuntimeException>sneak(thrown);
          };
      final EventBase base =
          bases.base(
              bases
                  .config()
                  .log(log)
                  .exceptionHandler(
                      (source, exception) -> {
                        throw new IllegalStateException("the handler's own");
                      }));
      final List<String> ran = new ArrayList<>();
      base.execute(
          () -> {
            throw new IllegalArgumentException("the task's own");
          });
      base.execute(() -> ran.add("task"));
      final Event timer = bases.later(base.newTimer((event, what) -> ran.add("timer")));
      timer.add(Duration.ZERO);
      assertThat(base.dispatch()).as("%s", thrown).isEqualTo(LoopResult.EMPTY);
      assertThat(heard).as("%s", thrown).containsExactly("ERROR the handler's own");
      assertThat(ran).as("%s", thrown).containsExactlyInAnyOrder("task", "timer");
    }
  }

  @EngineTest
  void aHandlerMayThrowTheExceptionThatItWasGiven(final Bases bases) {
    final List<Throwable> logged = new ArrayList<>();
    final EventBase base =
        bases.base(
            bases
                .config()
                .log((severity, message, cause) -> logged.add(cause))
                .exceptionHandler(
                    (source, exception) -> LogTest.<RuntimeException>sneak(exception)));
    final List<String> ran = new ArrayList<>();
    final IllegalStateException own = new IllegalStateException("the task's own");
    base.execute(
        () -> {
          throw own;
        });
    base.execute(() -> ran.add("next"));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(logged).containsExactly(own);
    assertThat(ran).containsExactly("next");
  }

  @EngineTest
  void aTaskThatCannotSayItsNameIsLoggedByItsClass(final Bases bases) {
    final class Nameless implements Runnable {
      @Override
      public void run() {
        throw new IllegalStateException("the task's own");
      }

      @Override
      public String toString() {
        throw new UnsupportedOperationException("toString");
      }
    }

    final List<String> logged = new ArrayList<>();
    final EventBase base =
        bases.base(
            new org.jevent.EventConfig()
                .method(bases.method())
                .log(
                    (severity, message, cause) -> logged.add(message + ": " + cause.getMessage())));
    final List<String> ran = new ArrayList<>();
    base.execute(new Nameless());
    base.execute(() -> ran.add("next"));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(logged).hasSize(1);
    assertThat(logged.get(0))
        .contains("exception in a callback of", "Nameless")
        .endsWith(": the task's own");
    assertThat(ran).containsExactly("next");
  }

  @EngineTest
  void aDebuggingBaseDoesNotNeedTheNameOfAHandle(final Bases bases) {
    bases.requireDescriptors();
    final org.jevent.net.NetSocket[] pair = bases.pair(bases.base());
    final class Nameless implements org.jevent.net.Handle {
      @Override
      public int descriptor() {
        return pair[0].descriptor();
      }

      @Override
      public java.nio.channels.SelectableChannel channel() {
        return null;
      }

      @Override
      public String toString() {
        throw new UnsupportedOperationException("toString");
      }
    }

    final List<String> logged = new ArrayList<>();
    final EventBase base =
        bases.base(bases.config().debug().log((severity, message, cause) -> logged.add(message)));
    final Event event = bases.later(base.newEvent(new Nameless(), Event.WRITE, (self, what) -> {}));
    event.add();
    base.dispatch();
    assertThat(logged).anyMatch(message -> message.startsWith("add org.jevent.Event"));
  }
}
