package org.jevent.engine.ring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jevent.Diagnosis;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.error.EngineUnavailableException;
import org.jevent.net.NetSocket;

/**
 * A program that a test starts in a JVM of its own. It does what its arguments say and prints one
 * line for each base that it opens: method, binding and what came through a socket.
 */
final class Probe {
  private Probe() {}

  public static void main(final String[] arguments) throws Exception {
    for (final String argument : arguments) {
      switch (argument) {
        case "open" -> open(new EventConfig());
        case "open-ignoring-environment" -> open(new EventConfig().ignoreEnvironment());
        case "leak" -> leak();
        case "leak-watching" -> leakWatching();
        case "report" -> System.out.print(Diagnosis.report());
        default -> open(new EventConfig().method(argument));
      }
    }
  }

  private static void open(final EventConfig config) {
    try (EventBase base = new EventBase(config)) {
      System.out.println(base.method() + " " + base.engine().binding() + " " + echoed(base));
    } catch (final EngineUnavailableException e) {
      System.out.println("unavailable: " + e.getMessage());
    }
  }

  /** What an event of this base reads from a socket: it works, and is not only open. */
  private static String echoed(final EventBase base) {
    final NetSocket[] pair = NetSocket.pair(base);
    final ByteBuffer buffer = ByteBuffer.allocate(16);
    try (Event event = base.newEvent(pair[0], Event.READ, (self, what) -> pair[0].read(buffer))) {
      event.add();
      pair[1].write(ByteBuffer.wrap("works".getBytes(StandardCharsets.US_ASCII)));
      base.dispatch();
    }
    pair[0].close();
    pair[1].close();
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
  }

  private static void leak() throws InterruptedException {
    makeAndForget();
    collect();
  }

  private static void makeAndForget() {
    System.out.println("leaking " + new EventBase().method());
  }

  private static void leakWatching() throws InterruptedException {
    watchAndForget();
    collect();
  }

  private static void watchAndForget() {
    final EventBase base = new EventBase();
    final NetSocket[] pair = NetSocket.pair(base);
    base.newEvent(pair[0], Event.READ | Event.PERSIST, (self, what) -> {}).add();
    base.loop(EventBase.LOOP_NONBLOCK);
    System.out.println("leaking " + base.method());
  }

  /** The parent reads the log and ends this process when it has seen what it waits for. */
  private static void collect() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      System.gc();
      Thread.sleep(20);
    }
  }
}
