package org.jevent.http;

/** Finds what serves a request: by its method, its host and its path. */
final class Dispatch {
  private final HttpServer server;
  private final HttpMethods methods;
  private HttpHandler onHead;
  private HttpHandler onConnect;

  Dispatch(final HttpServer server, final HttpMethods methods) {
    this.server = server;
    this.methods = methods;
  }

  void onHead(final HttpHandler handler) {
    onHead = handler;
  }

  void onConnect(final HttpHandler handler) {
    onConnect = handler;
  }

  /** Calls what serves a request, or answers with an error. */
  void serve(final ServerConnection connection, final HttpExchange exchange) {
    if (onHead != null) {
      connection.invoke(onHead);
      if (!connection.serves(exchange) || exchange.answer().state() != ResponseWriter.State.NONE) {
        return;
      }
    }
    final String method = exchange.method();
    if (method.equals("CONNECT")) {
      connect(connection);
      return;
    }
    final HttpHost host = server.hasHosts() ? server.find(exchange.authority()) : server;
    final Routes.Route route = host.route(exchange.path());
    final boolean ofServer = route == null && exchange.path().equals("*");
    if (method.equals("OPTIONS") && (ofServer || !methods.allows(route, method))) {
      answerOptions(exchange, route);
    } else if (!methods.isKnown(route, method)) {
      connection.failures().refuse(501, "this server does not know the method " + method, null);
    } else if (!methods.allows(route, method)) {
      exchange.header("Allow", methods.allowed(route));
      server.answerError(exchange, 405, "the method " + method + " is not allowed here");
    } else if (route == null) {
      answerNotFound(exchange);
    } else {
      connection.invoke(route.handler());
    }
  }

  private void connect(final ServerConnection connection) {
    if (onConnect == null) {
      connection.failures().refuse(405, "this server makes no tunnels", methods.allowField());
    } else {
      connection.invoke(onConnect);
    }
  }

  private void answerOptions(final HttpExchange exchange, final Routes.Route route) {
    if (route == null && !exchange.path().equals("*")) {
      answerNotFound(exchange);
    } else {
      exchange.header("Allow", methods.allowed(route));
      exchange.respond(204);
    }
  }

  private void answerNotFound(final HttpExchange exchange) {
    server.answerError(exchange, 404, "there is nothing at " + exchange.rawPath());
  }
}
