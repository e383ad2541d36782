package org.jevent.sim.kernel;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jevent.error.Errno;
import org.jevent.net.NetOption;
import org.jevent.sim.core.Site;
import org.jevent.sim.core.Timeline;

/** The three steps that make a TCP connection. One entry of the timeline goes through them. */
@SuppressWarnings("EnumOrdinal") // places of arrays, and orders of states
final class Handshake extends Timeline.Entry {
  private static final int HEADERS = 60;
  private static final int MAX_ATTEMPTS = 6;
  private static final long FIRST_RETRY = TimeUnit.SECONDS.toNanos(1);
  private static final int EVENT = 8;

  private enum Step {
    /** The request is on its way to the listener. */
    SYN,
    /** The answer is on its way back. */
    SYN_ACK,
    /** The refusal is on its way back. */
    RESET,
    /** The last step is on its way to the listener. */
    ACK,
    /** A request or an answer was lost: another one follows. */
    RETRY,
    DONE,
    /** The last step was lost: the listener answers once more. */
    ANSWER_AGAIN,
    /** The listener wants bytes with the last step, and waits for them. */
    DEFERRED,
    /** The client is no more, and says nothing: the listener keeps the place for a while. */
    ABANDONED
  }

  /**
   * How long a listener goes on with an answer that no client confirms: five more, then no more.
   */
  private static final long ABANDONED_NANOS = TimeUnit.SECONDS.toNanos(63);

  private static final int MAX_ANSWERS = 5;

  private final Network network;
  private final StreamSocket client;
  private final Machine server;
  private final InetSocketAddress own;
  private final InetSocketAddress address;
  private final NetPath there;
  private final NetPath back;
  private Step step;
  private int attempts;
  private int answers;
  private StreamSocket accepted;
  private AcceptQueue queue;
  private long deferNanos;

  Handshake(
      final StreamSocket client,
      final Machine server,
      final InetSocketAddress own,
      final InetSocketAddress address) {
    this.client = client;
    this.server = server;
    this.own = own;
    this.address = address;
    network = client.network;
    there = network.path(client.machine, server);
    back = network.path(server, client.machine);
  }

  /** The first step. */
  void begin() {
    send();
  }

  private void go(final Step next, final long time) {
    step = next;
    if (time == NetPath.LOST || time == NetPath.HELD) {
      retry();
    } else {
      network.time().schedule(this, time);
    }
  }

  private void send() {
    attempts++;
    capture("SYN", true);
    go(Step.SYN, there.carry(HEADERS, Site.SYN_LOST, client.entity()));
  }

  private void retry() {
    step = Step.RETRY;
    network.time().schedule(this, network.time().after(FIRST_RETRY << (attempts - 1)));
  }

  @Override
  protected void happen() {
    network.trace().event(EVENT + step.ordinal(), client.entity().id(), attempts);
    switch (step) {
      case SYN -> requested();
      case SYN_ACK -> answered();
      case RESET -> fail(Errno.ECONNREFUSED);
      case ACK -> completed();
      case RETRY -> again();
      case ANSWER_AGAIN -> answerAgain();
      case DEFERRED -> finish();
      case ABANDONED -> forget();
      case DONE -> throw new IllegalStateException("done already");
    }
  }

  private void again() {
    if (!client.isAlive()) {
      step = Step.DONE;
    } else if (there.cut() == NetPath.Cut.REJECT) {
      fail(Errno.EHOSTUNREACH);
    } else if (attempts > MAX_ATTEMPTS) {
      fail(Errno.ETIMEDOUT);
    } else {
      send();
    }
  }

  /** The request has arrived at the server. */
  private void requested() {
    if (!server.isUp()) {
      retry();
      return;
    }
    final StreamSocket listener = server.listener(address, client.entity());
    if (listener == null) {
      capture("RST", false);
      go(Step.RESET, back.carry(HEADERS, null, client.entity()));
    } else if (listener.queue().isFull()) {
      network.trace().line(server.name(), listener + ": its queue is full, " + own + " waits");
      retry();
    } else {
      accept(listener);
    }
  }

  private void accept(final StreamSocket listener) {
    queue = listener.queue();
    deferNanos = TimeUnit.SECONDS.toNanos(listener.options().get(NetOption.DEFER_ACCEPT));
    accepted = server.accepted(listener, client.entity());
    StreamSocket.join(client, accepted, there, back);
    accepted.established(address, own);
    queue.reserve(accepted);
    capture("SYN ACK", false);
    go(Step.SYN_ACK, back.carry(HEADERS, null, client.entity()));
    if (step == Step.RETRY) {
      forget();
      step = Step.RETRY; // the next request is answered anew
    }
  }

  /** The listener gives up. */
  private void forget() {
    step = Step.DONE;
    queue.forget(accepted);
    accepted.awaits(null);
    accepted.vanish();
    accepted = null;
    if (client.isConnecting()) {
      client.apart();
    }
  }

  /** The answer has arrived at the client. */
  private void answered() {
    if (client.isAlive()) {
      client.established(own, address);
      acknowledge();
    } else if (client.machine.isUp()) {
      forget(); // started again, it says that it knows nothing of this
    } else {
      step = Step.ABANDONED;
      network.time().schedule(this, network.time().after(ABANDONED_NANOS));
    }
  }

  private void acknowledge() {
    capture("ACK", true);
    final long time = there.carry(HEADERS, null, client.entity());
    if (time == NetPath.LOST) {
      awaitAnswer();
    } else {
      step = Step.ACK;
      network.time().schedule(this, time == NetPath.HELD ? network.now() : time);
    }
  }

  /** The last step is missing: the first bytes have it as well, else it is asked for. */
  private void awaitAnswer() {
    step = Step.ANSWER_AGAIN;
    accepted.awaits(this);
    network.time().schedule(this, network.time().after(FIRST_RETRY << answers++));
  }

  private void answerAgain() {
    if (answers > MAX_ANSWERS || !accepted.isAlive()) {
      forget();
      return;
    }
    capture("SYN ACK", false);
    final long time = back.carry(HEADERS, null, client.entity());
    if (time == NetPath.LOST || time == NetPath.HELD || !client.isAlive()) {
      awaitAnswer();
    } else {
      acknowledge();
    }
  }

  /** Bytes, or the end, have arrived at the listener's side. */
  void bytesArrived() {
    network.time().cancel(this);
    finish();
  }

  /** The client resets what is not complete. */
  void resetByClient() {
    network.time().cancel(this);
    forget();
  }

  /** The last step has arrived. */
  private void completed() {
    if (deferNanos > 0 && accepted.isAlive() && !accepted.hasInput()) {
      step = Step.DEFERRED;
      accepted.awaits(this);
      network.time().schedule(this, network.time().after(deferNanos));
    } else {
      finish();
    }
  }

  private void finish() {
    step = Step.DONE;
    accepted.awaits(null);
    if (accepted.isAlive()) {
      queue.complete(accepted);
    }
  }

  private void fail(final Errno problem) {
    step = Step.DONE;
    if (client.isAlive()) {
      client.refused(problem);
    }
  }

  /** The client has closed its end before it was connected. */
  void cancel() {
    network.time().cancel(this);
    step = Step.DONE;
    if (accepted != null) {
      queue.forget(accepted);
      client.output().sendReset();
    }
  }

  private void capture(final String flags, final boolean fromClient) {
    if (network.capture() != null) {
      network
          .capture()
          .handshake(
              fromClient ? client.machine : server,
              fromClient ? own : address,
              fromClient ? address : own,
              flags);
    }
  }
}
