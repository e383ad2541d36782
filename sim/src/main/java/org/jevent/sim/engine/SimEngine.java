package org.jevent.sim.engine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Completions;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.EngineScope;
import org.jevent.internal.engine.EngineSockets;
import org.jevent.internal.engine.LoopTurns;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.ReceiveSlab;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.engine.SignalSink;
import org.jevent.internal.engine.SlotTable;
import org.jevent.internal.providers.Providers;
import org.jevent.net.Resolver;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Site;
import org.jevent.sim.core.Timeline;
import org.jevent.sim.kernel.Machine;
import org.jevent.sim.kernel.OpenFile;

/** The contract of an engine, on the kernel of a simulated host and under its time. */
final class SimEngine implements Engine, Runner {
  private static final int EVENT = 96;
  private static final byte POISON = (byte) 0xdb;
  private static final int MAX_POISONED = 4096;

  /** Who runs the loop. */
  private enum Run {
    /** Nothing to do. */
    IDLE,
    /** In the scheduler's queue. */
    READY,
    /** On the stack. */
    RUNNING,
    /** A thread of the program waits in it. */
    AWAITED,
    /** Only the program runs it: the world does not. */
    MANUAL,
    CLOSED
  }

  private final SimHost host;
  private final Scheduler scheduler;
  private final int number;
  private final Entity entity;
  private final SlotTable slots = new SlotTable();
  private SimSlot[] states = new SimSlot[16];
  private final ArrayDeque<SimSlot> pending = new ArrayDeque<>();
  private final ArrayDeque<SimSlot> ready = new ArrayDeque<>();

  /** Slots with a send that has succeeded, and is reported when something else is. */
  private final ArrayDeque<SimSlot> deferred = new ArrayDeque<>();

  /** The program waits for the reports of deferred sends. */
  private boolean flushing;

  private final ReceiveSlab slab = new ReceiveSlab(HeapMemory::new);
  private final Completions completions = new Completions();
  private final EngineSockets sockets;
  private final SimSignals signals;
  private final Alarm alarm = new Alarm();
  private final BooleanSupplier hasWork = this::hasWork;
  private Run run = Run.IDLE;
  private LoopTurns loop;

  /** The thread of the host that waits in it, or null. */
  private Fiber fiber;

  private volatile boolean woken;
  private boolean early;
  private int delivered;
  private long enters;
  private long waits;

  SimEngine(final SimHost host, final int number) {
    this.host = host;
    this.number = number;
    scheduler = host.scheduler();
    entity = new Entity(host.machine().entity(), -1L - number);
    sockets = new SimSockets(this);
    signals = new SimSignals(this);
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

  @Override
  public String binding() {
    return "none";
  }

  @Override
  public long number() {
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

  @Override
  public Thread newThread(final String name, final Runnable work) {
    throw new UnsupportedOperationException(
        "a simulated host has no threads of the library: " + name);
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
  public boolean cancelsSends() {
    return true;
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

  ReceiveSlab slab() {
    return slab;
  }

  @Override
  public void retain(final int buffer) {
    slab.retain(buffer);
  }

  @Override
  public void release(final int buffer) {
    slab.release(buffer);
  }

  @Override
  public boolean needsAddresses() {
    return false;
  }

  @Override
  public Memory view(final ByteBuffer bytes) {
    return Memory.of(bytes, 0);
  }

  @Override
  public Memory allocate(final int size) {
    return new HeapMemory(size);
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
  public void onReenter(final Runnable action) {}

  @Override
  public void onThrown(final Completions.ThrownSink sink) {
    completions.onThrown(sink);
  }

  @Override
  public EngineCounters counters() {
    return new EngineCounters(0, enters, waits, 0, 0, 0, 0);
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
    host.requireUp();
    enters++;
    delivered = 0;
    slab.forEachUsed(SimEngine::poison);
    slab.recycle();
    deliver();
    if (delivered == 0 && timeoutNanos != 0 && !hasWork()) {
      await(timeoutNanos);
      deliver();
    }
    reportDeferred();
    woken = false;
    early = false;
    completions.rethrow();
    return delivered;
  }

  /** Who has kept received memory without retaining it sees that. */
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
  private void sendQuietly() {
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

  private void await(final long timeoutNanos) {
    waits++;
    final Timeline time = scheduler.time();
    final long wait = timeoutNanos < 0 ? -1 : host.clock().worldNanos(timeoutNanos);
    final boolean forever = wait < 0 || wait > Long.MAX_VALUE - time.now();
    final Run former = run;
    run = Run.AWAITED;
    loop.suspend();
    try {
      host.await(this, forever ? Long.MAX_VALUE : time.now() + wait);
    } finally {
      loop.resume();
      if (run != Run.CLOSED) {
        run = former;
      }
    }
  }

  /** {@link #hasWork}, made once. */
  BooleanSupplier workCondition() {
    return hasWork;
  }

  /** Whether the loop has a reason not to wait. */
  boolean hasWork() {
    return woken
        || early
        || !ready.isEmpty()
        || !pending.isEmpty()
        || signals.hasCame()
        || (flushing && !deferred.isEmpty());
  }

  /** There is something to do. */
  void work() {
    if (run == Run.IDLE) {
      becomeReady();
    } else if (run == Run.AWAITED) {
      if (fiber != null) {
        fiber.makeReady();
      }
    }
  }

  void awaitedBy(final Fiber next) {
    fiber = next;
  }

  private void becomeReady() {
    run = Run.READY;
    long delay = host.pausedNanos();
    if (scheduler.draws().happens(Site.CPU, entity)) {
      delay += 1 + scheduler.draws().choose(Site.CPU, entity, 50_000);
    }
    if (delay > 0) {
      scheduler.time().schedule(alarm, scheduler.time().now() + delay);
    } else {
      scheduler.time().cancel(alarm);
      scheduler.ready(this);
    }
  }

  /** A wait of a driven loop is over. */
  private final class Alarm extends Timeline.Entry {
    @Override
    protected void happen() {
      if (run == Run.IDLE) {
        becomeReady();
      } else if (run == Run.READY) {
        scheduler.ready(SimEngine.this);
      }
    }
  }

  @Override
  public boolean onLoop(final LoopTurns next) {
    loop = next;
    if (host.isForeground()) {
      run = Run.MANUAL;
      return false;
    }
    work();
    return true;
  }

  /** One iteration of a driven loop. */
  @Override
  public void turn() {
    if (run != Run.READY) {
      return; // it was closed, or the program runs it
    }
    run = Run.RUNNING;
    final long wait = turnOnHost();
    if (run != Run.RUNNING) {
      return;
    }
    if (loop.isStopped()) {
      run = Run.MANUAL;
      return;
    }
    sendQuietly();
    run = Run.IDLE;
    if (wait == 0 || hasWork()) {
      becomeReady();
    } else if (wait > 0) {
      final long world = host.clock().worldNanos(wait);
      early = false;
      if (world > 1 && scheduler.draws().happens(Site.EARLY_WAKE, entity)) {
        scheduler.time().schedule(alarm, scheduler.time().now() + world / 2);
      } else {
        scheduler
            .time()
            .schedule(alarm, Math.max(scheduler.time().now() + world, scheduler.time().now()));
      }
    }
  }

  private long turnOnHost() {
    final EngineProvider former = EngineScope.enter(host);
    try {
      return loop.turn();
    } catch (final Error e) {
      scheduler.fail(e);
      return -1;
    } finally {
      EngineScope.enter(former);
    }
  }

  @Override
  public void wakeup() {
    host.requireBaton();
    if (scheduler.allowsThreads()) {
      woken = true;
      scheduler.wakeThread();
      if (!host.hasBaton()) {
        return;
      }
    }
    woken |= run == Run.AWAITED || run == Run.MANUAL;
    work();
  }

  /** The host has crashed: nothing of the program runs any more. */
  void abandon() {
    run = Run.CLOSED;
    scheduler.time().cancel(alarm);
    scheduler.remove(this);
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
