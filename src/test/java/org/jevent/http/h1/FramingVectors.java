package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;

/** How long bodies are, and what is between and behind chunks. */
final class FramingVectors extends VectorTable {
  @Override
  void fill() {
    lengths();
    encodings();
    chunkLines();
    chunkData();
    trailers();
  }

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
      final byte[] utf8 = wrong.getBytes(StandardCharsets.UTF_8);
      refuse(400, length + new String(utf8, StandardCharsets.ISO_8859_1) + "\r\n\r\nabc");
    }
    bytes(
        c -> {
          if (c < '1' || c > '9') {
            final boolean ignored = c == '0' || c == ' ' || c == '\t';
            either(ignored, "POST / [abc]", length + chars(c) + "3\r\n\r\nabc");
          }
        });
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
    add(CHUNKED + "100000003\r\nabc\r\n0\r\n\r\n" + RequestVectors.NEXT, "refused 413");
    add(CHUNKED + "7fffffffffffffff\r\nabc\r\n0\r\n\r\n" + RequestVectors.NEXT, "refused 413");
    add(
        CHUNKED + "3\r\nabc\r\n7fffffffffffffff\r\nabc\r\n0\r\n\r\n" + RequestVectors.NEXT,
        "refused 413");
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
}
