package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client accepts and refuses, however the bytes are cut. */
class ResponseTableTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

  /** A status, and a body that has ended: Netty's reader has to find the same, or refuse it. */
  private static final Pattern ACCEPTED =
      Pattern.compile("([2-9]\\d\\d) [^|]*\\|([^|]*?)(?: \\{[^|]*\\})?\\|(?:keeps|closes)");

  private final SoftAssertions all = new SoftAssertions();

  @AfterEach
  void assertAll() {
    all.assertAll();
  }

  private void get(final String bytes, final String expected) {
    answer("GET", bytes, expected);
  }

  private void answer(final String method, final String bytes, final String expected) {
    all.assertThat(Answered.ofAllCuts(method, bytes)).as(bytes).isEqualTo(expected);
    final Matcher accepted = ACCEPTED.matcher(expected);
    if (method.equals("GET") && accepted.matches()) {
      final List<String> netty = ForeignReaders.nettyResponses(Served.bytes(bytes));
      all.assertThat(netty).as(bytes).isNotEmpty();
      all.assertThat(netty.get(0))
          .as(bytes)
          .isIn(accepted.group(1) + " [" + accepted.group(2) + "]", ForeignReaders.REFUSED);
    }
  }

  private void refuse(final String bytes) {
    get(bytes, "refused");
  }

  private static void bytes(final IntConsumer each) {
    for (int i = 0; i < 256; i++) {
      each.accept(i);
    }
  }

  private static boolean isText(final int c) {
    return c == '\t' || (c >= ' ' && c != 0x7f);
  }

  @Test
  void statusLines() {
    final String end = "\r\nContent-Length: 0\r\n\r\n";
    for (int code = 200; code <= 999; code += code < 210 ? 1 : 23) {
      get("HTTP/1.1 " + code + " X" + end, code + " X||keeps");
    }
    get("HTTP/1.1 200" + end, "200 ||keeps");
    get("HTTP/1.1 200 " + end, "200 ||keeps");
    get("HTTP/1.1 200  " + end, "200  ||keeps");
    get("HTTP/1.1 200 a b\tc\u00ff" + end, "200 a b\tc\u00ff||keeps");
    get("HTTP/1.7 200 OK" + end, "200 OK||keeps");
    get("HTTP/1.0 200 OK" + end, "200 OK||closes");
    for (final String bad :
        new String[] {
          "HTTP/1.1 099 X",
          "HTTP/1.1 000 X",
          "HTTP/1.1 1000 X",
          "HTTP/1.1 20 X",
          "HTTP/1.1 2 X",
          "HTTP/1.1 2000",
          "HTTP/1.1 +20",
          "HTTP/1.1 -20",
          "HTTP/1.1 20x",
          "HTTP/1.1  200 OK",
          "HTTP/1.1\t200 OK",
          "HTTP/1.1 200\tOK",
          "HTTP/1.1 200X",
          "HTTP/1.1",
          "HTTP/1.1 ",
          "HTTP/1.1200 OK",
          "HTTP/2.0 200 OK",
          "HTTP/0.9 200 OK",
          "HTTP/1.10 200 OK",
          "http/1.1 200 OK",
          "ICY 200 OK",
          "HTTP/2 200",
          " HTTP/1.1 200 OK",
          "\r\nHTTP/1.1 200 OK",
          "\nHTTP/1.1 200 OK",
          "200 OK",
          "GET / HTTP/1.1",
          "<html>",
          "HTTP/1.1 2 0 0 OK",
          "HTTP/1.1 \u00b2\u00b20 OK"
        }) {
      refuse(bad + end);
    }
    for (final String bad : new String[] {"\n", "\r", "\r\r\n", "\n\r\n"}) {
      refuse("HTTP/1.1 200 OK" + bad + "Content-Length: 0\r\n\r\n");
      refuse("HTTP/1.1 200" + bad + "Content-Length: 0\r\n\r\n");
      refuse(OK + "Content-Length: 0" + bad + "\r\n");
      refuse(OK + "Content-Length: 0\r\n" + (bad.equals("\n\r\n") ? "\n" : bad) + "x");
    }
    bytes(
        c -> {
          final String line = "HTTP/1.1 200 a" + (char) c + "b" + end;
          get(line, isText(c) ? "200 a" + (char) c + "b||keeps" : "refused");
        });
    refuse("HTTP/1.1 200 " + "x".repeat(9000) + end);
  }

  @Test
  void folds() {
    get(OK + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n", "200 OK {x=a b}||keeps");
    get(
        OK + "X:  aaaa\r\n a\r\n\tEND\r\nContent-Length: 0\r\n\r\n",
        "200 OK {x=aaaa a END}||keeps");
    get(OK + "X: a \t\r\n \t b\r\nContent-Length: 0\r\n\r\n", "200 OK {x=a b}||keeps");
    get(OK + "X:\r\n b\r\nXY: c\r\nContent-Length: 0\r\n\r\n", "200 OK {x=b} {xy=c}||keeps");
    get(OK + "X: a\r\n \r\n\t\r\nContent-Length: 0\r\n\r\n", "200 OK {x=a}||keeps");
    get(OK + "X: a\r\n \r\n b\r\nContent-Length: 0\r\n\r\n", "200 OK {x=a b}||keeps");
    get(OK + "X:\r\n \r\nContent-Length: 0\r\n\r\n", "200 OK {x=}||keeps");
    get(OK + "Content-Length:\r\n 3\r\n\r\nabc", "200 OK|abc|keeps");
    get(OK + "Content-Length: 0\r\nX: a\r\n b\r\n\r\n", "200 OK {x=a b}||keeps");
    refuse(OK + "Content-Length: 3\r\n 4\r\n\r\nabc");
    get(OK + "Transfer-Encoding:\r\n\tchunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "200 OK|a|keeps");
    refuse(OK + " X: a\r\n\r\n");
    refuse(OK + " \r\nX: a\r\n\r\n");
    refuse(OK + "X: a\r\n b\0\r\n\r\n");
    refuse(OK + "X: a\r\n b\n\r\n");
    refuse(OK + "X: a\n b\r\n\r\n");
    get(CHUNKED + "0\r\nXA: b\r\n c\r\n\r\n", "200 OK| {xa=b c}|keeps");
  }

  @Test
  void framingFields() {
    get(OK + "Content-Length: 3\r\n\r\nabc", "200 OK|abc|keeps");
    get(OK + "Content-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n\r\n", "200 OK|abc|keeps");
    get(CHUNKED + "3\r\nabc\r\n0\r\n\r\n", "200 OK|abc|keeps");
    get(OK + "\r\nabc", "200 OK|abc|closes");
    get(OK + "Connection: keep-alive\r\n\r\nabc", "200 OK|abc|closes");
    get(OK + "\r\n", "200 OK||closes");
    get(OK + "Connection: close\r\nContent-Length: 0\r\n\r\n", "200 OK||closes");
    get(
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
        "200 OK|a|keeps");
    for (final String bad :
        new String[] {
          "Content-Length: 3\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding: chunked\r\nContent-Length: 3",
          "Content-Length: 3\r\nContent-Length: 3",
          "Content-Length: 3\r\nContent-Length: 4",
          "Content-Length: 3, 3",
          "Content-Length: +3",
          "Content-Length: -1",
          "Content-Length: 0x3",
          "Content-Length:",
          "Content-Length: 9223372036854775808",
          "Content-Length: 00000000000000000003",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: gzip",
          "Transfer-Encoding: identity",
          "Transfer-Encoding: chunked, chunked",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding:",
          "Transfer-Encoding: xchunked",
          "X : y",
          "X",
          ": y",
          "X(: y",
          "X: \0",
          "X: \u007f",
          "X: a\rb"
        }) {
      refuse(OK + bad + "\r\n\r\n0\r\n\r\n");
    }
    refuse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    bytes(
        c -> {
          final String bytes = OK + "X: a" + (char) c + "b\r\nContent-Length: 0\r\n\r\n";
          get(bytes, isText(c) ? "200 OK {x=a" + (char) c + "b}||keeps" : "refused");
        });
  }

  @Test
  void messagesWithoutABody() {
    for (final String framing :
        new String[] {"Content-Length: 3", "Transfer-Encoding: chunked", "X-No: framing"}) {
      final String shown = framing.startsWith("X") ? " {x-no=framing}" : "";
      for (final String status : new String[] {"204", "304"}) {
        get(
            "HTTP/1.1 " + status + " X\r\n" + framing + "\r\n\r\nabc",
            status + " X" + shown + "||keeps");
      }
      answer("HEAD", OK + framing + "\r\n\r\nabc", "200 OK" + shown + "||keeps");
      answer("CONNECT", OK + framing + "\r\n\r\nabc", "200 OK" + shown + "||keeps");
      answer("GET", "HTTP/1.1 101 X\r\n" + framing + "\r\n\r\nabc", "101 X" + shown + "||keeps");
    }
    answer("CONNECT", OK + "Content-Length: 3\r\nTransfer-Encoding: x\r\n\r\nabc", "200 OK||keeps");
    answer("CONNECT", "HTTP/1.1 407 X\r\nContent-Length: 3\r\n\r\nabc", "407 X|abc|keeps");
    answer("CONNECT", "HTTP/1.1 299 X\r\n\r\nabc", "299 X||keeps");
    answer("CONNECT", "HTTP/1.1 300 X\r\n\r\nabc", "300 X|abc|closes");
    answer("head", OK + "Content-Length: 3\r\n\r\nabc", "200 OK|abc|keeps");
    answer("HEAD", OK + "Content-Length: x\r\n\r\n", "refused");
  }

  @Test
  void interimResponses() {
    get(
        "HTTP/1.1 100 Continue\r\n\r\n" + OK + "Content-Length: 1\r\n\r\na",
        "100 Continue|200 OK|a|keeps");
    get(
        "HTTP/1.1 103 E\r\nX: y\r\n\r\nHTTP/1.1 102 P\r\n\r\n" + CHUNKED + "0\r\n\r\n",
        "103 E {x=y}|102 P|200 OK||keeps");
    get(
        "HTTP/1.1 199 X\r\nContent-Length: 3\r\n\r\n" + CHUNKED + "0\r\n\r\n",
        "199 X|200 OK||keeps");
    get("HTTP/1.1 100 Continue\r\n\r\nabc", "100 Continue|refused");
    get("HTTP/1.1 100 Continue\r\n\r\n\r\n" + OK, "100 Continue|refused");
    get("HTTP/1.1 100 Continue\r\n\r\n", "100 Continue|no head");
    get(
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(12) + OK + "\r\n",
        "100 Continue|".repeat(12) + "200 OK||closes");
  }

  @Test
  void chunks() {
    for (final String good :
        new String[] {"3", "3 ", "3\t", "3 \t ", "3;a=b", "3 ;a", "003", "3; a=\"b\""}) {
      get(CHUNKED + good + "\r\nabc\r\n0\r\n\r\n", "200 OK|abc|keeps");
    }
    get(CHUNKED + "3\r\nabc\r\n0 \r\nXA: b\r\n\r\n", "200 OK|abc {xa=b}|keeps");
    for (final String bad :
        new String[] {
          "", " 3", "0x3", "-3", "+3", "g", "3 4", "8000000000000000", "3\n", "100000003"
        }) {
      all.assertThat(Answered.ofAllCuts("GET", CHUNKED + bad + "\r\nabc\r\n0\r\n\r\n"))
          .as(bad)
          .startsWith("200 OK|refused");
    }
    for (final String bad :
        new String[] {
          "abc\n0\r\n\r\n", "abcd\r\n0\r\n\r\n", "abc\r\n0\r\nHost: a\r\n\r\n", "abc\r\n0\r\n\n"
        }) {
      get(CHUNKED + "3\r\n" + bad, "200 OK|refused");
    }
  }

  @Test
  void cutBodies() {
    get("", "no head");
    get("HTTP/1.1 200 OK\r\nX: y\r\n", "no head");
    get(OK + "Content-Length: 3\r\n\r\nab", "200 OK|cut after 2");
    get(OK + "Content-Length: 3\r\n\r\n", "200 OK|cut after 0");
    final String body = "3\r\nabc\r\n2\r\nde\r\n0\r\nXA: b\r\n\r\n";
    for (int i = 0; i < body.length(); i++) {
      all.assertThat(Answered.ofAllCuts("GET", CHUNKED + body.substring(0, i)))
          .startsWith("200 OK|cut after ");
    }
    assertThat(Answered.ofAllCuts("GET", CHUNKED + body)).isEqualTo("200 OK|abcde {xa=b}|keeps");
  }
}
