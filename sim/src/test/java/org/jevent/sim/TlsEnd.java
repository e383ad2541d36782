package org.jevent.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetOption;
import org.jevent.tls.Tls;

/**
 * One end of a connection of TLS, which does what it has drawn at times that it has drawn, and
 * checks each callback: that it may come, and that its bytes are the next ones.
 */
final class TlsEnd {
  private static final int FINAL = BufferEvent.EOF | BufferEvent.ERROR | BufferEvent.TIMEOUT;

  /** How an end leaves the connection. */
  enum Leaving {
    /** When the peer leaves, or after a silence. */
    AFTER_THE_PEER,
    FLUSH,
    SHUTDOWN,
    GRACEFULLY,
    CLOSE,
    RESET
  }

  private enum State {
    CONNECTING,
    OPEN,
    /** The peer's {@code close_notify} has come. */
    ENDED,
    /** No callback may come any more. */
    CLOSED;

    boolean leadsTo(final State next) {
      return switch (this) {
        case CONNECTING -> next == OPEN || next == CLOSED;
        case OPEN -> next == ENDED || next == CLOSED;
        case ENDED -> next == CLOSED;
        case CLOSED -> false;
      };
    }
  }

  final BufferEvent stream;
  private final SocketBufferEvent below;
  private final EventBase base;
  private final Choices choices;
  private final String name;
  private final CheckedBytes out;
  private final CheckedBytes in;
  private final Leaving leaving;
  private final List<String> events = new ArrayList<>();
  private State state = State.CONNECTING;

  /** It may have sent {@code close_notify}. */
  private boolean saysEnd;

  /** It lets everything leave before {@code close_notify}. */
  private boolean flushes;

  /** The other end, or null while there is none. */
  TlsEnd peer;

  /**
   * @param below the stream of the socket, which is {@code stream} itself where TLS owns the socket
   */
  TlsEnd(
      final BufferEvent stream,
      final SocketBufferEvent below,
      final Choices choices,
      final String name,
      final CheckedBytes out,
      final CheckedBytes in) {
    this.stream = stream;
    this.below = below;
    this.choices = choices;
    this.name = name;
    this.out = out;
    this.in = in;
    base = stream.base();
    leaving = Leaving.values()[choices.choose(name + " leaves", Leaving.values().length)];
    stream.setCallbacks(self -> came(), null, (self, what) -> happened(what));
    stream.setTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));
    stream.enable(Event.READ | Event.WRITE);
    plan();
  }

  private void become(final State next) {
    if (!state.leadsTo(next)) {
      throw new AssertionError(this + ": to " + next);
    }
    state = next;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  // ---- what it does ----

  private void plan() {
    for (int i = choices.between(name + " writes", 0, 4); i > 0; i--) {
      later(3000, this::write);
    }
    if (choices.happens(name + " rests", 0.2)) {
      later(2000, this::rest);
    }
    if (choices.happens(name + " replaces keys", 0.2)) {
      later(3000, this::replaceKeys);
    }
    if (leaving != Leaving.AFTER_THE_PEER) {
      later(choices.happens(name + " hurries", 0.3) ? 30 : 5000, this::leave);
    }
  }

  private void later(final int millis, final Runnable work) {
    final Duration delay = Duration.ofMillis(choices.choose(name + " at", millis));
    base.once(
        null,
        Event.TIMEOUT,
        delay,
        (self, what) -> {
          if (!isClosed()) {
            work.run();
          }
        });
  }

  private void write() {
    if (!saysEnd) {
      final boolean large = choices.happens(name + " large", 0.1);
      stream.write(out.next(choices.between(name + " size", 1, large ? 300_000 : 20_000)));
    }
  }

  private void rest() {
    if (state == State.OPEN) {
      stream.disable(Event.READ);
      later(
          2000,
          () -> {
            if (state == State.OPEN) {
              stream.enable(Event.READ);
            }
          });
    }
  }

  private void replaceKeys() {
    if (state == State.OPEN && !saysEnd && is13()) {
      Tls.of(stream).renegotiate();
    }
  }

  private boolean is13() {
    return Tls.of(stream).session().getProtocol().equals("TLSv1.3");
  }

  private void leave() {
    saysEnd = true;
    switch (leaving) {
      case FLUSH -> {
        flushes = true;
        become(State.CLOSED);
        stream.closeAfterFlush();
      }
      case GRACEFULLY -> {
        flushes = true;
        become(State.CLOSED);
        stream.closeGracefully(Duration.ofSeconds(40));
      }
      case SHUTDOWN -> {
        flushes = true;
        if (state == State.ENDED) {
          become(State.CLOSED);
          stream.closeAfterFlush();
        } else {
          stream.shutdownOutput();
        }
      }
      case RESET -> {
        if (below.handle() != null) { // else the name is still looked up
          below.handle().set(NetOption.LINGER, 0);
        }
        close();
      }
      default -> close();
    }
  }

  private void close() {
    saysEnd = true;
    become(State.CLOSED);
    stream.close();
  }

  // ---- what happens to it ----

  private void came() {
    requireCallback("data");
    if (state == State.CONNECTING || state == State.ENDED) {
      throw new AssertionError(this + ": data");
    }
    in.take(stream);
  }

  private void happened(final int what) {
    requireCallback("event " + what);
    events.add(Integer.toHexString(what));
    if (what == BufferEvent.CONNECTED) {
      become(State.OPEN);
    } else if (what == (BufferEvent.READING | BufferEvent.EOF)) {
      ended();
    } else if ((what & FINAL) != 0) {
      failed(what);
    } else {
      throw new AssertionError(this + ": event " + what);
    }
  }

  private void requireCallback(final String what) {
    if (isClosed()) {
      throw new AssertionError(this + ": " + what + " after the end");
    }
  }

  private void ended() {
    become(State.ENDED);
    in.take(stream);
    final boolean answer = saysEnd && !is13(); // with TLS 1.2 the peer ends when this end does
    if (peer == null || !(peer.saysEnd || answer)) {
      throw new AssertionError(this + ": an end that the peer has not said");
    }
    if (peer.flushes && !answer && !in.isComplete()) {
      throw new AssertionError(this + ": the end came before the bytes: " + in);
    }
    if (leaving == Leaving.AFTER_THE_PEER) {
      become(State.CLOSED);
      saysEnd = true;
      flushes = true;
      stream.closeAfterFlush();
    } else if (saysEnd) {
      close();
    }
  }

  private void failed(final int what) {
    if (state != State.CONNECTING) {
      in.take(stream);
    }
    if (state == State.CONNECTING && what != BufferEvent.TIMEOUT && what != BufferEvent.ERROR) {
      final boolean silence = (what & BufferEvent.TIMEOUT) != 0;
      if (!silence) {
        throw new AssertionError(this + ": event " + what + " before it is connected");
      }
    }
    close();
  }

  @Override
  public String toString() {
    return name + ", " + state + ", events " + events + ", " + Tls.of(stream) + " of " + stream;
  }
}
