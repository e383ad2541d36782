package org.jevent.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpException.Kind;
import org.jevent.http.HttpException.Phase;
import org.jevent.internal.loop.Cleanup;

/**
 * The connections to one origin, and the calls that wait for one. A connection that is being made
 * belongs to the call that it was opened for; when another connection becomes free first, that call
 * takes it, and the new one goes to the next call, or becomes idle.
 */
final class Destination {
  final ClientContext context;

  /** Null: one stream of the program's is all. */
  final Origin origin;

  private final Set<ClientConnection> connections = new LinkedHashSet<>();

  /** The one used last is last. */
  private final Deque<ClientConnection> idle = new ArrayDeque<>();

  private final Set<ClientCall> waiting = new LinkedHashSet<>();

  /** How many of them have a connection that is being made. */
  private int opening;

  Destination(final ClientContext context, final Origin origin) {
    this.context = context;
    this.origin = origin;
  }

  int connections() {
    return connections.size();
  }

  /** Whether idle connections are the client's to close: those of the program's streams are not. */
  private boolean isPooled() {
    return origin != null;
  }

  int waiting() {
    return waiting.size();
  }

  /** Takes the program's stream. */
  ClientConnection adopt(final BufferEvent stream) {
    final ClientConnection made = new ClientConnection(this);
    connections.add(made);
    made.adopt(stream);
    ready(made);
    return made;
  }

  // ---- calls ----

  /** A call wants a connection. */
  void submit(final ClientCall call) {
    if (origin == null && connections.isEmpty()) {
      context.later(() -> call.failed(Kind.CLOSED, Phase.QUEUED, "the connection is closed", null));
      return;
    }
    if (!call.isFresh() && !idle.isEmpty()) {
      begin(takeNewest(), call);
      return;
    }
    if (!hasRoom() && call.isFresh() && !idle.isEmpty()) {
      enqueue(call); // first: without calls and connections the pool would forget this object
      idle.getFirst().evict();
    } else if (hasRoom()) {
      enqueue(call);
      open(call);
    } else if (waiting.size() - opening < context.limits.queue()) {
      enqueue(call);
    } else {
      context.later(
          () ->
              call.failed(
                  Kind.QUEUE_FULL,
                  Phase.QUEUED,
                  "too many calls wait for a connection to " + this,
                  null));
    }
  }

  private void enqueue(final ClientCall call) {
    final boolean added = waiting.add(call);
    assert added : call;
    call.queued(this);
  }

  private void dequeue(final ClientCall call) {
    final boolean removed = waiting.remove(call);
    assert removed : call;
    call.queued(null);
  }

  private boolean hasRoom() {
    return origin != null && connections.size() < context.limits.connections();
  }

  private ClientConnection takeNewest() {
    final ClientConnection newest = idle.removeLast();
    if (isPooled()) {
      context.pool.idleNoMore(newest);
    }
    return newest;
  }

  private void begin(final ClientConnection connection, final ClientCall call) {
    call.begins(connection);
    connection.begin(call);
  }

  /** A waiting call is over. */
  void forget(final ClientCall call) {
    dequeue(call);
    final ClientConnection made = call.opening();
    if (made != null) {
      final ClientCall heir = firstWithoutConnection();
      handOver(made, call, heir);
      if (heir == null) {
        made.abandon();
      }
    }
    settle();
  }

  private ClientCall firstWithoutConnection() {
    for (final ClientCall each : waiting) {
      if (each.opening() == null) {
        return each;
      }
    }
    return null;
  }

  // ---- connections that are being made ----

  private void open(final ClientCall call) {
    final ClientConnection made = new ClientConnection(this);
    connections.add(made);
    handOver(made, null, call);
    made.open(call.request.timeouts());
  }

  /** The connection is made for another call, or for none. */
  private void handOver(final ClientConnection made, final ClientCall from, final ClientCall to) {
    if (from != null) {
      assert from.opening() == made : from;
      from.opening(null);
      opening--;
    }
    made.opener(to);
    if (to != null) {
      assert to.opening() == null : to;
      to.opening(made);
      opening++;
    }
  }

  private void openMore() {
    while (hasRoom() && waiting.size() > opening) {
      open(firstWithoutConnection());
    }
  }

  /** A connection is open and has no call: the call that waits for the longest time gets it. */
  void ready(final ClientConnection connection) {
    final ClientCall opener = connection.opener();
    final ClientCall next = nextFor(connection);
    if (next == null) {
      assert opener == null : opener;
      rest(connection);
      return;
    }
    dequeue(next);
    if (next != opener) {
      final ClientConnection other = next.opening();
      if (opener != null) {
        handOver(connection, opener, null);
      }
      if (other != null) {
        final ClientCall heir = opener != null ? opener : firstWithoutConnection();
        handOver(other, next, heir);
      }
    } else {
      handOver(connection, opener, null);
    }
    begin(connection, next);
    openMore();
    assert isSound() : this + ": " + waiting;
  }

  private ClientCall nextFor(final ClientConnection connection) {
    for (final ClientCall each : waiting) {
      if (!each.isFresh() || !connection.isReused()) {
        return each;
      }
    }
    return null;
  }

  /** It becomes idle, unless it takes the place of one that a call needs. */
  private void rest(final ClientConnection connection) {
    if (!waiting.isEmpty() && !hasRoom() && origin != null) {
      connection.evict();
      return;
    }
    idle.addLast(connection);
    connection.rests();
    if (isPooled()) {
      context.pool.idle(connection);
    }
  }

  // ---- ends ----

  /** A connection is closed, or has been taken over: there is room for another one. */
  void removed(final ClientConnection connection) {
    final boolean removed = connections.remove(connection);
    assert removed : connection;
    if (idle.remove(connection) && isPooled()) {
      context.pool.idleNoMore(connection);
    }
    final ClientCall opener = connection.opener();
    if (opener != null) {
      handOver(connection, opener, null);
      dequeue(opener);
    }
    if (!context.isClosed()) {
      if (origin == null) {
        context.later(() -> closeWaiting("the connection is closed"));
      } else {
        openMore();
      }
    }
    settle();
  }

  /** What holds between two changes: who waits is known on both sides, and for what. */
  private boolean isSound() {
    int found = 0;
    for (final ClientCall each : waiting) {
      final ClientConnection made = each.opening();
      if (!each.waitsAt(this) || (made != null && made.opener() != each)) {
        return false;
      }
      found += made == null ? 0 : 1;
    }
    return found == opening;
  }

  private void settle() {
    assert isSound() : this + ": " + waiting;
    if (connections.isEmpty() && waiting.isEmpty()) {
      context.pool.forget(this);
    }
  }

  private void closeWaiting(final String why) {
    for (final ClientCall each : List.copyOf(waiting)) {
      each.closed(why);
    }
  }

  /** Ends all calls and connections; what callbacks throw surfaces when all are ended. */
  void close(final String why) {
    final Cleanup cleanup = new Cleanup();
    List.copyOf(waiting).forEach(each -> cleanup.run(() -> each.closed(why)));
    List.copyOf(connections).forEach(each -> cleanup.run(() -> each.fail(Kind.CLOSED, why, null)));
    cleanup.rethrow();
  }

  /** For messages. */
  @Override
  public String toString() {
    return origin == null ? "a stream of the program's" : origin.toString();
  }
}
