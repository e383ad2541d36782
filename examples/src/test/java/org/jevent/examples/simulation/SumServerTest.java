package org.jevent.examples.simulation;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.Eol;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.sim.Choices;
import org.jevent.sim.Faults;
import org.jevent.sim.Host;
import org.jevent.sim.World;
import org.jevent.sim.junit.SimulationTest;

class SumServerTest {
  @SimulationTest(seeds = 200)
  void eachNumberIsAnswered(World world, Choices choices) {
    Host server = world.host("server");
    Host client = world.host("client");
    server.start(host -> new SumServer(new EventBase(), new InetSocketAddress(7000)));
    world.faults(Faults.NETWORK, Faults.ENGINE, Faults.CPU).rate(0.05);

    int numbers = choices.between("numbers", 1, 10);
    List<Long> answers = new ArrayList<>();
    client.start(
        host -> {
          SocketBufferEvent stream = BufferEvent.socket(new EventBase(), BufferEvent.CLOSE_ON_FREE);
          stream.setCallbacks(self -> read(self, answers), null, null);
          stream.enable(Event.READ | Event.WRITE);
          stream.connect("server", 7000);
          for (int i = 1; i <= numbers; i++) {
            stream.write((i + "\n").getBytes(StandardCharsets.US_ASCII));
          }
        });

    world.always("sums are right", () -> sumsAreRight(answers));
    world.eventually(Duration.ofMinutes(5), "all are answered", () -> answers.size() == numbers);
  }

  private static void read(BufferEvent stream, List<Long> answers) {
    String line;
    while ((line = stream.input().readLine(Eol.LF)) != null) {
      answers.add(Long.valueOf(line));
    }
  }

  private static boolean sumsAreRight(List<Long> answers) {
    long sum = 0;
    for (int i = 0; i < answers.size(); i++) {
      sum += i + 1;
      if (answers.get(i) != sum) {
        return false;
      }
    }
    return true;
  }
}
