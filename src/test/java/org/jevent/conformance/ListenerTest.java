package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Accepting connections. */
class ListenerTest {
  private static final int OWNED = ConnectionListener.CLOSE_ON_FREE;

  private static ConnectionListener bind(
      final Bases bases,
      final EventBase base,
      final int options,
      final ConnectionListener.Callback callback) {
    return bases.later(
        ConnectionListener.bind(base, Streams.ANY_PORT, options | OWNED, -1, callback));
  }

  private static int port(final SocketAddress address) {
    return ((InetSocketAddress) address).getPort();
  }

  private static NetSocket client(
      final Bases bases, final EventBase base, final ConnectionListener listener) {
    return bases.later(base.sockets().connect(listener.address()));
  }

  @EngineTest
  void twoListenersGetPortsOfTheirOwnAndMayBeDisabledInTheirCallbacks(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> peers = new ArrayList<>();
    final ConnectionListener.Callback once =
        (self, socket, peer) -> {
          peers.add(port(peer));
          bases.later(socket);
          self.disable();
        };
    final ConnectionListener one = bind(bases, base, 0, once);
    final ConnectionListener other = bind(bases, base, ConnectionListener.THREADSAFE, once);
    assertThat(port(one.address())).isPositive().isNotEqualTo(port(other.address()));
    final NetSocket first = client(bases, base, one);
    final NetSocket second = client(bases, base, other);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(first.finishConnect() && second.finishConnect()).isTrue();
    assertThat(peers)
        .containsExactlyInAnyOrder(port(first.localAddress()), port(second.localAddress()));
    assertThat(one.isEnabled()).isFalse();
    assertThat(one.base()).isSameAs(base);
  }

  @EngineTest
  void allThatWaitAreAcceptedAndTheirSocketsDoNotBlock(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final ConnectionListener listener =
        bind(bases, base, 0, (self, socket, peer) -> accepted.add(bases.later(socket)));
    for (int i = 0; i < 50; i++) {
      client(bases, base, listener);
    }
    Streams.run(base, () -> accepted.size() == 50);
    assertThat(accepted.get(7).read(ByteBuffer.allocate(1))).isEqualTo(NetSocket.WOULD_BLOCK);
  }

  @EngineTest
  void disablingInsideTheCallbackStopsAfterTheConnectionInHand(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final ConnectionListener listener =
        bind(
            bases,
            base,
            0,
            (self, socket, peer) -> {
              accepted.add(bases.later(socket));
              if (accepted.size() == 2) {
                self.disable();
              }
            });
    for (int i = 0; i < 5; i++) {
      client(bases, base, listener);
    }
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(accepted).hasSize(2);
    listener.enable();
    Streams.run(base, () -> accepted.size() == 5);
  }

  @EngineTest
  void closingInsideTheCallbackClosesWhatWasAcceptedAndNotGivenOut(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final ConnectionListener listener =
        bind(
            bases,
            base,
            0,
            (self, socket, peer) -> {
              accepted.add(bases.later(socket));
              self.close();
            });
    final SocketAddress address = listener.address();
    for (int i = 0; i < 5; i++) {
      client(bases, base, listener);
    }
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(accepted).hasSize(1);
    assertThatThrownBy(listener::enable).isInstanceOf(IllegalStateException.class);
    final NetSocket late = bases.later(base.sockets().stream(address));
    assertThat(refused(base, late, address)).isTrue();
  }

  private static boolean refused(
      final EventBase base, final NetSocket socket, final SocketAddress address) {
    try {
      socket.connect(address);
      Streams.run(base, socket::finishConnect);
      return false;
    } catch (final ErrnoException e) {
      return e.errno() == Errno.ECONNREFUSED;
    }
  }

  @EngineTest
  void aListenerMayBeClosedWithoutEverRunning(final Bases bases) {
    final EventBase base = bases.base();
    bind(bases, base, 0, (self, socket, peer) -> {}).close();
    final ConnectionListener disabled =
        bind(bases, base, ConnectionListener.DISABLED, (self, socket, peer) -> {});
    disabled.close();
    disabled.close();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
  }

  @EngineTest
  void withoutACallbackItIsDisabledUntilThereIsOne(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final ConnectionListener listener = bind(bases, base, 0, null);
    client(bases, base, listener);
    assertThat(base.loop(EventBase.LOOP_NONBLOCK)).isEqualTo(LoopResult.EMPTY);
    listener.setCallback((self, socket, peer) -> accepted.add(bases.later(socket)));
    Streams.run(base, () -> accepted.size() == 1);
  }

  @EngineTest
  void aSocketThatDoesNotListenIsAnErrorAndDisablingEndsIt(final Bases bases) {
    bases.requireDescriptors(); // a channel that accepts listens
    final EventBase base = bases.base();
    final NetSocket bound = bases.later(base.sockets().stream(Streams.ANY_PORT));
    bound.bind(Streams.ANY_PORT);
    final List<ErrnoException> problems = new ArrayList<>();
    final ConnectionListener listener =
        bases.later(new ConnectionListener(base, bound, 0, 0, (self, socket, peer) -> {}));
    listener.setErrorCallback(
        (self, problem) -> {
          problems.add(problem);
          if (problems.size() == 2) {
            self.disable();
          }
        });
    base.dispatch();
    assertThat(problems).hasSize(2);
    assertThat(problems.get(0).errno()).isEqualTo(Errno.EINVAL);
    assertThat(problems.get(0)).hasMessageContaining("accept");
  }

  @EngineTest
  void withoutAnErrorCallbackTheBasesHandlerHearsOfIt(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final NetSocket bound = bases.later(base.sockets().stream(Streams.ANY_PORT));
    bound.bind(Streams.ANY_PORT);
    bases.later(new ConnectionListener(base, bound, 0, 0, (self, socket, peer) -> {}));
    Streams.run(base, () -> !bases.exceptions.isEmpty());
    assertThat(bases.exceptions.get(0)).isInstanceOf(ErrnoException.class);
  }

  @EngineTest
  void aCallbackThatThrowsDoesNotStopTheOthers(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final ConnectionListener listener =
        bind(
            bases,
            base,
            0,
            (self, socket, peer) -> {
              accepted.add(bases.later(socket));
              throw new IllegalStateException("on purpose");
            });
    client(bases, base, listener);
    client(bases, base, listener);
    Streams.run(base, () -> accepted.size() == 2);
    Streams.run(base, () -> bases.exceptions.size() == 2);
    assertThat(bases.exceptions.get(0)).hasMessage("on purpose");
  }

  @EngineTest
  void whatAnErrorInACallbackHasLeftIsGivenOutLater(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final ConnectionListener listener =
        bind(
            bases,
            base,
            0,
            (self, socket, peer) -> {
              accepted.add(bases.later(socket));
              throw new AssertionError("on purpose");
            });
    for (int i = 0; i < 4; i++) {
      client(bases, base, listener);
    }
    for (int i = 1; i <= 4; i++) {
      assertThatThrownBy(() -> Streams.run(base, () -> false)).hasMessage("on purpose");
      assertThat(accepted).hasSize(i);
    }
  }

  @EngineTest
  void anotherThreadMayDisableAndCloseItWhileACallbackRuns(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch disabled = new CountDownLatch(1);
    final ConnectionListener listener =
        bind(
            bases,
            base,
            0,
            (self, socket, peer) -> {
              bases.later(socket);
              entered.countDown();
              try {
                assertThat(disabled.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (final InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    client(bases, base, listener);
    final Thread other =
        new Thread(
            () -> {
              try {
                entered.await();
              } catch (final InterruptedException e) {
                throw new AssertionError(e);
              }
              listener.disable();
              disabled.countDown();
              listener.close();
            });
    other.start();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    other.join();
  }

  @EngineTest
  void wrongArgumentsAreRefusedAndNothingStaysOpen(final Bases bases) {
    final EventBase base = bases.base();
    final Path path = Path.of("target", "listener.sock");
    assertThatThrownBy(
            () ->
                ConnectionListener.bind(
                    base, UnixDomainSocketAddress.of(path), ConnectionListener.REUSEABLE, -1, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                ConnectionListener.bind(
                    base,
                    UnixDomainSocketAddress.of(path),
                    ConnectionListener.REUSEABLE_PORT,
                    -1,
                    null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ConnectionListener.bind(base, Streams.ANY_PORT, 0, 0, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ConnectionListener.bind(base, Streams.ANY_PORT, 1 << 20, -1, null))
        .isInstanceOf(IllegalArgumentException.class);
    final ConnectionListener taken = bind(bases, base, 0, null);
    assertThatThrownBy(() -> ConnectionListener.bind(base, taken.address(), OWNED, -1, null))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE));
  }

  @EngineTest
  void aUnixDomainSocketIsListenedOn(final Bases bases) throws Exception {
    TestSystem.notUnderWine("there are no Unix domain sockets");
    final EventBase base = bases.base();
    final Path path = Files.createTempDirectory("listener").resolve("socket");
    final List<NetSocket> accepted = new ArrayList<>();
    bases.later(
        ConnectionListener.bind(
            base,
            UnixDomainSocketAddress.of(path),
            OWNED,
            -1,
            (self, socket, peer) -> accepted.add(bases.later(socket))));
    bases.later(base.sockets().connect(UnixDomainSocketAddress.of(path)));
    Streams.run(base, () -> accepted.size() == 1);
    Files.delete(path);
    Files.delete(path.getParent());
  }

  @EngineTest
  @EnabledOnOs(value = OS.WINDOWS, disabledReason = "elsewhere a port can be shared")
  void aPortIsNotSharedOnWindows(final Bases bases) {
    final EventBase base = bases.base();
    assertThatThrownBy(() -> bind(bases, base, ConnectionListener.REUSEABLE_PORT, null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("REUSE_PORT");
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a port is one listener's there")
  void aPortCanBeSharedAndAnAddressReused(final Bases bases) {
    final EventBase base = bases.base();
    Assumptions.assumeFalse(TestSystem.WINDOWS, "Windows has no ports that are shared");
    final int options = ConnectionListener.REUSEABLE_PORT | ConnectionListener.REUSEABLE;
    final ConnectionListener one = bind(bases, base, options, null);
    final ConnectionListener other =
        bases.later(ConnectionListener.bind(base, one.address(), options | OWNED, -1, null));
    assertThat(other.address()).isEqualTo(one.address());
  }
}
