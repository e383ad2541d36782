package org.jevent.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/**
 * Reading, writing, connecting and closing at the same time. libevent's buffer events on completion
 * ports lost data, hung or refused here, as its issues 709, 728, 1081 and 1174 report.
 */
class StreamOverlapTest {
  private static final int REQUESTS = 200;
  private static final int BODY = 65;
  private static final int LARGE = 1 << 20;

  private static String request(final int number) {
    return "POST /abc/"
        + number
        + " HTTP/1.1\r\nContent-Length: "
        + BODY
        + "\r\n\r\n"
        + "b".repeat(BODY);
  }

  /** Takes whole requests out of what has come and hands on what each of them is for. */
  private static void parse(final BufferEvent stream, final BiConsumer<BufferEvent, String> reply) {
    final EventBuffer input = stream.input();
    while (!stream.isClosed()) {
      final long head = input.search("\r\n\r\n".getBytes(ISO_8859_1));
      if (head < 0 || input.length() < head + 4 + BODY) {
        return;
      }
      final byte[] bytes = new byte[(int) head + 4 + BODY];
      assertThat(input.remove(bytes)).isEqualTo(bytes.length);
      final String text = new String(bytes, ISO_8859_1);
      assertThat(text).endsWith("\r\n\r\n" + "b".repeat(BODY));
      reply.accept(stream, text.substring("POST ".length(), text.indexOf(" HTTP")));
    }
  }

  private static void answer(final BufferEvent stream, final String path) {
    stream.write(("HTTP/1.1 404 " + path + "\r\nContent-Length: 0\r\n\r\n").getBytes(ISO_8859_1));
  }

  /** A server that hands each connection on, already a stream. */
  private static InetSocketAddress serve(
      final Bases bases, final EventBase base, final BiConsumer<EventBase, NetSocket> connection) {
    final ConnectionListener listener =
        bases.later(
            ConnectionListener.bind(
                base,
                Streams.ANY_PORT,
                ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) -> connection.accept(base, socket)));
    return (InetSocketAddress) listener.address();
  }

  /** What comes back until the other side closes. */
  private static String exchange(final InetSocketAddress address, final String request) {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (final IOException e) {
      return e.toString();
    }
  }

  private static BufferEvent replyAndClose(final EventBase base, final NetSocket socket) {
    final SocketBufferEvent stream = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
    stream.setCallbacks(
        s ->
            parse(
                s,
                (on, path) -> {
                  answer(on, path);
                  on.closeAfterFlush();
                }),
        null,
        (s, what) -> s.close());
    stream.enable(Event.READ | Event.WRITE);
    return stream;
  }

  @EngineTest
  void aRequestThatCameWithItsConnectionIsRead(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> waiting = new ArrayList<>();
    final InetSocketAddress address = serve(bases, base, (b, socket) -> waiting.add(socket));
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    client.setCallbacks(null, null, recorded::event);
    client.enable(Event.READ);
    client.write(request(1).getBytes(ISO_8859_1));
    client.connect(address);
    Streams.run(base, () -> !waiting.isEmpty());
    Streams.runFor(base, 50); // the request is here before anybody reads
    bases.later(replyAndClose(base, waiting.get(0)));
    Streams.run(base, () -> recorded.events.size() == 2);
    final byte[] reply = client.input().readBytes((int) client.input().length());
    assertThat(new String(reply, ISO_8859_1)).startsWith("HTTP/1.1 404 /abc/1\r\n");
  }

  @EngineTest
  void noRequestOfManyShortConnectionsIsLost(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final InetSocketAddress address =
        serve(bases, base, (b, socket) -> bases.later(replyAndClose(b, socket)));
    final CompletableFuture<List<String>> replies =
        CompletableFuture.supplyAsync(
            () -> {
              final List<String> received = new ArrayList<>();
              for (int i = 0; i < REQUESTS; i++) {
                received.add(exchange(address, request(i)).lines().findFirst().orElse("nothing"));
              }
              return received;
            });
    Streams.run(base, 60, replies::isDone);
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(replies.get().get(i)).isEqualTo("HTTP/1.1 404 /abc/" + i);
    }
  }

  @EngineTest
  void theNextRequestWaitsWhileTheReplyIsBeingWritten(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> served = new ArrayList<>();
    final boolean[] writing = new boolean[1];
    final InetSocketAddress address =
        serve(
            bases,
            base,
            (b, socket) -> {
              final SocketBufferEvent stream =
                  bases.later(BufferEvent.socket(b, socket, BufferEvent.CLOSE_ON_FREE));
              final BiConsumer<BufferEvent, String> reply =
                  (on, path) -> {
                    assertThat(writing[0]).as("asked while writing").isFalse();
                    writing[0] = true;
                    served.add(path);
                    on.disable(Event.READ);
                    answer(on, path);
                  };
              stream.setCallbacks(
                  s -> parse(s, reply),
                  s -> {
                    writing[0] = false;
                    s.enable(Event.READ);
                    parse(s, reply);
                  },
                  null);
              stream.enable(Event.READ | Event.WRITE);
            });
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final List<String> replies = new ArrayList<>();
    client.setCallbacks(
        s -> {
          final long end = s.input().search("\r\n\r\n".getBytes(ISO_8859_1));
          if (end >= 0) {
            final byte[] bytes = new byte[(int) end + 4];
            s.input().remove(bytes);
            replies.add(new String(bytes, ISO_8859_1).lines().findFirst().orElseThrow());
            if (replies.size() < REQUESTS) {
              s.write(request(replies.size()).getBytes(ISO_8859_1));
            }
          }
        },
        null,
        null);
    client.enable(Event.READ | Event.WRITE);
    client.write(request(0).getBytes(ISO_8859_1));
    client.connect(address);
    Streams.run(base, 60, () -> replies.size() == REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
      assertThat(replies.get(i)).isEqualTo("HTTP/1.1 404 /abc/" + i);
      assertThat(served.get(i)).isEqualTo("/abc/" + i);
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void dataArrivesWhileMuchIsBeingWritten(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    final long[] received = new long[2];
    for (int i = 0; i < 2; i++) {
      final int self = i;
      final byte[] bytes = new byte[LARGE];
      for (int k = 0; k < LARGE; k++) {
        bytes[k] = pattern(self, k);
      }
      ends[i].setCallbacks(s -> check(s, 1 - self, received), null, null);
      ends[i].enable(Event.READ | Event.WRITE);
      ends[i].write(bytes);
      ends[i].write(bytes);
    }
    Streams.run(base, 60, () -> received[0] == 2L * LARGE && received[1] == 2L * LARGE);
    assertThat(bases.exceptions).isEmpty();
  }

  private static byte pattern(final int side, final int position) {
    return (byte) (position * 31 + (position >> 9) + side);
  }

  private static void check(final BufferEvent stream, final int from, final long[] received) {
    final byte[] bytes = new byte[(int) stream.input().length()];
    stream.input().remove(bytes);
    for (final byte b : bytes) {
      assertThat(b).isEqualTo(pattern(from, (int) (received[from] % LARGE)));
      received[from]++;
    }
  }

  @EngineTest
  void closingWithEverythingUnderWayIsTheEndOfIt(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> recorded = new ArrayList<>();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    for (final BufferEvent end : ends) {
      end.setCallbacks(
          s -> recorded.add("read"),
          s -> recorded.add("written"),
          (s, what) -> recorded.add("event"));
      end.enable(Event.READ | Event.WRITE);
    }
    ends[0].write(
        new byte[8 * LARGE]); // more than fits between them, as no side is enabled to read
    ends[1].disable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    recorded.clear();
    ends[0].close();
    ends[1].close();
    final ConnectionListener listener =
        ConnectionListener.bind(
            base,
            Streams.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> recorded.add("accepted"));
    base.loop(EventBase.LOOP_NONBLOCK);
    final SocketBufferEvent connecting = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    connecting.setCallbacks(null, null, (s, what) -> recorded.add("connected"));
    connecting.connect(listener.address());
    connecting.close();
    listener.close();
    Streams.runFor(base, 50);
    assertThat(recorded).isEmpty();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void enablingBeforeConnectingAndAfterAFailureSucceeds(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final InetSocketAddress address = serve(bases, base, (b, socket) -> accepted.add(socket));
    final InetSocketAddress unused = (InetSocketAddress) unused(bases, base);
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    client.setCallbacks(null, null, recorded::event);
    client.enable(Event.READ | Event.WRITE);
    client.connect(unused);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("ERROR");
    client.disable(Event.READ | Event.WRITE);
    client.enable(Event.READ | Event.WRITE);
    assertThat(client.enabled()).isEqualTo(Event.READ | Event.WRITE);
    client.replaceHandle(null);
    client.write(request(7).getBytes(ISO_8859_1));
    client.connect(address);
    Streams.run(base, () -> !accepted.isEmpty());
    bases.later(replyAndClose(base, accepted.get(0)));
    Streams.run(base, () -> client.input().length() > 0 && recorded.events.size() == 3);
    assertThat(recorded.events).containsExactly("ERROR", "CONNECTED", "READING|EOF");
    final byte[] reply = new byte[(int) client.input().length()];
    client.input().remove(reply);
    assertThat(new String(reply, ISO_8859_1)).startsWith("HTTP/1.1 404 /abc/7\r\n");
  }

  /** An address without a listener. */
  private static SocketAddress unused(final Bases bases, final EventBase base) {
    try (ConnectionListener listener =
        ConnectionListener.bind(
            base,
            Streams.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> {})) {
      return listener.address();
    }
  }
}
