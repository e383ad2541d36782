package org.jevent.dns;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;

/** The servers of a resolver, and the exchanges with them: some at once, the others in a queue. */
final class Servers {
  private final Context context;
  private final List<NameServer> all = new ArrayList<>(2);

  /** Those that are asked for names within a domain, instead of the others. */
  private final Map<DnsName, List<NameServer>> scopes = new HashMap<>();

  private final ArrayDeque<Exchange> queue = new ArrayDeque<>();
  private final Set<Exchange> asking = new HashSet<>();
  private final List<NameServer> retired = new ArrayList<>(0);

  /** How many questions have begun with another server; it may be below zero. */
  int rotation;

  private boolean suspended;

  Servers(final Context context) {
    this.context = context;
  }

  Context context() {
    return context;
  }

  /** Replaces all: what was known of the former ones is forgotten. */
  void set(
      final List<InetSocketAddress> addresses,
      final Map<DnsName, List<InetSocketAddress>> ofDomains) {
    final List<NameServer> former = everyOne();
    all.clear();
    scopes.clear();
    all.addAll(make(addresses));
    ofDomains.forEach((domain, servers) -> scopes.put(domain, make(servers)));
    // Exchanges under way go on with the servers that they began with.
    former.forEach(each -> context.later(() -> closeUnused(each)));
    if (!queue.isEmpty()) {
      context.later(this::startQueued);
    }
  }

  private List<NameServer> make(final List<InetSocketAddress> addresses) {
    return addresses.stream().distinct().map(each -> new NameServer(context, each)).toList();
  }

  private List<NameServer> everyOne() {
    final List<NameServer> found = new ArrayList<>(all);
    scopes.values().forEach(found::addAll);
    return found;
  }

  /** The servers for a name: those of the longest domain that it is in, else the default ones. */
  private List<NameServer> of(final DnsName name) {
    DnsName longest = null;
    for (final DnsName domain : scopes.keySet()) {
      if (name.isWithin(domain) && (longest == null || domain.labels() > longest.labels())) {
        longest = domain;
      }
    }
    return longest == null ? all : scopes.get(longest);
  }

  private void closeUnused(final NameServer former) {
    if (asking.stream().noneMatch(each -> each.uses(former))) {
      former.close();
    } else {
      retired.add(former);
    }
  }

  List<InetSocketAddress> addresses() {
    return all.stream().map(each -> each.address).toList();
  }

  int down() {
    return (int) everyOne().stream().filter(NameServer::isDown).count();
  }

  /** No exchange begins any more until {@link #resume}. */
  void suspend() {
    suspended = true;
  }

  void resume() {
    suspended = false;
    startQueued();
  }

  /** In which order to ask. Those that are down are left out, unless all are. */
  List<NameServer> order(final DnsName name) {
    final List<NameServer> group = of(name);
    final List<NameServer> good = new ArrayList<>(group.size());
    final int first =
        context.settings.rotate && !group.isEmpty() ? Math.floorMod(rotation++, group.size()) : 0;
    for (int i = 0; i < group.size(); i++) {
      final NameServer each = group.get((first + i) % group.size());
      if (!each.isDown()) {
        good.add(each);
      }
    }
    if (good.isEmpty()) {
      good.addAll(group);
    }
    return good;
  }

  /** A server that is down gets a copy of the question at times, to find out whether it is back. */
  void probe(final DnsQuestion question, final long now) {
    for (final NameServer each : of(question.name())) {
      if (each.takeProbe(now)) {
        final long deadline = now + context.settings.timeoutNanos;
        final Exchange copy =
            new Exchange(this, question, deadline, (reply, server, partial, problem) -> {});
        asking.add(copy);
        copy.start(each);
        return;
      }
    }
  }

  /** Asks a question, now or in its turn. */
  Exchange ask(final DnsQuestion question, final long deadline, final Exchange.Ended ended) {
    final Exchange exchange = new Exchange(this, question, deadline, ended);
    if (!suspended && of(question.name()).isEmpty()) {
      context.later(() -> withoutServer(exchange));
      asking.add(exchange);
      return exchange;
    }
    if (!suspended && asking.size() < limit()) {
      asking.add(exchange);
      exchange.start();
      return exchange;
    }
    if (queue.size() >= context.settings.maxQueue) {
      context.later(() -> exchange.fail(Kind.QUEUE_FULL, queue.size() + " look-ups wait already"));
      asking.add(exchange);
      return exchange;
    }
    queue.add(exchange);
    exchange.queued();
    return exchange;
  }

  private static void withoutServer(final Exchange exchange) {
    exchange.fail(Kind.NO_SERVERS, "there is no server");
  }

  private int limit() {
    int servers = all.size();
    for (final List<NameServer> each : scopes.values()) {
      servers += each.size();
    }
    return context.settings.maxInFlight * servers;
  }

  void ended(final Exchange exchange, final boolean wasAsking) {
    if (!asking.remove(exchange) && !wasAsking) {
      queue.remove(exchange);
    }
    for (final NameServer each : List.copyOf(retired)) {
      if (exchange.uses(each) && asking.stream().noneMatch(other -> other.uses(each))) {
        retired.remove(each);
        context.later(each::close);
      }
    }
    if (!queue.isEmpty()) {
      context.later(this::startQueued);
    }
  }

  private void startQueued() {
    while (!suspended && !queue.isEmpty()) {
      final boolean served = !of(queue.peek().question.name()).isEmpty();
      if (served && asking.size() >= limit()) {
        return;
      }
      final Exchange next = queue.poll();
      asking.add(next);
      if (served) {
        next.start();
      } else {
        withoutServer(next); // it has waited for one
      }
    }
  }

  int waiting() {
    return queue.size();
  }

  void close() {
    final List<Exchange> left = new ArrayList<>(queue);
    queue.clear();
    left.addAll(asking);
    left.forEach(Exchange::stop); // those that no look-up waits for as well
    everyOne().forEach(NameServer::close);
    retired.forEach(NameServer::close);
    all.clear();
    scopes.clear();
    retired.clear();
  }
}
