package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.Zips;

/** A server that sends back what comes, with a peer of plain bytes and its own compressors. */
final class DeflateTalk implements AutoCloseable {
  static final String KEEPS = "permessage-deflate";
  static final String FORGETS =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  static final DeflateConfig TAKES = DeflateConfig.DEFAULT.threshold(0);

  static final int TEXT = WebSocketBytes.FIN | WebSocketBytes.RSV1 | WebSocketBytes.TEXT;
  static final int BINARY = WebSocketBytes.FIN | WebSocketBytes.RSV1 | WebSocketBytes.BINARY;
  static final boolean[] BOTH = {false, true};

  final HttpKit kit;
  final HttpKit.Client client;
  final List<String> ends = new ArrayList<>();
  final List<String> messages = new ArrayList<>();
  final boolean keeps;
  WebSocket socket;
  final Deflater deflater = new Deflater(6, true);
  private final Inflater inflater = new Inflater(true);

  DeflateTalk(final Bases bases, final boolean keeps, final WebSocketConfig config) {
    this.keeps = keeps;
    kit = new HttpKit(bases);
    kit.server.handle("/", WebSocket.accept(config, this::open));
    bases.later(this);
    client =
        kit.client()
            .say(WebSocketBytes.ask("Sec-WebSocket-Extensions: " + (keeps ? KEEPS : FORGETS)));
    assertThat(client.until("\r\n\r\n"))
        .containsIgnoringCase(
            "\r\nSec-WebSocket-Extensions: " + (keeps ? KEEPS : FORGETS) + "\r\n");
  }

  DeflateTalk(final Bases bases, final boolean keeps) {
    this(bases, keeps, WebSocketConfig.DEFAULT.deflate(TAKES.contextTakeover(keeps)));
  }

  private void open(final WebSocket made) {
    socket = made;
    made.onMessage(
            (self, message) -> {
              messages.add(WebSocketBytes.text(message.bytes()));
              self.send(message);
            })
        .onClose((self, code, reason, clean) -> ends.add(code + " " + clean));
  }

  /** The payload of a message, compressed as a peer would. */
  String packed(final String message) {
    if (!keeps) {
      deflater.reset();
    }
    return cut(flushed(deflater, WebSocketBytes.bytes(message)));
  }

  private static String cut(final byte[] flushed) {
    return WebSocketBytes.text(Arrays.copyOf(flushed, flushed.length - 4));
  }

  /** What a payload of the server's is. */
  String unpacked(final String payload) {
    if (!keeps) {
      inflater.reset();
    }
    inflater.setInput(WebSocketBytes.bytes(payload + "\0\0\u00ff\u00ff"));
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final byte[] room = new byte[4096];
    try {
      for (int made; (made = inflater.inflate(room)) > 0; ) {
        out.write(room, 0, made);
      }
    } catch (final DataFormatException e) {
      throw new AssertionError(e);
    }
    assertThat(inflater.getRemaining()).isZero();
    return WebSocketBytes.text(out.toByteArray());
  }

  DeflateTalk say(final int first, final String payload) {
    client.say(WebSocketBytes.masked(first, payload));
    return this;
  }

  /** The messages that the server has sent, as soon as this many are there. */
  List<String> answers(final int count) {
    Streams.run(
        kit.base,
        () -> WebSocketBytes.frames(client.got.toString()).size() >= count || client.hasEnded());
    final List<String> found = new ArrayList<>();
    for (final WebSocketBytes.Frame each : WebSocketBytes.frames(client.got.toString())) {
      found.add(each.isCompressed() ? unpacked(each.payload()) : each.payload());
    }
    client.got.setLength(0);
    return found;
  }

  /** Runs until the server has closed; returns the code of its close frame. */
  int code() {
    final List<WebSocketBytes.Frame> all = WebSocketBytes.frames(client.rest());
    final WebSocketBytes.Frame last = all.get(all.size() - 1);
    assertThat(last.opcode()).isEqualTo(WebSocketBytes.CLOSE);
    Streams.run(kit.base, () -> !ends.isEmpty());
    assertThat(ends).containsExactly(last.code() + " false");
    assertThat(Zips.taken(kit.base)).isZero();
    return last.code();
  }

  @Override
  public void close() {
    deflater.end();
    inflater.end();
  }

  /** All that a compressor makes of bytes, up to a flush. */
  private static byte[] flushed(final Deflater deflater, final byte[] bytes) {
    deflater.setInput(bytes);
    return drained(deflater, Deflater.SYNC_FLUSH);
  }

  private static byte[] drained(final Deflater deflater, final int flush) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final byte[] room = new byte[100_000];
    for (int made; (made = deflater.deflate(room, 0, room.length, flush)) > 0; ) {
      out.write(room, 0, made);
    }
    return out.toByteArray();
  }

  /** A message that ends with a last block. */
  static String finished(final String message) {
    final Deflater deflater = new Deflater(6, true);
    try {
      deflater.setInput(WebSocketBytes.bytes(message));
      deflater.finish();
      return WebSocketBytes.text(drained(deflater, Deflater.NO_FLUSH));
    } finally {
      deflater.end();
    }
  }

  static String random(final int length, final long seed) {
    final byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return WebSocketBytes.text(bytes);
  }
}
