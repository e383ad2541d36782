package org.jevent.examples;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpAccess;
import org.jevent.http.HttpHandler;
import org.jevent.http.HttpServer;

/** Serves HTTP by one handler. A line of its counts is a request. */
class WebServer extends LoopServer {
  private static final Duration GRACE = Duration.ofSeconds(5);

  final HttpServer http;
  private boolean stopping;

  /**
   * @param logs prints a line for each request
   */
  WebServer(final String method, final boolean logs) {
    super(method);
    http = later(new HttpServer(base));
    http.onComplete(access -> completed(access, logs));
  }

  /** Serves all paths by that handler. */
  final WebServer handler(final HttpHandler handler) {
    http.handle("/", handler);
    return this;
  }

  @Override
  void connected(final BufferEvent client, final SocketAddress peer) {
    forget(client); // it is the HTTP server's
    http.serve(client);
  }

  private void completed(final HttpAccess access, final boolean logs) {
    lines++;
    bytesIn += access.bytesIn();
    bytesOut += access.bytesOut();
    if (logs) {
      System.out.printf(
          "%s %s %s %d %d %.1f ms%s%n",
          access.peer() instanceof InetSocketAddress peer
              ? peer.getAddress().getHostAddress()
              : "-",
          access.method(),
          access.target(),
          access.status(),
          access.bytesOut(),
          (access.endNanos() - access.headNanos()) / 1e6,
          access.problem() == null ? "" : " " + access.problem().getMessage());
    }
  }

  /** Answers what has begun, and serves nothing more; at once when it is called again. */
  @Override
  public void stop() {
    base.execute(
        () -> {
          if (stopping) {
            base.loopBreak();
          } else {
            stopping = true;
            http.drain(GRACE, base::loopBreak);
          }
        });
  }
}
