package org.jevent.bench;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.conscrypt.Conscrypt;
import org.jevent.bench.rivals.TlsRival.Library;
import org.jevent.tls.TlsContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The engine alone, in memory: what no server on it can undercut. */
@Command(
    name = "tls-engine-run",
    hidden = true,
    description = "The cases of tls on engines in memory, in this process.",
    mixinStandardHelpOptions = true)
final class TlsEngineRun implements Callable<Integer> {
  private static final double NANOS_IN_SECOND = 1e9;
  private static final int BATCH_BYTES = 1 << 21;
  private static final int MAX_BATCH = 64;
  private static final int OVERHEAD = 128;
  private static final int HANDSHAKE_MEMORY = 1 << 16;

  @Option(names = "--library", required = true, description = "sun or conscrypt.")
  private Library library;

  @Option(names = "--certificate", required = true, description = "A PEM file.")
  private Path certificate;

  @Option(names = "--key", required = true, description = "Its key, a PEM file.")
  private Path key;

  @Option(names = "--seconds", defaultValue = "3", description = "For each case.")
  private int seconds;

  @Option(names = "--idle", defaultValue = "1000", description = "Engines that do nothing.")
  private int idle;

  private SSLContext client;
  private SSLContext server;

  @Override
  public Integer call() throws Exception {
    final TlsContext.Builder forClients = TlsContext.client().trust(certificate);
    final TlsContext.Builder forServers = TlsContext.server().identity(certificate, key);
    if (library.provider() != null) {
      forClients.provider(library.provider());
      forServers.provider(library.provider());
    }
    client = forClients.build().sslContext();
    server = forServers.build().sslContext();
    // Sessions that are kept would be taken for memory of connections, and the last is enough.
    client.getClientSessionContext().setSessionCacheSize(1);
    server.getServerSessionContext().setSessionCacheSize(1);
    for (final TlsCase each : TlsCase.values()) {
      final double us = TlsCase.us(each.isHandshake() ? handshake(each) : exchange(each));
      print(each.cost(), us);
      print(each.rate(), TlsCase.perProcessorSecond(us));
    }
    print(TlsCase.IDLE, idle());
    System.out.println();
    return 0;
  }

  private static void print(final String name, final double figure) {
    System.out.printf(Locale.ROOT, "%s=%.3f ", name, figure);
  }

  private boolean direct() {
    return library == Library.CONSCRYPT;
  }

  private TlsEngines engines(final boolean resume, final int capacity) {
    // Without the peer's name there is no session to be found.
    final SSLEngine asking =
        resume ? client.createSSLEngine("localhost", 1) : client.createSSLEngine();
    final SSLEngine answering = server.createSSLEngine();
    if (library == Library.CONSCRYPT) { // else it has no tickets
      Conscrypt.setUseSessionTickets(asking, true);
      Conscrypt.setUseSessionTickets(answering, true);
    }
    final TlsEngines engines = new TlsEngines(asking, answering, direct(), capacity);
    engines.client.setEnabledProtocols(new String[] {"TLSv1.3"});
    engines.client.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
    return engines;
  }

  private double exchange(final TlsCase each) throws SSLException {
    final int size = Math.max(each.request, each.answer);
    final int times = Math.max(1, Math.min(MAX_BATCH, BATCH_BYTES / size));
    final TlsEngines engines =
        engines(false, times * (size + size / OVERHEAD + OVERHEAD) + HANDSHAKE_MEMORY);
    engines.shakeHands();
    final ByteBuffer request = TlsEngines.memory(direct(), each.request);
    final ByteBuffer answer = TlsEngines.memory(direct(), each.answer);
    for (int i = 0; i < each.warmUp / times + 1; i++) {
      engines.exchange(times, request, answer);
    }
    final long before = engines.nanos();
    final long batches = run(seconds, () -> engines.exchange(times, request, answer));
    return (double) (engines.nanos() - before) / (batches * times);
  }

  private double handshake(final TlsCase each) throws SSLException {
    for (int i = 0; i < each.warmUp; i++) {
      connect(each == TlsCase.RESUMED);
    }
    final long[] nanos = {0};
    final long count = run(seconds, () -> nanos[0] += connect(each == TlsCase.RESUMED).nanos());
    return (double) nanos[0] / count;
  }

  /** A handshake and one small request, as the clients of servers do. */
  private TlsEngines connect(final boolean resume) throws SSLException {
    final TlsEngines engines = engines(resume, HANDSHAKE_MEMORY);
    engines.shakeHands();
    engines.exchange(
        1,
        TlsEngines.memory(direct(), TlsCase.FULL.request),
        TlsEngines.memory(direct(), TlsCase.FULL.answer));
    engines.dropClient();
    return engines;
  }

  /** Of the second of two lots: the first one takes what was free. */
  private double idle() throws IOException {
    final List<SSLEngine> engines = new ArrayList<>();
    addIdle(engines);
    final long before = memory();
    addIdle(engines);
    final long after = memory();
    Reference.reachabilityFence(engines);
    return Math.max(0, (double) (after - before) / idle);
  }

  private void addIdle(final List<SSLEngine> engines) throws SSLException {
    for (int i = 0; i < idle; i++) {
      engines.add(connect(false).server);
    }
  }

  private long memory() throws IOException {
    final long heap = AllocationMeter.heap();
    return library.isNative() ? heap + Memory.resident(ProcessHandle.current().pid()) : heap;
  }

  /** Again and again; returns how often. */
  private static long run(final int seconds, final Step step) throws SSLException {
    final long end = System.nanoTime() + (long) (seconds * NANOS_IN_SECOND);
    long times = 0;
    while (System.nanoTime() < end) {
      step.run();
      times++;
    }
    return times;
  }

  /** Something that engines do. */
  private interface Step {
    void run() throws SSLException;
  }
}
