package org.jevent.sim;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException;
import org.jevent.dns.DnsRequest;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.Hints;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;

/** Look-ups at times that are drawn, each of which checks how it ends, and when. */
final class DnsLookups {
  /** What a look-up takes at most, with what the faults CPU add. */
  private static final Duration DEADLINE = Duration.ofMillis(10_100);

  private static final int SECONDS = 90;

  private final World world;
  private final Choices choices;
  private final EventBase base;
  private final DnsResolver resolver;
  private final List<Lookup> all = new ArrayList<>();
  private boolean closed;

  DnsLookups(final World world, final EventBase base, final DnsResolver resolver) {
    this.world = world;
    choices = world.choices();
    this.base = base;
    this.resolver = resolver;
    for (int i = choices.between("look-ups", 1, 12); i > 0; i--) {
      final Lookup made = new Lookup();
      all.add(made);
      at(choices.choose("begins", SECONDS * 1000), made::begin);
    }
    if (choices.happens("closes", 0.3)) {
      at(choices.choose("closes at", SECONDS * 1000), this::close);
    }
  }

  private void at(final int millis, final Runnable work) {
    base.once(null, Event.TIMEOUT, Duration.ofMillis(millis), (self, what) -> work.run());
  }

  void close() {
    closed = true;
    resolver.close();
  }

  /** None can be called back any more. */
  boolean areOver() {
    return all.stream().allMatch(each -> each.isOver);
  }

  /** How many have found what was asked for. */
  int found() {
    return (int) all.stream().filter(each -> each.hasFound).count();
  }

  private final class Lookup {
    private final int number = choices.choose("name", NameServers.NAMES + 1);
    private final int kind = choices.choose("kind", 3);
    private final int cancelsAfter =
        choices.happens("cancels", 0.2) ? choices.choose("cancels after", 8000) : -1;
    private final boolean reports = choices.happens("reports", 0.5);
    private DnsRequest request;
    private Duration began;
    private boolean begins;
    private boolean cancelled;
    private boolean isOver;
    private boolean hasFound;

    void begin() {
      if (closed) {
        isOver = true;
        return;
      }
      began = world.now();
      begins = true;
      request = start();
      begins = false;
      if (cancelsAfter >= 0) {
        at(cancelsAfter, this::cancel);
      }
    }

    private DnsRequest start() {
      final boolean shortName = choices.happens("short", 0.3);
      final String name = shortName ? "n" + number : NameServers.name(number);
      return switch (kind) {
        case 0 -> resolver.lookup(name, DnsType.A, this::answered);
        case 1 ->
            resolver.addresses(
                name,
                Hints.UNSPEC,
                (found, problem) -> {
                  ends(problem);
                  if (found != null) {
                    found.hosts().forEach(each -> check(each, found.source()));
                  }
                });
        default ->
            resolver.reverse(
                NameServers.address(number, 0, 0),
                (found, problem) -> {
                  ends(problem);
                  if (found != null) {
                    throw new AssertionError("no server has said " + found);
                  }
                });
      };
    }

    private void cancel() {
      if (!isOver) {
        cancelled = true;
        request.cancel(reports);
        isOver = !reports;
      }
    }

    private void answered(final DnsAnswer answer, final DnsException problem) {
      ends(problem);
      if (answer != null) {
        for (final DnsRecord each : answer.records()) {
          check(each.address(), answer.source());
        }
      }
    }

    private void ends(final DnsException problem) {
      if (isOver || begins) {
        throw new AssertionError(this + ": called back " + (begins ? "within the call" : "twice"));
      }
      isOver = true;
      final boolean isCancelled = problem != null && problem.kind() == DnsException.Kind.CANCELLED;
      if (cancelled != isCancelled) {
        throw new AssertionError(this + ": ends with " + problem);
      }
      final boolean isShutDown = problem != null && problem.kind() == DnsException.Kind.SHUTDOWN;
      if (closed && !isShutDown && !isCancelled) {
        throw new AssertionError(this + ": ends with " + problem + " after the close");
      }
      if (world.now().minus(began).compareTo(DEADLINE) > 0) {
        throw new AssertionError(this + ": takes " + world.now().minus(began));
      }
    }

    /** The address is the name's, and not too old. */
    private void check(final InetAddress address, final DnsAnswer.Source source) {
      hasFound = true;
      if (NameServers.numberOf(address) != NameServers.target(number)) {
        throw new AssertionError(this + ": " + address + " is not its address");
      }
      final int age = (int) (world.now().toSeconds() - NameServers.secondOf(address) & 0xff);
      final int kept = source == DnsAnswer.Source.CACHE ? NameServers.ttl(number) : 0;
      if (age > kept + DEADLINE.toSeconds() + 1) {
        throw new AssertionError(this + ": " + address + " is " + age + " s old, of " + source);
      }
    }

    @Override
    public String toString() {
      return "look-up " + kind + " of n" + number + ", cancelled " + cancelled;
    }
  }
}
