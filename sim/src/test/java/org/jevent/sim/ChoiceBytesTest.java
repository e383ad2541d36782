package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Worlds whose choices are bytes, as a fuzzer gives them. */
class ChoiceBytesTest {
  private static final int MESSAGE = 100;
  private static final byte FAULT = (byte) 255;

  /** A client that thinks that a message arrives in one piece, though parts of it may be late. */
  private static void careless(final World world) {
    world.host("server").start(Servers.echo());
    world.faults(Faults.NETWORK, Faults.ENGINE, Faults.CPU).rate(0.05);
    world.host("client").start(host -> connect(new EventBase()));
    world.run(Duration.ofSeconds(5));
  }

  private static void connect(final EventBase base) {
    final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    stream.setCallbacks(
        self -> {
          if (self.input().length() != MESSAGE) {
            throw new IllegalStateException("half a message: " + self.input().length());
          }
          self.input().drain(MESSAGE);
        },
        null,
        null);
    stream.enable(Event.READ | Event.WRITE);
    stream.connect("server", Servers.PORT);
    stream.write(new byte[MESSAGE]);
  }

  /** All that has happened, in words, and as a number. */
  private static List<String> story(final World world, final Consumer<World> body) {
    final List<String> lines = new ArrayList<>();
    try (world) {
      world.trace().listen((nanos, host, what) -> lines.add(nanos + " " + host + " " + what));
      try {
        body.accept(world);
      } catch (final SimulationFailure e) {
        lines.add(e.getMessage());
      }
      lines.add(Long.toHexString(world.digest()));
    }
    return lines;
  }

  private static List<String> story(final byte... bytes) {
    return story(World.open(bytes), ChoiceBytesTest::careless);
  }

  /** Bytes of which one of eight is a fault. */
  private static byte[] bytes(final int number) {
    final Random random = new Random(number);
    final byte[] made = new byte[64];
    random.nextBytes(made);
    for (int i = 0; i < made.length; i++) {
      made[i] = random.nextInt(8) == 0 ? FAULT : made[i];
    }
    return made;
  }

  @Test
  void theSameBytesAreTheSameWorld() {
    assertThat(story(bytes(1))).isEqualTo(story(bytes(1))).isNotEqualTo(story(bytes(2)));
  }

  @Test
  void afterTheLastByteAllIsPlain() {
    final List<String> plain =
        story(
            World.open(1),
            world -> {
              world.host("server").start(Servers.echo());
              world.host("client").start(host -> connect(new EventBase()));
              world.run(Duration.ofSeconds(5));
            });
    assertThat(story(new byte[0])).isEqualTo(plain);
    assertThat(story(FAULT, FAULT, FAULT, FAULT)).isNotEqualTo(plain);
    try (World world = World.open(new byte[] {1, 2})) {
      final Choices choices = world.choices();
      assertThat(choices.choose("all bytes", 1 << 16)).isEqualTo(0x102);
      assertThat(choices.choose("none is left", 1 << 16)).isZero();
      assertThat(choices.between("none is left", 7, 9)).isEqualTo(7);
      assertThat(choices.happens("none is left", 1)).isFalse();
    }
  }

  @Test
  void aChoiceTakesAsManyBytesAsItsNumbersNeed() {
    final byte[] bytes = {(byte) 200, 1, 44, 0, 1, 0, 0, FAULT, (byte) 254};
    try (World world = World.open(bytes)) {
      final Choices choices = world.choices();
      assertThat(choices.choose("one number", 1)).isZero();
      assertThat(choices.choose("one byte", 256)).isEqualTo(200);
      assertThat(choices.choose("two bytes", 257)).isEqualTo(300 % 257);
      assertThat(choices.choose("four bytes", (1 << 24) + 1)).isEqualTo(1 << 16);
      assertThat(choices.happens("whatever the rate", 0.001)).isTrue();
      assertThat(choices.happens("whatever the rate", 1)).isFalse();
    }
  }

  @Test
  void whatBytesFindIsReducedAndRepeatedFromItsChoices(@TempDir final Path directory) {
    final Campaign campaign = Campaign.of("careless", ChoiceBytesTest::careless);
    campaign.directory(directory);
    SimulationFailure failure = null;
    int number = 0;
    while (failure == null && number < 1000) {
      final byte[] bytes = bytes(number++);
      failure = catchThrowableOfType(SimulationFailure.class, () -> campaign.run(bytes));
    }
    final String origin = "bytes-" + Integer.toHexString(Arrays.hashCode(bytes(number - 1)));
    final Path file = directory.resolve("careless-" + origin + ".choices");
    assertThat(failure)
        .hasMessageContaining("half a message")
        .hasMessageContaining("Repeat it with -Djevent.sim.choices=" + file)
        .hasMessageContaining("Reduced to ");
    assertThatThrownBy(() -> campaign.replay(file))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("half a message");
    assertThat(campaign.run(new byte[0]).worlds()).isEqualTo(1);
  }
}
