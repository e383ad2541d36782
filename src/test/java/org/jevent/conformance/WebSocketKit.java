package org.jevent.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.websocket.Frames;
import org.jevent.websocket.Role;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** A WebSocket, what its handlers have got, and a peer that says exactly what a test wants. */
final class WebSocketKit {
  /** What is between the two. */
  enum Way {
    MEMORY,
    SOCKETS,
    TCP
  }

  final EventBase base;
  final WebSocket socket;
  final BufferEvent peer;

  /** What the handlers have got, in words. */
  final List<String> words = new ArrayList<>();

  /** The frames that have come to the peer. */
  final List<Frames.Frame> frames = new ArrayList<>();

  /** The events of the peer's stream. */
  final List<String> events = new ArrayList<>();

  /** The beginning of a frame that is not whole. */
  private byte[] partly = {};

  private int size;

  WebSocketKit(final Bases bases, final EventBase base, final Way way, final Role role) {
    this(bases, base, way, role, WebSocketConfig.DEFAULT);
  }

  WebSocketKit(
      final Bases bases,
      final EventBase base,
      final Way way,
      final Role role,
      final WebSocketConfig config) {
    this.base = base;
    final BufferEvent[] ends =
        switch (way) {
          case MEMORY -> BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
          case SOCKETS -> Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
          case TCP -> Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
        };
    peer = bases.later(ends[1]);
    peer.setCallbacks(self -> take(), null, (self, what) -> events.add(Streams.text(what)));
    peer.enable(Event.READ | Event.WRITE);
    socket = bases.later(WebSocket.over(ends[0], role, config));
    record(socket, words);
  }

  /** Sets handlers that write down what they get. */
  static void record(final WebSocket socket, final List<String> words) {
    socket
        .onMessage(
            (self, message) ->
                words.add((message.isText() ? "text" : "binary") + Frames.shown(message.bytes())))
        .onPing((self, payload) -> words.add("ping" + Frames.shown(payload)))
        .onPong((self, payload) -> words.add("pong" + Frames.shown(payload)))
        .onClose((self, code, reason, clean) -> words.add(closed(code, clean)));
  }

  /** What is written down of an end. */
  static String closed(final int code, final boolean clean) {
    return "closed " + code + (clean ? ", clean" : "");
  }

  /** Makes the socket an echo, which writes down what it has got as well. */
  WebSocketKit echo() {
    socket.onMessage(
        (self, message) -> {
          words.add((message.isText() ? "text" : "binary") + Frames.shown(message.bytes()));
          self.send(message);
        });
    return this;
  }

  private void take() {
    final int count = (int) peer.input().length();
    if (count > partly.length - size) {
      partly = Arrays.copyOf(partly, 2 * (size + count));
    }
    peer.input().remove(partly, size, count);
    final ByteBuffer all = ByteBuffer.wrap(partly, 0, size + count);
    frames.addAll(Frames.read(all));
    size = all.remaining();
    all.compact();
  }

  /** How many bytes have come to the peer of a frame that is not whole. */
  int received() {
    return size;
  }

  /** Whether what the peer says is masked. */
  boolean masks() {
    return socket.role() == Role.SERVER;
  }

  WebSocketKit say(final byte[] bytes) {
    peer.write(bytes);
    return this;
  }

  WebSocketKit say(final int first, final byte[] payload) {
    return say(Frames.frame(masks(), first, payload));
  }

  WebSocketKit say(final int first, final String payload) {
    return say(first, payload.getBytes(StandardCharsets.UTF_8));
  }

  WebSocketKit sayClose(final int code, final String reason) {
    return say(Frames.close(masks(), code, reason));
  }

  /** Whether the peer has got the end of the stream, or an error. */
  boolean hasEnded() {
    return events.stream().anyMatch(each -> each.contains("EOF") || each.contains("ERROR"));
  }

  /** Whether the last handler was called. */
  boolean isClosed() {
    return !words.isEmpty() && words.get(words.size() - 1).startsWith("closed");
  }

  boolean hasClose() {
    return frames.stream().anyMatch(each -> each.opcode() == Frames.CLOSE);
  }

  WebSocketKit until(final Streams.Condition condition) {
    Streams.run(base, condition);
    return this;
  }

  /** Runs what is to be done at once; in memory that is all. */
  WebSocketKit settle() {
    for (int i = 0; i < 8; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    return this;
  }

  /** The frames that have come, in words. */
  List<String> sent() {
    return frames.stream().map(Frames.Frame::toString).toList();
  }

  /** Runs until both ends are closed, as the peer's role has to. */
  WebSocketKit end() {
    until(() -> isClosed() && (hasClose() || hasEnded()));
    if (socket.role() == Role.SERVER) {
      until(this::hasEnded);
    }
    peer.shutdownOutput(); // in memory a close is no end
    until(() -> socket.stream().isClosed());
    peer.close();
    return this;
  }

  /** Frames one behind the other, and where they are cut. */
  static final class Script {
    final boolean masked;
    private final List<byte[]> pieces = new ArrayList<>();
    private int step;

    Script(final boolean masked) {
      this.masked = masked;
    }

    Script frame(final int first, final byte[] payload) {
      pieces.add(Frames.frame(masked, first, payload));
      return this;
    }

    Script frame(final int first, final String payload) {
      return frame(first, Frames.bytes(payload));
    }

    Script raw(final byte[] bytes) {
      pieces.add(bytes);
      return this;
    }

    Script text(final String payload) {
      return frame(Frames.FIN | Frames.TEXT, payload);
    }

    Script ping(final String payload) {
      return frame(Frames.FIN | Frames.PING, payload);
    }

    Script close(final int code, final String reason) {
      return frame(Frames.FIN | Frames.CLOSE, Frames.closing(code, Frames.bytes(reason)));
    }

    /** The bytes come in pieces of that many. */
    Script octets(final int count) {
      step = count;
      return this;
    }

    byte[] bytes() {
      return Frames.join(pieces.toArray(byte[][]::new));
    }

    /** The pieces in which they are sent: one for each frame unless octets are asked for. */
    List<byte[]> pieces() {
      if (step == 0) {
        return pieces;
      }
      final byte[] all = bytes();
      final List<byte[]> made = new ArrayList<>();
      for (int at = 0; at < all.length; at += step) {
        final ByteArrayOutputStream piece = new ByteArrayOutputStream();
        piece.write(all, at, Math.min(step, all.length - at));
        made.add(piece.toByteArray());
      }
      return made;
    }
  }
}
