package org.jevent.http;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.Function;
import org.jevent.DeferredCallback;
import org.jevent.EventBase;
import org.jevent.http.h1.HeadPool;
import org.jevent.http.h1.HeadWriter;
import org.jevent.http.h1.ParserLimits;
import org.jevent.http.h1.ResponseReader;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.stream.Deadlines;
import org.jevent.net.Resolver;
import org.jevent.tls.TlsContext;

/** What the parts of one client share. */
final class ClientContext {
  private static final int MAX_LINE = 8 * 1024;
  private static final int MAX_READERS = 32;

  final EventBase base;
  final LoopServices services;
  final Resolver resolver;
  final HttpClientLimits limits;
  final ParserLimits parserLimits;
  final HttpTimeouts timeouts;
  final Function<HttpUri, HttpUri> proxy;
  final SocketMaker sockets;
  final HttpClientStreamFactory streams;
  final Set<String> sensitive;
  final int redirects;
  final Deadlines deadlines;
  final HeadWriter heads = new HeadWriter();
  final HeadPool headPool = new HeadPool();
  final ClientPool pool;
  private final ArrayDeque<ResponseReader> readers = new ArrayDeque<>();
  private final TaskList later = new TaskList();
  private final DeferredCallback runLater;
  private TlsContext tls;
  private boolean closed;

  ClientContext(final HttpClient.Builder from) {
    base = from.base;
    services = BaseAccess.services(base);
    resolver = resolver(from);
    limits = from.limits;
    parserLimits = parserLimits(from.limits);
    timeouts = from.timeouts;
    proxy = from.proxy;
    sockets = new SocketMaker(base, from.localAddress);
    streams = from.streams;
    sensitive = Set.copyOf(from.sensitive);
    redirects = from.redirects;
    tls = from.tls;
    deadlines = new Deadlines(base);
    pool = new ClientPool(this);
    runLater = base.newDeferred(this::runLater);
  }

  private static Resolver resolver(final HttpClient.Builder from) {
    final Resolver all = from.resolver == null ? from.base.resolver() : from.resolver;
    return from.family == null ? all : new FamilyResolver(all, from.family);
  }

  private static ParserLimits parserLimits(final HttpClientLimits limits) {
    final ParserLimits usual = ParserLimits.DEFAULT;
    return new ParserLimits(
        Math.min(MAX_LINE, limits.head()),
        limits.head(),
        limits.fields(),
        usual.trailerFields(),
        usual.chunkLine(),
        usual.chunkExtensions());
  }

  /** That of the JDK's certificates unless the program has given one. */
  TlsContext tls() {
    if (tls == null) {
      tls = HttpClient.defaultTls();
    }
    return tls;
  }

  /**
   * The proxy of a URI, or null.
   *
   * @throws IllegalArgumentException if the program has chosen what is none
   */
  HttpUri proxyFor(final HttpUri uri) {
    final HttpUri chosen = uri.unixPath() == null ? proxy.apply(uri) : null;
    if (chosen != null && !isProxy(chosen)) {
      throw new IllegalArgumentException(
          "the proxy " + Origin.text(chosen) + " is none: http://host:port is needed");
    }
    return chosen;
  }

  private static boolean isProxy(final HttpUri uri) {
    return "http".equals(uri.scheme())
        && uri.host() != null
        && !uri.host().isEmpty()
        && uri.portOrDefault() > 0;
  }

  ResponseReader takeReader() {
    final ResponseReader free = readers.pollLast();
    return free != null ? free : new ResponseReader(parserLimits, headPool);
  }

  void giveReader(final ResponseReader reader) {
    reader.release();
    if (readers.size() < MAX_READERS) {
      readers.addLast(reader);
    }
  }

  void requireOpen(final String operation) {
    if (closed) {
      throw new IllegalStateException(operation + ": the client is closed");
    }
    services.requireOpen(operation);
    services.requireLoopThread("an HTTP client");
  }

  boolean isClosed() {
    return closed;
  }

  /** Runs it from the loop, before it waits again: no program is called back within a call. */
  void later(final Runnable task) {
    later.add(task);
    runLater.schedule();
  }

  private void runLater() {
    try {
      later.run();
    } finally {
      if (!later.isEmpty() && !closed) {
        runLater.schedule(); // one has thrown, or has added another
      }
    }
  }

  /** What the program's code has thrown is reported, and the client goes on. */
  void report(final Object source, final RuntimeException thrown) {
    if (!services.inLoop()) {
      throw thrown;
    }
    services.report(source, thrown);
  }

  void close() {
    if (!closed) {
      closed = true;
      runLater.cancel();
      final Cleanup cleanup = new Cleanup();
      cleanup.run(pool::close);
      while (!later.isEmpty()) {
        cleanup.run(later::run); // calls that have failed already get their end
      }
      cleanup.run(deadlines::close);
      cleanup.rethrow();
    }
  }
}
