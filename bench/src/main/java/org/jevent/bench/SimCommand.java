package org.jevent.bench;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;
import org.jevent.sim.Host;
import org.jevent.sim.SimulationReport;
import org.jevent.sim.World;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Echoes between two simulated hosts, by the processor time of the thread that runs them. */
@Command(
    name = "sim",
    description = {
      "Messages between two simulated hosts: how many a second of processor time, and how many"
          + " virtual seconds that is. Buffer events on both sides, without faults."
    },
    mixinStandardHelpOptions = true)
final class SimCommand implements Runnable {
  private static final int PORT = 7;
  private static final int[][] CELLS = {{1, 64}, {2, 64}, {64, 64}, {1000, 64}, {16, 16_384}};

  @Option(names = "--rounds", description = "How often each is measured (default: 3).")
  private int rounds = 3;

  @Option(names = "--seconds", description = "Seconds of a round (default: 3).")
  private int seconds = 3;

  /** An echo server, and clients that send a message as soon as the last one has come back. */
  private static final class Echoes {
    private final World world = World.open(1);
    private final byte[] message;
    private long count;

    Echoes(final int connections, final int size) {
      message = new byte[size];
      final Host server = world.host("server");
      server.start(host -> serve(new EventBase()));
      world
          .host("client")
          .start(
              host -> {
                final EventBase base = new EventBase();
                for (int i = 0; i < connections; i++) {
                  connect(base);
                }
              });
    }

    private static void serve(final EventBase base) {
      ConnectionListener.bind(
          base,
          new InetSocketAddress(PORT),
          ConnectionListener.CLOSE_ON_FREE,
          NetSocket.DEFAULT_BACKLOG,
          (self, socket, peer) -> {
            final BufferEvent stream = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
            stream.setCallbacks(
                reader -> reader.output().add(reader.input()), null, (closed, what) -> {});
            stream.enable(Event.READ | Event.WRITE);
          });
    }

    private void connect(final EventBase base) {
      final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      stream.setCallbacks(
          reader -> {
            while (reader.input().length() >= message.length) {
              reader.input().drain(message.length);
              count++;
              reader.write(message);
            }
          },
          null,
          null);
      stream.enable(Event.READ | Event.WRITE);
      stream.connect("server", PORT);
      stream.write(message);
    }
  }

  @Override
  public void run() {
    System.out.println(
        "connections   bytes   echoes/CPU s  packets/CPU s   turns/CPU s  virtual s/CPU s");
    for (final int[] cell : CELLS) {
      for (int i = 0; i < rounds; i++) {
        measure(cell[0], cell[1]);
      }
    }
  }

  private void measure(final int connections, final int size) {
    final Echoes echoes = new Echoes(connections, size);
    try (World world = echoes.world) {
      world.run(Duration.ofSeconds(1));
      final long before = echoes.count;
      final SimulationReport first = world.report();
      final long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      while (System.nanoTime() < end) {
        world.run(Duration.ofMillis(10));
      }
      final double spent =
          (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e9;
      final SimulationReport last = world.report();
      System.out.printf(
          "%11d %7d %14.0f %14.0f %13.0f %16.2f%n",
          connections,
          size,
          (echoes.count - before) / spent,
          (last.packets() - first.packets()) / spent,
          (last.turns() - first.turns()) / spent,
          last.time().minus(first.time()).toNanos() / 1e9 / spent);
    }
  }
}
