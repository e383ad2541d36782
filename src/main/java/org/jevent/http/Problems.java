package org.jevent.http;

import java.net.SocketAddress;
import org.jevent.error.Errno;
import org.jevent.http.HttpException.Kind;
import org.jevent.http.HttpException.Phase;
import org.jevent.http.h1.Refusal;

/** Why exchanges of a server end early, in words. */
final class Problems {
  private Problems() {}

  private static HttpException of(final Kind kind, final Phase phase, final String message) {
    return new HttpException(kind, phase, Errno.NONE, message);
  }

  static HttpException refused(final int status, final String reason) {
    return of(Kind.MALFORMED, Phase.REQUEST, status + ": " + reason);
  }

  static HttpException thrown(final HttpExchange by, final Throwable thrown) {
    final boolean begun = by.answer().state() != ResponseWriter.State.NONE;
    return new HttpException(
        Kind.CANCELLED,
        begun ? Phase.BODY : Phase.REQUEST,
        Errno.NONE,
        "the handler of " + by + " has thrown",
        thrown);
  }

  static HttpException body(final HttpExchange of, final Refusal why) {
    final Kind kind = why.status() == 413 ? Kind.TOO_LARGE : Kind.MALFORMED;
    return of(kind, Phase.REQUEST, "the body of " + of + ": " + why.reason());
  }

  static HttpException cutBody(final HttpExchange of, final SocketAddress peer) {
    return of(Kind.CUT, Phase.REQUEST, peer + " has ended in the body of " + of);
  }

  static HttpException reset(final HttpExchange its) {
    return of(Kind.CANCELLED, Phase.BODY, "the program has reset " + its);
  }

  static HttpException cutAnswer(final HttpExchange of, final String why) {
    return of(Kind.CANCELLED, Phase.BODY, of + ": " + why);
  }

  static HttpException closed(final HttpExchange in) {
    return of(Kind.CLOSED, Phase.REQUEST, "the server was closed in " + in);
  }

  static HttpException gone(final HttpExchange of, final Errno errno) {
    return new HttpException(
        Kind.CONNECTION, Phase.REQUEST, errno, "the connection of " + of + " has ended");
  }

  static HttpException timeOut(final Object of, final String reason) {
    return of(Kind.TIMEOUT, Phase.REQUEST, of + ": " + reason);
  }

  static HttpException slowReader(final HttpExchange of, final SocketAddress peer) {
    return of(Kind.TIMEOUT, Phase.BODY, peer + " takes the answer of " + of + " too slowly");
  }
}
