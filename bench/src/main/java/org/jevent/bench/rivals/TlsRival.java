package org.jevent.bench.rivals;

import java.nio.file.Path;
import java.security.Provider;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a server of TLS that answers requests of a fixed size, or one without TLS. */
@Command(
    name = "tls-rival",
    description = "A server to compare with, as native/bench/tls_load.c describes it.",
    mixinStandardHelpOptions = true)
public final class TlsRival implements Callable<Integer> {
  private enum Style {
    JEVENT,
    NETTY
  }

  /** Whose protocol it is. */
  public enum Library {
    /** No TLS at all. */
    NONE,
    /** The JDK's. */
    SUN,
    /** BoringSSL as a provider of the JDK. */
    CONSCRYPT,
    /** BoringSSL without the JDK's interfaces. */
    TCNATIVE;

    /** It keeps memory outside of the heap for each connection. */
    public boolean isNative() {
      return this == CONSCRYPT || this == TCNATIVE;
    }

    /** The provider; null: that of the JDK. */
    public Provider provider() {
      return this == CONSCRYPT ? org.conscrypt.Conscrypt.newProvider() : null;
    }
  }

  @Option(names = "--style", required = true, description = "jevent or netty.")
  private Style style;

  @Option(names = "--library", required = true, description = "none, sun, conscrypt, tcnative.")
  private Library library;

  @Option(names = "--certificate", required = true, description = "A PEM file.")
  private Path certificate;

  @Option(names = "--key", required = true, description = "Its key, a PEM file.")
  private Path key;

  @Option(names = "--executor", description = "jevent: another thread does what handshakes need.")
  private boolean executor;

  @Option(names = "--port", defaultValue = "40713", description = "0: one that is free.")
  private int port;

  private TlsRival() {}

  /** Serves until the process is ended. */
  public static void main(final String[] args) {
    final CommandLine command = new CommandLine(new TlsRival());
    System.exit(command.setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    final Rival rival =
        style == Style.JEVENT
            ? new JeventTlsServer(library, certificate, key, executor)
            : new NettyTlsServer(library, certificate, key);
    final int actual = rival.open(port, false);
    Rival.announce(actual, rival.style(), rival.engine());
    rival.serve();
    return 0;
  }
}
