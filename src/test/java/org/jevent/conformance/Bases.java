package org.jevent.conformance;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.MethodInfo;
import org.jevent.Signals;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Assumptions;

/** Makes bases and sockets on one engine and closes them when the test is over. */
final class Bases implements AutoCloseable {
  private final String method;
  private final int features;
  private final AddedEngine added;
  private final AddedEngine.Session session;
  private EventBase latest;
  private final List<AutoCloseable> toClose = new ArrayList<>();
  final List<Exception> exceptions = new ArrayList<>();

  Bases(final MethodInfo method) {
    this(method.name(), method.features(), null, null);
  }

  private Bases(final AddedEngine added) {
    this(added.name(), added.features(), added, added.open());
  }

  private Bases(
      final String method,
      final int features,
      final AddedEngine added,
      final AddedEngine.Session session) {
    this.method = method;
    this.added = added;
    this.features = features;
    this.session = session;
  }

  /**
   * The engine that another project has added, or else all that can be used here; {@code
   * -Djevent.test.engines=epoll,nio} takes fewer.
   */
  static Stream<Bases> perEngine() {
    final List<Bases> added =
        ServiceLoader.load(AddedEngine.class).stream()
            .map(ServiceLoader.Provider::get)
            .map(Bases::new)
            .toList();
    if (!added.isEmpty()) {
      return added.stream();
    }
    final String only = System.getProperty("jevent.test.engines");
    return EventBase.supportedMethods().stream()
        .filter(MethodInfo::usable)
        .filter(info -> only == null || List.of(only.split(",")).contains(info.name()))
        .map(Bases::new);
  }

  EventConfig config() {
    return new EventConfig()
        .method(method)
        .exceptionHandler((source, exception) -> exceptions.add(exception));
  }

  EventBase base() {
    return base(config());
  }

  EventBase base(final EventConfig config) {
    latest = later(session == null ? new EventBase(config) : session.base(config));
    return latest;
  }

  /** Another one on the same engine, for what is to be closed before the test is over. */
  Bases inner() {
    return new Bases(method, features, added, session);
  }

  /** The base that was made last. */
  EventBase latest() {
    return latest;
  }

  /** The time that the bases go by, in nanoseconds. */
  long nanoTime() {
    return session == null ? System.nanoTime() : session.nanoTime();
  }

  /** The program takes that long for something. */
  void spend(final long millis) {
    if (session != null) {
      session.spend(TimeUnit.MILLISECONDS.toNanos(millis));
      return;
    }
    try {
      Thread.sleep(millis);
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** A signal comes to the process of the bases; false: that is this one, and nothing has come. */
  boolean raises(final Signals signal) {
    if (session != null) {
      session.raise(signal.name());
    }
    return session != null;
  }

  NetSocket[] pair(final EventBase base) {
    final NetSocket[] pair = base.sockets().pair();
    later(pair[0]);
    later(pair[1]);
    return pair;
  }

  NetSocket[] pipe(final EventBase base) {
    final NetSocket[] pipe = base.sockets().pipe();
    later(pipe[0]);
    later(pipe[1]);
    return pipe;
  }

  /** Closes it when the test is over, the latest first. */
  <T extends AutoCloseable> T later(final T resource) {
    toClose.add(resource);
    return resource;
  }

  /** Ends the test as not applicable, with the reason, unless the engine has the features. */
  void require(final int wanted, final String meaning) {
    Assumptions.assumeTrue(
        has(wanted), () -> "method " + method + " has no " + meaning + ", and says so");
  }

  /** Ends a test that an added engine cannot run, with the reason. */
  void requireRunnable(final Method test) {
    final String reason =
        added == null
            ? null
            : added.reasonAgainst(test.getDeclaringClass().getSimpleName() + "." + test.getName());
    Assumptions.assumeTrue(reason == null, () -> "method " + method + ": " + reason);
  }

  boolean has(final int wanted) {
    return (features & wanted) == wanted;
  }

  /** Ends the test as not applicable on pure NIO. */
  void requireDescriptors() {
    Assumptions.assumeTrue(!isNio(), () -> "method nio works with channels only");
  }

  boolean isNio() {
    return method.equals("nio");
  }

  String method() {
    return method;
  }

  @Override
  public void close() {
    for (int i = toClose.size() - 1; i >= 0; i--) {
      try {
        toClose.get(i).close();
      } catch (final Exception e) {
        throw new AssertionError("cannot close " + toClose.get(i), e);
      }
    }
    toClose.clear();
  }

  @Override
  public String toString() {
    return method;
  }
}
