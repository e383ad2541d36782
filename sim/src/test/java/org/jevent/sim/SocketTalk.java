package org.jevent.sim;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.websocket.MessageWriter;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.Role;
import org.jevent.websocket.WebSocket;

/** One end of a WebSocket: it does what it has drawn, and checks each callback. */
final class SocketTalk {
  /** The field of a request that says which one it is. */
  static final String ID = "x-id";

  private static final int MAX_LENGTH = 200_000;

  private enum State {
    OPEN,
    /** This end has begun to close: no message may come. */
    LEAVING,
    OVER;

    boolean leadsTo(final State next) {
      return next.ordinal() > ordinal();
    }
  }

  private final WebSocket socket;
  private final Choices choices;
  private final EventBase base;
  private final int id;
  private final boolean isCalm;

  /** A part of a message that has come in parts. */
  private final EventBuffer parts;

  private State state = State.OPEN;
  private MessageWriter writer;
  private byte[] rest;
  private int sent;
  private int came;
  private int pings;
  private int pongs;
  private String end = "";

  /** What this end has said before it left, or -1. */
  private int sentBeforeClose = -1;

  private int closeCode = -1;

  /** The other ends of the same number: those of a server that was asked again are several. */
  private final List<SocketTalk> others;

  SocketTalk(
      final WebSocket socket,
      final Choices choices,
      final int id,
      final List<SocketTalk> others,
      final boolean isCalm) {
    this.socket = socket;
    this.choices = choices;
    this.id = id;
    this.others = others;
    this.isCalm = isCalm;
    base = socket.base();
    parts = new EventBuffer(base);
    takeMessages();
    socket
        .onPing((self, payload) -> require(state == State.OPEN, this + ": a ping"))
        .onPong((self, payload) -> ponged(payload))
        .onClose((self, code, reason, clean) -> closed(code, reason, clean));
    final int length = choices.between("messages", 0, 12);
    for (int i = 0; i < length; i++) {
      later("acts at", 20_000, this::act);
    }
    if (socket.role() == Role.CLIENT || choices.happens("server leaves", 0.2)) {
      later("leaves at", 40_000, this::leave);
    }
  }

  private void later(final String name, final int millis, final Runnable work) {
    base.once(
        null,
        Event.TIMEOUT,
        Duration.ofMillis(choices.choose(name, millis)),
        (self, what) -> {
          if (state != State.OVER) {
            work.run();
          }
        });
  }

  // ---- what this end says ----

  private void act() {
    if (state == State.LEAVING) {
      require(!socket.send("late"), this + ": sent behind the close frame");
    } else if (writer != null) {
      writePart();
    } else if (choices.happens("pings", 0.2)) {
      socket.ping(String.valueOf(pings++).getBytes(StandardCharsets.US_ASCII));
    } else if (choices.happens("pauses", 0.15)) {
      socket.pause();
      later("resumes at", 10_000, socket::resume);
    } else {
      send();
    }
  }

  private void send() {
    final boolean large = choices.happens("large", 0.2);
    final byte[] bytes =
        message(socket.role(), sent, choices.between("length", 0, large ? MAX_LENGTH : 3000));
    final boolean text = isText(sent);
    switch (choices.choose("way", 4)) {
      case 0 -> {
        writer = socket.startMessage(text);
        rest = bytes;
        writePart();
        return;
      }
      case 1 ->
          socket.send(text ? PreparedMessage.text(ascii(bytes)) : PreparedMessage.binary(bytes));
      case 2 -> {
        if (text) {
          socket.send(ascii(bytes));
        } else {
          final EventBuffer buffer = new EventBuffer(base).add(bytes);
          socket.send(buffer);
          require(buffer.isEmpty(), buffer);
          buffer.close();
        }
      }
      default -> {
        if (text) {
          socket.send(ascii(bytes));
        } else {
          socket.send(bytes);
        }
      }
    }
    sent++;
  }

  private void writePart() {
    final int count = choices.between("part", 0, rest.length);
    writer.write(Arrays.copyOf(rest, count));
    rest = Arrays.copyOfRange(rest, count, rest.length);
    if (choices.happens("goes on", 0.6)) {
      later("writes at", 500, this::writeOn);
    } else {
      endMessage();
    }
  }

  private void writeOn() {
    if (state == State.OPEN && writer != null) {
      writePart();
    }
  }

  private void endMessage() {
    writer.write(rest);
    writer.end();
    writer = null;
    sent++;
  }

  private void leave() {
    if (state != State.OPEN) {
      return;
    }
    if (!isCalm && choices.happens("drops", 0.2)) {
      socket.close();
      require(state == State.OVER, this + ": no end");
      return;
    }
    if (writer != null) {
      endMessage();
    }
    become(State.LEAVING);
    sentBeforeClose = sent;
    closeCode = 3000 + choices.choose("code", 1000);
    require(socket.close(closeCode, "left " + id), this);
  }

  /** The server drains, and closes it. */
  void drained() {
    if (state == State.OPEN) {
      become(State.LEAVING);
      sentBeforeClose = sent;
      closeCode = WebSocket.GOING_AWAY;
    }
  }

  // ---- what comes ----

  private void takeMessages() {
    if (choices.happens("takes parts", 0.3)) {
      socket.onFragment(
          (self, bytes, text, last) -> {
            require(state == State.OPEN, this + ": a part");
            parts.add(bytes);
            if (last) {
              check(text, parts.readBytes((int) parts.length()));
            }
          });
    } else {
      socket.onMessage((self, message) -> check(message.isText(), message.bytes()));
    }
  }

  private void check(final boolean text, final byte[] bytes) {
    require(state == State.OPEN, this + ": a message");
    require(text == isText(came), this + ": the other kind");
    final Role other = socket.role() == Role.CLIENT ? Role.SERVER : Role.CLIENT;
    require(
        Arrays.equals(bytes, message(other, came, bytes.length)),
        this + ": other bytes in the message " + came);
    came++;
    if (choices.happens("pauses within", 0.05)) {
      socket.pause();
      later("resumes at", 10_000, socket::resume);
    } else if (choices.happens("leaves within", 0.02)) {
      leave();
    }
  }

  private void ponged(final byte[] payload) {
    require(state == State.OPEN, this + ": a pong");
    if (payload.length > 0) { // that of a ping of the library's has none
      final int number = Integer.parseInt(ascii(payload));
      require(number >= pongs && number < pings, this + ": the pong " + number);
      pongs = number + 1;
    }
  }

  private void closed(final int code, final String reason, final boolean clean) {
    final boolean left = state == State.LEAVING;
    become(State.OVER);
    parts.close();
    end = code + " " + reason;
    require(clean == (code >= 3000 || code == WebSocket.GOING_AWAY), this);
    require(clean || code == WebSocket.ABNORMAL, this + ": an unclean end");
    require(clean || !isCalm, this + ": lost");
    if (clean && !left && others.size() == 1) {
      final SocketTalk other = others.get(0);
      require(code == other.closeCode, this + " by " + other);
      require(came == other.sentBeforeClose, this + ": messages are missing of " + other);
    }
    require(!socket.send("late") && !socket.close(3000, ""), this);
  }

  private void become(final State next) {
    require(state.leadsTo(next), this + ": to " + next);
    state = next;
  }

  boolean isOver() {
    return state == State.OVER;
  }

  // ---- messages ----

  private boolean isText(final int number) {
    return ((id + number) & 1) == 0;
  }

  /** The bytes follow from the number: digits in a text, any in a binary message. */
  private byte[] message(final Role from, final int number, final int length) {
    final byte[] made = new byte[length];
    for (int i = 0; i < length; i++) {
      final byte any = HttpTask.at(id * 37 + number * 5 + from.ordinal(), i);
      made[i] = isText(number) ? (byte) ('0' + (any & 0x3f)) : any;
    }
    return made;
  }

  private static String ascii(final byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static void require(final boolean holds, final Object found) {
    if (!holds) {
      throw new AssertionError("found " + found);
    }
  }

  /** Both ends of each number. */
  static final class Book {
    private final List<List<SocketTalk>> all = new ArrayList<>();

    /** The list of an end's own kind, or of the other one's. */
    List<SocketTalk> of(final int id, final Role role) {
      while (all.size() <= 2 * id + 1) {
        all.add(new ArrayList<>());
      }
      return all.get(2 * id + role.ordinal());
    }
  }

  @Override
  public String toString() {
    return socket.role() + " " + id + " " + state + " sent " + sent + " came " + came + " " + end;
  }
}
