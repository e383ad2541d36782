package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;

/** The line of a request, and its version. */
final class LineVectors extends VectorTable {
  @Override
  void fill() {
    requestLines();
    versions();
  }

  private void requestLines() {
    row("empty lines");
    for (int i = 1; i <= 4; i++) {
      accept("GET /", "\r\n".repeat(i) + HEAD + "\r\n");
    }
    refuse(400, "\r\n".repeat(5) + HEAD + "\r\n");
    bytes(c -> either(isToken(c), chars(c) + "GET /", chars(c) + HEAD + "\r\n"));
    for (final String bad :
        new String[] {"\n", "\r\n\n", "\r", "\r\r\n", "\0", " ", "\t", "\r\n ", "\ufeff"}) {
      refuse(
          400,
          new String(bad.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
              + HEAD
              + "\r\n");
    }
    row("method");
    for (final String method :
        new String[] {
          "HEAD",
          "POST",
          "PUT",
          "DELETE",
          "OPTIONS",
          "TRACE",
          "PATCH",
          "PROPFIND",
          "PROPPATCH",
          "MKCOL",
          "LOCK",
          "UNLOCK",
          "COPY",
          "MOVE",
          "QUERY",
          "get",
          "Get",
          "FOO",
          "G",
          "GETX",
          "!#$%&'*+-.^_`|~"
        }) {
      accept(method + " /", method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    bytes(
        c ->
            either(
                isToken(c),
                "G" + chars(c) + "T /",
                "G" + chars(c) + "T / HTTP/1.1\r\nHost: a\r\n\r\n",
                c == ' '));
    row("blanks");
    for (final String bad :
        new String[] {
          "GET  / HTTP/1.1",
          "GET /  HTTP/1.1",
          "GET / HTTP/1.1 ",
          "GET / HTTP/1.1\t",
          " GET / HTTP/1.1",
          "GET\t/ HTTP/1.1",
          "GET /\tHTTP/1.1",
          "GET\t/\tHTTP/1.1",
          "GET / x HTTP/1.1",
          "GET / HTTP/1.1 x",
          "GET /x y HTTP/1.1",
          "GET",
          "GET ",
          "GET /",
          "GET / ",
          "GET  HTTP/1.1",
          "GET HTTP/1.1",
          "\u000bGET / HTTP/1.1",
          "GET\u00a0/ HTTP/1.1"
        }) {
      refuse(400, bad + "\r\nHost: a\r\n\r\n");
    }
    row("garbage");
    refuse(400, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003");
    refuse(400, "SSH-2.0-OpenSSH_9.2\r\n");
    refuse(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    refuse(400, "\0".repeat(300));
  }

  private void versions() {
    row("version");
    for (int minor = 1; minor <= 9; minor++) {
      accept("GET /", "GET / HTTP/1." + minor + "\r\nHost: a\r\n\r\n");
    }
    acceptLast("GET /", "GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    for (final String other : new String[] {"2.0", "0.9", "3.0", "2.1", "9.9", "0.0"}) {
      refuse(505, "GET / HTTP/" + other + "\r\nHost: a\r\n\r\n");
    }
    for (final String bad :
        new String[] {
          "HTTP/1.10",
          "HTTP/01.1",
          "HTTP/1.01",
          "http/1.1",
          "Http/1.1",
          "HTTP/1",
          "HTTP/1.",
          "HTTP/.1",
          "HTTP/11",
          "HTTP/1.1.1",
          "HTTP/1,1",
          "HTTP 1.1",
          "HTTP/ 1.1",
          "HTTP/1 .1",
          "HTTPS/1.1",
          "HTTP",
          "HTTP/",
          "HTTP/1.x",
          "HTTP/x.1",
          "HTTP/-1.1",
          "HTTP//1.1",
          "ICY/1.1",
          "HTTP/20.0",
          "XHTTP/1.1",
          "HTTP\\1.1",
          "HTTP/1.1x"
        }) {
      refuse(400, "GET / " + bad + "\r\nHost: a\r\n\r\n");
    }
    final String version = "HTTP/1.1";
    for (int i = 0; i < version.length(); i++) {
      for (final int c : new int[] {0, ' ', '\t', '/', '.', 'x', 0x7f, 0xff, '\r', '\n'}) {
        if (version.charAt(i) != c) {
          final String changed = version.substring(0, i) + chars(c) + version.substring(i + 1);
          refuse(400, "GET / " + changed + "\r\nHost: a\r\n\r\n");
        }
      }
    }
  }
}
