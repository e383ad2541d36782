package org.jevent.soak;

import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** Handshakes of both versions, echoes, and connections that end well, cut off or reset. */
final class TlsChurn extends Churn {
  private static final int LARGE = 100_000;
  private static final int SMALL = 500;

  /** A full handshake takes a millisecond of the processor. */
  private static final long PAUSE = 20_000_000;

  private final TlsContext[] servers = {Identity.server("TLSv1.3"), Identity.server("TLSv1.2")};
  private final TlsContext[] clients = {Identity.client("TLSv1.3"), Identity.client("TLSv1.2")};

  TlsChurn(final Ground ground) {
    super(ground);
  }

  @Override
  long pause() {
    return PAUSE;
  }

  @Override
  void round() {
    new Connection().begin();
  }

  private final class Connection {
    private final int version = random.nextInt(servers.length);
    private final Flow flow =
        new Flow(TlsChurn.this, random.nextInt(4) == 0 ? some(LARGE) : some(SMALL));
    private final NetSocket[] sockets = base.sockets().pair();

    private final BufferEvent client;
    private final BufferEvent server;
    private boolean isOver;

    Connection() {
      client = end(0, clients[version], Tls.State.CONNECTING);
      server = end(1, servers[version], Tls.State.ACCEPTING);
      Tls.of(client).peer("localhost", -1);
    }

    private BufferEvent end(final int index, final TlsContext context, final Tls.State state) {
      if (random.nextBoolean()) {
        return Tls.socket(base, sockets[index], context, state, BufferEvent.CLOSE_ON_FREE);
      }
      return Tls.filter(
          BufferEvent.socket(base, sockets[index], BufferEvent.CLOSE_ON_FREE),
          context,
          state,
          BufferEvent.CLOSE_ON_FREE);
    }

    void begin() {
      server.setCallbacks(
          self -> self.write(self.input()),
          null,
          (self, what) -> {
            if (what != BufferEvent.CONNECTED) {
              self.closeAfterFlush();
            }
          });
      server.enable(Event.READ);
      client.setWatermarks(Event.WRITE, Flow.WINDOW / 2, 0);
      client.setCallbacks(
          self -> {
            if (flow.take(self.input())) {
              end();
            }
          },
          flow::send,
          (self, what) -> {
            if (what == BufferEvent.CONNECTED) {
              flow.send(self);
            } else {
              fail(Ends.text(what, self) + " " + Tls.of(self).error() + " after " + flow);
              finish();
            }
          });
      client.enable(Event.READ);
      if (random.nextInt(8) == 0) { // wherever the handshake and the data are by then
        base.newTimer((event, what) -> cut()).addNanos(some(5_000_000));
      }
    }

    private void cut() {
      if (!isOver) {
        if (random.nextBoolean()) {
          sockets[0].set(NetOption.LINGER, 0);
        }
        finish();
      }
    }

    /** All was echoed. */
    private void end() {
      if (random.nextBoolean()) {
        finish();
        return;
      }
      client.setCallbacks(
          self -> fail("bytes after the last"),
          null,
          (self, what) -> {
            if (what != (BufferEvent.READING | BufferEvent.EOF)) {
              fail(Ends.text(what, self) + " " + Tls.of(self).error() + " instead of an end");
            }
            finish();
          });
      client.shutdownOutput();
    }

    private void finish() {
      if (!isOver) {
        isOver = true;
        client.close();
        server.close();
        over();
      }
    }
  }
}
