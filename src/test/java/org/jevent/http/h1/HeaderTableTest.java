package org.jevent.http.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jevent.buffer.EventBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a reader says of a head, and when it says nothing. */
class HeaderTableTest {
  private final HeadPool pool = new HeadPool();
  private final RequestReader reader = new RequestReader(ParserLimits.DEFAULT, pool);
  private final EventBuffer input = new EventBuffer();

  @AfterEach
  void close() {
    input.close();
  }

  private HeaderTable read(final String fields) {
    return readHead("GET /a%20b?c HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
  }

  private HeaderTable readHead(final String head) {
    reader.reset();
    input.add(Served.bytes(head));
    assertThat(reader.read(input)).isEqualTo(RequestReader.Result.COMPLETE);
    assertThat(input.length()).isZero();
    return reader.headers();
  }

  @Test
  void namesAndValues() {
    final HeaderTable table = read("X-Own:  a \u00e9 \r\nACCEPT: *\r\nx-own:\r\nx-Other: c\r\n");
    assertThat(table.size()).isEqualTo(5);
    assertThat(table.name(0)).isSameAs(KnownName.HOST.text());
    assertThat(table.name(1)).isEqualTo("x-own").isSameAs(table.name(1));
    assertThat(table.value(1)).isEqualTo("a \u00e9").isSameAs(table.value(1));
    assertThat(table.name(2)).isSameAs("accept");
    assertThat(table.known(2)).isEqualTo(KnownName.ACCEPT);
    assertThat(table.known(1)).isNull();
    assertThat(table.value(3)).isEmpty();
  }

  @Test
  void finding() {
    final HeaderTable table = read("X-A: 1\r\nVia: 2\r\nx-a: 3\r\nVIA: 4\r\nX-AB: 5\r\nx-A: 6\r\n");
    assertThat(table.find("x-a")).isEqualTo(1);
    assertThat(table.find("X-A")).isEqualTo(1);
    assertThat(table.next(1)).isEqualTo(3);
    assertThat(table.next(3)).isEqualTo(6);
    assertThat(table.next(6)).isEqualTo(-1);
    assertThat(table.find(KnownName.VIA)).isEqualTo(2);
    assertThat(table.find("vIa")).isEqualTo(2);
    assertThat(table.next(2)).isEqualTo(4);
    assertThat(table.next(4)).isEqualTo(-1);
    assertThat(table.find(KnownName.COOKIE)).isEqualTo(-1);
    assertThat(table.find("x")).isEqualTo(-1);
    assertThat(table.find("")).isEqualTo(-1);
  }

  @Test
  void values() {
    final HeaderTable table =
        read("Upgrade: WebSocket\r\nConnection: x , \t Upgrade\r\nconnection:,,Y,\r\n");
    assertThat(table.valueIs(1, "websocket")).isTrue();
    assertThat(table.valueIs(1, "WEBSOCKET")).isTrue();
    assertThat(table.valueIs(1, "websocke")).isFalse();
    assertThat(table.valueIs(1, "websocketx")).isFalse();
    for (final String there : new String[] {"x", "X", "upgrade", "y", ""}) {
      assertThat(table.hasToken(KnownName.CONNECTION, there)).as(there).isTrue();
    }
    for (final String missing : new String[] {"upgrad", "upgrades", "x , upgrade", "z"}) {
      assertThat(table.hasToken(KnownName.CONNECTION, missing)).as(missing).isFalse();
    }
    assertThat(table.hasToken(KnownName.TE, "x")).isFalse();
  }

  @Test
  void theRequest() {
    readHead(
        "PATCH http://A.b:81/%7Ex/../y?q=%zz?# HTTP/1.1\r\nHost: a.B:81\r\n\r\n".replace("#", ""));
    assertThat(reader.method()).isSameAs("PATCH");
    assertThat(reader.methodIs("PATCH")).isTrue();
    assertThat(reader.methodIs("PATC")).isFalse();
    assertThat(reader.form()).isEqualTo(TargetForm.ABSOLUTE);
    assertThat(reader.target()).isEqualTo("http://A.b:81/%7Ex/../y?q=%zz?");
    assertThat(reader.scheme()).isEqualTo("http");
    assertThat(reader.authority()).isEqualTo("A.b:81");
    assertThat(reader.rawPath()).isEqualTo("/%7Ex/../y");
    assertThat(reader.path()).isEqualTo("/y");
    assertThat(reader.query()).isEqualTo("q=%zz?");
    assertThat(reader.minorVersion()).isOne();
    readHead("OPTIONS * HTTP/1.0\r\n\r\n");
    assertThat(reader.form()).isEqualTo(TargetForm.ASTERISK);
    assertThat(reader.path()).isEqualTo("*");
    assertThat(reader.rawPath()).isEqualTo("*");
    assertThat(reader.authority()).isNull();
    assertThat(reader.scheme()).isNull();
    assertThat(reader.query()).isNull();
    assertThat(reader.minorVersion()).isZero();
    readHead("CONNECT [::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(reader.form()).isEqualTo(TargetForm.AUTHORITY);
    assertThat(reader.authority()).isEqualTo("[::1]:443");
    assertThat(reader.path()).isNull();
    assertThat(reader.rawPath()).isNull();
    assertThat(reader.query()).isNull();
    readHead("GET /? HTTP/1.1\r\nHost: x:8\r\nExpect: 100-continue\r\n\r\n");
    assertThat(reader.form()).isEqualTo(TargetForm.ORIGIN);
    assertThat(reader.query()).isEmpty();
    assertThat(reader.authority()).isEqualTo("x:8");
    assertThat(reader.expectsContinue()).isTrue();
    readHead("GET https://x HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(reader.scheme()).isEqualTo("https");
    assertThat(reader.path()).isEqualTo("/");
    assertThat(reader.expectsContinue()).isFalse();
  }

  @Test
  void textThatCameBeforeIsUsedAgain() {
    read("");
    final String path = reader.path();
    final String authority = reader.authority();
    final String query = reader.query();
    assertThat(path).isEqualTo("/a b");
    read("X: y\r\n");
    assertThat(reader.path()).isSameAs(path);
    assertThat(reader.authority()).isSameAs(authority);
    assertThat(reader.query()).isSameAs(query);
    readHead("GET /a%20c?c HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(reader.path()).isEqualTo("/a c");
    read("");
    assertThat(reader.path()).isEqualTo("/a b");
  }

  @Test
  void nothingBeforeAHead() {
    assertThat(reader.headers().size()).isZero();
    assertThat(reader.headers().find(KnownName.HOST)).isEqualTo(-1);
    assertThat(reader.headers().find("x")).isEqualTo(-1);
    assertThat(reader.hasBegun()).isFalse();
    assertThat(reader.refusal()).isNull();
    assertThatThrownBy(reader::method).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(reader::path).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(reader::body).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(reader::minorVersion).isInstanceOf(IllegalStateException.class);
    input.add("\r\n");
    assertThat(reader.read(input)).isEqualTo(RequestReader.Result.INCOMPLETE);
    assertThat(reader.hasBegun()).isFalse();
    input.add("G");
    assertThat(reader.read(input)).isEqualTo(RequestReader.Result.INCOMPLETE);
    assertThat(reader.hasBegun()).isTrue();
    assertThatThrownBy(reader::method).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aHeadIsReadOnce() {
    final HeaderTable table = read("X: y\r\n");
    assertThatThrownBy(() -> reader.read(input))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reset");
    assertThatThrownBy(() -> table.name(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> table.value(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    reader.reset();
    assertThat(table.size()).isZero();
    assertThat(table.find(KnownName.HOST)).isEqualTo(-1);
    assertThatThrownBy(reader::path).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aRefusalStays() {
    input.add("GET / HTTP/2.0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int i = 0; i < 2; i++) {
      assertThat(reader.read(input)).isEqualTo(RequestReader.Result.REFUSED);
      assertThat(reader.refusal().status()).isEqualTo(505);
    }
    assertThatThrownBy(reader::method).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void arraysComeFromThePool() {
    final HeadBuffer first = pool.take();
    pool.give(first);
    final HeaderTable table = read("X: y\r\n");
    final String value = table.value(1);
    assertThat(table.bytes()).isSameAs(first.bytes());
    reader.release();
    assertThat(value).isEqualTo("y");
    assertThat(table.size()).isZero();
    assertThat(pool.take()).isSameAs(first);
    assertThat(first.fields().size()).isZero();
    assertThat(first.filled()).isZero();
    reader.release();
    assertThat(read("X: z\r\n").value(1)).isEqualTo("z");
    read("X: " + "y".repeat(20_000) + "\r\n");
    final byte[] large = table.bytes();
    reader.release();
    assertThat(pool.take().bytes()).isNotSameAs(large);
  }
}
