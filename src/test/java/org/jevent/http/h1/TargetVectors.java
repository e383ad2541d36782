package org.jevent.http.h1;

import java.util.function.IntPredicate;

/** Hosts, targets in each form, and paths. */
final class TargetVectors extends VectorTable {
  @Override
  void fill() {
    hosts();
    targets();
    paths();
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
}
