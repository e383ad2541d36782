package org.jevent.internal.engine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;

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
 * <p>Threads: everything here belongs to one thread at a time, except {@link #wakeup} and the
 * stateless {@link #check}, {@link #sockets}, {@link #allocate}, {@link #name}, {@link #features}
 * and those of {@link EngineEnvironment}.
 */
public interface Engine extends EngineEnvironment, AutoCloseable {
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

  /** Shut down the reading side. */
  int SHUT_READ = 1;

  /** Shut down the writing side. */
  int SHUT_WRITE = 2;

  /** Shut down both sides. */
  int SHUT_BOTH = 3;

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

  /** Attaches a non-blocking descriptor; returns its slot. */
  int attach(Attachment attachment, int descriptor);

  /** Attaches a non-blocking channel; returns its slot. */
  int attach(Attachment attachment, SelectableChannel channel);

  /**
   * Watches for the bits of {@code mask} until the next call; 0 stops. Answered by {@link
   * Attachment#ready}. With {@link #ET} each call is answered for what is there already, as a new
   * watch is.
   *
   * @param renew the handle may have been closed and opened again under the same number since the
   *     last call
   */
  void poll(int slot, int mask, boolean renew);

  /**
   * Receives at most {@code limit} bytes with one {@link #enter} until called with 0. Answered by
   * {@link Attachment#received}, for each buffer that took some of them.
   */
  void receive(int slot, int limit);

  /**
   * Receives datagrams of at most {@code limit} bytes until called with 0. Answered by {@link
   * Attachment#receivedFrom}.
   */
  void receiveFrom(int slot, int limit);

  /**
   * Sends all segments, in order. Answered once by {@link Attachment#sent}; until then the bytes
   * must not change, and no other send may be submitted for the slot. The vector itself may be
   * reused at once.
   *
   * @param quietly a success need not end the wait: it may be reported when something else has
   */
  void send(int slot, SendVector vector, boolean quietly);

  /**
   * Ends the send that is under way: {@link Attachment#sent} gets what has left until then and
   * {@code ECANCELED}, or the send's own end if that comes first. Nothing happens without a send.
   *
   * @throws UnsupportedOperationException unless {@link #cancelsSends}
   */
  void cancelSend(int slot);

  /** Whether {@link #cancelSend} can be used. Any thread. */
  boolean cancelsSends();

  /** Makes the next {@link #enter} report quiet sends instead of waiting. */
  void flushDeferredCompletions();

  /**
   * Sends one datagram made of all segments; {@code to} null: to the connected peer. Answered by
   * {@link Attachment#sent}.
   */
  void sendTo(int slot, SendVector vector, SocketAddress to);

  /**
   * Sends a range of a file. Answered by {@link Attachment#sent}, with fewer bytes when the file
   * ends early.
   */
  void sendFile(int slot, EngineFile file, long position, long count);

  /** Accepts connections until called with false. Answered by {@link Attachment#accepted}. */
  void accept(int slot, boolean on);

  /**
   * Connects; {@code address} null: a connect is in progress already. Answered by {@link
   * Attachment#connected}.
   */
  void connect(int slot, SocketAddress address);

  /**
   * Shuts down one or both sides ({@code SHUT_*}), writing after what was submitted for sending.
   * Answered by {@link Attachment#shut}.
   */
  void shutdown(int slot, int how);

  /**
   * Cancels the operations under way and detaches the handle, closing it if asked: a socket must
   * {@linkplain EngineSocket#detachDescriptor detached} for that. {@link Attachment#detached} is
   * the slot's last call.
   */
  void detach(int slot, boolean close);

  /**
   * Watches a signal, by the platform's number, or stops; the system's handler is installed or
   * restored before this returns. Answered by {@link SignalSink#signalled}. Any thread, one at a
   * time.
   *
   * @throws org.jevent.error.ErrnoException if the system refuses
   */
  void signal(int number, boolean on);

  /** Sets the sink of signals. Once, before the first {@link #signal}. */
  void signalSink(SignalSink sink);

  /**
   * The platform's number of a signal by its name without SIG, such as {@code INT}; -1 when there
   * is none. Any thread.
   */
  int signalNumber(String name);

  /**
   * Keeps a receive buffer beyond the next {@code enter}, until as many calls of {@link #release}.
   * Called from within {@code received}.
   */
  void retain(int buffer);

  /** Releases a retained receive buffer. */
  void release(int buffer);

  /** The file was opened by an engine of this kind. Any thread. */
  boolean sends(EngineFile file);

  /** Opens a file for {@link #sendFile}. Any thread. */
  EngineFile openFile(Path path);

  /** Only memory with an address can be sent from. */
  boolean needsAddresses();

  /**
   * The bytes of a buffer as memory that can be sent from; null when they have to be copied for
   * that. Any thread; nothing to close.
   */
  Memory view(ByteBuffer bytes);

  /** Memory that can be sent from. Any thread; the caller frees it with {@link Memory#close}. */
  Memory allocate(int size);

  /** Sockets of the kind that this engine attaches. Any thread. */
  SocketProvider sockets();

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
