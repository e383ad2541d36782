package org.jevent.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jevent.EventBase;
import org.jevent.EventConfig;

/**
 * One generation: a base on which every kind of work is done for a while and brought to its end.
 * Nothing of it is left afterwards.
 */
final class Ground implements AutoCloseable {
  /** An address whose port the system chooses. */
  static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** What has begun has ended by then, however busy the machine is. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  /** More of the same say nothing new. */
  private static final int MAX_FAILURES = 20;

  static final int FILE_SIZE = 300_000;
  static final int FILE_SEED = 7;

  private static final int PARALLEL = 4;

  private static final List<Function<Ground, Churn>> KINDS =
      List.of(
          EchoChurn::new,
          ResetChurn::new,
          SlowReaderChurn::new,
          TimerChurn::new,
          EventChurn::new,
          TaskChurn::new,
          ListenerChurn::new,
          DatagramChurn::new,
          RateChurn::new,
          FilterChurn::new,
          FileChurn::new,
          TlsChurn::new,
          DnsChurn::new,
          HttpChurn::new,
          WebSocketChurn::new);

  private final Random random;
  private final Path file;
  private final EventBase base;
  private final List<Churn> churns = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private volatile boolean running = true;

  Ground(final String engine, final long seed) throws IOException {
    random = new Random(seed);
    file = Files.createTempFile("jevent-soak", null);
    Files.write(file, Pattern.bytes(FILE_SEED, 0, FILE_SIZE));
    base = new EventBase(config(engine));
    KINDS.forEach(kind -> churns.add(kind.apply(this)));
  }

  private EventConfig config(final String engine) {
    final EventConfig config =
        new EventConfig()
            .method(engine)
            .priorities(1 + random.nextInt(3))
            .exceptionHandler((source, e) -> fail(source + ": " + e));
    if (random.nextInt(4) == 0) {
      config.noCacheTime();
    }
    if (random.nextInt(4) == 0) {
      config.maxDispatchInterval(Duration.ofMillis(1), 20, 0);
    }
    return config;
  }

  /** Does all work for so long, and until it has ended. */
  void run(final Duration duration) {
    churns.forEach(churn -> churn.begin(PARALLEL));
    base.newTimer((event, what) -> stop()).add(duration);
    base.newTimer((event, what) -> giveUp()).add(duration.plus(GRACE));
    base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY);
  }

  private void stop() {
    running = false;
    ended();
  }

  /** Something has ended: perhaps it was the last. */
  void ended() {
    if (!running && churns.stream().allMatch(churn -> churn.open() == 0)) {
      base.loopBreak();
    }
  }

  private void giveUp() {
    fail(
        churns.stream()
            .filter(churn -> churn.open() > 0)
            .map(churn -> churn.open() + " of " + churn)
            .collect(Collectors.joining(", ", "not ended after " + GRACE + ": ", "")));
    base.loopBreak();
  }

  EventBase base() {
    return base;
  }

  boolean running() {
    return running;
  }

  Random newRandom() {
    return new Random(random.nextLong());
  }

  /** A file of {@link #FILE_SIZE} bytes of the pattern with {@link #FILE_SEED}. */
  Path file() {
    return file;
  }

  /** Any thread. */
  void fail(final String what) {
    synchronized (failures) {
      if (failures.size() < MAX_FAILURES) {
        failures.add(what);
      }
    }
  }

  List<String> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  List<Churn> churns() {
    return churns;
  }

  @Override
  public void close() throws IOException {
    churns.forEach(Churn::close);
    base.close();
    Files.delete(file);
  }
}
