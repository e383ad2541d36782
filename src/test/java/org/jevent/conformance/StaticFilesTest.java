package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpDate;
import org.jevent.http.HttpServer;
import org.jevent.http.StaticFiles;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files over HTTP: whole and in ranges, conditions, and what is not served. */
class StaticFilesTest {
  private static final String TEXT = "0123456789abcdefghij";
  private static final Instant THEN = Instant.parse("2020-02-29T12:34:56.123456Z");
  private static final String THEN_TEXT = "Sat, 29 Feb 2020 12:34:56 GMT";

  @TempDir private Path directory;

  private StaticFiles files() throws IOException {
    write("text.txt", TEXT);
    return new StaticFiles(directory);
  }

  private Path write(final String name, final String content) throws IOException {
    final Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(THEN));
    return file;
  }

  private static WebPeer serve(final Bases bases, final StaticFiles files) {
    final EventBase base = bases.base();
    final HttpServer server = bases.later(new HttpServer(base));
    server.handle("/", files);
    return new WebPeer(bases, base, server.bind(Streams.ANY_PORT).address());
  }

  @EngineTest
  void aFileIsServedWithItsValidators(final Bases bases) throws IOException {
    final WebPeer peer = serve(bases, files());
    final WebPeer.Answer answer = peer.ask("GET /text.txt HTTP/1.1");
    assertThat(answer.status).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(TEXT);
    assertThat(answer.field("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.field("last-modified")).isEqualTo(THEN_TEXT);
    assertThat(answer.field("accept-ranges")).isEqualTo("bytes");
    assertThat(answer.field("etag")).matches("\"[0-9a-f.-]+\"");
    assertThat(answer.field("cache-control")).isNull();
    assertThat(answer.field("vary")).isNull();

    final WebPeer.Answer head = peer.ask("HEAD /text.txt HTTP/1.1");
    answer.fields.remove("date");
    head.fields.remove("date");
    assertThat(head.fields).isEqualTo(answer.fields);
    assertThat(head.field("content-length")).isEqualTo("20");
    assertThat(peer.ask("GET /text.txt?query HTTP/1.1").text()).isEqualTo(TEXT);
    assertThat(peer.stream.input().length()).isZero();
  }

  @EngineTest
  void filesOfAnyLength(final Bases bases) throws IOException {
    final byte[] big = new byte[3 << 20];
    new Random(1).nextBytes(big);
    Files.write(directory.resolve("big.bin"), big);
    final StaticFiles files = files();
    write("empty", "");
    write("one", "1");
    final WebPeer peer = serve(bases, files);
    assertThat(peer.ask("GET /empty HTTP/1.1").body).isEmpty();
    assertThat(peer.ask("HEAD /empty HTTP/1.1").field("content-length")).isEqualTo("0");
    assertThat(peer.ask("GET /empty HTTP/1.1|Range: bytes=0-").status).isEqualTo(416);
    assertThat(peer.ask("GET /empty HTTP/1.1|Range: bytes=-1").status).isEqualTo(200);
    assertThat(peer.ask("GET /one HTTP/1.1").text()).isEqualTo("1");
    assertThat(peer.ask("GET /big.bin HTTP/1.1").body).isEqualTo(big);
    final WebPeer.Answer part = peer.ask("GET /big.bin HTTP/1.1|Range: bytes=1048577-2097151");
    assertThat(part.body).isEqualTo(Arrays.copyOfRange(big, (1 << 20) + 1, 2 << 20));
  }

  @EngineTest
  void rangesOfAFile(final Bases bases) throws IOException {
    final WebPeer peer = serve(bases, files());
    range(peer, "bytes=0-4", "01234", "bytes 0-4/20");
    range(peer, "bytes=-3", "hij", "bytes 17-19/20");
    range(peer, "bytes=18-100", "ij", "bytes 18-19/20");
    range(peer, "bytes=19-,99-", "j", "bytes 19-19/20");

    final WebPeer.Answer beyond = peer.ask("GET /text.txt HTTP/1.1|Range: bytes=20-");
    assertThat(beyond.status).isEqualTo(416);
    assertThat(beyond.field("content-range")).isEqualTo("bytes */20");
    for (final String whole :
        new String[] {
          "Range: bytes=0-5,3-9",
          "Range: bytes=x",
          "Range: lines=0-1",
          "Range: bytes=" + "0-0,".repeat(99) + "0-0",
          "Range: bytes=0-1|Range: bytes=4-5",
          "Range: bytes=0-1|If-Range: \"other\"",
          "Range: bytes=0-1|If-Range: Sat, 29 Feb 2020 12:34:55 GMT"
        }) {
      final WebPeer.Answer answer = peer.ask("GET /text.txt HTTP/1.1|" + whole);
      assertThat(answer.status).as(whole).isEqualTo(200);
      assertThat(answer.text()).as(whole).isEqualTo(TEXT);
      assertThat(answer.field("content-range")).isNull();
    }
    final WebPeer.Answer head = peer.ask("HEAD /text.txt HTTP/1.1|Range: bytes=0-1");
    assertThat(head.status).isEqualTo(200);
    assertThat(head.field("content-length")).isEqualTo("20");
    final String tag = head.field("etag");
    range(peer, "bytes=0-1|If-Range: " + tag, "01", "bytes 0-1/20");
    range(peer, "bytes=0-1|If-Range: " + THEN_TEXT, "01", "bytes 0-1/20");
    range(peer, "bytes=0-1|If-Match: " + tag, "01", "bytes 0-1/20");
  }

  private static void range(
      final WebPeer peer, final String asked, final String bytes, final String where) {
    final WebPeer.Answer answer = peer.ask("GET /text.txt HTTP/1.1|Range: " + asked);
    assertThat(answer.status).as(asked).isEqualTo(206);
    assertThat(answer.text()).as(asked).isEqualTo(bytes);
    assertThat(answer.field("content-range")).as(asked).isEqualTo(where);
    assertThat(answer.field("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.field("etag")).isNotNull();
  }

  @EngineTest
  void severalRangesAreParts(final Bases bases) throws IOException {
    final WebPeer peer = serve(bases, files());
    final WebPeer.Answer answer = peer.ask("GET /text.txt HTTP/1.1|Range: bytes=10-11,0-0,-2");
    assertThat(answer.status).isEqualTo(206);
    assertThat(answer.field("content-range")).isNull();
    final String type = answer.field("content-type");
    assertThat(type).startsWith("multipart/byteranges; boundary=jevent-");
    final String line = "--" + type.substring(type.indexOf('=') + 1);
    final String head = "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes ";
    assertThat(answer.text())
        .isEqualTo(
            line
                + head
                + "10-11/20\r\n\r\nab\r\n"
                + line
                + head
                + "0-0/20\r\n\r\n0\r\n"
                + line
                + head
                + "18-19/20\r\n\r\nij\r\n"
                + line
                + "--\r\n");
    assertThat(peer.ask("GET /text.txt HTTP/1.1").text()).isEqualTo(TEXT);
  }

  @EngineTest
  void whatTheClientHasIsNotSent(final Bases bases) throws IOException {
    final WebPeer peer = serve(bases, files().cacheControl("max-age=60"));
    final String tag = peer.ask("HEAD /text.txt HTTP/1.1").field("etag");
    for (final String method : new String[] {"GET", "HEAD"}) {
      for (final String condition :
          new String[] {
            "If-None-Match: \"x\", W/" + tag,
            "If-None-Match: \"x\"|If-None-Match: " + tag,
            "If-None-Match: *",
            "If-None-Match: " + tag + "|If-Modified-Since: " + HttpDate.format(0),
            "If-Modified-Since: " + THEN_TEXT,
            "If-Modified-Since: Saturday, 29-Feb-20 12:34:56 GMT",
            "If-Modified-Since: Sat Feb 29 12:34:56 2020",
            "If-None-Match: *|Range: bytes=0-1"
          }) {
        final WebPeer.Answer answer = peer.ask(method + " /text.txt HTTP/1.1|" + condition);
        assertThat(answer.status).as(condition).isEqualTo(304);
        assertThat(answer.field("etag")).isEqualTo(tag);
        assertThat(answer.field("cache-control")).isEqualTo("max-age=60");
        assertThat(answer.field("content-length")).isNull();
        assertThat(answer.field("content-type")).isNull();
      }
    }
    for (final String passed :
        new String[] {
          "If-None-Match: \"x\"|If-Modified-Since: " + THEN_TEXT,
          "If-Modified-Since: " + HttpDate.format(0),
          "If-Modified-Since: nonsense",
          "If-Match: *",
          "If-Match: " + tag + "|If-Unmodified-Since: " + HttpDate.format(0),
          "If-Unmodified-Since: " + THEN_TEXT
        }) {
      assertThat(peer.ask("GET /text.txt HTTP/1.1|" + passed).status).as(passed).isEqualTo(200);
    }
    for (final String failed :
        new String[] {
          "If-Match: \"x\"",
          "If-Match: W/" + tag,
          "If-Unmodified-Since: " + HttpDate.format(0),
          "If-Match: \"x\"|If-None-Match: *"
        }) {
      assertThat(peer.ask("GET /text.txt HTTP/1.1|" + failed).status).as(failed).isEqualTo(412);
    }
  }

  @EngineTest
  void aChangedFileHasAnotherTag(final Bases bases) throws IOException {
    final WebPeer peer = serve(bases, files());
    final String first = peer.ask("HEAD /text.txt HTTP/1.1").field("etag");
    Files.setLastModifiedTime(
        directory.resolve("text.txt"), FileTime.from(THEN.plus(Duration.ofNanos(1000))));
    final String second = peer.ask("HEAD /text.txt HTTP/1.1").field("etag");
    assertThat(second).isNotEqualTo(first);
    write("text.txt", TEXT + "k");
    final WebPeer.Answer third = peer.ask("GET /text.txt HTTP/1.1|If-None-Match: " + first);
    assertThat(third.status).isEqualTo(200);
    assertThat(third.text()).isEqualTo(TEXT + "k");
    Files.setLastModifiedTime(
        directory.resolve("text.txt"), FileTime.from(Instant.parse("2999-01-01T00:00:00Z")));
    final WebPeer.Answer future = peer.ask("HEAD /text.txt HTTP/1.1");
    assertThat(HttpDate.parse(future.field("last-modified")))
        .isLessThanOrEqualTo(HttpDate.parse(future.field("date")));
  }

  @EngineTest
  void aZippedFileIsServedToThoseWhoTakeIt(final Bases bases) throws IOException {
    final StaticFiles files = files();
    write("text.txt.gz", "zipped");
    final WebPeer peer = serve(bases, files);
    final WebPeer.Answer zipped = peer.ask("GET /text.txt HTTP/1.1|Accept-Encoding: br, gzip");
    assertThat(zipped.text()).isEqualTo("zipped");
    assertThat(zipped.field("content-encoding")).isEqualTo("gzip");
    assertThat(zipped.field("content-type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(zipped.field("vary")).isEqualTo("Accept-Encoding");
    final WebPeer.Answer plain = peer.ask("GET /text.txt HTTP/1.1|Accept-Encoding: gzip;q=0");
    assertThat(plain.text()).isEqualTo(TEXT);
    assertThat(plain.field("content-encoding")).isNull();
    assertThat(plain.field("vary")).isEqualTo("Accept-Encoding");
    assertThat(plain.field("etag")).isNotEqualTo(zipped.field("etag"));
    final String gzip = "Accept-Encoding: x|Accept-Encoding: gzip|";
    final String tag = zipped.field("etag");
    assertThat(peer.ask("GET /text.txt HTTP/1.1|" + gzip + "If-None-Match: " + tag).status)
        .isEqualTo(304);
    assertThat(peer.ask("GET /text.txt HTTP/1.1|If-None-Match: " + tag).status).isEqualTo(200);
    assertThat(peer.ask("GET /text.txt HTTP/1.1|" + gzip + "Range: bytes=-2").text())
        .isEqualTo("ed");
    assertThat(peer.ask("GET /text.txt HTTP/1.1|" + gzip + "Range: bytes=0-0,2-2").text())
        .isEqualTo("zipped");
    final WebPeer.Answer itself = peer.ask("GET /text.txt.gz HTTP/1.1|Accept-Encoding: gzip");
    assertThat(itself.field("content-type")).isEqualTo("application/gzip");
    assertThat(itself.field("content-encoding")).isNull();

    Files.setLastModifiedTime(
        directory.resolve("text.txt"), FileTime.from(THEN.plus(Duration.ofSeconds(1))));
    final WebPeer.Answer old = peer.ask("GET /text.txt HTTP/1.1|Accept-Encoding: gzip");
    assertThat(old.text()).isEqualTo(TEXT);
    assertThat(old.field("vary")).isNull();
  }

  @EngineTest
  void directoriesHaveAnIndexAndASlash(final Bases bases) throws IOException {
    final StaticFiles files = files();
    write("site/index.html", "page");
    write("site/a b:c/index.html", "deep");
    Files.createDirectories(directory.resolve("bare"));
    final WebPeer peer = serve(bases, files);
    final WebPeer.Answer page = peer.ask("GET /site/ HTTP/1.1");
    assertThat(page.text()).isEqualTo("page");
    assertThat(page.field("content-type")).isEqualTo("text/html; charset=utf-8");
    redirect(peer, "/site", "./site/");
    redirect(peer, "/site?a=/b&c", "./site/?a=/b&c");
    redirect(peer, "/site/a%20b:c", "./a%20b:c/");
    redirect(peer, "/x/../site", "./site/");
    assertThat(peer.ask("GET /site/a%20b:c/ HTTP/1.1").text()).isEqualTo("deep");
    assertThat(peer.ask("GET / HTTP/1.1").status).isEqualTo(404);
    assertThat(peer.ask("GET /bare/ HTTP/1.1").status).isEqualTo(404);
    assertThat(peer.ask("GET //site HTTP/1.1").status).isEqualTo(404);
    assertThat(peer.ask("GET /site/index.html/ HTTP/1.1").status).isEqualTo(404);
  }

  private static void redirect(final WebPeer peer, final String target, final String location) {
    final WebPeer.Answer answer = peer.ask("GET " + target + " HTTP/1.1");
    assertThat(answer.status).as(target).isEqualTo(301);
    assertThat(answer.field("location")).as(target).isEqualTo(location);
  }

  @EngineTest
  void nothingElseIsServed(final Bases bases) throws IOException {
    final Path root = Files.createDirectories(directory.resolve("root"));
    write("secret", "secret");
    write("root/.hidden", "hidden");
    write("root/a%2Fb", "");
    final EventBase base = bases.base();
    final HttpServer server = bases.later(new HttpServer(base));
    server.handle("/", new StaticFiles(root));
    final String[] targets = {
      "/none", "/.hidden", "/%2ehidden", "/..%2fsecret", "/..%2Fsecret", "/..%5csecret",
      "/%2e%2e%2fsecret", "/x/..%2f..%2fsecret", "/a%2Fb/", "/%ff", "/%ED%A0%80", "/secret",
      "/%252e%252e/secret", "/x%0a", "/../secret", "/%2e%2e/secret", "/%00", "/.%00./secret"
    };
    for (final String target : targets) {
      final WebPeer peer =
          new WebPeer(
              bases,
              base,
              server.listeners().isEmpty()
                  ? server.bind(Streams.ANY_PORT).address()
                  : server.listeners().get(0).address());
      final WebPeer.Answer answer = peer.ask("GET " + target + " HTTP/1.1");
      assertThat(answer.status).as(target).isIn(400, 404);
      assertThat(answer.text()).as(target).doesNotContain("secret", "hidden");
      peer.stream.close();
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void otherMethodsAreNotAllowed(final Bases bases) throws IOException {
    final WebPeer peer = serve(bases, files());
    final WebPeer.Answer answer = peer.ask("DELETE /text.txt HTTP/1.1");
    assertThat(answer.status).isEqualTo(405);
    assertThat(answer.field("allow")).isEqualTo("GET, HEAD");
    assertThat(directory.resolve("text.txt")).exists();
  }

  @EngineTest
  void settings(final Bases bases) throws IOException {
    final StaticFiles files =
        files()
            .prefix("/static")
            .index("start.txt")
            .type("TXT", "text/x-notes")
            .hidden(true)
            .precompressed(false)
            .cacheControl("no-store");
    write("start.txt", "start");
    write("start.txt.gz", "zipped");
    write(".dot", "dot");
    final WebPeer peer = serve(bases, files);
    final WebPeer.Answer page = peer.ask("GET /static/ HTTP/1.1|Accept-Encoding: gzip");
    assertThat(page.text()).isEqualTo("start");
    assertThat(page.field("content-type")).isEqualTo("text/x-notes");
    assertThat(page.field("cache-control")).isEqualTo("no-store");
    assertThat(peer.ask("GET /static/.dot HTTP/1.1").text()).isEqualTo("dot");
    redirect(peer, "/static", "./static/");
    assertThat(peer.ask("GET /text.txt HTTP/1.1").status).isEqualTo(404);
    assertThat(peer.ask("GET /staticx/text.txt HTTP/1.1").status).isEqualTo(404);
    files.index(null);
    assertThat(peer.ask("GET /static/ HTTP/1.1").status).isEqualTo(404);
    assertThatThrownBy(() -> files.prefix("a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> files.prefix("/a/")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> files.index("a/b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> files.type("a", "b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> files.cacheControl("a\r\nb"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Three gigabytes with a hole, of which the ends of the ranges are read and the rest skipped. */
  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no holes there unless asked for")
  void placesBeyondTwoGigabytes(final Bases bases) throws IOException {
    final long size = 3L << 30;
    final StaticFiles files = files();
    try (RandomAccessFile sparse = new RandomAccessFile(directory.resolve("big").toFile(), "rw")) {
      sparse.setLength(size);
      sparse.seek((1L << 31) - 2);
      sparse.write("across".getBytes(StandardCharsets.US_ASCII));
      sparse.seek(size - 3);
      sparse.write("end".getBytes(StandardCharsets.US_ASCII));
    }
    final WebPeer peer = serve(bases, files);
    assertThat(peer.ask("HEAD /big HTTP/1.1").field("content-length")).isEqualTo("" + size);
    final WebPeer.Answer across = peer.ask("GET /big HTTP/1.1|Range: bytes=2147483646-2147483651");
    assertThat(across.text()).isEqualTo("across");
    assertThat(across.field("content-range")).isEqualTo("bytes 2147483646-2147483651/3221225472");
    assertThat(peer.ask("GET /big HTTP/1.1|Range: bytes=-3").text()).isEqualTo("end");
    final WebPeer.Answer parts =
        peer.ask("GET /big HTTP/1.1|Range: bytes=3221225469-,2147483648-2147483651");
    assertThat(parts.text()).contains("\r\n\r\nend\r\n", "\r\n\r\nross\r\n");

    if (bases.method().equals(EventBase.supportedMethods().get(0).name())) { // as it takes long
      wholeOf(bases, peer, size);
    }
  }

  private static void wholeOf(final Bases bases, final WebPeer peer, final long size) {
    peer.send("GET /big HTTP/1.1|Connection: close");
    assertThat(peer.head().field("content-length")).isEqualTo("" + size);
    final long[] come = new long[1];
    final EventBuffer input = peer.stream.input();
    Streams.run(
        bases.latest(),
        60,
        () -> {
          come[0] += input.length() > 3 ? input.length() - 3 : 0;
          input.drain(Math.max(0, input.length() - 3));
          return peer.isClosed();
        });
    assertThat(come[0] + input.length()).isEqualTo(size);
    assertThat(new String(input.toByteArray(), StandardCharsets.US_ASCII)).isEqualTo("end");
  }

  @EngineTest
  void aFileThatShrinksCutsTheConnection(final Bases bases) throws IOException {
    final int size = 16 << 20;
    final StaticFiles files = files();
    final Path shrinking = directory.resolve("shrinking");
    Files.write(shrinking, new byte[size]);
    final WebPeer peer = serve(bases, files);
    peer.stream.setWatermarks(Event.READ, 0, 1000);
    peer.send("GET /shrinking HTTP/1.1");
    assertThat(peer.head().field("content-length")).isEqualTo("" + size);
    try (RandomAccessFile file = new RandomAccessFile(shrinking.toFile(), "rw")) {
      file.setLength(1000);
    }
    peer.stream.setWatermarks(Event.READ, 0, 0);
    Streams.run(bases.latest(), peer::isClosed);
    assertThat(peer.stream.input().length()).isLessThan(size);
    assertThat(Files.size(shrinking)).isEqualTo(1000);
  }

  @EngineTest
  void aFileMayGrowOrBeReplacedWhileItIsSent(final Bases bases) throws IOException {
    final int size = 8 << 20;
    final StaticFiles files = files();
    final Path file = directory.resolve("file");
    Files.write(file, new byte[size]);
    final WebPeer peer = serve(bases, files);
    peer.stream.setWatermarks(Event.READ, 0, 1000);
    peer.send("GET /file HTTP/1.1");
    assertThat(peer.head().status).isEqualTo(200);
    Files.write(file, new byte[100], java.nio.file.StandardOpenOption.APPEND);
    if (!System.getProperty("os.name").startsWith("Windows")) {
      Files.delete(file);
      Files.write(file, "new".getBytes(StandardCharsets.US_ASCII));
    }
    peer.stream.setWatermarks(Event.READ, 0, 0);
    Streams.run(bases.latest(), () -> peer.stream.input().length() == size);
    peer.stream.input().drain(size);
    assertThat(peer.ask("GET /text.txt HTTP/1.1").text()).isEqualTo(TEXT);
  }

  @EngineTest
  void aClientThatLeavesEarlyDoesNoHarm(final Bases bases) throws IOException {
    final StaticFiles files = files();
    Files.write(directory.resolve("big"), new byte[8 << 20]);
    final EventBase base = bases.base();
    final HttpServer server = bases.later(new HttpServer(base));
    server.handle("/", files);
    final java.net.SocketAddress address = server.bind(Streams.ANY_PORT).address();
    for (int i = 0; i < 20; i++) {
      final WebPeer peer = new WebPeer(bases, base, address);
      peer.send("GET /big HTTP/1.1");
      peer.head();
      peer.stream.close();
    }
    Streams.run(base, () -> server.connections() == 0);
    final WebPeer last = new WebPeer(bases, base, address);
    assertThat(last.ask("GET /text.txt HTTP/1.1").text()).isEqualTo(TEXT);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void filesAreAnsweredInOrder(final Bases bases) throws IOException {
    final WebPeer peer = serve(bases, files());
    for (int i = 0; i < 20; i++) {
      peer.send("GET /text.txt HTTP/1.1|Range: bytes=" + i + "-" + i);
    }
    final StringBuilder all = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      assertThat(peer.head().status).isEqualTo(206);
      final byte[] one = new byte[1];
      Streams.run(bases.latest(), () -> peer.stream.input().length() > 0);
      peer.stream.read(one);
      all.append((char) one[0]);
    }
    assertThat(all).hasToString(TEXT);
  }
}
