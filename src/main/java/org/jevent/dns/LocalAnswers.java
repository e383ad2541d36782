package org.jevent.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.system.HostsFile;
import org.jevent.dns.system.NameSwitch;

/**
 * What no server is asked for: addresses, names of the file of hosts and of this machine, and names
 * that are nowhere. Each question that would go to a server is shown to {@link #find} before.
 */
final class LocalAnswers {
  /** The time of a record of such an answer: it is not kept. */
  static final int TTL = 0;

  /**
   * What is known of a question here.
   *
   * @param records not empty, or there is a problem
   * @param source where it comes from
   * @param problem null if there are records
   * @param why the problem
   */
  record Local(List<DnsRecord> records, DnsAnswer.Source source, Kind problem, String why) {
    Local {
      assert records.isEmpty() == (problem != null) : records + " " + problem;
    }

    private static Local none(final DnsAnswer.Source source, final Kind problem, final String why) {
      return new Local(List.of(), source, problem, why);
    }

    /** As the end of a question: the records, or null with a problem. */
    DnsAnswer answer(final DnsQuestion question, final List<DnsRecord> chain) {
      return problem != null
          ? null
          : new DnsAnswer(question, records, chain, false, false, source, null);
    }

    /** Null if there are records. */
    DnsException exception(final Object question) {
      return problem == null ? null : new DnsException(problem, question + ": " + why);
    }
  }

  private final Context context;
  HostsFile hosts = HostsFile.EMPTY;
  NameSwitch order = NameSwitch.DEFAULT;

  /** The name of this machine, or null. */
  DnsName machine;

  LocalAnswers(final Context context) {
    this.context = context;
  }

  /** What is known of the question here; null: servers are asked. */
  Local find(final DnsName name, final DnsType type) {
    if (name.isRoot()) {
      return null;
    }
    final InetAddress literal = LocalNames.literal(name);
    final List<InetAddress> found =
        literal == null ? addresses(name, isOfAddresses(type)) : List.of(literal);
    if (found != null) {
      trace(name, type);
      return answer(name, type, found, literal == null ? source(name) : DnsAnswer.Source.ITSELF);
    }
    if (name.endsInNumber()) {
      return Local.none(DnsAnswer.Source.ITSELF, Kind.BAD_NAME, "it looks like an address");
    }
    return LocalNames.isNowhere(name)
        ? Local.none(
            DnsAnswer.Source.ITSELF, Kind.NXDOMAIN, "such names are never asked of servers")
        : null;
  }

  private static boolean isOfAddresses(final DnsType type) {
    return type.equals(DnsType.A) || type.equals(DnsType.AAAA);
  }

  private static Local answer(
      final DnsName name,
      final DnsType type,
      final List<InetAddress> found,
      final DnsAnswer.Source source) {
    final List<DnsRecord> records = new ArrayList<>(found.size());
    for (final InetAddress each : found) {
      final DnsRecord record = DnsRecord.address(name, TTL, each);
      if (record.type().equals(type) || type.equals(DnsType.ANY)) {
        records.add(record);
      }
    }
    return records.isEmpty()
        ? Local.none(source, Kind.NODATA, "no such records, and no server is asked for the name")
        : new Local(records, source, null, null);
  }

  /** The addresses of a name that no server is asked for, or null. */
  List<InetAddress> addresses(final DnsName name) {
    return addresses(name, true);
  }

  /**
   * @param ofMachine whether the name of this machine has some; servers know its other records
   */
  private List<InetAddress> addresses(final DnsName name, final boolean ofMachine) {
    final List<InetAddress> found = hostsAreFirst() ? hosts.addresses(name) : null;
    if (found != null) {
      return found;
    }
    if (LocalNames.isLocalhost(name)) {
      return LocalNames.loopback();
    }
    return ofMachine
            && isMachine(name)
            && place(NameSwitch.Source.SELF) < place(NameSwitch.Source.DNS)
        ? LocalNames.ofThisMachine()
        : null;
  }

  /** Reports that a name is answered here. */
  void trace(final DnsName name, final DnsType type) {
    context.trace(
        new DnsQuestion(name, type),
        source(name) == DnsAnswer.Source.HOSTS ? DnsTrace.Step.HOSTS : DnsTrace.Step.ITSELF,
        null,
        "");
  }

  /** Where the addresses of a name come from. */
  DnsAnswer.Source source(final DnsName name) {
    return place(NameSwitch.Source.FILES) < Integer.MAX_VALUE
            && hosts.addresses(name) != null
            && !LocalNames.isLocalhost(name)
        ? DnsAnswer.Source.HOSTS
        : DnsAnswer.Source.ITSELF;
  }

  /**
   * The addresses of a name that servers have not, or null: the order of the system may have other
   * places behind the servers.
   */
  List<InetAddress> afterServers(final DnsName name, final Kind problem) {
    boolean reached = false;
    for (final NameSwitch.Step step : order.sources()) {
      if (step.source() == NameSwitch.Source.DNS) {
        reached = true;
      } else if (reached) {
        final List<InetAddress> found = at(step.source(), name);
        if (found != null) {
          return found;
        }
      }
      if (reached && step.ends() && (isAbsent(problem) || step.source() != NameSwitch.Source.DNS)) {
        return null;
      }
    }
    return null;
  }

  private List<InetAddress> at(final NameSwitch.Source source, final DnsName name) {
    return source == NameSwitch.Source.FILES
        ? hosts.addresses(name)
        : isMachine(name) ? LocalNames.ofThisMachine() : null;
  }

  private static boolean isAbsent(final Kind problem) {
    return problem == Kind.NXDOMAIN || problem == Kind.NODATA;
  }

  private boolean isMachine(final DnsName name) {
    return name.equals(machine) && place(NameSwitch.Source.SELF) < Integer.MAX_VALUE;
  }

  private int place(final NameSwitch.Source source) {
    for (int i = 0; i < order.sources().size(); i++) {
      if (order.sources().get(i).source() == source) {
        return i;
      }
    }
    return Integer.MAX_VALUE;
  }

  /** The name that the file of hosts has for an address that no server is asked for, or null. */
  DnsName nameOf(final InetAddress address) {
    return hostsAreFirst() ? hosts.name(address) : null;
  }

  /** The file of hosts is used, and servers are asked for what it has not. */
  private boolean hostsAreFirst() {
    return place(NameSwitch.Source.FILES) < place(NameSwitch.Source.DNS);
  }

  boolean usesServers() {
    for (final NameSwitch.Step step : order.sources()) {
      if (step.source() == NameSwitch.Source.DNS) {
        return true;
      }
      if (step.ends()) {
        return false;
      }
    }
    return false;
  }
}
