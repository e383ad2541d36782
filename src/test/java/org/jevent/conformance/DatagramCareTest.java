package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.Datagrams.bind;
import static org.jevent.conformance.Datagrams.bytes;
import static org.jevent.conformance.Datagrams.text;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jevent.EventBase;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.EngineSockets.Kind;
import org.jevent.internal.engine.ring.RingEngines;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams while something is wrong: nothing is lost, and nothing stands still. */
class DatagramCareTest {
  @TempDir private Path directory;

  /** An event that sends to itself, and what its callbacks were given. */
  private static final class Itself {
    final List<String> got = new ArrayList<>();
    final List<ErrnoException> problems = new ArrayList<>();
    final DatagramEvent event;

    Itself(final Bases bases, final EventBase base, final NetSocket socket) {
      event =
          bases.later(
              new DatagramEvent(
                  base, socket, 100, (self, data, from, truncated) -> got.add(text(data))));
      event.setErrorCallback((self, problem) -> problems.add(problem));
      event.enable();
    }

    void send(final String... texts) {
      for (final String text : texts) {
        assertThat(event.send(bytes(text), event.address())).isTrue();
      }
    }
  }

  // ---- arguments ----

  private static Map<String, SocketAddress> wrongAddresses() throws Exception {
    final InetAddress six = InetAddress.getByName("::1");
    return Map.of(
        "x.invalid",
        InetSocketAddress.createUnresolved("x.invalid", 9),
        "port",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        "INET6",
        new InetSocketAddress(six, 9),
        "UNIX",
        UnixDomainSocketAddress.of("path"),
        "xxxx",
        UnixDomainSocketAddress.of("x".repeat(108)),
        "unknown",
        new SocketAddress() {});
  }

  @EngineTest
  void anAddressThatCannotBeSentToIsRefusedAtOnceAndChangesNothing(final Bases bases)
      throws Exception {
    final EventBase base = bases.base();
    final Itself itself = new Itself(bases, base, base.sockets().datagram(Streams.ANY_PORT));
    final List<String> sent = new ArrayList<>();
    for (final Map.Entry<String, SocketAddress> wrong : wrongAddresses().entrySet()) {
      final ByteBuffer data = bytes("before");
      itself.event.send(data, itself.event.address());
      sent.add("before");
      final long memory = RingEngines.allocatedBytes();
      final ByteBuffer lost = bytes("lost");
      assertThatThrownBy(() -> itself.event.send(lost, wrong.getValue()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.getKey());
      assertThat(lost.remaining()).isEqualTo(4);
      assertThat(RingEngines.allocatedBytes()).isEqualTo(memory);
      itself.send("after");
      sent.add("after");
    }
    assertThatThrownBy(() -> itself.event.send(bytes("lost"), null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("to");
    Streams.run(base, () -> itself.got.size() == sent.size());
    assertThat(itself.got).isEqualTo(sent);
    assertThat(itself.problems).isEmpty();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no Unix domain datagrams")
  void aPathGoesToSocketsOfPathsOnly(final Bases bases) {
    bases.requireDescriptors(); // the JDK has no Unix domain datagrams
    final EventBase base = bases.base();
    final UnixDomainSocketAddress here = UnixDomainSocketAddress.of(directory.resolve("here"));
    final Itself itself = new Itself(bases, base, base.sockets().datagram(here));
    for (final SocketAddress wrong :
        List.of(
            UnixDomainSocketAddress.of(""),
            UnixDomainSocketAddress.of("x".repeat(108)),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 9))) {
      assertThatThrownBy(() -> itself.event.send(bytes("lost"), wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.toString());
    }
    itself.event.send(bytes("none"), UnixDomainSocketAddress.of(directory.resolve("unused")));
    itself.send("good");
    Streams.run(base, () -> itself.got.size() == 1 && itself.problems.size() == 1);
    assertThat(itself.problems.get(0).errno()).isEqualTo(Errno.ENOENT);
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no Unix domain datagrams")
  void aSenderWithoutAPathHasAnEmptyOne(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final UnixDomainSocketAddress here = UnixDomainSocketAddress.of(directory.resolve("here"));
    final List<SocketAddress> senders = new ArrayList<>();
    final DatagramEvent receiver =
        bases.later(
            DatagramEvent.bind(base, here, (self, data, from, truncated) -> senders.add(from)));
    final NetSocket unbound =
        bases.later(
            BaseAccess.services(base).engine().sockets().open(AddressFamily.UNIX, Kind.DATAGRAM));
    unbound.send(bytes("x"), here);
    assertThat(receiver.handle().receive(ByteBuffer.allocate(1)))
        .as("sender of what was received")
        .isEqualTo(UnixDomainSocketAddress.of(""));
    receiver.enable();
    unbound.send(bytes("x"), here);
    Streams.run(base, () -> senders.size() == 1);
    assertThat(senders).containsExactly(UnixDomainSocketAddress.of(""));
  }

  // ---- what the engine throws ----

  /** A path that is what it says only as often as it is asked: the engine's own question fails. */
  private static Path evil(final Path path, final Supplier<Throwable> thrown) {
    final AtomicInteger asked = new AtomicInteger();
    return (Path)
        Proxy.newProxyInstance(
            Path.class.getClassLoader(),
            new Class<?>[] {Path.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("toString") && asked.incrementAndGet() == 2) {
                throw thrown.get();
              }
              return method.invoke(path, arguments);
            });
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no Unix domain datagrams")
  void whatTheEngineThrowsIsTheEndOfThatDatagramAlone(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final UnixDomainSocketAddress here = UnixDomainSocketAddress.of(directory.resolve("here"));
    final Itself itself = new Itself(bases, base, base.sockets().datagram(here));
    final Map<Errno, Throwable> all =
        Map.of(
            Errno.ENOBUFS, new ErrnoException("on purpose", Errno.ENOBUFS, 0),
            Errno.EINVAL, new IllegalStateException("on purpose"));
    final List<String> sent = new ArrayList<>();
    all.forEach(
        (errno, thrown) -> {
          itself.send("1", "2");
          itself.event.send(
              bytes("lost"), UnixDomainSocketAddress.of(evil(here.getPath(), () -> thrown)));
          itself.send("3");
          sent.addAll(List.of("1", "2", "3"));
        });
    Streams.run(
        base, () -> itself.got.size() == sent.size() && itself.problems.size() == all.size());
    assertThat(itself.got).isEqualTo(sent);
    assertThat(itself.problems)
        .extracting(ErrnoException::errno)
        .containsExactlyInAnyOrderElementsOf(all.keySet());
    assertThat(itself.problems).extracting(Throwable::getCause).containsAll(all.values());
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no Unix domain datagrams")
  void anErrorOfTheEngineEndsTheLoopAndTheNextOneGoesOn(final Bases bases) {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    final UnixDomainSocketAddress here = UnixDomainSocketAddress.of(directory.resolve("here"));
    final Itself itself = new Itself(bases, base, base.sockets().datagram(here));
    final int errors = 3;
    for (int i = 0; i < errors; i++) {
      itself.event.send(
          bytes("lost"),
          UnixDomainSocketAddress.of(
              evil(here.getPath(), () -> new StackOverflowError("on purpose"))));
      itself.send("sent");
    }
    for (int i = 0; i < errors; i++) {
      assertThatThrownBy(() -> Streams.run(base, () -> false))
          .isInstanceOf(StackOverflowError.class);
    }
    Streams.run(base, () -> itself.got.size() == errors && itself.problems.size() == errors);
  }

  // ---- what callbacks do ----

  @EngineTest
  void disabledInsideTheCallbackItStopsAndKeepsWhatHadCome(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> got = new ArrayList<>();
    final DatagramEvent receiver =
        bind(
            bases,
            base,
            (self, data, from, truncated) -> {
              got.add(text(data));
              if (got.size() % 2 == 0) {
                self.disable();
              }
            });
    receiver.enable();
    final List<String> sent = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      sent.add("datagram " + i);
      receiver.send(bytes("datagram " + i), receiver.address());
    }
    for (int turn = 1; turn <= 4; turn++) {
      base.dispatch(); // until it is disabled, and everything is sent
      assertThat(got).isEqualTo(sent.subList(0, 2 * turn));
      receiver.enable();
    }
    Streams.run(base, () -> got.size() == sent.size());
    assertThat(got).isEqualTo(sent);
  }

  @EngineTest
  void disabledBeforeItsCallbackRunsItIsNotCalled(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> got = new ArrayList<>();
    final DatagramEvent[] both = new DatagramEvent[2];
    for (int i = 0; i < 2; i++) {
      final int other = 1 - i;
      both[i] =
          bind(
              bases,
              base,
              (self, data, from, truncated) -> {
                got.add(text(data));
                both[other].disable();
              });
      both[i].enable();
    }
    both[0].send(bytes("first"), both[0].address());
    both[0].send(bytes("second"), both[1].address());
    Streams.run(base, () -> !got.isEmpty());
    Streams.runFor(base, 50);
    assertThat(got).hasSize(1);
    both[0].enable();
    both[1].enable();
    Streams.run(base, () -> got.size() == 2);
    assertThat(got).containsExactlyInAnyOrder("first", "second");
  }

  @EngineTest
  void whatAnErrorInACallbackHasLeftIsDeliveredLater(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> got = new ArrayList<>();
    final DatagramEvent receiver =
        bind(
            bases,
            base,
            (self, data, from, truncated) -> {
              got.add(text(data));
              throw new AssertionError("on purpose");
            });
    receiver.enable();
    final NetSocket sender = bases.later(base.sockets().datagram(Streams.ANY_PORT));
    final List<String> sent = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sent.add("datagram " + i);
      sender.send(bytes("datagram " + i), receiver.address());
    }
    for (int i = 1; i <= sent.size(); i++) {
      assertThatThrownBy(() -> Streams.run(base, () -> false)).hasMessage("on purpose");
      assertThat(got).isEqualTo(sent.subList(0, i));
    }
    receiver.disable();
    base.loop(EventBase.LOOP_NONBLOCK);
  }

  @EngineTest
  void anErrorCallbackThatThrowsLosesNoOtherProblem(final Bases bases) {
    final EventBase base = bases.base();
    final List<Errno> noted = new ArrayList<>();
    final DatagramEvent sender = bind(bases, base, (self, data, from, truncated) -> {});
    sender.setErrorCallback(
        (self, problem) -> {
          noted.add(problem.errno());
          if (noted.size() == 2) {
            throw new AssertionError("on purpose");
          }
          throw new IllegalStateException("on purpose");
        });
    for (int i = 0; i < 4; i++) {
      sender.send(ByteBuffer.allocate(70_000), sender.address());
    }
    assertThatThrownBy(() -> Streams.run(base, () -> false)).hasMessage("on purpose");
    Streams.run(base, () -> noted.size() == 4);
    assertThat(noted).containsOnly(Errno.EMSGSIZE);
    Streams.run(base, () -> bases.exceptions.size() == 3);
  }

  @EngineTest
  void emptyDatagramsDoNotWaitWithoutEnd(final Bases bases) {
    final EventBase base = bases.base();
    final DatagramEvent sender = bind(bases, base, (self, data, from, truncated) -> {});
    int taken = 0;
    while (taken < 30_000 && sender.send(ByteBuffer.allocate(0), sender.address())) {
      taken++;
    }
    assertThat(taken).isBetween(1000, 29_999);
  }

  @EngineTest
  void whatWaitsIsFreedThoughTheBaseIsClosedFirst(final Bases bases) {
    final EventBase base = bases.base();
    final DatagramEvent sender = bind(bases, base, (self, data, from, truncated) -> {});
    for (int i = 0; i < 10; i++) {
      sender.send(ByteBuffer.allocate(50_000), sender.address());
    }
    base.close();
    assertThatThrownBy(() -> sender.send(bytes("x"), Streams.ANY_PORT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("base is closed");
    assertThatThrownBy(sender::enable).isInstanceOf(IllegalStateException.class);
    sender.close(); // and the frame finds what is not freed
  }
}
