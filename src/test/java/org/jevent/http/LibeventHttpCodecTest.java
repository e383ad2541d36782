package org.jevent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cases of libevent's group {@code http} that concern URIs, queries and escapes. */
class LibeventHttpCodecTest {
  private static final String SITE = "http://www.test.com";

  /** Accepted in the modes that do not conform, refused in the others. */
  private static final List<String> LOOSE =
      List.of(
          SITE + "/ why hello",
          SITE + "/why-hello\u0001",
          SITE + "/why-hello?\u0001",
          SITE + "/why-hello#\u0001",
          SITE + "/why-hell%7o",
          SITE + "/why-hello%7",
          SITE + "/foo?ba%r",
          SITE + "/foo#ba%r");

  private static final List<String> BAD =
      List.of(
          "http://www.\u0001.test.com/why-hello",
          "http://www.%7test.com/why-hello",
          "h%3ttp://www.test.com/why-hello",
          "99:99/foo",
          SITE + ":999x/",
          SITE + ":x/",
          SITE + ":99999999999999999999999999999999/",
          SITE + ":65536/",
          "http://[hello-there]/",
          "http://[::1]]/",
          "http://[::1/",
          "http://[foob/",
          "http://[/",
          "http://[]/",
          "http://[1.2.3.4]/",
          "http://[ffff:ffff:ffff:ffff:Ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]/",
          "http://[vX.foo]/",
          "http://[v.foo]/",
          "http://[v5.fo%o]/",
          "http://[v5X]/",
          "http://[v5]/",
          "http://[v5.]/",
          "http://www.[foo].com/",
          "http://f\u0001red@www.example.com/",
          "http://f%0red@www.example.com/",
          "://www.example.com/");

  private static final List<String> UNIX =
      List.of(
          "http://unix:/tmp/foobar/:/foo",
          "http://user:pass@unix:/tmp/foobar/:/foo",
          "http://unix:a:");

  /** The text, the text of the joined parts, then the parts from the scheme to the fragment. */
  private static final String[][] GOOD = {
    row(SITE + "/?q=t%33est", "http", null, "www.test.com", "-1", "/", "q=t%33est", null),
    row("http://%77ww.test.com", "http", null, "%77ww.test.com", "-1", "", null, null),
    row(SITE + "?q=test", "http", null, "www.test.com", "-1", "", "q=test", null),
    row(SITE + "#fragment", "http", null, "www.test.com", "-1", "", null, "fragment"),
    row("http://8000/", "http", null, "8000", "-1", "/", null, null),
    row("http://:8000/", "http", null, "", "8000", "/", null, null),
    row("http://h:0/", "http", null, "h", "0", "/", null, null),
    row("http://h:65535/", "http", null, "h", "65535", "/", null, null),
    row("ftp://www.test.com/?q=test", "ftp", null, "www.test.com", "-1", "/", "q=test", null),
    row("ftp://[::1]:999/?q=test", "ftp", null, "[::1]", "999", "/", "q=test", null),
    row("ftp://[ff00::127.0.0.1]/?q", "ftp", null, "[ff00::127.0.0.1]", "-1", "/", "q", null),
    row("ftp://[v99.not_(any:time)_soon]/", "ftp", null, "[v99.not_(any:time)_soon]", "-1", "/"),
    row(
        "scheme://user:pass@foo.com:42/?q=test&s=some+thing#fragment",
        "scheme",
        "user:pass",
        "foo.com",
        "42",
        "/",
        "q=test&s=some+thing",
        "fragment"),
    row(
        "scheme://user@foo.com/#fragment",
        "scheme",
        "user",
        "foo.com",
        "-1",
        "/",
        null,
        "fragment"),
    row(
        "scheme://%75ser@foo.com/#frag@ment",
        "scheme", "%75ser", "foo.com", "-1", "/", null, "frag@ment"),
    row("file:///some/path/to/the/file", "file", null, "", "-1", "/some/path/to/the/file"),
    row("///some/path/to/the-file", null, null, "", "-1", "/some/path/to/the-file"),
    row(
        "/s:ome/path/to/the-file?q=99#fred",
        null,
        null,
        null,
        "-1",
        "/s:ome/path/to/the-file",
        "q=99",
        "fred"),
    row("relative/path/with/co:lon", null, null, null, "-1", "relative/path/with/co:lon"),
    row("bob?q=99&q2=q?33#fr?ed", null, null, null, "-1", "bob", "q=99&q2=q?33", "fr?ed"),
    row("#fr?ed", null, null, null, "-1", "", null, "fr?ed"),
    row("mailto:foo@bar", "mailto", null, null, "-1", "foo@bar"),
  };

  private static String[] row(final String... parts) {
    final String[] row = new String[8];
    System.arraycopy(parts, 0, row, 0, parts.length);
    return row;
  }

  private static String[] parts(final HttpUri uri) {
    return row(
        uri.toString(),
        uri.scheme(),
        uri.userInfo(),
        uri.host(),
        "" + uri.port(),
        uri.path(),
        uri.query(),
        uri.fragment());
  }

  private static boolean accepts(final String text, final HttpUri.Mode mode) {
    try {
      final HttpUri uri = HttpUri.parse(text, mode);
      assertThat(HttpUri.parse(uri.toString(), mode)).isEqualTo(uri);
      return true;
    } catch (final IllegalArgumentException e) {
      assertThat(e).hasMessageMatching("(?s)URI \".*\": .*").message().matches("[ -~]*");
      return false;
    }
  }

  private static void table(final HttpUri.Mode mode) {
    LOOSE.forEach(text -> assertThat(accepts(text, mode)).as(text).isEqualTo(!mode.isStrict()));
    BAD.forEach(text -> assertThat(accepts(text, mode)).as(text).isFalse());
    for (final String[] good : GOOD) {
      assertThat(parts(HttpUri.parse(good[0], mode))).as(good[0]).containsExactly(good);
    }
    assertThat(HttpUri.parse(SITE + ":/", mode)).hasToString(SITE + "/");
    assertThat(HttpUri.parse(SITE + ":", mode)).hasToString(SITE);
    if (mode.takesUnix()) {
      UNIX.forEach(text -> assertThat(accepts(text, mode)).as(text).isTrue());
    }
  }

  @Test
  void parse_uri() {
    table(HttpUri.Mode.STRICT);
    assertThat(HttpUri.parse("ftp://[ff00::127.0.0.1]/").hostName()).isEqualTo("ff00::127.0.0.1");
    assertThat(HttpUri.parse("ftp://foo/").hostName()).isEqualTo("foo");
  }

  @Test
  void parse_uri_nc() {
    table(HttpUri.Mode.NONCONFORMANT);
  }

  @Test
  void parse_uri_un() {
    table(HttpUri.Mode.UNIX);
    final HttpUri uri = HttpUri.parse(UNIX.get(1) + "?q#f", HttpUri.Mode.UNIX);
    assertThat(uri.unixPath()).isEqualTo("/tmp/foobar/");
    assertThat(parts(uri))
        .containsExactly(UNIX.get(1) + "?q#f", "http", "user:pass", "", "-1", "/foo", "q", "f");
    assertThat(HttpUri.parse(UNIX.get(2), HttpUri.Mode.UNIX).path()).isEmpty();
    assertThat(HttpUri.parse(UNIX.get(2), HttpUri.Mode.UNIX).target()).isEqualTo("/");
  }

  @Test
  void parse_uri_un_nc() {
    table(HttpUri.Mode.UNIX_NONCONFORMANT);
  }

  @Test
  void parse_uri_setters() {
    final HttpUri none = HttpUri.empty();
    final HttpUri host = none.withHost("www.example.com");
    final List<Runnable> bad = new ArrayList<>();
    for (final String scheme : List.of("", "33", "hi!")) {
      bad.add(() -> none.withScheme(scheme));
    }
    for (final String each : List.of("[1.2.3.4]", "[", "www.[foo].com")) {
      bad.add(() -> none.withHost(each));
    }
    bad.add(() -> host.withUserInfo("hello@"));
    bad.add(() -> host.withPort(-3));
    bad.add(() -> host.withPath("hello?world"));
    bad.add(() -> host.withPath("hi_mom"));
    bad.add(() -> host.withQuery("hello#world"));
    bad.add(() -> host.withFragment("hello#world"));
    bad.add(() -> none.withPort(1));
    bad.add(() -> none.withUserInfo("a"));
    bad.add(() -> none.withPath("//a"));
    bad.add(() -> none.withPath("a:b"));
    bad.forEach(each -> assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class));

    assertThat(none.withScheme("HTTP").withHost("h").withPort(80).withUserInfo("u:p"))
        .hasToString("http://u:p@h:80");
    assertThat(host.withHost("[1:2:3:4::]").withHost("[v7.wobblewobble]").withHost("1.2.3.4"))
        .hasToString("//1.2.3.4");
    assertThat(host.withPort(65_535).withPort(-1).withUserInfo("a").withHost(null)).hasToString("");
    assertThat(host.withHost("")).hasToString("//");
    assertThat(host.withPath("/documents/public/index.html").withQuery("key=val&key2=val2"))
        .hasToString("//www.example.com/documents/public/index.html?key=val&key2=val2");
    assertThat(host.withPath("/a").withPath(null).withPath("").withQuery("").withFragment("?"))
        .hasToString("//www.example.com?#?");
    assertThat(host.withQuery("a").withQuery(null).withFragment("b").withFragment(null))
        .isEqualTo(host);
  }

  @Test
  void parse_query() {
    final HttpQuery one = HttpQuery.parseStrict(HttpUri.parse(SITE + "/?q=test").query());
    assertThat(one.first("q")).isEqualTo("test");
    assertThat(HttpQuery.parseStrict(HttpUri.parse(SITE).query()).size()).isZero();
    assertThat(HttpQuery.parseStrict("q=test%0Dfoo").first("q")).isEqualTo("test\rfoo");
    assertThat(HttpQuery.parseStrict("q=test+this").first("q")).isEqualTo("test this");
    final HttpQuery two = HttpQuery.parseStrict("q=test&q2=foo");
    assertThat(two.first("q")).isEqualTo("test");
    assertThat(two.first("q2")).isEqualTo("foo");
    assertThat(HttpQuery.parseStrict("q=&q2=&q3=").all("q3")).containsExactly("");
    for (final String bad : List.of("q=test&&q2", "q&q2=foo", "q=foo&q2", "q=foo&q2&q3=x")) {
      assertThatThrownBy(() -> HttpQuery.parseStrict(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void parse_query_str() {
    assertThat(HttpQuery.parseStrict(SITE + "/?q=test").first("q")).isNull();
    assertThat(HttpQuery.parseStrict("q=test").first("q")).isEqualTo("test");
  }

  @Test
  void parse_query_str_flags() {
    final HttpQuery twice = HttpQuery.parseStrict("q=test&q=test2");
    assertThat(twice.first("q")).isEqualTo("test");
    assertThat(twice.last("q")).isEqualTo("test2");
    for (final String loose : List.of("q=test&q2", "q=test&&q2=", "q=test&=1&q2=")) {
      assertThatThrownBy(() -> HttpQuery.parseStrict(loose))
          .as(loose)
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(HttpQuery.parse(loose).first("q")).as(loose).isEqualTo("test");
      assertThat(HttpQuery.parse(loose).first("q2")).as(loose).isEmpty();
    }
  }

  @Test
  void uriencode() {
    final String unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.~_";
    encoded("Hello", "Hello", "Hello");
    encoded("", "", "");
    encoded(unreserved, unreserved, unreserved);
    encoded(" ", "%20", "+");
    encoded("\u0001\u0019", "%01%19", "%01%19");
    encoded("1+2=3", "1%2B2%3D3", "1%2B2%3D3");
    encoded("hello\0world", "hello%00world", "hello%00world");
    final String rfc = "http%3A%2F%2Fwww.ietf.org%2Frfc%2Frfc3986.txt";
    encoded("http://www.ietf.org/rfc/rfc3986.txt", rfc, rfc);
    final byte[] high = {(byte) 0xff, (byte) 0xf0, (byte) 0xe0};
    assertThat(HttpUri.encode(high)).isEqualTo("%FF%F0%E0");
    assertThat(HttpUri.decodeToBytes("%ff%F0%e0")).isEqualTo(high);

    assertThat(HttpUri.decode("%%xhello th+ere \u00ff%")).isEqualTo("%%xhello th+ere \u00ff%");
    assertThat(HttpUri.decode("%4")).isEqualTo("%4");
    assertThat(HttpUri.decodeForm("plus+should%20work+")).isEqualTo("plus should work ");
    assertThat(HttpUri.decodeToBytes("%00%00x%00%00"))
        .isEqualTo("\0\0x\0\0".getBytes(StandardCharsets.US_ASCII));
    assertThat(HttpUri.decode("%e4x")).isEqualTo("\ufffdx");
  }

  private static void encoded(final String text, final String plain, final String form) {
    assertThat(HttpUri.encode(text)).isEqualTo(plain);
    assertThat(HttpUri.decode(plain)).isEqualTo(text);
    assertThat(HttpUri.encodeForm(text)).isEqualTo(form);
    assertThat(HttpUri.decodeForm(form)).isEqualTo(text);
  }

  @Test
  void htmlescape() {
    assertThat(Html.escape("<a href=\"x\">'&'</a>"))
        .isEqualTo("&lt;a href=&quot;x&quot;&gt;&#039;&amp;&#039;&lt;/a&gt;");
    final String plain = "nothing to do \u00e4";
    assertThat(Html.escape(plain)).isSameAs(plain);
    assertThat(Html.escape("a<")).isEqualTo("a&lt;");
  }
}
