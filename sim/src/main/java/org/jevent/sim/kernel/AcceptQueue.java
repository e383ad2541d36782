package org.jevent.sim.kernel;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/** The connections of a listener that wait to be accepted, and those that are being made. */
final class AcceptQueue {
  private final StreamSocket listener;
  private final ArrayDeque<StreamSocket> waiting = new ArrayDeque<>();

  /** Ends whose last step of the handshake is on its way. */
  private final Set<StreamSocket> pending = new HashSet<>();

  private int backlog;

  AcceptQueue(final StreamSocket listener, final int backlog) {
    this.listener = listener;
    this.backlog = backlog;
  }

  void backlog(final int next) {
    backlog = next;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** As Linux has it: one more than the backlog says. */
  boolean isFull() {
    return waiting.size() + pending.size() > backlog;
  }

  /** Keeps a place for a connection. */
  void reserve(final StreamSocket end) {
    pending.add(end);
  }

  /** The last step has arrived; false: the listener has forgotten it. */
  boolean complete(final StreamSocket end) {
    if (!pending.remove(end)) {
      return false;
    }
    waiting.add(end);
    listener.changed();
    return true;
  }

  /** Gives the place of an unfinished connection back. */
  boolean forget(final StreamSocket end) {
    return pending.remove(end);
  }

  StreamSocket take() {
    return waiting.poll();
  }

  /** Resets what was not accepted. */
  void close() {
    waiting.forEach(StreamSocket::abort);
    waiting.clear();
    final Set<StreamSocket> unfinished = new HashSet<>(pending);
    pending.clear();
    unfinished.stream()
        .sorted((one, other) -> Long.compare(one.entity().id(), other.entity().id()))
        .forEach(StreamSocket::abort);
  }
}
