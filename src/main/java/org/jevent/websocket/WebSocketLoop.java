package org.jevent.websocket;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.stream.Deadlines;

/** What the WebSockets of a base share; the arrays are in use only within a call. */
final class WebSocketLoop implements AutoCloseable {
  /** How much of an array is masked or compressed in one step. */
  static final int STEP = 16 * 1024;

  /** How much compressors get at a time. */
  private static final int ZIP_PART = 4096;

  private final EventBase base;
  final LoopServices services;
  final Deadlines deadlines;
  final Masking masking;
  final ZipPool zips = new ZipPool();
  private final FrameWriter ofServers = new FrameWriter(this, Role.SERVER);
  private final FrameWriter ofClients = new FrameWriter(this, Role.CLIENT);
  final byte[] head = new byte[FrameReader.MAX_HEAD];
  final byte[] control = new byte[WebSocket.MAX_CONTROL];
  final byte[] step = new byte[STEP];

  /** What compressors get, one part after the other. */
  final byte[] packed = new byte[ZIP_PART];

  /** A payload that is compressed. Empty between calls. */
  final EventBuffer compressed;

  /** A frame that is being made, for {@link #takeFrame}. */
  private final EventBuffer frame;

  private boolean isFrameTaken;

  /** Those that wait for the end of their streams: a base that is closed does not wait. */
  private final Set<Session> ending = new LinkedHashSet<>();

  private WebSocketLoop(final EventBase base, final LoopServices services) {
    this.base = base;
    this.services = services;
    masking = new Masking(services.engine().newUnpredictableRandom());
    deadlines = new Deadlines(base);
    frame = new EventBuffer(base);
    compressed = new EventBuffer(base);
  }

  static WebSocketLoop of(final EventBase base) {
    return BaseAccess.services(base)
        .resource(WebSocketLoop.class, services -> new WebSocketLoop(base, services));
  }

  FrameWriter writer(final Role role) {
    return role == Role.SERVER ? ofServers : ofClients;
  }

  /** An empty buffer for a frame. The program may send another one while this one is made. */
  EventBuffer takeFrame() {
    if (isFrameTaken) {
      return new EventBuffer(base);
    }
    isFrameTaken = true;
    return frame;
  }

  /** Takes it back, and drops what is left in it: nothing may reach another connection. */
  void giveFrame(final EventBuffer made) {
    if (made != frame) {
      made.close();
      return;
    }
    try {
      frame.drain(frame.length());
    } finally {
      isFrameTaken = false;
    }
  }

  void ending(final Session session) {
    ending.add(session);
  }

  void ended(final Session session) {
    ending.remove(session);
  }

  /** How many wait for the end of their streams. */
  int ending() {
    return ending.size();
  }

  @Override
  public void close() {
    deadlines.close();
    ending.forEach(each -> each.stream().close());
    ending.clear();
    frame.close();
    compressed.close();
    zips.close();
  }

  @Override
  public String toString() {
    return "WebSocket";
  }
}
