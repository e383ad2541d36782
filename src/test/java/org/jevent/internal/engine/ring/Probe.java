package org.jevent.internal.engine.ring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.OpenDescriptors;
import org.jevent.diagnostics.SystemReport;
import org.jevent.error.EngineUnavailableException;
import org.jevent.internal.access.BaseAccess;
import org.jevent.net.NetSocket;

/**
 * A program that a test starts in a separate JVM. It does what its arguments say and prints one
 * line for each base that it opens: method, binding and what came through a socket.
 */
final class Probe {
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

  private Probe() {}

  public static void main(final String[] arguments) throws Exception {
    for (final String argument : arguments) {
      switch (argument) {
        case "open" -> open(new EventConfig());
        case "open-ignoring-environment" -> open(new EventConfig().ignoreEnvironment());
        case "leak" -> leak(Probe::makeAndForget);
        case "leak-watching" -> leak(Probe::watchAndForget);
        case "report" -> System.out.print(SystemReport.report());
        default -> open(new EventConfig().method(argument));
      }
    }
  }

  private static void open(final EventConfig config) {
    try (EventBase base = new EventBase(config)) {
      System.out.println(
          base.method() + " " + BaseAccess.services(base).engine().binding() + " " + echoed(base));
    } catch (final EngineUnavailableException e) {
      System.out.println("unavailable: " + e.getMessage());
    }
  }

  /** What an event of this base reads from a socket: it works, and is not only open. */
  private static String echoed(final EventBase base) {
    final NetSocket[] pair = base.sockets().pair();
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

  // Opened and watched in separate methods, so that no frame refers to the base any more.

  private static void leak(final Runnable forgetful) throws Exception {
    final AtomicBoolean reported = new AtomicBoolean();
    // After the console's handler, so that the line has been written by then.
    Logger.getLogger("")
        .addHandler(
            new Handler() {
              @Override
              public void publish(final LogRecord message) {
                reported.compareAndSet(
                    false, message.getMessage().startsWith("LEAK: an event base"));
              }

              @Override
              public void flush() {}

              @Override
              public void close() {}
            });
    open(new EventConfig());
    final long before = descriptors();
    forgetful.run();
    System.out.println("opened " + (WINDOWS || descriptors() > before));
    final boolean silent = "disabled".equals(System.getProperty("jevent.leakDetection"));
    for (int i = 0; i < 400; i++) {
      System.gc();
      if (descriptors() <= before && (silent || reported.get())) {
        System.out.println("freed");
        return;
      }
      Thread.sleep(50);
    }
  }

  /** What a base holds: kernel objects for waiting and waking. Windows does not list them. */
  private static long descriptors() {
    return OpenDescriptors.kernelObjects().stream()
        .filter(open -> open.contains("-> anon_inode:"))
        .count();
  }

  private static void makeAndForget() {
    new EventBase().execute(() -> {});
  }

  private static void watchAndForget() {
    final EventBase base = new EventBase();
    final NetSocket[] pair = base.sockets().pair();
    base.newEvent(pair[0], Event.READ | Event.PERSIST, (self, what) -> {}).add();
    base.loop(EventBase.LOOP_NONBLOCK);
  }
}
