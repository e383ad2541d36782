package org.jevent.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.error.Errno;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of an engine, on every engine. */
@Timeout(60)
class EngineContractTest {
  private static final int LIMIT = 16_384;

  private static void write(final NetSocket socket, final String text) {
    socket.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void waitingEndsWhenTheTimeIsUpAndNeverEarlier(final String name) {
    try (Rig rig = new Rig(name)) {
      for (final long nanos : new long[] {1, 100_000, 3_000_001}) {
        final long start = System.nanoTime();
        assertThat(rig.engine.enter(nanos)).isZero();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
      }
      assertThat(rig.engine.enter(0)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void anotherThreadWakesTheWaitBeforeOrDuringIt(final String name) throws Exception {
    try (Rig rig = new Rig(name)) {
      rig.engine.wakeup();
      rig.engine.enter(-1);
      final Thread waker =
          new Thread(
              () -> {
                try {
                  Thread.sleep(30);
                } catch (final InterruptedException e) {
                  throw new AssertionError(e);
                }
                rig.engine.wakeup();
              });
      waker.start();
      rig.engine.enter(-1);
      waker.join();
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void anInterruptNeitherEndsWaitsForeverNorIsLost(final String name) {
    try (Rig rig = new Rig(name)) {
      Thread.currentThread().interrupt();
      final long start = System.nanoTime();
      rig.engine.enter(5_000_000);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5_000_000L);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void readinessIsReportedEachTimeUntilStopped(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, pair[0]);
      rig.engine.poll(slot, Engine.READ, false);
      rig.settle();
      assertThat(recorder.log).isEmpty();
      write(pair[1], "x");
      rig.until(() -> recorder.log.size() >= 2);
      assertThat(recorder.log).containsOnly("ready " + Engine.READ + " NONE");
      rig.engine.poll(slot, Engine.READ | Engine.WRITE, false);
      recorder.log.clear();
      rig.until(() -> recorder.log.contains("ready " + (Engine.READ | Engine.WRITE) + " NONE"));
      rig.engine.poll(slot, 0, false);
      rig.engine.enter(0);
      recorder.log.clear();
      rig.settle();
      assertThat(recorder.log).isEmpty();
      rig.engine.detach(slot, false);
      rig.until(() -> !recorder.log.isEmpty());
      assertThat(recorder.log).containsExactly("detached");
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void smallReceivesShareABufferAndTheEndIsReportedOnce(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[][] pairs = {rig.pair(), rig.pair(), rig.pair()};
      final Recorder recorder = new Recorder();
      for (final NetSocket[] pair : pairs) {
        rig.engine.receive(rig.attach(recorder, pair[0]), LIMIT);
      }
      rig.settle();
      for (final NetSocket[] pair : pairs) {
        write(pair[1], "abc");
      }
      rig.until(() -> recorder.bytes.size() == 9);
      assertThat(recorder.bytes.toString(StandardCharsets.US_ASCII)).isEqualTo("abcabcabc");
      recorder.log.clear();
      for (final NetSocket[] pair : pairs) {
        pair[1].close();
      }
      rig.until(() -> recorder.log.size() == 3);
      rig.settle();
      assertThat(recorder.log).containsOnly("end NONE").hasSize(3);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void aReceiveNeverBringsMoreThanItsLimit(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, pair[0]);
      rig.engine.receive(slot, 4);
      write(pair[1], "0123456789");
      rig.until(() -> recorder.bytes.size() == 10);
      assertThat(recorder.log).containsExactly("received 4", "received 4", "received 2");
      rig.engine.receive(slot, 0);
      write(pair[1], "unread");
      rig.settle();
      assertThat(recorder.bytes.size()).isEqualTo(10);
      rig.engine.receive(slot, LIMIT);
      rig.until(() -> recorder.bytes.size() == 16);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void aRetainedBufferStaysUntouchedUntilReleased(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final int[] kept = new int[3];
      final Recorder recorder =
          new Recorder() {
            @Override
            public void received(
                final Memory from, final int buffer, final int offset, final int length) {
              super.received(from, buffer, offset, length);
              if (log.size() == 1) {
                rig.engine.retain(buffer);
                kept[0] = buffer;
                kept[1] = offset;
                kept[2] = length;
              }
            }
          };
      rig.engine.receive(rig.attach(recorder, pair[0]), LIMIT);
      write(pair[1], "keep me");
      rig.until(() -> recorder.log.size() == 1);
      final Memory memory = recorder.memory;
      for (int i = 0; i < 200; i++) {
        final int want = recorder.bytes.size() + 100;
        write(pair[1], "z".repeat(100));
        rig.until(() -> recorder.bytes.size() == want);
      }
      final byte[] bytes = new byte[kept[2]];
      memory.buffer().get(kept[1], bytes);
      assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo("keep me");
      rig.engine.release(kept[0]);
      rig.settle();
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void sendingGathersAndGoesOnWhenTheReaderIsSlow(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, pair[0]);
      rig.engine.send(slot, rig.vector("one ", "", "two ", "three"), false);
      rig.until(() -> !recorder.log.isEmpty());
      assertThat(Rig.readAll(pair[1], 13)).isEqualTo("one two three");
      assertThat(recorder.sentBytes).isEqualTo(13);
      final byte[] big = new byte[8 << 20];
      new Random(3).nextBytes(big);
      final SendVector vector = new SendVector();
      final Memory memory = rig.memory(big);
      vector.add(memory, 0, 5_000_000);
      vector.add(memory, 5_000_000, big.length - 5_000_000);
      rig.engine.send(slot, vector, false);
      vector.clear();
      rig.settle();
      assertThat(recorder.log).containsExactly("sent NONE");
      final ByteBuffer received = ByteBuffer.allocate(big.length);
      rig.until(
          () -> {
            pair[1].read(received);
            return !received.hasRemaining() && recorder.log.size() == 2;
          });
      assertThat(Arrays.equals(received.array(), big)).isTrue();
      assertThat(recorder.sentBytes).isEqualTo(13 + big.length);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void sendingToAPeerThatIsGoneFails(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, pair[0]);
      pair[1].close();
      for (int i = 1; i <= 3; i++) {
        final int count = i;
        rig.engine.send(slot, rig.vector("x"), false);
        rig.until(() -> recorder.log.size() == count);
      }
      assertThat(recorder.log.get(2)).isIn("sent EPIPE", "sent ECONNRESET");
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void connectionsAreMadeAndAccepted(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket listener = rig.listener();
      final Recorder server = new Recorder();
      final int listening = rig.attach(server, listener);
      rig.engine.accept(listening, true);
      final Recorder client = new Recorder();
      final NetSocket socket = rig.stream();
      final int slot = rig.attach(client, socket);
      rig.engine.connect(slot, listener.localAddress());
      rig.engine.receive(slot, LIMIT);
      rig.until(() -> !client.log.isEmpty() && !server.log.isEmpty());
      assertThat(client.log).containsExactly("connected NONE");
      assertThat(server.log).containsExactly("accepted NONE");
      assertThat(server.senders).containsExactly(socket.localAddress());
      rig.later(server.accepted.get(0));
      write(server.accepted.get(0), "hello");
      rig.until(() -> client.bytes.size() == 5);
      rig.engine.accept(listening, false);
      rig.engine.enter(0);
      final NetSocket second = rig.stream();
      second.connect(listener.localAddress());
      rig.settle();
      assertThat(server.log).hasSize(1);
      rig.engine.accept(listening, true);
      rig.until(() -> server.log.size() == 2);
      rig.later(server.accepted.get(1));
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void aRefusedConnectIsReported(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket listener = rig.listener();
      final var address = listener.localAddress();
      listener.close();
      final Recorder client = new Recorder();
      rig.engine.connect(rig.attach(client, rig.stream()), address);
      rig.until(() -> !client.log.isEmpty());
      assertThat(client.log).containsExactly("connected ECONNREFUSED");
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void shuttingDownWritingFollowsWhatWasSentAndReadingGoesOn(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, pair[0]);
      final byte[] big = new byte[4 << 20];
      final SendVector vector = new SendVector();
      vector.add(rig.memory(big), 0, big.length);
      rig.engine.send(slot, vector, false);
      rig.engine.shutdown(slot, Engine.SHUT_WRITE);
      rig.engine.receive(slot, LIMIT);
      final ByteBuffer buffer = ByteBuffer.allocate(big.length + 1);
      final AtomicBoolean ended = new AtomicBoolean();
      rig.until(
          () -> {
            ended.compareAndSet(false, pair[1].read(buffer) == NetSocket.END);
            return ended.get() && recorder.log.size() == 2;
          });
      assertThat(buffer.position()).isEqualTo(big.length);
      assertThat(recorder.log).containsExactly("sent NONE", "shut NONE");
      write(pair[1], "still here");
      rig.until(() -> recorder.bytes.size() == 10);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void filesAreSentWholeInPartAndPastTheirEnd(final String name, @TempDir final Path directory)
      throws Exception {
    try (Rig rig = new Rig(name)) {
      final Path path = directory.resolve("file");
      Files.writeString(path, "0123456789");
      final EngineFile file = rig.later(rig.engine.openFile(path));
      assertThat(file.size()).isEqualTo(10);
      final NetSocket[] pair = rig.pair();
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, pair[0]);
      final long[][] ranges = {{0, 10}, {3, 4}, {8, 100}, {50, 5}};
      final String[] expected = {"0123456789", "3456", "89", ""};
      for (int i = 0; i < ranges.length; i++) {
        final int count = i + 1;
        recorder.sentBytes = 0;
        rig.engine.sendFile(slot, file, ranges[i][0], ranges[i][1]);
        rig.until(() -> recorder.log.size() == count);
        assertThat(recorder.log).containsOnly("sent NONE");
        assertThat(recorder.sentBytes).isEqualTo(expected[i].length());
        assertThat(Rig.readAll(pair[1], expected[i].length())).isEqualTo(expected[i]);
      }
      assertThatThrownBy(() -> rig.engine.openFile(directory.resolve("none")))
          .hasMessageContaining("ENOENT");
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void datagramsCarryAddressesAndMayBeEmpty(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket first = rig.datagram();
      final NetSocket second = rig.datagram();
      final Recorder sender = new Recorder();
      final Recorder receiver = new Recorder();
      final int from = rig.attach(sender, first);
      final int to = rig.attach(receiver, second);
      rig.engine.receiveFrom(to, 8);
      for (final String text : new String[] {"abc", "", "12345678"}) {
        final int count = sender.log.size() + 1;
        rig.engine.sendTo(from, rig.vector(text), second.localAddress());
        rig.until(() -> sender.log.size() == count && receiver.log.size() == count);
      }
      assertThat(sender.log).containsOnly("sent NONE");
      assertThat(receiver.log).containsExactly("datagram 3", "datagram 0", "datagram 8");
      assertThat(receiver.senders).containsOnly(first.localAddress());
      rig.engine.sendTo(from, rig.vector("more than eight"), second.localAddress());
      rig.until(() -> receiver.log.size() == 4);
      assertThat(receiver.log.get(3)).startsWith("datagram 8");
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void detachingCancelsWhatIsUnderWayAndFreesTheSlot(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, pair[0]);
      final byte[] big = new byte[8 << 20];
      final SendVector vector = new SendVector();
      vector.add(rig.memory(big), 0, big.length);
      rig.engine.send(slot, vector, false);
      rig.engine.receive(slot, LIMIT);
      rig.settle();
      write(pair[1], "too late");
      rig.engine.detach(slot, false);
      rig.until(() -> !recorder.log.isEmpty());
      rig.settle();
      assertThat(recorder.log).containsExactly("detached");
      final Recorder next = new Recorder();
      final int again = rig.attach(next, pair[0]);
      assertThat(again).isEqualTo(slot);
      rig.engine.receive(again, LIMIT);
      rig.until(() -> next.bytes.size() == 8);
      assertThat(recorder.log).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void detachingCanCloseTheHandle(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket listener = rig.listener();
      final Recorder server = new Recorder();
      rig.engine.accept(rig.attach(server, listener), true);
      final NetSocket client = rig.stream();
      client.connect(listener.localAddress());
      rig.until(() -> server.accepted.size() == 1);
      final NetSocket accepted = server.accepted.get(0);
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, accepted);
      EngineSocket.of(accepted).detachDescriptor();
      rig.engine.detach(slot, true);
      rig.until(() -> recorder.log.contains("detached"));
      rig.engine.enter(0);
      rig.until(() -> client.finishConnect());
      assertThat(Rig.readAll(client, 1)).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void anAttachmentThatThrowsLosesNothing(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[][] pairs = {rig.pair(), rig.pair(), rig.pair()};
      final Recorder recorder =
          new Recorder() {
            @Override
            public void ready(final int mask, final Errno error) {
              super.ready(mask, error);
              throw new IllegalStateException("on purpose");
            }
          };
      for (final NetSocket[] pair : pairs) {
        rig.engine.poll(rig.attach(recorder, pair[0]), Engine.WRITE, false);
      }
      assertThatThrownBy(() -> rig.engine.enter(1_000_000_000))
          .hasMessage("on purpose")
          .satisfies(e -> assertThat(List.of(e.getSuppressed())).hasSizeLessThanOrEqualTo(2));
      assertThat(recorder.log).hasSize(3);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void manyOperationsInOneBatchAllHappen(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket socket = rig.datagram();
      final Recorder recorder = new Recorder();
      final NetSocket sink = rig.datagram();
      final int slot = rig.attach(recorder, sink);
      for (int i = 0; i < 10_000; i++) {
        rig.engine.poll(slot, i % 2 == 0 ? Engine.WRITE : Engine.READ, false);
      }
      rig.engine.poll(slot, Engine.READ, false);
      assertThat(socket.send(ByteBuffer.allocate(1), sink.localAddress())).isTrue();
      recorder.log.clear();
      rig.until(() -> recorder.log.contains("ready " + Engine.READ + " NONE"));
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void socketsKnowTheirAddressesAndOptions(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket listener = rig.listener();
      assertThat(((InetSocketAddress) listener.localAddress()).getPort()).isPositive();
      final NetSocket client = rig.stream();
      assertThat(client.remoteAddress()).isNull();
      client.set(NetOption.NO_DELAY, 1);
      assertThat(client.get(NetOption.NO_DELAY)).isEqualTo(1);
      client.set(NetOption.LINGER, 3);
      assertThat(client.get(NetOption.LINGER)).isEqualTo(3);
      client.set(NetOption.LINGER, -1);
      assertThat(client.get(NetOption.LINGER)).isEqualTo(-1);
      client.set(NetOption.RECEIVE_BUFFER, 65_536);
      assertThat(client.get(NetOption.RECEIVE_BUFFER)).isGreaterThanOrEqualTo(65_536);
      final NetSocket taken =
          rig.later(rig.engine.sockets().open(AddressFamily.INET, EngineSockets.Kind.LISTENER));
      assertThatThrownBy(
              () -> {
                taken.bind(listener.localAddress());
                taken.listen(1);
              })
          .hasMessageContaining("EADDRINUSE")
          .hasMessageContaining(
              String.valueOf(((InetSocketAddress) listener.localAddress()).getPort()));
      assertThat(client.isOpen()).isTrue();
      client.close();
      client.close();
      assertThat(client.isOpen()).isFalse();
      assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).hasMessageContaining("EBADF");
    }
  }
}
