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

  final LoopServices services;
  final Deadlines deadlines;
  final Masking masking;
  final ZipPool zips = new ZipPool();
  private final FrameWriter ofServers = new FrameWriter(this, Role.SERVER);
  private final FrameWriter ofClients = new FrameWriter(this, Role.CLIENT);
  final byte[] head = new byte[FrameReader.MAX_HEAD];
  final byte[] control = new byte[WebSocket.MAX_CONTROL];
  final byte[] step = new byte[STEP];

  /** A payload that is masked before it goes to the output. Empty between calls. */
  final EventBuffer masked;

  /** A payload that is compressed. Empty between calls. */
  final EventBuffer compressed;

  /** Those that wait for the end of their streams: a base that is closed does not wait. */
  private final Set<Session> ending = new LinkedHashSet<>();

  private WebSocketLoop(final EventBase base, final LoopServices services) {
    this.services = services;
    masking = new Masking(services.engine().newUnpredictableRandom());
    deadlines = new Deadlines(base);
    masked = new EventBuffer(base);
    compressed = new EventBuffer(base);
  }

  static WebSocketLoop of(final EventBase base) {
    return BaseAccess.services(base)
        .resource(WebSocketLoop.class, services -> new WebSocketLoop(base, services));
  }

  FrameWriter writer(final Role role) {
    return role == Role.SERVER ? ofServers : ofClients;
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
    masked.close();
    compressed.close();
    zips.close();
  }

  @Override
  public String toString() {
    return "WebSocket";
  }
}
