package org.jevent.dns.system;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsName;
import org.jevent.net.Addresses;

/**
 * The content of {@code resolv.conf}: name servers, domains to search, options. Lines that make no
 * sense are skipped and counted, as a system's resolver does.
 *
 * @param search the domains in their order; the root stands for the name as it is
 * @param options as words, such as {@code ndots:2}, in their order
 * @param scopes the servers for names within a domain, which the default ones are not asked for; no
 *     system's file has them, but {@code EngineEnvironment.nameConfiguration}
 * @param skipped how many lines and words were not understood
 */
public record ResolvConf(
    List<InetSocketAddress> servers,
    List<DnsName> search,
    List<String> options,
    Map<DnsName, List<InetSocketAddress>> scopes,
    int skipped) {
  private static final int PORT = 53;
  private static final int MAX_LINES = 100_000;
  private static final int MAX_SERVERS = 64;
  private static final int MAX_DOMAINS = 256;

  public ResolvConf {
    servers = List.copyOf(servers);
    search = List.copyOf(search);
    options = List.copyOf(options);
    scopes = Map.copyOf(scopes);
  }

  /**
   * Reads the text of a file.
   *
   * @param localDomain the environment's {@code LOCALDOMAIN}, which replaces the domains, or null
   * @param moreOptions the environment's {@code RES_OPTIONS}, which follow the file's, or null
   */
  public static ResolvConf parse(
      final String text, final String localDomain, final String moreOptions) {
    final Reader reader = new Reader();
    Lines.of(text, MAX_LINES).forEach(reader::line);
    if (localDomain != null && !localDomain.isBlank()) {
      reader.search(Lines.words(localDomain), 0);
    }
    if (moreOptions != null) {
      reader.options.addAll(List.of(Lines.words(moreOptions)));
    }
    return new ResolvConf(
        reader.servers, reader.search, reader.options, reader.scopes, reader.skipped);
  }

  private static final class Reader {
    private final List<InetSocketAddress> servers = new ArrayList<>();
    private final List<DnsName> search = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private final Map<DnsName, List<InetSocketAddress>> scopes = new HashMap<>();

    /** Where servers are added; null: to a scope that is not understood. */
    private List<InetSocketAddress> target = servers;

    private int skipped;

    void line(final String line) {
      if (line.startsWith("#") || line.startsWith(";")) {
        return;
      }
      final String[] words = Lines.words(line);
      if (words.length == 0) {
        return;
      }
      switch (words[0].toLowerCase(Locale.ROOT)) {
        case "nameserver" -> server(words);
        case "domain", "search" -> search(words, 1);
        case "options" -> {
          for (int i = 1; i < words.length && options.size() < MAX_DOMAINS; i++) {
            options.add(words[i]);
          }
        }
        case "scope" -> scope(words);
        case "sortlist" -> {}
        default -> skipped++;
      }
    }

    private void server(final String[] words) {
      try {
        final InetSocketAddress read = (InetSocketAddress) Addresses.parse(words[1]);
        if (target != null && target.size() < MAX_SERVERS) {
          final int port = read.getPort() == 0 ? PORT : read.getPort();
          target.add(new InetSocketAddress(read.getAddress(), port));
        }
      } catch (final IllegalArgumentException
          | ClassCastException
          | ArrayIndexOutOfBoundsException e) {
        skipped++;
      }
    }

    private void scope(final String[] words) {
      target = null;
      if (words.length < 2 || scopes.size() >= MAX_DOMAINS) {
        skipped++;
        return;
      }
      try {
        target = scopes.computeIfAbsent(DnsName.ofHost(words[1]), domain -> new ArrayList<>());
      } catch (final DnsFormatException e) {
        skipped++;
      }
    }

    /** The last line wins. */
    void search(final String[] words, final int first) {
      search.clear();
      for (int i = first; i < words.length && search.size() < MAX_DOMAINS; i++) {
        try {
          search.add(DnsName.ofHost(words[i]));
        } catch (final DnsFormatException e) {
          skipped++;
        }
      }
    }
  }
}
