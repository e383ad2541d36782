package org.jevent.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jevent.net.Addresses;
import org.jevent.net.Resolver;
import org.jevent.sim.core.Timeline;

/**
 * The names of a world, and the resolver of its hosts: what a base there uses unless a program
 * gives it another one. An address as text is its own name.
 */
public final class Names implements Resolver {
  private static final Duration DEFAULT_DELAY = Duration.ofMillis(1);

  private final Timeline time;
  private final Map<String, List<InetAddress>> addresses = new HashMap<>();
  private final Map<String, Exception> problems = new HashMap<>();
  private long delay = DEFAULT_DELAY.toNanos();

  /** Refuses an operation when the world is closed. */
  private final Consumer<String> requireOpen;

  Names(final Timeline time, final Consumer<String> requireOpen) {
    this.time = time;
    this.requireOpen = requireOpen;
    addresses.put("localhost", List.of(InetAddress.getLoopbackAddress()));
  }

  private static String key(final String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** A name has these addresses from now on. */
  public Names put(final String name, final List<InetAddress> to) {
    requireOpen.accept("put a name");
    addresses.put(key(name), List.copyOf(to));
    problems.remove(key(name));
    return this;
  }

  /** The look-up of a name fails from now on. */
  public Names fail(final String name, final Exception problem) {
    requireOpen.accept("let a name fail");
    problems.put(key(name), Objects.requireNonNull(problem, "problem"));
    return this;
  }

  /** How long a look-up takes; a millisecond unless set. */
  public Names delay(final Duration next) {
    requireOpen.accept("delay names");
    delay = World.nanos("delay", Objects.requireNonNull(next, "next"));
    return this;
  }

  @Override
  public Runnable resolve(final String host, final Result result) {
    final Timeline.Entry answer =
        new Timeline.Entry() {
          @Override
          protected void happen() {
            answer(host, result);
          }
        };
    time.schedule(answer, time.after(delay));
    return () -> time.cancel(answer);
  }

  private void answer(final String host, final Result result) {
    final Exception problem = problems.get(key(host));
    final List<InetAddress> found = addresses.get(key(host));
    if (problem != null) {
      result.resolved(List.of(), problem);
    } else if (found != null) {
      result.resolved(found, null);
    } else if (literal(host) != null) {
      result.resolved(List.of(literal(host)), null);
    } else {
      result.resolved(List.of(), new UnknownHostException(host));
    }
  }

  /** The address that a text is, or null. */
  private static InetAddress literal(final String text) {
    try {
      return Addresses.parse(text) instanceof InetSocketAddress read && read.getPort() == 0
          ? read.getAddress()
          : null;
    } catch (final IllegalArgumentException e) {
      return null;
    }
  }
}
