package org.jevent.http.h1;

/** Lines of fields, their names and values, and what some of them mean. */
final class FieldVectors extends VectorTable {
  private static final String[] FRAMING = {"Content-Length", "Transfer-Encoding", "Host"};

  @Override
  void fill() {
    lines();
    names();
    values();
    expectations();
    connections();
  }

  private void lines() {
    row("fold");
    for (final String blank : new String[] {" ", "\t", "  ", " \t"}) {
      refuse(400, "GET / HTTP/1.1\r\n" + blank + "Host: a\r\n\r\n");
      refuse(400, HEAD + blank + "x\r\n\r\n");
      refuse(400, HEAD + blank + "\r\n\r\n");
      refuse(400, HEAD + "X: a\r\n" + blank + "b\r\n\r\n");
      refuse(400, POST + "Transfer-Encoding:\r\n" + blank + "chunked\r\n\r\n0\r\n\r\n");
      refuse(400, POST + "Transfer-Encoding: chunked\r\n" + blank + ", x\r\n\r\n0\r\n\r\n");
      refuse(400, POST + "Content-Length: 3\r\n" + blank + "\r\n\r\nabc");
      refuse(400, POST + "Content-Length:\r\n" + blank + "3\r\n\r\nabc");
    }
    row("end of a line");
    for (final String end :
        new String[] {"\n", "\r", "\r\r\n", "\n\r", "\r\n\n", "\r \n", "\n\n"}) {
      refuse(400, "GET / HTTP/1.1" + end + "Host: a\r\n\r\n");
      refuse(400, "GET / HTTP/1.1\r\nHost: a" + end + "\r\n");
      refuse(400, HEAD + "X: y" + end + "Z: z\r\n\r\n");
      refuse(400, HEAD + "X:" + end + "Z: z\r\n\r\n");
      refuse(400, HEAD + "X" + end + "Z: z\r\n\r\n");
    }
    for (final String end : new String[] {"\n", "\r", "\r\r\n", "\n\r"}) {
      refuse(400, HEAD + end);
      refuse(400, "GET / HTTP/1.1" + end + "Host: a" + end + end);
    }
    row("no end");
    add(HEAD, "waits for head");
    add(HEAD + "\r", "waits for head");
    add("G", "waits for head");
    add("\r\n\r", "waits");
    add("", "waits");
  }

  private void names() {
    row("name");
    for (final String blank : new String[] {" ", "\t", "  ", " \t"}) {
      for (final String name : FRAMING) {
        refuse(400, "GET / HTTP/1.1\r\n" + name + blank + ": a\r\n\r\n");
      }
      refuse(400, HEAD + "X" + blank + ": y\r\n\r\n");
      refuse(400, HEAD + "X" + blank + "A: y\r\n\r\n");
    }
    for (final String bad :
        new String[] {
          "", ": y", ":", "X", "X y", "X(", "X(: y", "\u00e9: y", "X\u00e9: y", "X A: y", "\"X\": y"
        }) {
      if (!bad.isEmpty()) {
        refuse(400, HEAD + bad + "\r\n\r\n");
      }
    }
    bytes(
        c -> {
          if (c != ':') {
            either(isToken(c), "GET /", HEAD + "X" + chars(c) + "y: z\r\n\r\n");
          }
          either(isToken(c), "GET /", HEAD + chars(c) + "x: z\r\n\r\n");
          if (c != ':') {
            either(isToken(c), "GET /", HEAD + "X" + chars(c) + ": z\r\n\r\n");
          }
        });
  }

  private void values() {
    row("value");
    final String[] names = {"X", "Host", "Cookie", "Content-Type", "Connection"};
    for (final String name : names) {
      if (!name.equals("Host")) {
        bytes(c -> either(isText(c), "GET /", HEAD + name + ": a" + chars(c) + "b\r\n\r\n"));
        bytes(
            c ->
                either(
                    isText(c),
                    "GET /",
                    HEAD + name + ": 0123456789" + chars(c) + "0123456789\r\n\r\n"));
      }
    }
    accept("GET /", HEAD + "X:\r\n\r\n");
    accept("GET /", HEAD + "X: \t \r\n\r\n");
    accept("GET /", HEAD + "X: a:b\r\n\r\n");
    accept("GET /", HEAD + "X_Y: a\r\n\r\n");
    accept("GET /", HEAD + "X: " + "\u00ff".repeat(40) + "\r\n\r\n");
  }

  private void expectations() {
    row("expect");
    final String post = POST + "Content-Length: 3\r\nExpect: ";
    for (final String good :
        new String[] {
          "100-continue",
          "100-Continue",
          "100-CONTINUE",
          "",
          "100-continue, 100-continue",
          ",100-continue"
        }) {
      accept("POST / [abc]", post + good + "\r\n\r\nabc");
    }
    for (final String bad :
        new String[] {
          "foo",
          "100-continu",
          "100-continuex",
          "100-continue, foo",
          "100-continue;a=b",
          "\"100-continue\"",
          "100"
        }) {
      refuse(417, post + bad + "\r\n\r\nabc");
      refuse(417, post + "100-continue\r\nExpect: " + bad + "\r\n\r\nabc");
    }
    acceptLast(
        "POST / [abc]", "POST / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc");
  }

  /** The matrix of what keeps a connection. */
  private void connections() {
    row("connection");
    for (final String close :
        new String[] {
          "close",
          "Close",
          "CLOSE",
          "x, close",
          "close, x",
          " , close",
          "close,keep-alive",
          "keep-alive, close",
          "x,close ,y",
          "keep-alive\r\nConnection: close",
          "close\r\nConnection: keep-alive"
        }) {
      acceptLast("GET /", HEAD + "Connection: " + close + "\r\n\r\n");
      acceptLast("GET /", "GET / HTTP/1.0\r\nConnection: " + close + "\r\n\r\n");
    }
    for (final String keep :
        new String[] {
          "keep-alive",
          "Keep-Alive",
          "x, keep-alive",
          "KEEP-ALIVE,x",
          "upgrade\r\nConnection: keep-alive",
          "\tkeep-alive\t"
        }) {
      accept("GET /", HEAD + "Connection: " + keep + "\r\n\r\n");
      accept("GET /", "GET / HTTP/1.0\r\nConnection: " + keep + "\r\n\r\n");
    }
    for (final String none :
        new String[] {
          "x",
          "",
          "closed",
          "xclose",
          "close x",
          "\"close\"",
          "keep-alive2",
          "keepalive",
          "close=1",
          "upgrade"
        }) {
      accept("GET /", HEAD + "Connection: " + none + "\r\n\r\n");
      acceptLast("GET /", "GET / HTTP/1.0\r\nConnection: " + none + "\r\n\r\n");
    }
    accept("GET /", HEAD + "Keep-Alive: close\r\nProxy-Connection: close\r\n\r\n");
    acceptLast("GET /", "GET / HTTP/1.0\r\nKeep-Alive: 5\r\n\r\n");
    acceptLast("POST / [abc]", "POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc");
    acceptLast("POST / [abc]", POST + "Connection: close\r\nContent-Length: 3\r\n\r\nabc");
  }
}
