package org.jevent.http;

import java.util.ArrayDeque;
import org.jevent.http.h1.HeadPool;
import org.jevent.http.h1.RequestReader;

/** What the connections of a server use in turn: it is lent, and given back. */
final class ServerPool {
  /** An ended exchange serves again after this many others, so that a late use of it is seen. */
  private static final int RESTING_EXCHANGES = 64;

  private static final int MAX_EXCHANGES = 4096;
  private static final int MAX_SERVED = 256;

  private final HttpServer server;
  private final HeadPool heads = new HeadPool();
  private final ArrayDeque<ServedRequest> served = new ArrayDeque<>();
  private final ArrayDeque<HttpExchange> exchanges = new ArrayDeque<>();

  ServerPool(final HttpServer server) {
    this.server = server;
  }

  /** What the connection serves its next request with. */
  ServedRequest lend(final ServerConnection to) {
    final ServedRequest free = served.poll();
    final ServedRequest lent =
        free == null
            ? new ServedRequest(server, new RequestReader(server.parserLimits(), heads))
            : free;
    lent.reader.limits(server.parserLimits());
    lent.lend(to);
    return lent;
  }

  void giveBack(final ServedRequest free) {
    free.giveBack();
    if (served.size() < MAX_SERVED) {
      served.push(free);
    }
  }

  /** One that was not used for a while, or a new one. */
  HttpExchange lendExchange() {
    return exchanges.size() > RESTING_EXCHANGES ? exchanges.poll() : new HttpExchange();
  }

  void giveBack(final HttpExchange over) {
    over.over();
    if (exchanges.size() < MAX_EXCHANGES) {
      exchanges.add(over);
    }
  }

  void clear() {
    served.clear();
    exchanges.clear();
  }
}
