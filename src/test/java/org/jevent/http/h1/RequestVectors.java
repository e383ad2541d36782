package org.jevent.http.h1;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Requests, and what has to become of each: the table of what is accepted and refused, with the
 * variants of a row made by its rule.
 */
final class RequestVectors {
  /** Behind each request comes this one, on the same connection. */
  static final String NEXT = "GET /next HTTP/1.1\r\nHost: n\r\n\r\n";

  static final String NEXT_LINE = "GET /next";

  private static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String[] FRAMING = {"Content-Length", "Transfer-Encoding", "Host"};

  /** What has to become of some bytes: lines as those of {@link Served}. */
  record Vector(String name, String bytes, List<String> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final List<Vector> all = new ArrayList<>();
  private String row = "";

  static List<Vector> all() {
    final RequestVectors made = new RequestVectors();
    made.lengths();
    made.encodings();
    made.chunkLines();
    made.chunkData();
    made.trailers();
    made.lines();
    made.names();
    made.values();
    made.requestLines();
    made.versions();
    made.hosts();
    made.targets();
    made.paths();
    made.expectations();
    made.connections();
    return made.all;
  }

  private void row(final String name) {
    row = name;
  }

  private void add(final String bytes, final String... expected) {
    all.add(new Vector(row + ": " + readable(bytes), bytes, List.of(expected)));
  }

  private static String readable(final String bytes) {
    final StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(bytes.length(), 160); i++) {
      final char c = bytes.charAt(i);
      text.append(c < ' ' || c > '~' ? String.format("\\x%02x", (int) c) : Character.toString(c));
    }
    return text.toString();
  }

  /** It is refused, and nothing behind it is read. */
  private void refuse(final int status, final String bytes) {
    add(bytes + NEXT, "refused " + status);
  }

  /** It is accepted, and so is what is behind it. */
  private void accept(final String line, final String bytes) {
    add(bytes + NEXT, line, NEXT_LINE, "waits");
  }

  private void acceptLast(final String line, final String bytes) {
    add(bytes + NEXT, line, "closed");
  }

  private void either(final boolean accepted, final String line, final String bytes) {
    if (accepted) {
      accept(line, bytes);
    } else {
      refuse(400, bytes);
    }
  }

  private static void bytes(final java.util.function.IntConsumer each) {
    for (int i = 0; i < 256; i++) {
      each.accept(i);
    }
  }

  private static String chars(final int... values) {
    final StringBuilder text = new StringBuilder();
    for (final int value : values) {
      text.append((char) value);
    }
    return text.toString();
  }

  static boolean isToken(final int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c > 0 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }

  private static boolean isText(final int c) {
    return c == '\t' || (c >= ' ' && c != 0x7f);
  }

  // ---- framing ----

  private void lengths() {
    final String length = POST + "Content-Length: ";
    row("length");
    accept("POST / [abc]", length + "3\r\n\r\nabc");
    accept("POST / [abc]", length + "003\r\n\r\nabc");
    accept("POST /", length + "0\r\n\r\n");
    accept("POST /", length + "0000000000000000000\r\n\r\n");
    accept("POST / [abc]", length + "0000000000000000003\r\n\r\nabc");
    accept("GET / [abc]", HEAD + "Content-Length: 3\r\n\r\nabc");
    for (final String blank : new String[] {"", " ", "\t", "  \t "}) {
      accept("POST / [abc]", POST + "Content-Length:" + blank + "3" + blank + "\r\n\r\nabc");
      refuse(400, POST + "Content-Length:" + blank + "\r\n\r\nabc");
      refuse(400, POST + "Content-Length:" + blank + "3" + blank + "," + blank + "3\r\n\r\nabc");
    }
    for (final String wrong :
        new String[] {
          "+3",
          "-1",
          "-0",
          "0x3",
          "3.0",
          "3.",
          "1_0",
          "1 1",
          "3,",
          ",3",
          "3, 3",
          "3, 4",
          "3;q=1",
          "\"3\"",
          "3e0",
          "x",
          "3x",
          "x3",
          "(3)",
          "\u0663",
          "\u00b3",
          "3\u00a0",
          "3\0",
          "\0003",
          "00000000000000000003",
          "9223372036854775808",
          "9999999999999999999",
          "18446744073709551619",
          "4294967299999999999999",
          "3\u000b",
          "\u000b3",
          "3\f"
        }) {
      final byte[] utf8 = wrong.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      refuse(
          400,
          length + new String(utf8, java.nio.charset.StandardCharsets.ISO_8859_1) + "\r\n\r\nabc");
    }
    bytes(
        c ->
            either(
                Character.isDigit(c) && c < 128 && c == '0',
                "POST / [abc]",
                length + chars(c) + "3\r\n\r\nabc"));
    add(length + "4294967299\r\n\r\nabc", "refused 413");
    add(length + "9223372036854775807\r\n\r\nabc", "refused 413");
    row("two lengths");
    for (final String second : new String[] {"3", "4", "", "03", "chunked"}) {
      refuse(400, length + "3\r\nContent-Length: " + second + "\r\n\r\nabc");
      refuse(400, length + "3\r\nX: y\r\ncontent-length: " + second + "\r\n\r\nabc");
      refuse(400, length + second + "\r\nCONTENT-LENGTH: 3\r\n\r\nabc");
    }
    row("length and coding");
    for (final String coding : new String[] {"chunked", "identity", "gzip, chunked", "x", ""}) {
      refuse(400, length + "3\r\nTransfer-Encoding: " + coding + "\r\n\r\nabc");
      refuse(400, POST + "Transfer-Encoding: " + coding + "\r\nContent-Length: 3\r\n\r\nabc");
      refuse(400, length + "0\r\nA: b\r\ntransfer-encoding:" + coding + "\r\n\r\n0\r\n\r\n");
    }
    row("names that mean nothing");
    for (final String name :
        new String[] {
          "Transfer_Encoding", "Transfer-Encodin", "Transfer-Encodings", "TransferEncoding",
          "Content_Length", "Content-Lengt", "Content-Lengths", "X-Content-Length"
        }) {
      accept("GET /", HEAD + name + ": chunked\r\n\r\n");
      accept("GET /", HEAD + name + ": 5\r\n\r\n");
    }
    accept("POST / [abc]", POST + "Connection: content-length\r\nContent-Length: 3\r\n\r\nabc");
  }

  private void encodings() {
    final String body = "\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    final String coding = POST + "Transfer-Encoding:";
    row("coding");
    for (final String good :
        new String[] {"chunked", " CHUNKED", "\tchunked", " Chunked \t", "   chunked"}) {
      accept("POST / [abc]", coding + good + body);
    }
    accept("GET / [abc]", HEAD + "tRANSFER-eNCODING: chunked" + body);
    for (final String bad :
        new String[] {
          "chunked, x",
          "chunked, chunked",
          "chunked,chunked",
          "chunked, identity",
          "identity",
          "identity, chunked",
          "chunked, gzip",
          "",
          " ",
          ",",
          ", chunked",
          "chunked,",
          "chunked, ",
          "gzip,, chunked",
          ",,",
          "chunked,,chunked"
        }) {
      refuse(400, coding + " " + bad + body);
    }
    for (final String unknown :
        new String[] {
          "gzip, chunked", "x, chunked", "gzip,chunked", "gzip", "xchunked", "chunkedx",
          "\"chunked\"", "'chunked'", "chunked;q=1", "chunked ;q=1", "chunked;", "chunk ed",
          "chunke", "x", "deflate, gzip, chunked", "\"a, chunked\"", "compress", "chunked\u00a0",
          "\u00e9chunked", "trailers", "chunked=1", "(chunked)"
        }) {
      refuse(501, coding + " " + unknown + body);
    }
    bytes(
        c -> {
          if (c == ' ' || c == '\t') {
            accept("POST / [abc]", coding + chars(c) + "chunked" + chars(c) + body);
          } else if (!isText(c) || c == ',') {
            refuse(400, coding + chars(c) + "chunked" + body);
            refuse(400, coding + "chunked" + chars(c) + body);
          } else {
            refuse(501, coding + chars(c) + "chunked" + body);
            refuse(501, coding + "chunked" + chars(c) + body);
          }
        });
    row("two codings");
    for (final String second : new String[] {"chunked", "identity", "x", ""}) {
      refuse(400, coding + "chunked\r\nTransfer-Encoding: " + second + body);
    }
    refuse(400, coding + "identity\r\nTransfer-Encoding: chunked" + body);
    refuse(501, coding + "gzip\r\nTransfer-Encoding: chunked" + body);
    row("coding in HTTP/1.0");
    refuse(400, "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked" + body);
    refuse(400, "POST / HTTP/1.0\r\nTransfer-Encoding: identity" + body);
  }

  private void chunkLines() {
    row("extension");
    for (final String good :
        new String[] {
          ";a=b",
          " ;a",
          "\t;a",
          " \t ;a=b",
          ";a",
          ";",
          ";;",
          ";a=\"b\"",
          ";a=\"b;c\"",
          "; a = b",
          ";a=\"\\\"\"",
          ";a=b;c=d",
          ";\u00e9",
          ";a\tb",
          ";3"
        }) {
      accept("POST / [abc]", CHUNKED + "3" + good + "\r\nabc\r\n0\r\n\r\n");
      accept("POST /", CHUNKED + "0" + good + "\r\n\r\n");
    }
    bytes(
        c ->
            either(
                isText(c), "POST / [abc]", CHUNKED + "3;a" + chars(c) + "b\r\nabc\r\n0\r\n\r\n"));
    bytes(
        c ->
            either(
                isText(c),
                "POST / [abc]",
                CHUNKED + "3;a=\"" + chars(c) + "\"\r\nabc\r\n0\r\n\r\n"));
    row("a line ends at the first CRLF");
    refuse(400, CHUNKED + "3;a=\"\r\nabc\"\r\nabc\r\n0\r\n\r\n");
    accept("POST / [abc\r\n]", CHUNKED + "5;a=\"\r\nabc\r\n\r\n0\r\n\r\n");
    row("size");
    for (final String good : new String[] {"3", "03", "0003", "0000000000000003"}) {
      accept("POST / [abc]", CHUNKED + good + "\r\nabc\r\n0\r\n\r\n");
    }
    accept("POST / [abcdefghij]", CHUNKED + "A\r\nabcdefghij\r\n0\r\n\r\n");
    accept("POST / [abcdefghij]", CHUNKED + "a\r\nabcdefghij\r\n00\r\n\r\n");
    accept(
        "POST / [abcdefghijklmnopq]",
        CHUNKED + "1\r\na\r\n0f\r\nbcdefghijklmnop\r\n1\r\nq\r\n0\r\n\r\n");
    for (final String bad :
        new String[] {
          "0x3",
          "+3",
          "-1",
          "-3",
          "g",
          "",
          " ",
          " 3",
          "\t3",
          "3 ",
          "3\t",
          "3 \t ",
          "3 4",
          "3,",
          "3=",
          "3\"",
          "3h",
          "0 ",
          "00000000000000003",
          "8000000000000000",
          "ffffffffffffffff",
          "10000000000000003",
          "8000000000000003",
          "3\u00a0;a",
          "\0003",
          "3\0",
          "3:a"
        }) {
      refuse(400, CHUNKED + bad + "\r\nabc\r\n0\r\n\r\n");
    }
    bytes(
        c ->
            either(
                c == '0', "POST / [abc]", CHUNKED + chars(c) + "3\r\nabc\r\n0\r\n\r\n", isHex(c)));
    bytes(
        c ->
            either(
                c == ';',
                "POST / [abc]",
                CHUNKED + "3" + chars(c) + "\r\nabc\r\n0\r\n\r\n",
                isHex(c)));
    add(CHUNKED + "100000003\r\nabc\r\n0\r\n\r\n" + NEXT, "refused 413");
    add(CHUNKED + "7fffffffffffffff\r\nabc\r\n0\r\n\r\n" + NEXT, "refused 413");
    add(CHUNKED + "3\r\nabc\r\n7fffffffffffffff\r\nabc\r\n0\r\n\r\n" + NEXT, "refused 413");
    row("line of a chunk");
    for (final String end : new String[] {"\n", "\r", "\r\r\n", "\n\r", "\r \n", "\n\n"}) {
      refuse(400, CHUNKED + "3" + end + "abc\r\n0\r\n\r\n");
      refuse(400, CHUNKED + "3;a" + end + "abc\r\n0\r\n\r\n");
      refuse(400, CHUNKED + "3;a" + end + "b\r\nabc\r\n0\r\n\r\n");
      refuse(400, CHUNKED + "3\r\nabc\r\n0" + end + "\r\n");
      refuse(400, CHUNKED + "3\r\nabc\r\n0\r\n" + end + "x");
    }
    refuse(400, CHUNKED + "3\r\nabc\r\n0\n\n");
  }

  private static boolean isHex(final int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  /** Digits of a size are left out: they make another one. */
  private void either(
      final boolean accepted, final String line, final String bytes, final boolean another) {
    if (accepted || !another) {
      either(accepted, line, bytes);
    }
  }

  private void chunkData() {
    row("behind data");
    for (final String end :
        new String[] {"\n", "\r", "", "x\r\n", "\r\r\n", " \r\n", "xx", "\n\r", "\rx", "0\r\n"}) {
      refuse(400, CHUNKED + "3\r\nabc" + end + "0\r\n\r\n");
    }
    bytes(
        c -> {
          if (c != '\r') {
            refuse(400, CHUNKED + "3\r\nabc" + chars(c) + "\n0\r\n\r\n");
          }
          if (c != '\n') {
            refuse(400, CHUNKED + "3\r\nabc\r" + chars(c) + "0\r\n\r\n");
          }
        });
    row("no end");
    add(CHUNKED + "3\r\nabc\r\n0\r\n", "waits for body");
    add(CHUNKED + "3\r\nabc\r\n0", "waits for body");
    add(CHUNKED + "3\r\nab", "waits for body");
    add(CHUNKED, "waits for body");
    add(POST + "Content-Length: 3\r\n\r\nab", "waits for body");
    refuse(400, CHUNKED + "3\r\nabc\r\n0\r\n");
  }

  private void trailers() {
    final String before = CHUNKED + "3\r\nabc\r\n0\r\n";
    row("trailers");
    accept("POST / [abc] {a=b}", before + "A: b\r\n\r\n");
    accept("POST / [abc] {a=b} {a=} {x-c=d e}", before + "A: b\r\nA:\r\nX-C: \t d e \r\n\r\n");
    accept("POST / {x=y}", CHUNKED + "0\r\nX: y\r\n\r\n");
    accept("POST / [abc] {content-digest=x}", before + "Content-Digest: x\r\n\r\n");
    for (final String name :
        new String[] {
          "Content-Length",
          "content-length",
          "Transfer-Encoding",
          "TE",
          "Trailer",
          "Host",
          "Authorization",
          "Proxy-Authorization",
          "WWW-Authenticate",
          "Proxy-Authenticate",
          "Cookie",
          "Set-Cookie",
          "Content-Type",
          "Content-Encoding",
          "Content-Range",
          "Content-Location",
          "Content-Language",
          "CONTENT-X",
          "content-",
          "Connection",
          "Keep-Alive",
          "Upgrade",
          "Expect",
          "Range",
          "If-Match",
          "Cache-Control",
          "Max-Forwards"
        }) {
      refuse(400, before + name + ": 3\r\n\r\n");
      refuse(400, before + "A: b\r\n" + name + ":3\r\n\r\n");
    }
    for (final String bad :
        new String[] {
          "A : b\r\n\r\n",
          "A\r\n\r\n",
          ": b\r\n\r\n",
          "A: b\n\r\n",
          "A: b\r\n\n",
          "A: b\n\n",
          "A(: b\r\n\r\n",
          " A: b\r\n\r\n",
          "A: b\r\n c\r\n\r\n",
          "A: b\rc\r\n\r\n",
          "A: b\0\r\n\r\n",
          "A: b\r\r\n\r\n",
          "\nA: b\r\n\r\n"
        }) {
      refuse(400, before + bad);
    }
    bytes(
        c ->
            either(
                isToken(c),
                "POST / [abc] {x" + lower(c) + "=b}",
                before + "X" + chars(c) + ": b\r\n\r\n",
                c == ':'));
    bytes(
        c ->
            either(
                isText(c),
                "POST / [abc] {x=a" + chars(c) + "b}",
                before + "X: a" + chars(c) + "b\r\n\r\n"));
  }

  private static String lower(final int c) {
    return chars(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }

  // ---- fields ----

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

  // ---- the line ----

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
          new String(
                  bad.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                  java.nio.charset.StandardCharsets.ISO_8859_1)
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

  private void hosts() {
    row("no host");
    refuse(400, "GET / HTTP/1.1\r\n\r\n");
    refuse(400, "GET / HTTP/1.1\r\nX: y\r\n\r\n");
    refuse(400, "GET http://a/ HTTP/1.1\r\n\r\n");
    refuse(400, "OPTIONS * HTTP/1.1\r\n\r\n");
    refuse(400, "CONNECT a:80 HTTP/1.1\r\n\r\n");
    acceptLast("GET /", "GET / HTTP/1.0\r\n\r\n");
    acceptLast("GET /", "GET http://a/ HTTP/1.0\r\n\r\n");
    row("two hosts");
    for (final String second : new String[] {"a", "b", "", "A"}) {
      refuse(400, HEAD + "Host: " + second + "\r\n\r\n");
      refuse(400, HEAD + "X: y\r\nhost: " + second + "\r\n\r\n");
      refuse(400, "GET / HTTP/1.0\r\nHost: a\r\nHOST: " + second + "\r\n\r\n");
    }
    row("host");
    for (final String good :
        new String[] {
          "a",
          "A",
          "a.b",
          "a.b.",
          "a-b",
          "a_b",
          "1.2.3.4",
          "1.2.3.4:80",
          "a:80",
          "a:0",
          "a:65535",
          "a:00080",
          "a:",
          "[::1]",
          "[::1]:80",
          "[::]",
          "[1:2:3:4:5:6:7:8]",
          "[1::8]",
          "[1::]",
          "[::1.2.3.4]",
          "[fe80::1]",
          "[1:2:3:4:5:6:1.2.3.4]",
          "[ABCD:EF01::]",
          "a~b",
          "a!$&'()*+;=b",
          "xn--bcher-kva.example",
          "b%C3%BCcher.example",
          "localhost",
          "[1:2:3:4:5:6:7::]"
        }) {
      accept("GET /", "GET / HTTP/1.1\r\nHost: " + good + "\r\n\r\n");
      accept("GET /", "GET / HTTP/1.1\r\nHost:" + good + "\t \r\n\r\n");
    }
    for (final String bad :
        new String[] {
          "",
          " ",
          ":80",
          "a/b",
          "a b",
          "a, b",
          "a,b",
          "u@a",
          "u:p@a",
          "a:65536",
          "a:99999999999",
          "a:8x",
          "a:-1",
          "a:+1",
          "a:80:80",
          "a:80 80",
          "[::1",
          "::1",
          "[::1]x",
          "[::1]:x",
          "[]",
          "[a]",
          "[:::]",
          "[1:2:3:4:5:6:7]",
          "[1:2:3:4:5:6:7:8:9]",
          "[1::2::3]",
          "[::1.2.3]",
          "[::1.2.3.4.5]",
          "[::1.2.3.256]",
          "[::1.2.3.04]",
          "[12345::]",
          "[::1%eth0]",
          "[::1%25eth0]",
          "[1:2:3:4:5:6:7:8::]",
          "[1:2:3:4:5:6:7:1.2.3.4]",
          "[:1]",
          "[1:]",
          "[v1.a]",
          "a]",
          "[[::1]]",
          "a?b",
          "a#b",
          "a\\b",
          "a\"b",
          "<a>",
          "a|b",
          "a^b",
          "a`b",
          "{a}",
          "a%",
          "a%4",
          "a%zz",
          "a%00",
          "a%2Fb",
          "a%41",
          "%",
          "\u00e9",
          "http://a",
          "a\tb",
          "*",
          ".",
          "@",
          "[::1]80",
          "[::%31]"
        }) {
      if (bad.equals("*") || bad.equals(".")) {
        accept("GET /", "GET / HTTP/1.1\r\nHost: " + bad + "\r\n\r\n");
      } else {
        refuse(400, "GET / HTTP/1.1\r\nHost: " + bad + "\r\n\r\n");
        refuse(400, "GET / HTTP/1.0\r\nHost: " + bad + "\r\n\r\n");
      }
    }
    final IntPredicate inHost =
        c ->
            (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c > 0 && "-._~!$&'()*+;=".indexOf(c) >= 0);
    bytes(
        c -> either(inHost.test(c), "GET /", "GET / HTTP/1.1\r\nHost: a" + chars(c) + "b\r\n\r\n"));
  }

  private void targets() {
    row("absolute");
    for (final String same :
        new String[] {
          "http://a/",
          "HTTP://a/",
          "http://A/",
          "https://a/",
          "http://a",
          "http://a:80/",
          "https://a:443/",
          "http://a:/"
        }) {
      accept("GET /", "GET " + same + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    accept("GET /", "GET http://a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n");
    accept("GET /", "GET http://a HTTP/1.1\r\nHost: a:80\r\n\r\n");
    accept("GET /", "GET http://a?q HTTP/1.1\r\nHost: a\r\n\r\n");
    accept("GET /", "GET http://a/?q HTTP/1.1\r\nHost: a\r\n\r\n");
    accept("GET /x", "GET http://a:8080/x HTTP/1.1\r\nHost: a:8080\r\n\r\n");
    accept("GET /x", "GET http://[::1]:8080/x HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
    accept("OPTIONS /", "OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n");
    for (final String other :
        new String[] {"http://b/", "http://a:81/", "https://a:80/", "http://a.b/", "http://ab/"}) {
      refuse(400, "GET " + other + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    for (final String bad :
        new String[] {
          "ftp://a/",
          "httpx://a/",
          "htt://a/",
          "ws://a/",
          "http:/a/",
          "http:a",
          "http:///",
          "http://",
          "http://?q",
          "http://:80/",
          "http://u@a/",
          "http://u:p@a/",
          "http://a:65536/",
          "http://a:x/",
          "http://[::1/",
          "http://[::1]x/",
          "a",
          "a/b",
          "x",
          "a:80",
          "a.b:80",
          "?q",
          "*",
          "**",
          "*/",
          ":",
          "://a/",
          "mailto:x",
          "http",
          "http://a%2f/",
          "http://a,b/",
          "http://a b/",
          "http://a|b/",
          "http://a/../x"
        }) {
      refuse(400, "GET " + bad + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    row("asterisk");
    accept("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    refuse(400, "OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n");
    refuse(400, "OPTIONS *?x HTTP/1.1\r\nHost: a\r\n\r\n");
    refuse(400, "options * HTTP/1.1\r\nHost: a\r\n\r\n");
    row("authority");
    for (final String good : new String[] {"a:80", "a.b:443", "[::1]:80", "1.2.3.4:1"}) {
      accept("CONNECT null", "CONNECT " + good + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    for (final String bad :
        new String[] {
          "/",
          "a",
          "a:",
          ":80",
          "a:x",
          "http://a/",
          "a:80/",
          "*",
          "u@a:80",
          "a:80?q",
          "[::1]",
          "/a:80"
        }) {
      refuse(400, "CONNECT " + bad + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    row("bytes of a target");
    bytes(
        c -> {
          final boolean good = c > ' ' && c < 0x7f && "\"<>#\\%?".indexOf(c) < 0;
          if (c != '?' && c != '%') {
            either(
                good,
                "GET /a" + chars(c) + "b",
                "GET /a" + chars(c) + "b HTTP/1.1\r\nHost: a\r\n\r\n");
            either(
                good,
                "GET /01234567" + chars(c) + "012345678",
                "GET /01234567" + chars(c) + "012345678 HTTP/1.1\r\nHost: a\r\n\r\n");
          }
          either(
              good || c == '\\' || c == '?' || c == '%',
              "GET /a",
              "GET /a?b" + chars(c) + "c HTTP/1.1\r\nHost: a\r\n\r\n");
        });
  }

  private void paths() {
    row("path");
    final String[][] good = {
      {"/", "/"},
      {"//a/x", "//a/x"},
      {"//", "//"},
      {"/a//b", "/a//b"},
      {"/a/", "/a/"},
      {"/%41", "/A"},
      {"/a%20b", "/a b"},
      {"/%2F", "/%2F"},
      {"/%2f", "/%2f"},
      {"/%5C", "/%5C"},
      {"/a%2Fb/%5cc", "/a%2Fb/%5cc"},
      {"/%25", "/%"},
      {"/%252F", "/%2F"},
      {"/a/../b", "/b"},
      {"/a/..", "/"},
      {"/a/.", "/a/"},
      {"/.", "/"},
      {"/./a", "/a"},
      {"/a/./b", "/a/b"},
      {"/a/%2e%2e/b", "/b"},
      {"/a/%2E/b", "/a/b"},
      {"/a/.%2e/b", "/b"},
      {"/a/%2e./b", "/b"},
      {"/a/b/../../c", "/c"},
      {"/a//../b", "/a/b"},
      {"/..a", "/..a"},
      {"/a..", "/a.."},
      {"/...", "/..."},
      {"/.a", "/.a"},
      {"/a/..b/c", "/a/..b/c"},
      {"/a/...", "/a/..."},
      {"/a/..%2Fb", "/a/..%2Fb"},
      {"/%c3%a9", "/\u00e9"},
      {"/%E2%82%AC", "/\u20ac"},
      {"/%ff", "/\ufffd"},
      {"/%c0%ae%c0%ae/x", "/\ufffd\ufffd\ufffd\ufffd/x"},
      {"/a%0d%0ab", "/a\r\nb"},
      {"/a?%zz", "/a"},
      {"/a?%00", "/a"},
      {"/a?/../..", "/a"},
      {"/a?b?c", "/a"},
      {"/?", "/"},
      {"/a;b=c", "/a;b=c"},
      {"/a%3Fb", "/a?b"},
      {"/a%23b", "/a#b"},
      {"/{a}|^[b]`", "/{a}|^[b]`"},
      {"/a/b/..", "/a/"},
      {"/a/b/.", "/a/b/"},
      {"/a/b/../", "/a/"},
      {"/%2e/a", "/a"},
      {"/.//a", "//a"},
      {"/a/.//../b", "/a/b"}
    };
    for (final String[] pair : good) {
      accept("GET " + pair[1], "GET " + pair[0] + " HTTP/1.1\r\nHost: a\r\n\r\n");
      accept("GET " + pair[1], "GET http://a" + pair[0] + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    for (final String bad :
        new String[] {
          "/%00",
          "/a%00b",
          "/%zz",
          "/%",
          "/%4",
          "/a%",
          "/%4g",
          "/%g4",
          "/% 1",
          "/%%41",
          "/../x",
          "/..",
          "/../",
          "/%2e%2e/x",
          "/.%2e",
          "/%2E./x",
          "/a/../../x",
          "/a/../..",
          "/./..",
          "/./../x",
          "/a/%2e%2e/%2e%2e/x",
          "/a\\b",
          "/\\",
          "/a#b",
          "/#",
          "/%u0041",
          "/a?b#c",
          "/%a?41"
        }) {
      refuse(400, "GET " + bad + " HTTP/1.1\r\nHost: a\r\n\r\n");
      refuse(400, "GET http://a" + bad + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
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
