package org.jevent.websocket;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;

/** What a {@link FrameReader} and an {@link Inbox} make of bytes, in words. */
final class FrameRun implements AutoCloseable {
  /** What the frames are read by. */
  record Rules(Role role, boolean compression, boolean keeps) {}

  /** Small enough to be met by a few bytes. */
  static final WebSocketConfig LIMITS =
      WebSocketConfig.DEFAULT.maxFrame(500).maxMessage(800).maxFragments(110);

  private final List<String> seen = new ArrayList<>();
  private final byte[] head = new byte[FrameReader.MAX_HEAD];
  private final FrameReader frames;
  private final Inbox inbox;
  private boolean inFrame;

  FrameRun(final EventBase base, final Rules rules) {
    frames = new FrameReader(rules.role, rules.compression, LIMITS.maxFrame());
    inbox =
        new Inbox(
            base,
            LIMITS,
            rules.compression ? new MessageInflater(WebSocketLoop.of(base), rules.keeps) : null);
  }

  /** Takes what has come; false: it wants no more. */
  boolean more(final EventBuffer input) {
    while (true) {
      if (!inFrame) {
        final FrameReader.Step step = frames.read(input, head);
        if (step == FrameReader.Step.INCOMPLETE) {
          return true;
        }
        if (step == FrameReader.Step.REFUSED) {
          return refused(frames.code());
        }
        inFrame = true;
        if (!frames.isControl() && inbox.begin(frames) == Inbox.Step.REFUSED) {
          return refused(inbox.code());
        }
      }
      if (frames.isControl()) {
        if (input.length() < frames.length()) {
          return true;
        }
        control(input);
      } else if (input.isEmpty() && frames.left() > 0) {
        return true;
      } else if (inbox.take(input, frames) == Inbox.Step.REFUSED) {
        return refused(inbox.code());
      } else {
        data();
      }
    }
  }

  private void control(final EventBuffer input) {
    inFrame = false;
    final byte[] payload = input.readBytes((int) frames.length());
    Masking.apply(payload, payload.length, frames.mask(), 0);
    seen.add(frames.opcode() + " " + HexFormat.of().formatHex(payload));
  }

  private void data() {
    inFrame = frames.left() > 0;
    if (!inFrame && frames.isFinal()) {
      final EventBuffer data = inbox.data();
      final byte[] payload = data.readBytes((int) data.length());
      seen.add((inbox.isText() ? "text " : "binary ") + HexFormat.of().formatHex(payload));
    }
  }

  private boolean refused(final int code) {
    seen.add("refused " + code);
    return false;
  }

  List<String> seen() {
    return seen;
  }

  @Override
  public void close() {
    inbox.close();
  }
}
