package org.jevent.internal.engine;

import java.net.SocketAddress;

/**
 * What an engine does with an attached handle. Each operation is submitted and takes effect no
 * later than the next {@link Engine#enter}.
 */
public interface EngineOperations {
  /** Shut down the reading side. */
  int SHUT_READ = 1;

  /** Shut down the writing side. */
  int SHUT_WRITE = 2;

  /** Shut down both sides. */
  int SHUT_BOTH = 3;

  /**
   * Watches for the bits of {@code mask} until the next call; 0 stops. Answered by {@link
   * Attachment#ready}. With {@link Engine#ET} each call is answered for what is there already, as a
   * new watch is.
   *
   * @param renew the handle may have been closed and opened again under the same number since the
   *     last call
   */
  void poll(int slot, int mask, boolean renew);

  /**
   * Receives at most {@code limit} bytes with one {@link Engine#enter} until called with 0.
   * Answered by {@link Attachment#received}, for each buffer that took some of them.
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
   * @param quietly a success within the next {@link Engine#enter}, without a wait, need not end
   *     that: it may be reported when something else does, or after {@link
   *     #flushDeferredCompletions}
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

  /** Makes the next {@link Engine#enter} report quiet sends instead of waiting. */
  void flushDeferredCompletions();

  /**
   * Sends one datagram made of all segments; {@code to} null: to the connected peer. Answered by
   * {@link Attachment#sent}.
   */
  void sendTo(int slot, SendVector vector, SocketAddress to);

  /**
   * How many datagrams of one slot may be under way, at least 1. They are sent and answered in
   * order. Those behind one that has to wait are answered at once with {@code EBUSY}, unsent. Any
   * thread.
   */
  default int datagramsAtOnce() {
    return 1;
  }

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
}
