package org.jevent.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.Hints.Family;
import org.jevent.dns.Hints.Flag;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.system.AddressOrder;
import org.jevent.dns.system.Literal;

/** Where a name is looked up: in itself, in the file of hosts, by servers. The loop's thread. */
final class Resolving {
  private final Context context;
  private final Questions questions;
  private final LocalAnswers local;
  private final SourceAddresses sources;
  List<DnsName> domains = List.of();

  Resolving(final Context context, final Questions questions, final LocalAnswers local) {
    this.context = context;
    this.questions = questions;
    this.local = local;
    sources = new SourceAddresses(context);
  }

  void forget() {
    sources.forget();
  }

  private long deadline() {
    return context.now() + context.settings.deadlineNanos;
  }

  /**
   * @param text of the name; with a dot at its end it is full, and nothing is searched
   */
  private List<DnsName> names(final DnsName name, final String text, final boolean search) {
    final boolean searches = search && !text.endsWith(".");
    return Search.names(name, context.settings.ndots, searches ? domains : List.of());
  }

  private static DnsException badName(final DnsFormatException e) {
    return new DnsException(Kind.BAD_NAME, e.getMessage());
  }

  // ---- records ----

  /** Looks records up. */
  Runnable records(
      final String text,
      final DnsType type,
      final boolean search,
      final boolean useCache,
      final DnsCallback<DnsAnswer> callback) {
    final DnsName first;
    try {
      first = DnsName.ofHost(text);
    } catch (final DnsFormatException e) {
      callback.done(null, badName(e));
      return () -> {};
    }
    final long deadline = deadline();
    final LocalAnswers.Local found = local.find(first, type); // before the search
    if (found != null) {
      callback.done(found.answer(new DnsQuestion(first, type), List.of()), found.exception(first));
      return () -> {};
    }
    final Search<DnsAnswer> run =
        new Search<>(
            names(first, text, search),
            (name, ended) -> questions.ask(name, type, useCache, deadline, ended)::cancel,
            callback);
    run.start();
    return run::cancel;
  }

  /** Looks the name of an address up. */
  Runnable reverse(
      final InetAddress address, final boolean useCache, final DnsCallback<DnsAnswer> callback) {
    final DnsName name = DnsName.ofAddress(address);
    final DnsName known = local.nameOf(address);
    if (known != null) {
      callback.done(
          new DnsAnswer(
              new DnsQuestion(name, DnsType.PTR),
              List.of(DnsRecord.ptr(name, LocalAnswers.TTL, known)),
              List.of(),
              false,
              false,
              DnsAnswer.Source.HOSTS,
              null),
          null);
      return () -> {};
    }
    return questions.ask(
            name,
            DnsType.PTR,
            useCache,
            deadline(),
            (answer, problem) -> {
              if (problem != null) {
                callback.done(null, problem);
              } else {
                hosts(answer, callback);
              }
            })
        ::cancel;
  }

  /** Who has an address may let it have any name: what is no host's reaches no program. */
  private static void hosts(final DnsAnswer answer, final DnsCallback<DnsAnswer> callback) {
    final List<DnsRecord> records =
        answer.records().stream().filter(each -> each.target().isHost()).toList();
    if (records.isEmpty()) {
      callback.done(
          null,
          new DnsException(
              Kind.BAD_NAME, answer.question().name() + ": what it is called is no host's name"));
    } else {
      callback.done(answer.with(records), null);
    }
  }

  // ---- addresses ----

  /** Looks addresses up; {@code sink}, which may be null, gets what is found first. */
  Runnable addresses(
      final String host,
      final Hints hints,
      final AddressLookup.AddressSink sink,
      final DnsCallback<HostAddresses> callback) {
    if (host == null) {
      withoutHost(hints, callback);
      return () -> {};
    }
    final InetAddress literal = LocalNames.literal(host);
    if (literal != null) {
      here(host, List.of(literal), DnsAnswer.Source.ITSELF, hints, callback);
      return () -> {};
    }
    try {
      return named(host, hints, sink, callback);
    } catch (final DnsFormatException e) {
      callback.done(null, badName(e));
      return () -> {};
    }
  }

  private Runnable named(
      final String host,
      final Hints hints,
      final AddressLookup.AddressSink sink,
      final DnsCallback<HostAddresses> callback) {
    final DnsName name = DnsName.ofHost(host);
    if (hints.has(Flag.NUMERICHOST) || !name.isHost() || name.endsInNumber()) {
      throw new DnsFormatException("\"" + host + "\" is neither an address nor the name of a host");
    }
    final List<InetAddress> found = local.addresses(name);
    if (found != null) {
      local.trace(name, hints.family() == Family.INET ? DnsType.A : DnsType.AAAA);
      here(name.toString(), found, local.source(name), hints, callback);
      return () -> {};
    }
    if (LocalNames.isNowhere(name) || !local.usesServers()) {
      callback.done(
          null, new DnsException(Kind.NXDOMAIN, name + ": such names are never asked of servers"));
      return () -> {};
    }
    return asked(name, host, hints, sink, callback);
  }

  private Runnable asked(
      final DnsName first,
      final String host,
      final Hints hints,
      final AddressLookup.AddressSink sink,
      final DnsCallback<HostAddresses> callback) {
    final boolean configured = hints.has(Flag.ADDRCONFIG);
    final boolean six =
        wants(hints, true) && !context.settings.noIpv6 && (!configured || sources.hasIpv6());
    final boolean four =
        (wants(hints, false) || (hints.has(Flag.V4MAPPED) && hints.family() == Family.INET6))
            && (!configured || sources.hasIpv4());
    final long deadline = deadline();
    final Search<AddressLookup.Result> run =
        new Search<>(
            names(first, host, !hints.has(Flag.NO_SEARCH)),
            (name, ended) -> step(name, hints, sink, ended).start(questions, four, six, deadline),
            (result, problem) -> {
              final List<InetAddress> later =
                  problem == null ? null : local.afterServers(first, problem.kind());
              if (later != null) {
                here(host, later, local.source(first), hints, callback);
              } else {
                answered(result, problem, hints, callback);
              }
            });
    run.start();
    return run::cancel;
  }

  private AddressLookup step(
      final DnsName name,
      final Hints hints,
      final AddressLookup.AddressSink sink,
      final DnsCallback<AddressLookup.Result> ended) {
    final AddressLookup.AddressSink sorted = sink == null ? null : found -> sink.found(sort(found));
    return new AddressLookup(name, hints, sorted, ended);
  }

  private void answered(
      final AddressLookup.Result result,
      final DnsException problem,
      final Hints hints,
      final DnsCallback<HostAddresses> callback) {
    if (problem != null) {
      callback.done(null, problem);
      return;
    }
    callback.done(
        new HostAddresses(
            result.canonicalName().toString(),
            withPort(sort(result.addresses()), hints),
            result.source()),
        null);
  }

  private List<InetAddress> sort(final List<InetAddress> found) {
    return AddressOrder.sort(found, sources::of);
  }

  private static List<InetSocketAddress> withPort(
      final List<InetAddress> found, final Hints hints) {
    final List<InetSocketAddress> addresses = new ArrayList<>(found.size());
    for (final InetAddress each : found) {
      addresses.add(new InetSocketAddress(each, hints.port()));
    }
    return addresses;
  }

  private static boolean wants(final Hints hints, final boolean ipv6) {
    return hints.family() == Family.UNSPEC || (hints.family() == Family.INET6) == ipv6;
  }

  private static void here(
      final String name,
      final List<InetAddress> found,
      final DnsAnswer.Source source,
      final Hints hints,
      final DnsCallback<HostAddresses> callback) {
    final List<InetAddress> wanted =
        new ArrayList<>(
            found.stream().filter(each -> wants(hints, AddressLookup.isIpv6(each))).toList());
    final boolean maps = hints.family() == Family.INET6 && hints.has(Flag.V4MAPPED);
    if (maps && (wanted.isEmpty() || hints.has(Flag.ALL))) {
      found.stream()
          .filter(each -> !AddressLookup.isIpv6(each))
          .forEach(each -> wanted.add(AddressLookup.mapped(each)));
    }
    if (wanted.isEmpty()) {
      callback.done(
          null, new DnsException(Kind.NODATA, name + ": no address of family " + hints.family()));
    } else {
      callback.done(new HostAddresses(name, withPort(wanted, hints), source), null);
    }
  }

  private static void withoutHost(final Hints hints, final DnsCallback<HostAddresses> callback) {
    final List<InetAddress> any =
        hints.has(Flag.PASSIVE)
            ? List.of(Literal.address("::"), Literal.address("0.0.0.0"))
            : LocalNames.loopback();
    here("", any, DnsAnswer.Source.ITSELF, hints, callback);
  }
}
