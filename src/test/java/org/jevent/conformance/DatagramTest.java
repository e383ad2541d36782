package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Datagrams.bind;
import static org.jevent.conformance.Datagrams.bytes;
import static org.jevent.conformance.Datagrams.text;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;

/** Datagrams with their addresses. */
class DatagramTest {
  @EngineTest
  void anEchoKnowsItsSenderAndKeepsTheOrder(final Bases bases) {
    final EventBase base = bases.base();
    final DatagramEvent echo =
        bind(bases, base, (self, data, from, truncated) -> self.send(data, from));
    echo.enable();
    final List<String> answers = new ArrayList<>();
    final List<SocketAddress> senders = new ArrayList<>();
    final DatagramEvent client =
        bind(
            bases,
            base,
            (self, data, from, truncated) -> {
              answers.add(text(data));
              senders.add(from);
              if (answers.size() == 20) {
                self.disable();
                echo.disable();
              }
            });
    client.enable();
    final List<String> sent = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sent.add("datagram " + i);
      assertThat(client.send(bytes("datagram " + i), echo.address())).isTrue();
    }
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(answers).isEqualTo(sent);
    assertThat(senders).containsOnly(echo.address());
  }

  @EngineTest
  void anEmptyDatagramIsOne(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> sizes = new ArrayList<>();
    final DatagramEvent receiver =
        bind(bases, base, (self, data, from, truncated) -> sizes.add(data.remaining()));
    receiver.enable();
    final DatagramEvent sender = bind(bases, base, (self, data, from, truncated) -> {});
    sender.send(ByteBuffer.allocate(0), receiver.address());
    sender.send(bytes("x"), receiver.address());
    Streams.run(base, () -> sizes.size() == 2);
    assertThat(sizes).containsExactly(0, 1);
  }

  @EngineTest
  void whatIsTooLongIsCut(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> got = new ArrayList<>();
    final NetSocket socket = base.sockets().datagram(Streams.ANY_PORT);
    final DatagramEvent receiver =
        bases.later(
            new DatagramEvent(
                base,
                socket,
                4,
                (self, data, from, truncated) -> got.add(text(data) + " " + truncated)));
    receiver.enable();
    final DatagramEvent sender = bind(bases, base, (self, data, from, truncated) -> {});
    sender.send(bytes("abcdef"), receiver.address());
    sender.send(bytes("gh"), receiver.address());
    Streams.run(base, () -> got.size() == 2);
    assertThat(got).containsExactly("abcd true", "gh false");
  }

  @EngineTest
  void aDatagramThatCannotBeSentIsAnErrorAndTheOthersGoOn(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> got = new ArrayList<>();
    final DatagramEvent receiver =
        bind(bases, base, (self, data, from, truncated) -> got.add(text(data)));
    receiver.enable();
    final List<ErrnoException> problems = new ArrayList<>();
    final DatagramEvent sender = bind(bases, base, (self, data, from, truncated) -> {});
    sender.setErrorCallback((self, problem) -> problems.add(problem));
    sender.send(ByteBuffer.allocate(100_000), receiver.address());
    sender.send(bytes("fits"), receiver.address());
    Streams.run(base, () -> !got.isEmpty());
    assertThat(got).containsExactly("fits");
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).errno()).isEqualTo(Errno.EMSGSIZE);
    assertThat(problems.get(0)).hasMessageContaining("send a datagram");
  }

  @EngineTest
  void whatWaitsToBeSentIsBounded(final Bases bases) {
    final EventBase base = bases.base();
    final DatagramEvent sender = bind(bases, base, (self, data, from, truncated) -> {});
    int taken = 0;
    while (taken < 100 && sender.send(ByteBuffer.allocate(50_000), sender.address())) {
      taken++;
    }
    assertThat(taken).isBetween(2, 99);
    Streams.run(base, () -> sender.send(ByteBuffer.allocate(1), sender.address()));
  }

  @EngineTest
  void itMayBeClosedInItsCallbackAndTwice(final Bases bases) {
    final EventBase base = bases.base();
    final DatagramEvent receiver =
        bind(
            bases,
            base,
            (self, data, from, truncated) -> {
              self.close();
              self.close();
            });
    receiver.enable();
    receiver.send(bytes("to itself"), receiver.address());
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThatThrownBy(receiver::enable).isInstanceOf(IllegalStateException.class);
  }

  @EngineTest
  void aCallbackThatThrowsDoesNotStopTheOthers(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> got = new ArrayList<>();
    final DatagramEvent receiver =
        bind(
            bases,
            base,
            (self, data, from, truncated) -> {
              got.add(text(data));
              throw new IllegalStateException("on purpose");
            });
    receiver.enable();
    receiver.send(bytes("1"), receiver.address());
    receiver.send(bytes("2"), receiver.address());
    Streams.run(base, () -> bases.exceptions.size() == 2);
    assertThat(got).containsExactly("1", "2");
  }

  @EngineTest
  void wrongArgumentsAndForeignThreadsAreRefused(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final NetSocket socket = bases.later(base.sockets().datagram(Streams.ANY_PORT));
    assertThatThrownBy(() -> new DatagramEvent(base, socket, 0, (a, b, c, d) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DatagramEvent(base, socket, 1 << 20, (a, b, c, d) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    final DatagramEvent event = bind(bases, base, (self, data, from, truncated) -> {});
    final List<Throwable> thrown = new ArrayList<>();
    base.execute(
        () -> {
          final Thread foreign =
              new Thread(
                  () -> {
                    try {
                      event.enable();
                    } catch (final IllegalStateException e) {
                      thrown.add(e);
                    }
                  });
          foreign.start();
          try {
            foreign.join();
          } catch (final InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    base.dispatch();
    assertThat(thrown).hasSize(1);
    assertThat(thrown.get(0)).hasMessageContaining("belongs to thread");
  }
}
