package org.jevent.websocket;

import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.loop.LoopServices;
import org.jevent.internal.stream.Deadlines;

/** What the WebSockets of a base share; the arrays are in use only within a call. */
final class WebSocketLoop implements AutoCloseable {
  /** How much of an array is masked or compressed in one step. */
  static final int STEP = 16 * 1024;

  final LoopServices services;
  final Deadlines deadlines;
  final Masking masking = new Masking();
  final ZipPool zips = new ZipPool();
  final byte[] head = new byte[FrameReader.MAX_HEAD];
  final byte[] control = new byte[WebSocket.MAX_CONTROL];
  final byte[] step = new byte[STEP];

  /** A payload that is masked before it goes to the output. Empty between calls. */
  final EventBuffer masked;

  /** A payload that is to be compressed. Empty between calls. */
  final EventBuffer plain;

  /** A payload that is compressed. Empty between calls. */
  final EventBuffer compressed;

  private WebSocketLoop(final EventBase base, final LoopServices services) {
    this.services = services;
    deadlines = new Deadlines(base);
    masked = new EventBuffer(base);
    plain = new EventBuffer(base);
    compressed = new EventBuffer(base);
  }

  static WebSocketLoop of(final EventBase base) {
    return BaseAccess.services(base)
        .resource(WebSocketLoop.class, services -> new WebSocketLoop(base, services));
  }

  @Override
  public void close() {
    deadlines.close();
    masked.close();
    plain.close();
    compressed.close();
    zips.close();
  }

  @Override
  public String toString() {
    return "WebSocket";
  }
}
