package org.jevent.sim.engine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Completions;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.engine.EngineSockets;
import org.jevent.internal.engine.JavaEngine;
import org.jevent.internal.engine.LoopTurns;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.engine.SignalSink;
import org.jevent.internal.engine.SlotTable;
import org.jevent.internal.providers.Providers;
import org.jevent.net.Resolver;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Site;
import org.jevent.sim.kernel.Machine;
import org.jevent.sim.kernel.OpenFile;

/** The contract of an engine, on the kernel of a simulated host and under its time. */
final class SimEngine extends JavaEngine {
  private static final int EVENT = 96;
  private static final byte POISON = (byte) 0xdb;
  private static final int MAX_POISONED = 4096;

  private final SimHost host;
  private final Scheduler scheduler;
  private final long number;
  private final Entity entity;
  private final SlotTable slots = new SlotTable();
  private SimSlot[] states = new SimSlot[16];
  private final ArrayDeque<SimSlot> pending = new ArrayDeque<>();
  private final ArrayDeque<SimSlot> ready = new ArrayDeque<>();

  /** Slots with a send that has succeeded, and is reported when something else is. */
  private final ArrayDeque<SimSlot> deferred = new ArrayDeque<>();

  /** The program waits for the reports of deferred sends. */
  private boolean flushing;

  private final EngineSockets sockets;
  private final SimSignals signals;
  private final LoopDriver driver;
  private int delivered;
  private long enters;

  /** The process that it belongs to has ended. */
  private boolean crashed;

  SimEngine(final SimHost host, final long number) {
    super(HeapMemory::new);
    this.host = host;
    this.number = number;
    scheduler = host.scheduler();
    entity = new Entity(host.machine().entity(), -1L - number);
    sockets = new SimSockets(this);
    signals = new SimSignals(this);
    driver = new LoopDriver(this, host);
  }

  /** Memory on the heap, as nothing outside of it is asked. */
  private static final class HeapMemory extends Memory {
    HeapMemory(final int size) {
      super(ByteBuffer.allocate(size).order(ByteOrder.nativeOrder()), 0);
    }

    @Override
    public void close() {}
  }

  // ---- what it is ----

  @Override
  public String name() {
    return SimHost.METHOD;
  }

  @Override
  public int features() {
    return host.features();
  }

  /** Its number in the world. */
  long number() {
    return number;
  }

  Machine machine() {
    return host.machine();
  }

  SimHost host() {
    return host;
  }

  Entity entity() {
    return entity;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  @Override
  public String toString() {
    return "base " + number + " of host " + host.machine().name();
  }

  // ---- time, chance, names, threads ----

  @Override
  public long nanoTime() {
    return host.clock().nanoTime();
  }

  @Override
  public Instant wallTime() {
    return host.clock().wallTime();
  }

  @Override
  public RandomGenerator random() {
    return host.random();
  }

  @Override
  public RandomGenerator newUnpredictableRandom() {
    return host.random();
  }

  @Override
  public Resolver resolver() {
    return host.resolver();
  }

  @Override
  public boolean takesUnhandled(final Exception exception) {
    return host.takesUnhandled(exception);
  }

  /** Its start begins a thread of the host, which takes its turn like any other one. */
  @Override
  public Thread newThread(final String name, final Runnable work) {
    return new Thread(null, work, name) {
      @Override
      public synchronized void start() {
        host.thread(name, work);
      }
    };
  }

  // ---- slots ----

  @Override
  public boolean watchesDescriptors() {
    return true;
  }

  @Override
  public void check(final int descriptor) {
    if (machine().file(descriptor) == null) {
      throw new ErrnoException(
          "watch descriptor " + descriptor + " of host " + machine().name(), Errno.EBADF, 0);
    }
  }

  @Override
  public int attach(final Attachment attachment, final int descriptor) {
    requireAlive();
    check(descriptor);
    final int slot = slots.take(attachment);
    if (slot >= states.length) {
      states = Arrays.copyOf(states, slot * 2);
    }
    states[slot] = new SimSlot(this, slot, attachment, descriptor);
    return slot;
  }

  @Override
  public int attach(final Attachment attachment, final SelectableChannel channel) {
    throw new UnsupportedOperationException(
        "a simulated host has no channels of the JDK: " + channel);
  }

  @Override
  public void redirect(final int slot, final Attachment next) {
    slots.replace(slot, next);
    states[slot].redirect(next);
  }

  private SimSlot changed(final int slot) {
    return changed(slot, false);
  }

  private SimSlot changed(final int slot, final boolean quietly) {
    final SimSlot state = states[slot];
    assert state != null : "slot " + slot + " is free";
    if (state.submitted(quietly)) {
      pending.add(state);
    }
    return state;
  }

  /** Something has happened to a slot's file. */
  void ready(final SimSlot slot) {
    ready.add(slot);
    work();
  }

  @Override
  public void poll(final int slot, final int mask, final boolean renew) {
    if (((mask & ET) != 0 && (features() & FEATURE_ET) == 0)
        || ((mask & CLOSED) != 0 && (features() & FEATURE_EARLY_CLOSE) == 0)) {
      throw new IllegalArgumentException("the method of this host lacks mask " + mask);
    }
    changed(slot).poll(mask, renew);
  }

  @Override
  public void receive(final int slot, final int limit) {
    changed(slot).receive(limit, false);
  }

  @Override
  public void receiveFrom(final int slot, final int limit) {
    changed(slot).receive(limit, true);
  }

  @Override
  public void send(final int slot, final SendVector vector, final boolean quietly) {
    changed(slot, quietly).send().begin(vector, quietly);
  }

  @Override
  public void cancelSend(final int slot) {
    changed(slot).send().cancel();
  }

  @Override
  public void flushDeferredCompletions() {
    flushing = true;
  }

  /** A send has succeeded, and nothing waits for the report. */
  void defer(final SimSlot slot) {
    deferred.add(slot);
  }

  @Override
  public void sendTo(final int slot, final SendVector vector, final SocketAddress to) {
    changed(slot).send().begin(vector, to);
  }

  @Override
  public void sendFile(
      final int slot, final EngineFile file, final long position, final long count) {
    changed(slot).send().begin(file, position, count);
  }

  @Override
  public void accept(final int slot, final boolean on) {
    changed(slot).accept(on);
  }

  @Override
  public void connect(final int slot, final SocketAddress address) {
    changed(slot).connect(address);
  }

  @Override
  public void shutdown(final int slot, final int how) {
    changed(slot).shutdown(how);
  }

  @Override
  public void detach(final int slot, final boolean close) {
    changed(slot).detach(close);
  }

  void detached(final SimSlot slot) {
    states[slot.number()] = null;
    slots.free(slot.number());
    delivers(slot, 0).detached(slot.attachment());
  }

  // ---- signals, memory, files, sockets ----

  @Override
  public void signal(final int signal, final boolean on) {
    signals.watch(signal, on);
  }

  @Override
  public void signalSink(final SignalSink sink) {
    signals.sink(sink);
  }

  @Override
  public int signalNumber(final String signal) {
    return SimSignals.number(signal);
  }

  SimSignals signals() {
    return signals;
  }

  @Override
  public boolean sends(final EngineFile file) {
    return true;
  }

  @Override
  public EngineFile openFile(final Path path) {
    return Providers.openFile(path);
  }

  @Override
  public EngineSockets sockets() {
    return sockets;
  }

  // ---- entering ----

  @Override
  public EngineCounters counters() {
    return new EngineCounters(0, enters, driver.waits(), 0, 0, 0, 0);
  }

  /** How often it was entered. */
  long enters() {
    return enters;
  }

  /** Counts a completion. */
  Completions delivers(final SimSlot slot, final long value) {
    delivered++;
    if (slot != null) {
      scheduler.trace().event(EVENT, slot.entity().id(), value);
    }
    return completions;
  }

  @Override
  public int enter(final long timeoutNanos) {
    requireAlive();
    enters++;
    delivered = 0;
    slab.forEachUsed(SimEngine::poison);
    slab.recycle();
    deliver();
    if (delivered == 0 && timeoutNanos != 0 && !driver.hasWork()) {
      driver.await(timeoutNanos);
      deliver();
    }
    reportDeferred();
    driver.entered();
    completions.rethrow();
    return delivered;
  }

  /** A program that keeps received memory without retaining it sees other bytes. */
  private static void poison(final Memory memory, final int used) {
    Arrays.fill(memory.buffer().array(), 0, Math.min(used, MAX_POISONED), POISON);
  }

  private void deliver() {
    for (int left = pending.size(); left > 0; left--) {
      final SimSlot slot = pending.poll();
      try {
        slot.submit();
      } catch (final Throwable e) {
        completions.failed(slot.attachment(), e);
      }
    }
    if (signals.hasCame()) {
      delivered += signals.deliver(completions);
    }
    int left = ready.size();
    if (left > 1 && scheduler.draws().rate(Site.ORDER) > 0) {
      left = shuffle(left);
    }
    for (; left > 0; left--) {
      final SimSlot slot = ready.poll();
      try {
        slot.deliver();
      } catch (final Throwable e) {
        completions.failed(slot.attachment(), e);
      }
    }
  }

  /** Reports deferred sends, as the wait ends anyway. */
  private void reportDeferred() {
    for (int left = deferred.size(); left > 0; left--) {
      final SimSlot slot = deferred.poll();
      if (!flushing && slot.isReportedLate()) {
        deferred.add(slot);
        continue;
      }
      try {
        slot.reportDeferred();
      } catch (final Throwable e) {
        completions.failed(slot.attachment(), e);
      }
    }
    flushing = false;
  }

  /** Carries out sends whose success need not be reported, so that they need no iteration. */
  void sendQuietly() {
    for (int left = pending.size(); left > 0; left--) {
      final SimSlot slot = pending.poll();
      if (!slot.sendQuietly()) {
        pending.add(slot);
      }
    }
  }

  /** Draws which slots are reported first, and how many with this call. */
  private int shuffle(final int count) {
    final int turn = scheduler.draws().choose(Site.ORDER, entity, count);
    for (int i = 0; i < turn; i++) {
      ready.add(ready.poll());
    }
    return scheduler.draws().happens(Site.FEWER, entity)
        ? 1 + scheduler.draws().choose(Site.FEWER, entity, count)
        : count;
  }

  /** Whether the next {@code enter} has something to report, or to carry out. */
  boolean hasReports() {
    return !ready.isEmpty()
        || !pending.isEmpty()
        || signals.hasCame()
        || (flushing && !deferred.isEmpty());
  }

  /** There is something to do. */
  void work() {
    driver.work();
  }

  @Override
  public boolean onLoop(final LoopTurns loop) {
    return driver.drives(loop);
  }

  @Override
  public void wakeup() {
    driver.wakeup();
  }

  LoopDriver driver() {
    return driver;
  }

  /** The host has crashed: a loop that is on the stack ends with the callback that runs. */
  void crash() {
    crashed = true;
    final boolean onStack = driver.mayBeOnStack();
    abandon();
    if (onStack) {
      completions.failed(null, new Fiber.KilledError(machine().name()));
    }
  }

  /** Refuses code of a process that has ended. */
  void requireAlive() {
    if (crashed) {
      throw new Fiber.KilledError(machine().name());
    }
  }

  /** Nothing of the program runs any more. */
  private void abandon() {
    driver.close();
    for (final SimSlot slot : states) {
      if (slot != null) {
        slot.abandon();
      }
    }
  }

  @Override
  public void close() {
    signals.close();
    host.closed(this);
    abandon();
  }

  OpenFile file(final int descriptor) {
    return machine().file(descriptor);
  }
}
