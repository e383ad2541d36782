package org.jevent.dns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.Hints.Family;
import org.jevent.dns.Hints.Flag;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsType;

/**
 * The addresses of one full name: AAAA and A are asked for at once, and belong together. Data of
 * one type is a success whatever became of the other one.
 */
final class AddressLookup {
  /** What was found. */
  record Result(DnsName canonicalName, List<InetAddress> addresses, DnsAnswer.Source source) {}

  private final DnsName name;
  private final Hints hints;
  private final DnsCallback<Result> callback;
  private final AddressSink sink;
  private final List<InetAddress> six = new ArrayList<>();
  private final List<InetAddress> four = new ArrayList<>();
  private final List<Questions.Waiter> running = new ArrayList<>(2);
  private DnsName canonical;
  private DnsAnswer.Source source = DnsAnswer.Source.SERVER;
  private DnsException problem;
  private int left;
  private boolean ended;

  /** Gets the addresses of one family while the other one is still looked for. */
  @FunctionalInterface
  interface AddressSink {
    void found(List<InetAddress> addresses);
  }

  /**
   * @param sink may be null
   */
  AddressLookup(
      final DnsName name,
      final Hints hints,
      final AddressSink sink,
      final DnsCallback<Result> callback) {
    this.name = name;
    this.hints = hints;
    this.sink = sink;
    this.callback = callback;
    canonical = name;
  }

  /**
   * Asks.
   *
   * @param ipv4 whether addresses of IPv4 are wanted
   */
  Runnable start(
      final Questions questions, final boolean ipv4, final boolean ipv6, final long deadline) {
    left = (ipv6 ? 1 : 0) + (ipv4 ? 1 : 0);
    if (left == 0) {
      callback.done(
          null,
          new DnsException(Kind.NODATA, name + ": no address of a wanted family can be used"));
      return () -> {};
    }
    if (ipv6) {
      ask(questions, DnsType.AAAA, deadline);
    }
    if (ipv4 && !ended) {
      ask(questions, DnsType.A, deadline);
    }
    return this::cancel;
  }

  private void ask(final Questions questions, final DnsType type, final long deadline) {
    final Questions.Waiter waiter =
        questions.ask(
            name,
            type,
            !hints.has(Flag.NO_CACHE),
            deadline,
            (answer, failure) -> found(type, answer, failure));
    if (!ended) {
      running.add(waiter);
    }
  }

  private void found(final DnsType type, final DnsAnswer answer, final DnsException failure) {
    if (ended) {
      return;
    }
    left--;
    if (answer != null && !answer.canonicalName().isHost()) {
      problem =
          worse(
              new DnsException(
                  Kind.BAD_NAME, name + ": its name " + answer.canonicalName() + " is no host's"));
    } else if (answer != null) {
      final List<InetAddress> into = type.equals(DnsType.A) ? four : six;
      for (final InetAddress each : answer.addresses()) {
        if (!into.contains(each)) {
          into.add(each);
        }
      }
      canonical = answer.canonicalName();
      source = answer.source();
      if (left > 0 && sink != null) {
        sink.found(List.copyOf(into));
      }
    } else {
      problem = worse(failure);
    }
    if (left == 0) {
      end();
    }
  }

  /** A name without data of one type is there; what a server could not say may be there. */
  private DnsException worse(final DnsException next) {
    final boolean first =
        problem == null
            || problem.kind() == Kind.NXDOMAIN
            || (problem.kind() == Kind.NODATA && next.kind() != Kind.NXDOMAIN);
    return first ? next : problem;
  }

  private void end() {
    ended = true;
    final List<InetAddress> all = new ArrayList<>(six);
    final boolean onlyMapped =
        hints.family() == Family.INET6 && !hints.has(Flag.ALL) && !six.isEmpty();
    if (!onlyMapped) {
      four.forEach(each -> all.add(hints.family() == Family.INET6 ? mapped(each) : each));
    }
    if (all.isEmpty()) {
      callback.done(null, problem);
    } else {
      callback.done(new Result(canonical, all, source), null);
    }
  }

  private void cancel() {
    ended = true;
    running.forEach(Questions.Waiter::cancel);
  }

  /** As an address of IPv6, for sockets of that family. */
  static InetAddress mapped(final InetAddress ipv4) {
    final byte[] bytes = new byte[16];
    bytes[10] = -1;
    bytes[11] = -1;
    System.arraycopy(ipv4.getAddress(), 0, bytes, 12, 4);
    try {
      return Inet6Address.getByAddress(null, bytes, -1);
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e); // 16 bytes are an address
    }
  }

  static boolean isIpv6(final InetAddress address) {
    return address instanceof Inet6Address;
  }
}
