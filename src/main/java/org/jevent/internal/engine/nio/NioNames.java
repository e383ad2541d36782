package org.jevent.internal.engine.nio;

import java.util.Hashtable;
import java.util.Locale;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/**
 * The name servers of systems without a {@code resolv.conf}, as the JDK's directory service for
 * names knows them. It says nothing of domains to search.
 */
final class NioNames {
  private static final String SCHEME = "dns://";

  private NioNames() {}

  /** The text of a {@code resolv.conf}, or null if the system has one. */
  static String configuration() {
    final String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return system.startsWith("windows") || system.startsWith("mac") ? ofDirectory() : null;
  }

  /** What the directory service says, or null if this Java has none. */
  static String ofDirectory() {
    try {
      return Directory.servers();
    } catch (final LinkageError | NamingException | IllegalArgumentException e) {
      return null; // the modules java.naming and jdk.naming.dns may be absent
    }
  }

  /** Of the module java.naming: loaded when it is asked. */
  private static final class Directory {
    private static final String FACTORY = "com.sun.jndi.dns.DnsContextFactory";

    private Directory() {}

    @SuppressWarnings("JdkObsolete") // JNDI takes no other table
    static String servers() throws NamingException {
      final Hashtable<String, String> environment = new Hashtable<>();
      environment.put(Context.INITIAL_CONTEXT_FACTORY, FACTORY);
      environment.put(Context.PROVIDER_URL, "dns:");
      final DirContext context = new InitialDirContext(environment);
      try {
        return text(String.valueOf(context.getEnvironment().get(Context.PROVIDER_URL)));
      } finally {
        context.close();
      }
    }
  }

  /** From addresses such as {@code dns://192.0.2.1 dns://[::1]:5300}. */
  static String text(final String addresses) {
    final StringBuilder text = new StringBuilder();
    for (final String each : addresses.strip().split("\\s+", -1)) {
      if (each.startsWith(SCHEME)) {
        final String server = each.substring(SCHEME.length()).replaceFirst("/.*", "");
        text.append("nameserver ").append(server).append('\n');
      }
    }
    return text.toString();
  }
}
