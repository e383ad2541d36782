package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;

/** Bodies in the codings gzip and deflate. */
class HttpInflationTest {
  private static final String TEXT = "All work and no play. ".repeat(500);

  private static byte[] gzip(final byte[] bytes) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(final byte[] bytes, final boolean raw) {
    final Deflater deflater = new Deflater(6, raw);
    final byte[] out = new byte[bytes.length + 100];
    deflater.setInput(bytes);
    deflater.finish();
    final int count = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, count);
  }

  /** A member with all that a header may have. */
  private static byte[] fullMember(final byte[] bytes, final boolean goodCrc) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final byte[] plain = gzip(bytes);
    out.write(plain, 0, 3);
    out.write(2 | 4 | 8 | 16);
    out.write(plain, 4, 6);
    out.writeBytes(new byte[] {3, 0, 'a', 'b', 'c'});
    out.writeBytes(TlsKit.bytes("name\0comment\0"));
    final CRC32 crc = new CRC32();
    crc.update(out.toByteArray());
    final int sum = (int) crc.getValue() + (goodCrc ? 0 : 1);
    out.write(sum);
    out.write(sum >> 8);
    out.write(plain, 10, plain.length - 10);
    return out.toByteArray();
  }

  private static byte[] joined(final byte[]... parts) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (final byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] changed(final byte[] bytes, final int fromTheEnd) {
    final byte[] copy = bytes.clone();
    copy[copy.length - fromTheEnd] ^= 1;
    return copy;
  }

  /** A peer that answers with a body in a coding, whole or byte by byte. */
  private static HttpResults.Result get(
      final Bases bases, final String coding, final byte[] body, final boolean byteByByte) {
    final EventBase base = bases.latest() == null ? bases.base() : bases.latest();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say(
                  "HTTP/1.1 200 OK\r\nContent-Encoding: "
                      + coding
                      + "\r\nContent-Length: "
                      + body.length
                      + "\r\n\r\n");
              if (!byteByByte) {
                on.stream.write(body);
              }
            });
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result =
        HttpResults.send(client.get(peer.uri("/")).decompress().maxBody(4 << 20));
    if (byteByByte) {
      Streams.run(base, () -> peer.requests.size() == 1);
      for (int i = 0; i < body.length && !result.isOver(); i++) {
        peer.connections.get(0).stream.write(new byte[] {body[i]});
        base.loop(EventBase.LOOP_NONBLOCK);
      }
    }
    Streams.run(base, result::isOver);
    if (result.problem == null) {
      assertThat(peer.requests.get(0)).contains("accept-encoding: gzip, deflate\r\n");
      assertThat(client.idleConnections()).isEqualTo(1);
    } else {
      assertThat(client.connections()).isZero();
    }
    client.close();
    peer.stop();
    return result;
  }

  @EngineTest
  void whatIsUndone(final Bases bases) {
    final byte[] bytes = TlsKit.bytes(TEXT);
    for (final boolean slowly : new boolean[] {false, true}) {
      final String[] codings = {
        "gzip", "x-gzip", "GZIP", "gzip", "gzip", "gzip", "deflate", "deflate", "gzip", "deflate",
      };
      final byte[][] bodies = {
        gzip(bytes),
        gzip(bytes),
        gzip(bytes),
        joined(gzip(TlsKit.bytes(TEXT.substring(0, 100))), gzip(TlsKit.bytes(TEXT.substring(100)))),
        fullMember(bytes, true),
        joined(gzip(bytes), new byte[20]),
        deflate(bytes, false),
        deflate(bytes, true),
        joined(gzip(new byte[0]), gzip(bytes), gzip(new byte[0])),
        joined(deflate(bytes, false), new byte[3]),
      };
      for (int i = 0; i < codings.length; i++) {
        final HttpResults.Result result = get(bases, codings[i], bodies[i], slowly);
        assertThat(result.problem).as("case " + i).isNull();
        assertThat(result.text).as("case " + i).isEqualTo(TEXT);
        assertThat(result.response.headers().contains("content-encoding")).isFalse();
        assertThat(result.response.headers().contains("content-length")).isFalse();
      }
    }
  }

  @EngineTest
  void whatIsEmpty(final Bases bases) {
    assertThat(get(bases, "gzip", new byte[0], false).text).isEmpty();
    assertThat(get(bases, "gzip", gzip(new byte[0]), false).text).isEmpty();
    assertThat(get(bases, "deflate", new byte[0], false).text).isEmpty();
    assertThat(get(bases, "deflate", deflate(new byte[0], false), false).text).isEmpty();
    assertThat(get(bases, "deflate", deflate(new byte[0], true), false).text).isEmpty();
  }

  @EngineTest
  void whatIsPassedOn(final Bases bases) {
    for (final String coding : new String[] {"br", "identity", "gzip, gzip", "zstd"}) {
      final HttpResults.Result result = get(bases, coding, TlsKit.bytes("as it is"), false);
      assertThat(result.text).isEqualTo("as it is");
      assertThat(result.response.headers().first("content-encoding")).isEqualTo(coding);
    }
  }

  @EngineTest
  void whatIsWrong(final Bases bases) {
    final byte[] bytes = TlsKit.bytes(TEXT);
    final byte[] good = gzip(bytes);
    final byte[][] bodies = {
      changed(good, 1),
      changed(good, 5),
      changed(good, good.length),
      changed(good, good.length - 2),
      changed(good, 20),
      fullMember(bytes, false),
      Arrays.copyOf(good, good.length - 1),
      Arrays.copyOf(good, good.length - 9),
      Arrays.copyOf(good, 5),
      joined(good, TlsKit.bytes("tail")),
      joined(good, new byte[] {0, 1}),
      TlsKit.bytes("plain text"),
    };
    for (int i = 0; i < bodies.length; i++) {
      final HttpResults.Result result = get(bases, "gzip", bodies[i], i % 2 == 0);
      assertThat(result.kind()).as("case " + i).isEqualTo("CODING BODY");
    }
    final byte[] zlib = deflate(bytes, false);
    assertThat(get(bases, "deflate", changed(zlib, 1), false).kind()).isEqualTo("CODING BODY");
    assertThat(get(bases, "deflate", Arrays.copyOf(zlib, zlib.length - 1), false).kind())
        .isEqualTo("CODING BODY");
    assertThat(get(bases, "deflate", joined(zlib, TlsKit.bytes("x")), false).kind())
        .isEqualTo("CODING BODY");
  }

  /** A header with a name that never ends. */
  @EngineTest
  void anEndlessHeader(final Bases bases) {
    final byte[] header = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3};
    final byte[] name = new byte[100_000];
    Arrays.fill(name, (byte) 'n');
    assertThat(get(bases, "gzip", joined(header, name), false).kind()).isEqualTo("CODING BODY");
  }

  @EngineTest
  void bombs(final Bases bases) {
    assertThat(get(bases, "gzip", gzip(new byte[8 << 20]), false).kind())
        .isEqualTo("TOO_LARGE BODY");
    assertThat(get(bases, "deflate", deflate(new byte[8 << 20], true), false).kind())
        .isEqualTo("TOO_LARGE BODY");
    final byte[] noise = new byte[5 << 20];
    new Random(3).nextBytes(noise);
    assertThat(get(bases, "gzip", gzip(noise), false).kind()).isEqualTo("TOO_LARGE BODY");
    assertThat(get(bases, "gzip", gzip(new byte[1 << 20]), false).text).hasSize(1 << 20);
  }

  /** A ratio that no text has, in a body without limit. */
  @EngineTest
  void bombsInParts(final Bases bases) {
    final EventBase base = bases.base();
    final byte[] bomb = gzip(new byte[64 << 20]);
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say(
                  "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                      + bomb.length
                      + "\r\n\r\n");
              on.stream.write(bomb);
            });
    final HttpClient client = bases.later(new HttpClient(base));
    final long[] came = new long[1];
    final HttpResults.Parts parts =
        new HttpResults.Parts() {
          @Override
          public void onBody(final HttpCall call, final EventBuffer bytes) {
            assertThat(bytes.length()).isLessThanOrEqualTo(16 * 1024);
            came[0] += bytes.length();
          }
        };
    client.get(peer.uri("/")).decompress().send(parts);
    Streams.run(base, () -> parts.ends > 0);
    assertThat(parts.seen).containsExactly("head 200", "TOO_LARGE BODY");
    assertThat(came[0]).isBetween(1L << 20, 16L << 20);
  }

  /** Each piece may be the last one for a while. */
  @EngineTest
  void backPressure(final Bases bases) {
    final EventBase base = bases.base();
    final String text = TEXT.repeat(40);
    final byte[] body = gzip(TlsKit.bytes(text));
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
              on.stream.write(body);
              on.close();
            });
    final HttpClient client = bases.later(new HttpClient(base));
    final List<Integer> pieces = new ArrayList<>();
    final HttpResults.Parts parts =
        new HttpResults.Parts() {
          @Override
          public void onBody(final HttpCall call, final EventBuffer bytes) {
            pieces.add((int) bytes.length());
            super.onBody(call, bytes);
            call.pauseBody();
          }
        };
    final HttpCall call = client.get(peer.uri("/")).decompress().send(parts);
    int seen = 0;
    while (parts.ends == 0) {
      final int before = seen;
      Streams.run(base, () -> pieces.size() > before || parts.ends > 0);
      assertThat(pieces.size()).isLessThanOrEqualTo(before + 1);
      seen = pieces.size();
      call.resumeBody();
    }
    assertThat(parts.body.toString()).isEqualTo(text);
    assertThat(parts.seen).containsExactly("head 200", "end");
    assertThat(text.getBytes(StandardCharsets.US_ASCII).length / 16384)
        .isLessThanOrEqualTo(pieces.size());
  }

  /** HEAD has the fields of a body, and none. */
  @EngineTest
  void headOfACodedBody(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) ->
                on.say("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n"));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result =
        HttpResults.run(base, client.request("HEAD", peer.uri("/")).decompress());
    assertThat(result.kind()).isEqualTo("200");
    assertThat(result.response.headers().first("content-encoding")).isEqualTo("gzip");
  }

  /** The limit is on what comes out; what comes in may be a little longer, and has its end. */
  @EngineTest
  void theLimitIsOnWhatComesOut(final Bases bases) {
    final EventBase base = bases.base();
    final byte[] random = new byte[300_000];
    new Random(1).nextBytes(random);
    final byte[] small = TlsKit.bytes("0123456789");
    final byte[] empty = gzip(new byte[0]);
    final byte[] members = new byte[20_000 * empty.length];
    for (int i = 0; i < members.length; i++) {
      members[i] = empty[i % empty.length];
    }
    final List<byte[]> bodies = List.of(small, random, new byte[random.length]);
    final List<byte[]> coded = new ArrayList<>(bodies.stream().map(each -> gzip(each)).toList());
    coded.add(joined(members, gzip(small)));
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              final byte[] body = coded.get(request.charAt(5) - '0');
              on.say(
                  "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                      + body.length
                      + "\r\n\r\n");
              on.stream.write(body);
            });
    final HttpClient client = bases.later(new HttpClient(base));
    for (int i = 0; i < bodies.size(); i++) {
      final int length = bodies.get(i).length;
      final HttpResults.Result whole =
          HttpResults.run(base, client.get(peer.uri("/" + i)).decompress().maxBody(length));
      assertThat(whole.kind()).as(i + ": " + length).isEqualTo("200");
      assertThat(whole.text).hasSize(length);
      assertThat(
              HttpResults.run(base, client.get(peer.uri("/" + i)).decompress().maxBody(length - 1))
                  .kind())
          .isEqualTo("TOO_LARGE BODY");
    }
    assertThat(HttpResults.run(base, client.get(peer.uri("/3")).decompress().maxBody(10)).kind())
        .as("nothing, in " + members.length + " bytes")
        .isEqualTo("TOO_LARGE BODY");
  }
}
