package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Completions;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.engine.EngineSockets;
import org.jevent.internal.engine.EnteringThread;
import org.jevent.internal.engine.JavaEngine;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.engine.SignalSink;
import org.jevent.internal.engine.SlotTable;
import org.jevent.internal.log.LibraryLog;

/**
 * The contract of an engine in pure Java: a {@link Selector} and channels. Time-outs are rounded up
 * to milliseconds. The interrupt status of the loop's thread is put aside while it waits and
 * restored afterwards, as it would otherwise end every wait at once.
 */
public final class NioEngine extends JavaEngine {
  /** The name of the method. */
  public static final String NAME = "nio";

  /** The features: it has none of libevent's. */
  public static final int FEATURES = 0;

  /** This many waits in a row that end early for no reason make the engine open a new selector. */
  private static final int MAX_PREMATURE = 512;

  /** A program that has waited so long for anything is idle. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** This many slots are checked before each wait, with assertions. */
  private static final int CHECKED_SLOTS = 16;

  private final SlotTable slots = new SlotTable();

  /** Slots whose channels the library closes, until they are detached. */
  private final BitSet closing = new BitSet();

  private final List<NioSlot> states = new ArrayList<>();
  private final ArrayDeque<NioSlot> pending = new ArrayDeque<>();

  /** Polled, and with another interest once they are connected. */
  private final List<NioSlot> unsettled = new ArrayList<>();

  private final ReceiveBatch batch = new ReceiveBatch();
  private final EngineSockets sockets = new NioSockets(this);
  private final NioSignals signals = new NioSignals(this::wakeup);
  private final Consumer<SelectionKey> onReady = this::ready;
  private final OpenSelector open;
  private final EnteringThread entering = new EnteringThread();
  private volatile boolean woken;
  private int delivered;
  private int keys;
  private int premature;
  private boolean dropsKeys;
  private long enters;
  private long waits;
  private long rebuilds;
  private long searches;

  /** The slot that was checked last, with assertions. */
  private int checked;

  public NioEngine() {
    super(NioMemory::new);
    open = OpenSelector.forEngine(this);
  }

  @Override
  public String nameConfiguration() {
    return NioNames.configuration();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int features() {
    return FEATURES;
  }

  @Override
  public void check(final int descriptor) {
    throw unsupported(descriptor);
  }

  @Override
  public boolean watchesDescriptors() {
    return false;
  }

  private static UnsupportedOperationException unsupported(final int descriptor) {
    return new UnsupportedOperationException(
        "method nio cannot watch descriptor " + descriptor + ": only channels");
  }

  // ---- operations ----

  @Override
  public int attach(final Attachment attachment, final int descriptor) {
    throw unsupported(descriptor);
  }

  @Override
  public int attach(final Attachment attachment, final SelectableChannel channel) {
    makeNonBlocking(channel);
    while (states.size() <= slots.bound()) {
      states.add(null);
    }
    final int slot = slots.take(attachment);
    assert states.get(slot) == null : "slot " + slot + " has a state still";
    try {
      states.set(slot, new NioSlot(this, slot, attachment, channel));
    } catch (final Throwable e) {
      slots.free(slot);
      throw e;
    }
    return slot;
  }

  @Override
  public void redirect(final int slot, final Attachment next) {
    slots.replace(slot, next);
    states.get(slot).attachment = next;
  }

  /** The first operation on a closed channel reports that. */
  private static void makeNonBlocking(final SelectableChannel channel) {
    try {
      channel.configureBlocking(false);
    } catch (final ClosedChannelException closed) {
      return;
    } catch (final IOException e) {
      throw new ErrnoException("make " + channel + " non-blocking", NioErrors.of(e), 0, e);
    }
  }

  private NioSlot changed(final int slot) {
    assert entering.maySubmit() : "another thread is in enter";
    final NioSlot state = states.get(slot);
    assert state.number == slot && state.attachment == slots.get(slot) : slot;
    if (!state.pending) {
      pending.add(state);
      state.pending = true;
    }
    return state;
  }

  @Override
  public void poll(final int slot, final int mask, final boolean renew) {
    if ((mask & (ET | CLOSED)) != 0) {
      throw new IllegalArgumentException("method nio is level-triggered and sees no early close");
    }
    changed(slot).poll(mask);
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
    refuseUnless(changed(slot).send(vector, false, null));
  }

  @Override
  public void cancelSend(final int slot) {
    changed(slot).cancelSend();
  }

  /** Does nothing: this engine defers no completion. */
  @Override
  public void flushDeferredCompletions() {}

  @Override
  public void sendTo(final int slot, final SendVector vector, final SocketAddress to) {
    refuseUnless(changed(slot).send(vector, true, to));
  }

  @Override
  public void sendFile(
      final int slot, final EngineFile file, final long position, final long count) {
    if (!(file instanceof NioFile own)) {
      throw new IllegalArgumentException("the file was not opened by this engine");
    }
    refuseUnless(changed(slot).sendFile(own, position, count));
  }

  private static void refuseUnless(final boolean accepted) {
    if (!accepted) {
      throw new IllegalStateException("a send is under way already");
    }
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
    if (close) {
      closing.set(slot);
    }
    changed(slot).detach(close);
  }

  @Override
  public boolean isClosing() {
    return !closing.isEmpty();
  }

  @Override
  public void signal(final int number, final boolean on) {
    signals.watch(number, on);
  }

  @Override
  public int signalNumber(final String signal) {
    return JvmSignals.number(signal);
  }

  @Override
  public void signalSink(final SignalSink sink) {
    signals.sink(sink);
  }

  @Override
  public boolean sends(final EngineFile file) {
    return file instanceof NioFile;
  }

  @Override
  public EngineFile openFile(final Path path) {
    return NioFile.open(path);
  }

  @Override
  public EngineSockets sockets() {
    return sockets;
  }

  ReceiveBatch batch() {
    return batch;
  }

  Selector selector() {
    return open.selector();
  }

  /** Drops the keys that were cancelled. */
  void dropCancelled() throws IOException {
    open.dropCancelled();
  }

  /** A channel was closed, and has its descriptor until the selector has selected once more. */
  void closedChannel() {
    dropsKeys = true;
  }

  /** Marks a slot whose interest has to be checked before each wait. */
  void unsettled(final NioSlot slot) {
    unsettled.add(slot);
  }

  void detached(final NioSlot slot) {
    assert states.get(slot.number) == slot : "slot " + slot.number + " is another one's";
    states.set(slot.number, null);
    closing.clear(slot.number);
    slots.free(slot.number);
    delivers().detached(slot.attachment);
  }

  /** How often it was entered. */
  long enters() {
    return enters;
  }

  /** How often all slots were searched. */
  long searches() {
    return searches;
  }

  /** Counts a delivered completion: the loop has work, and no reason to wait. */
  Completions delivers() {
    assert entering.isInside() : "a completion outside of enter";
    delivered++;
    return completions;
  }

  // ---- entering ----

  @Override
  public EngineCounters counters() {
    return new EngineCounters(0, enters, waits, 0, 0, 0, rebuilds);
  }

  @Override
  public int enter(final long timeoutNanos) {
    assert entering.enter() : "enter within enter";
    try {
      return deliverAll(timeoutNanos);
    } finally {
      assert entering.leave();
    }
  }

  private int deliverAll(final long timeoutNanos) {
    delivered = 0;
    enters++;
    slab.recycle();
    submit();
    delivered += signals.deliver(completions);
    batch.begin(); // bytes received while submitting delay no other slot
    SelectionKey left;
    while ((left = batch.next()) != null) {
      ready(left);
    }
    if (!batch.full() || dropsKeys) {
      select(delivered > 0 ? 0 : timeoutNanos);
    }
    delivered += signals.deliver(completions);
    completions.rethrow();
    return delivered;
  }

  /**
   * Carries out the operations submitted before this call; those that attachments submit meanwhile
   * wait for the next.
   */
  private void submit() {
    for (int left = pending.size(); left > 0; left--) {
      final NioSlot slot = pending.poll();
      assert slot.pending && states.get(slot.number) == slot : "slot " + slot.number;
      slot.pending = false;
      try {
        slot.submit();
      } catch (final Throwable e) {
        completions.failed(slot.attachment, e);
      }
    }
  }

  private void ready(final SelectionKey key) {
    // A number, not the slot: keys that refer to the engine would keep it from being found leaked.
    final NioSlot slot = states.get((Integer) key.attachment());
    if (slot == null || !slot.holds(key)) {
      return;
    }
    if (batch.full() && slot.receivesNow()) {
      batch.leave(key);
    } else {
      final int operations = operations(key);
      if (operations != 0) {
        try {
          slot.ready(operations);
        } catch (final Throwable e) {
          completions.failed(slot.attachment, e);
        }
      }
    }
  }

  /**
   * Returns what a key is ready for: nothing when its channel has been closed, which any thread may
   * do at any time.
   */
  private static int operations(final SelectionKey key) {
    try {
      return key.readyOps();
    } catch (final CancelledKeyException e) {
      return 0;
    }
  }

  private void select(final long timeoutNanos) {
    unsettled.removeIf(NioSlot::settled);
    assert interestsAgree();
    final boolean interrupted = Thread.interrupted();
    final int before = delivered;
    final long start = nanoTime();
    dropsKeys = false;
    waits++;
    try {
      waitOrReclaim(pending.isEmpty() ? timeoutNanos : 0);
    } catch (final IOException e) {
      throw NioErrors.exception("select", e);
    }
    final boolean interruptedNow = Thread.interrupted();
    findLost();
    notePremature(
        timeoutNanos, start, delivered > before || woken || interruptedNow || !pending.isEmpty());
    woken = false;
    if (interrupted || interruptedNow) {
      Thread.currentThread().interrupt();
    }
  }

  /** Some slots, others each time, as there may be thousands. */
  private boolean interestsAgree() {
    for (int i = 0; i < CHECKED_SLOTS && i < slots.bound(); i++) {
      checked = (checked + 1) % slots.bound();
      final NioSlot slot = states.get(checked);
      assert slot == null || slot.interestAgrees() : "slot " + slot.number + " waits for less";
    }
    return true;
  }

  /** Waits, and gives memory back when nothing has happened for a while. */
  private void waitOrReclaim(final long timeoutNanos) throws IOException {
    final long start = nanoTime();
    final int before = delivered;
    long left = timeoutNanos;
    while (Reclaim.isDue() && (timeoutNanos < 0 || left > IDLE_NANOS)) {
      final long begin = nanoTime();
      open.select(onReady, milliseconds(IDLE_NANOS));
      if (delivered > before || woken || nanoTime() - begin < IDLE_NANOS) {
        return;
      }
      Reclaim.step();
      left = timeoutNanos < 0 ? timeoutNanos : Math.max(0, timeoutNanos - (nanoTime() - start));
    }
    open.select(onReady, milliseconds(left));
  }

  /** Rounded up; negative: without limit. */
  private static long milliseconds(final long nanos) {
    if (nanos < 0) {
      return -1;
    }
    final long whole = TimeUnit.NANOSECONDS.toMillis(nanos);
    return TimeUnit.MILLISECONDS.toNanos(whole) < nanos ? whole + 1 : whole;
  }

  /** A slot has registered its channel, or releases its key. */
  void keyCount(final int by) {
    keys += by;
    assert keys >= 0 && keys <= slots.size() : keys;
  }

  /**
   * Channels that were closed while they were watched: their keys are gone and no selector reports
   * it. Slots are looked through only when some are: those that have no key are none of them.
   */
  private void findLost() {
    if (open.selector().keys().size() >= keys) {
      return;
    }
    searches++;
    for (int i = 0; i < slots.bound() && i < states.size(); i++) {
      final NioSlot slot = states.get(i);
      if (slot != null && slot.lostKey() && !slot.channel.isOpen()) {
        delivered++;
        slot.lost();
      }
    }
  }

  /** Counts waits that ended early with nothing to report, a known fault of selectors. */
  private void notePremature(final long timeout, final long start, final boolean reason) {
    final boolean early = timeout != 0 && (timeout < 0 || nanoTime() - start < timeout);
    if (reason || !early) {
      premature = 0;
    } else if (++premature >= MAX_PREMATURE) {
      premature = 0;
      rebuild();
    }
  }

  /** Opens a new selector and moves all channels to it. */
  void rebuild() {
    LibraryLog.log(
        System.Logger.Level.WARNING,
        "the selector returned early " + MAX_PREMATURE + " times in a row: taking a new one");
    rebuilds++;
    final Selector former = open.renew();
    for (final NioSlot slot : states) {
      if (slot != null) {
        slot.move();
      }
    }
    try {
      former.close();
    } catch (final IOException e) {
      LibraryLog.log(System.Logger.Level.WARNING, "closing the former selector failed", e);
    }
  }

  @Override
  public void wakeup() {
    woken = true;
    open.selector().wakeup();
  }

  @Override
  public void close() {
    signals.close();
    open.close();
  }
}
