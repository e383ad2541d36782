package org.jevent.internal.engine;

import java.nio.channels.SelectableChannel;

/**
 * The only door between the loop and the operating system: operations go in, completions come out.
 *
 * <p>The loop's thread submits an operation at any time. It takes effect no later than the next
 * {@link #enter}, and its outcome is a call of one of the slot's {@link Attachment} methods from
 * within {@code enter}. Attachments may submit further operations from there, but must not call
 * {@code enter}.
 *
 * <p>A <em>slot</em> stands for one attached handle. Completions reach only the attachment that the
 * operation was submitted for: a slot is given out again only after {@link Attachment#detached}.
 *
 * <p>The rest stands under five headings: {@link EngineOperations operations} on a slot, {@link
 * EngineBuffers memory}, {@link EngineFiles files}, {@link EngineSignals signals} and the {@link
 * EngineEnvironment environment}.
 *
 * <p>Threads: everything belongs to one thread at a time, except {@link #wakeup}, the stateless
 * {@link #check}, {@link #sockets}, {@link #name} and {@link #features}, and what says otherwise.
 */
public interface Engine
    extends EngineOperations,
        EngineBuffers,
        EngineFiles,
        EngineSignals,
        EngineEnvironment,
        AutoCloseable {
  /** Readable; the value of libevent's {@code EV_READ}. */
  int READ = 0x02;

  /** Writable; {@code EV_WRITE}. */
  int WRITE = 0x04;

  /** Edge-triggered; {@code EV_ET}. */
  int ET = 0x20;

  /** The peer has closed its side; {@code EV_CLOSED}. */
  int CLOSED = 0x80;

  /** Feature: edge-triggered readiness. */
  int FEATURE_ET = 0x01;

  /** Feature: the cost of an event does not depend on how many handles are watched. */
  int FEATURE_O1 = 0x02;

  /** Feature: any descriptor can be watched, regular files included. */
  int FEATURE_FDS = 0x04;

  /** Feature: {@link #CLOSED} is reported. */
  int FEATURE_EARLY_CLOSE = 0x08;

  /** The method's name as libevent spells it: {@code epoll}, {@code kqueue}, {@code nio}, ... */
  String name();

  /** The features of this engine: {@code FEATURE_*} bits. */
  int features();

  /**
   * The binding of the shim ({@code jna} or {@code jni}), or {@code none} for an engine in pure
   * Java.
   */
  String binding();

  /**
   * Checks that a raw descriptor can be watched. Any thread.
   *
   * @throws org.jevent.error.ErrnoException with the error that watching it would meet
   * @throws UnsupportedOperationException if this engine cannot watch raw descriptors at all
   */
  void check(int descriptor);

  /** Whether it can watch raw descriptors. Any thread. */
  boolean watchesDescriptors();

  /** Attaches a non-blocking descriptor; returns its slot. */
  int attach(Attachment attachment, int descriptor);

  /** Attaches a non-blocking channel; returns its slot. */
  int attach(Attachment attachment, SelectableChannel channel);

  /**
   * Cancels the operations under way and detaches the handle, closing it if asked: a socket must
   * {@linkplain EngineSocket#detachDescriptor detached} for that. {@link Attachment#detached} is
   * the slot's last call.
   */
  void detach(int slot, boolean close);

  /**
   * Whether a handle is to be closed by {@link #detach}, and its slot is not detached yet. What has
   * no descriptors of the system may say no.
   */
  default boolean isClosing() {
    return false;
  }

  /** Delivers the slot's further completions to another attachment. */
  void redirect(int slot, Attachment next);

  /** Sockets of the kind that this engine attaches. Any thread. */
  EngineSockets sockets();

  /**
   * Sets an action that runs when {@link #enter} has delivered completions and enters the system
   * once more. Limits that follow from these completions can be submitted then. Set once.
   */
  void onReenter(Runnable action);

  /**
   * Sets the sink of exceptions of attachments' methods; without it, {@link #enter} throws it when
   * all completions have been delivered. Set once.
   */
  void onThrown(Completions.ThrownSink sink);

  /**
   * Gives it the loop that stands on it, once that is made.
   *
   * @return true: the engine runs the loop, as one of several in a thread; it is woken whenever
   *     there is something to do, between iterations, too
   */
  default boolean onLoop(final LoopTurns loop) {
    return false;
  }

  /**
   * What this engine has cost so far, or until it was closed. Any thread; while the loop runs the
   * figures are approximate.
   */
  EngineCounters counters();

  /**
   * Submits, waits for at most {@code timeoutNanos} (negative: without limit; 0: not at all) unless
   * there is something to report, and delivers the completions.
   *
   * @return the number of completions delivered
   */
  int enter(long timeoutNanos);

  /**
   * Makes the running {@link #enter}, or else the next one, return without waiting. Any thread,
   * until {@link #close}.
   */
  void wakeup();

  /** Frees the engine's own resources; attached handles stay open and get no further calls. */
  @Override
  void close();
}
