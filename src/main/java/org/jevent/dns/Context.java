package org.jevent.dns;

import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;
import org.jevent.EventBase;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.MessageWriter;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.loop.LoopServices;

/**
 * What the parts of one resolver share: its base, its settings, its random numbers, its figures.
 */
final class Context {
  private static final int BLOCK = 4096;

  final EventBase base;
  final LoopServices services;
  final Counters counters = new Counters();
  final MessageWriter writer = new MessageWriter();
  final StreamOpener streams;
  private final DnsTrace trace;
  private final RandomGenerator random;
  private final byte[] block = new byte[BLOCK];
  private int used = BLOCK;
  Settings settings;

  /**
   * @param streams makes the streams to servers: of TCP, or of what stands on it
   * @param trace gets each step, or null
   */
  Context(
      final EventBase base,
      final Settings settings,
      final StreamOpener streams,
      final DnsTrace trace) {
    this.base = base;
    this.settings = settings;
    this.streams = streams;
    this.trace = trace;
    services = BaseAccess.services(base);
    random = services.engine().newUnpredictableRandom();
  }

  long now() {
    return services.engine().nanoTime();
  }

  /** Whether someone traces: texts need not be made else. */
  boolean isTraced() {
    return trace != null;
  }

  /** Reports a step to the one who traces, if there is one. */
  void trace(
      final DnsQuestion question,
      final DnsTrace.Step step,
      final InetSocketAddress server,
      final String detail) {
    if (trace != null) {
      trace.step(now(), question, step, server, detail);
    }
  }

  /** 16 bits that cannot be predicted. */
  int random16() {
    if (used == BLOCK) {
      random.nextBytes(block);
      used = 0;
    }
    final int value = ((block[used] & 0xff) << 8) | (block[used + 1] & 0xff);
    used += 2;
    return value;
  }

  /** From 0 to {@code bound} less 1, of at most 2 to the power of 16. */
  int random(final int bound) {
    assert bound > 0 && bound <= 1 << 16 : bound;
    return (random16() * bound) >>> 16;
  }

  long random64() {
    return ((long) random16() << 48)
        | ((long) random16() << 32)
        | ((long) random16() << 16)
        | random16();
  }

  /** Runs it in the loop, later. What a closing base does not run is not missed. */
  void later(final Runnable task) {
    try {
      base.execute(task);
    } catch (final IllegalStateException e) {
      // the base is being closed: nothing runs any more
    }
  }
}
