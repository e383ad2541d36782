package org.jevent.dns.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The line {@code hosts:} of {@code nsswitch.conf}: where names are looked up, in which order.
 *
 * @param sources those that are known here
 * @param unknown the names of the others, which only the system's resolver has
 */
public record NameSwitch(List<Step> sources, List<String> unknown) {
  /** Where names are. */
  public enum Source {
    /** The file of hosts. */
    FILES,
    /** Name servers. */
    DNS,
    /** The name of this machine. */
    SELF
  }

  /**
   * A place to look at.
   *
   * @param ends what it does not find is not looked for elsewhere: {@code [NOTFOUND=return]}
   */
  public record Step(Source source, boolean ends) {}

  /** Hosts, then name servers. */
  public static final NameSwitch DEFAULT =
      new NameSwitch(
          List.of(new Step(Source.FILES, false), new Step(Source.DNS, false)), List.of());

  private static final String HOSTS = "hosts:";
  private static final int MAX_LINES = 10_000;

  public NameSwitch {
    sources = List.copyOf(sources);
    unknown = List.copyOf(unknown);
  }

  /** Reads the text of a file; {@link #DEFAULT} if it says nothing about hosts. */
  public static NameSwitch parse(final String text) {
    for (final String line : Lines.of(text, MAX_LINES)) {
      final int comment = line.indexOf('#');
      final String plain = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (plain.startsWith(HOSTS)) {
        return hosts(plain.substring(HOSTS.length()).replace("[", " [").replace("]", "] "));
      }
    }
    return DEFAULT;
  }

  private static NameSwitch hosts(final String line) {
    final List<Step> sources = new ArrayList<>();
    final List<String> unknown = new ArrayList<>();
    boolean lastIsKnown = false;
    boolean inActions = false;
    for (final String word : Lines.words(line)) {
      if (inActions || word.startsWith("[")) {
        final String action = word.toUpperCase(Locale.ROOT);
        if (lastIsKnown && action.contains("NOTFOUND=RETURN") && !action.contains("!NOTFOUND")) {
          final int last = sources.size() - 1;
          sources.set(last, new Step(sources.get(last).source, true));
        }
        inActions = !word.endsWith("]");
        continue;
      }
      final Source source = source(word);
      lastIsKnown = source != null && sources.stream().noneMatch(each -> each.source == source);
      if (lastIsKnown) {
        sources.add(new Step(source, false));
      } else if (source == null && unknown.size() < 100) {
        unknown.add(word);
      }
    }
    return sources.isEmpty() ? DEFAULT : new NameSwitch(sources, unknown);
  }

  private static Source source(final String word) {
    return switch (word) {
      case "files" -> Source.FILES;
      case "dns", "resolve" -> Source.DNS;
      case "myhostname" -> Source.SELF;
      default -> null;
    };
  }
}
