package org.jevent.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.LoopResult;
import org.jevent.error.Errno;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.loop.Job;
import org.jevent.internal.loop.LoopServices;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What keeps the loop alive while a listener accepts, pauses and ends. */
@Timeout(60)
class AcceptorTest {
  private final EventBase base = new EventBase(new EventConfig().method("nio"));
  private final LoopServices services = BaseAccess.services(base);
  private final Job delivery = services.newJob(this, "a test", () -> {});
  private final NetSocket socket =
      base.sockets().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
  private boolean wanted;
  private boolean closed;
  private final Acceptor acceptor =
      new Acceptor(base, socket, true, () -> wanted, () -> closed, delivery);

  @AfterEach
  void close() {
    acceptor.cancelPause();
    delivery.closed();
    base.close();
    socket.close();
  }

  private LoopResult turn() {
    return base.loop(EventBase.LOOP_NONBLOCK);
  }

  private void want(final boolean connections) {
    wanted = connections;
    acceptor.updateBeforePoll();
    turn();
  }

  private void end() {
    closed = true;
    acceptor.updateBeforePoll();
    turn();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void acceptingKeepsTheLoopAlive() {
    want(true);
    assertThat(turn()).isNotEqualTo(LoopResult.EMPTY);
    want(false);
    assertThat(turn()).isEqualTo(LoopResult.EMPTY);
    end();
  }

  @Test
  void anErrorThatComesAfterAcceptingHasEndedReleasesNothing() {
    want(true);
    want(false);
    base.execute(
        () -> {
          services.ref(); // what is under way elsewhere
          acceptor.accepted(null, null, Errno.EMFILE);
        });
    turn();
    assertThat(turn()).isNotEqualTo(LoopResult.EMPTY);
    assertThat(acceptor.takeProblem().errno()).isEqualTo(Errno.EMFILE);
    base.execute(services::unref);
    turn();
    end();
  }

  @Test
  void afterAnErrorItPausesAndGoesOn() {
    want(true);
    base.execute(() -> acceptor.accepted(null, null, Errno.EMFILE));
    turn();
    assertThat(acceptor.hasProblem()).isTrue();
    assertThat(turn()).isEqualTo(LoopResult.EMPTY);
    acceptor.takeProblem();
    base.loop(EventBase.LOOP_ONCE); // the timer
    assertThat(turn()).isNotEqualTo(LoopResult.EMPTY);
    end();
  }

  @Test
  void whatWasNeverAttachedIsClosedAtTheEnd() {
    end();
  }
}
