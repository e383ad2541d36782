package org.jevent.http;

import java.io.IOException;
import java.util.Set;

/** What a call asks at the moment: the request as it was made, or what redirects made of it. */
final class Hop {
  /** What describes a body goes with it. */
  private static final Set<String> OF_THE_BODY =
      Set.of("content-type", "content-encoding", "content-language", "content-location");

  private final HttpRequest request;
  private final Set<String> sensitive;
  private HttpUri uri;
  private HttpUri proxy;
  private String method;
  private RequestBody body;
  private int redirects;

  /** Another origin than the first one was asked: what is its own is not sent any more. */
  private boolean foreign;

  private boolean bodyDropped;

  /**
   * @param sensitive names of fields that are sent to the first origin only
   */
  Hop(final HttpRequest request, final Set<String> sensitive) {
    this.request = request;
    this.sensitive = sensitive;
    uri = request.uri();
    method = request.method();
    body = request.body();
  }

  HttpRequest request() {
    return request;
  }

  HttpUri uri() {
    return uri;
  }

  String method() {
    return method;
  }

  RequestBody body() {
    return body;
  }

  int redirects() {
    return redirects;
  }

  HttpUri proxy() {
    return proxy;
  }

  void proxy(final HttpUri chosen) {
    proxy = chosen;
  }

  /** Whether the program has given a body, although it may be empty. */
  boolean hasBody() {
    return request.hasBody() && !bodyDropped;
  }

  boolean expectsContinue() {
    return request.expectsContinue() && body.length() != 0;
  }

  /** The field {@code host}, if the program has set none. */
  String authority() {
    return request.tunnelTarget() != null ? request.tunnelTarget() : uri.authority();
  }

  /** The target of the request line. */
  String target(final boolean absolute) {
    if (request.tunnelTarget() != null) {
      return request.tunnelTarget();
    }
    final String raw = redirects == 0 ? request.target() : null;
    final String target = raw == null ? uri.target() : raw;
    final String server = uri.scheme() + "://" + uri.authority();
    if (!absolute) {
      return target;
    }
    return target.equals("*") ? server : server + target; // RFC 9112, 3.2.4
  }

  /** A field of the program's is not sent: it is of the first origin, or of a body. */
  boolean drops(final String name) {
    return (foreign && sensitive.contains(name)) || (bodyDropped && OF_THE_BODY.contains(name));
  }

  /** Whether the body begins again, if that is needed. */
  boolean canSendAgain() {
    try {
      return body.rewind();
    } catch (final IOException | RuntimeException e) {
      return false;
    }
  }

  /**
   * Whether a response is a redirect that is followed.
   *
   * @param location the field, or null
   */
  boolean follows(final int status, final String location) {
    return request.redirects() > 0
        && Redirects.isRedirect(status)
        && location != null
        && (!Redirects.keepsBody(status, method) || canSendAgain());
  }

  /** Goes where a redirect leads. */
  void redirect(final int status, final HttpUri to) {
    if (!Redirects.keepsBody(status, method)) {
      body.released();
      body = RequestBody.NONE;
      bodyDropped = true;
    }
    method = Redirects.method(status, method);
    foreign |= !uri.isSameOrigin(to);
    uri = to;
    redirects++;
  }

  /** Method and URI, without a user. */
  @Override
  public String toString() {
    return method + " " + Origin.text(uri);
  }
}
