package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.junit.jupiter.api.Test;

/** What a program does with memory that it has lent is seen. */
class ContractTest {
  private static final int LENGTH = 1 << 20;

  /** Sends a megabyte by reference to a server that reads after two seconds. */
  private static int run(final Runnable afterOneSecond, final ByteBuffer lent) {
    final int[] came = new int[1];
    try (World world = World.open(1)) {
      final Host server = world.host("server");
      final SocketBufferEvent[] accepted = new SocketBufferEvent[1];
      server.start(
          host ->
              Servers.serve(
                  new EventBase(),
                  stream -> {
                    stream.setCallbacks(
                        self -> {
                          came[0] += (int) self.input().length();
                          self.input().drain(self.input().length());
                        },
                        null,
                        null);
                    accepted[0] = stream;
                  }));
      world
          .host("client")
          .start(
              host -> {
                final SocketBufferEvent stream =
                    BufferEvent.socket(new EventBase(), BufferEvent.CLOSE_ON_FREE);
                stream.output().addReference(lent, () -> {});
                stream.enable(Event.WRITE);
                stream.connect("server", Servers.PORT);
              });
      world.at(Duration.ofSeconds(1), afterOneSecond);
      world.at(Duration.ofSeconds(2), () -> accepted[0].enable(Event.READ));
      world.run(Duration.ofMinutes(1));
    }
    return came[0];
  }

  @Test
  void bytesThatChangeWhileTheyAreSentAreFound() {
    final ByteBuffer lent = ByteBuffer.allocateDirect(LENGTH);
    final Runnable change =
        () -> {
          for (int i = 0; i < LENGTH; i += 1000) {
            lent.put(i, (byte) 1);
          }
        };
    assertThatThrownBy(() -> run(change, lent))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("the bytes of a send were changed before it ended");
  }

  @Test
  void bytesThatStayAsTheyAreArrive() {
    assertThat(run(() -> {}, ByteBuffer.allocateDirect(LENGTH))).isEqualTo(LENGTH);
  }
}
