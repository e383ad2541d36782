package org.jevent.dns;

import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jevent.dns.DnsException.Kind;

/** A look-up of a program. Its callback is called once, in a separate task, or never. */
final class Request<T> implements DnsRequest, Runnable {
  private enum State {
    PENDING,
    /** What was found is on its way to the callback. */
    FOUND,
    DONE
  }

  private final Context context;
  private final Set<Request<?>> pending;
  private final Object what;
  private final DnsCallback<T> callback;
  private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);

  /** Ends what is under way for it; the loop's thread. */
  private Runnable canceller;

  /** What was found, on its way to the callback; the loop's thread. */
  private T result;

  private DnsException problem;

  Request(
      final Context context,
      final Set<Request<?>> pending,
      final Object what,
      final DnsCallback<T> callback) {
    this.context = context;
    this.pending = pending;
    this.what = what;
    this.callback = callback;
    context.base.addVirtual(); // the loop goes on until the callback was called
  }

  /** Starts, unless it was cancelled before. */
  void start(final Supplier<Runnable> work) {
    if (state.get() == State.DONE) {
      return;
    }
    final Runnable started;
    try {
      started = work.get();
    } catch (final RuntimeException | Error e) {
      found(null, new DnsException(Kind.NO_SERVERS, what + ": it could not be asked for: " + e));
      throw e;
    }
    final State now = state.get();
    if (now == State.PENDING) {
      pending.add(this);
      canceller = started;
    } else if (now == State.DONE && started != null) {
      started.run(); // another thread has cancelled it meanwhile
    }
  }

  /** The end of the look-up; the callback gets it later. */
  void found(final T answer, final DnsException failure) {
    if (state.compareAndSet(State.PENDING, State.FOUND)) {
      pending.remove(this);
      canceller = null;
      result = answer;
      problem = failure;
      context.later(this);
    }
  }

  /** Delivers what was found. */
  @Override
  public void run() {
    if (state.compareAndSet(State.FOUND, State.DONE)) {
      context.base.removeVirtual();
      final T answer = result;
      result = null; // the program may keep this object for long
      call(answer, problem);
    }
  }

  private void call(final T answer, final DnsException failure) {
    try {
      callback.done(answer, failure);
    } catch (final Exception e) {
      context.services.report(this, e);
    }
  }

  @Override
  public void cancel(final boolean report) {
    if (state.getAndSet(State.DONE) != State.DONE) {
      context.base.removeVirtual();
      if (context.base.isClosed()) {
        return;
      }
      context.later(() -> cancelled(report));
    }
  }

  private void cancelled(final boolean report) {
    pending.remove(this);
    stop();
    if (report) {
      call(null, new DnsException(Kind.CANCELLED, what + ": cancelled"));
    }
  }

  private void stop() {
    if (canceller != null) {
      final Runnable last = canceller;
      canceller = null;
      last.run();
    }
  }

  /** The resolver is closed. */
  void shutDown() {
    stop();
    found(null, new DnsException(Kind.SHUTDOWN, what + ": the resolver was closed"));
  }

  @Override
  public boolean isDone() {
    return state.get() == State.DONE;
  }

  @Override
  public String toString() {
    return "look-up of " + what;
  }
}
