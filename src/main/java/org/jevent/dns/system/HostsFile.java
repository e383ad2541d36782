package org.jevent.dns.system;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsName;

/**
 * The content of a file of hosts: names with their addresses, and back. All lines of a name count.
 * Lines that make no sense are skipped and counted.
 */
public final class HostsFile {
  /** One without hosts. */
  public static final HostsFile EMPTY = new HostsFile();

  private static final int MAX_LINES = 1_000_000;

  private final Map<DnsName, List<InetAddress>> addresses = new HashMap<>();
  private final Map<InetAddress, DnsName> names = new HashMap<>();
  private int skipped;

  private HostsFile() {}

  /** Reads the text of a file, of at most a million lines. */
  public static HostsFile parse(final String text) {
    final HostsFile file = new HostsFile();
    Lines.of(text, MAX_LINES).forEach(file::line);
    return file;
  }

  private void line(final String line) {
    final int comment = line.indexOf('#');
    final String[] words = Lines.words(comment < 0 ? line : line.substring(0, comment));
    if (words.length == 0) {
      return;
    }
    final InetAddress address = Literal.address(words[0]);
    if (address == null || words.length == 1) {
      skipped++;
      return;
    }
    for (int i = 1; i < words.length; i++) {
      try {
        add(DnsName.ofHost(words[i]), address);
      } catch (final DnsFormatException e) {
        skipped++;
      }
    }
  }

  private void add(final DnsName name, final InetAddress address) {
    final List<InetAddress> all = addresses.computeIfAbsent(name, key -> new ArrayList<>(1));
    if (!all.contains(address)) {
      all.add(address);
    }
    names.putIfAbsent(address, name);
  }

  /** The addresses of a name, or null if it is not there. */
  public List<InetAddress> addresses(final DnsName name) {
    final List<InetAddress> found = addresses.get(name);
    return found == null ? null : List.copyOf(found);
  }

  /** The first name of an address, or null. */
  public DnsName name(final InetAddress address) {
    return names.get(address);
  }

  /** How many names there are. */
  public int size() {
    return addresses.size();
  }

  /** How many lines and names were not understood. */
  public int skipped() {
    return skipped;
  }
}
