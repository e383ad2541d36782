package org.jevent.tls;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.stream.StreamCore;

/**
 * Moves records through an engine, whatever it answers: what counts is what was consumed and
 * produced. A provider that claims progress and makes none is refused rather than asked again.
 */
final class EngineDriver {
  private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};
  private static final int ALERT_RECORD = 7;

  /**
   * What makes the JDK's engines send {@code unexpected_message}: the header of an endless record.
   */
  private static final byte[] ENDLESS_RECORD = {22, 3, 3, 0x7f, 0x7f, 0};

  /** What makes BoringSSL's send an alert. */
  private static final byte[] SHORT_RECORD = {20, 3, 3, 0, 1, 0};

  private static final int NO_ALERT = -1;

  /** More than any engine wraps at once; where one wants more room, it is broken. */
  private static final int MAX_WRAPPED = 1 << 17;

  /** Enough for each message that an engine sends when it ends. */
  private static final int MAX_LAST_RECORDS = 16;

  final SSLEngine engine;
  private final TlsLoop loop;
  private final StreamCore below;
  private int consumed;
  private int produced;
  private boolean closed;
  private boolean hasSent;
  private boolean hasSentData;
  private long behindData;
  private int alertSent = NO_ALERT;

  EngineDriver(final SSLEngine engine, final TlsLoop loop, final StreamCore below) {
    this.engine = engine;
    this.loop = loop;
    this.below = below;
  }

  HandshakeStatus status() {
    return engine.getHandshakeStatus();
  }

  /** It has nothing to do but pass data. */
  boolean isIdle() {
    return isIdle(status());
  }

  static boolean isIdle(final HandshakeStatus status) {
    return status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED;
  }

  /** How many bytes the last call has taken. */
  int consumed() {
    return consumed;
  }

  /** How many bytes the last call has made. */
  int produced() {
    return produced;
  }

  /** The last call has found its direction closed. */
  boolean foundClosed() {
    return closed;
  }

  /** Until the engine has sent anything this end's records are plain. */
  boolean hasSent() {
    return hasSent;
  }

  /** Bytes of the program were encrypted. */
  boolean hasSentData() {
    return hasSentData;
  }

  /** How many bytes were made behind the last record with bytes of the program. */
  long behindData() {
    return behindData;
  }

  /** The number of the alert that has left unencrypted, or -1. */
  int alertSent() {
    return alertSent;
  }

  /** Whether the engine is the JDK's, which knows half-closed connections and key updates. */
  boolean isSun() {
    return engine.getClass().getName().startsWith("sun.");
  }

  /** Decrypts the first record, which is whole, behind the target. */
  void unwrap(final ByteQueue source, final int record, final ByteQueue target)
      throws SSLException {
    final TlsLoop.Scratch scratch = loop.scratch();
    final ByteBuffer in = scratch.encrypted.clear();
    source.copyOut(0, in, record);
    in.flip();
    final ByteBuffer out = scratch.plain;
    reset();
    boolean again;
    do {
      final int position = in.position();
      final SSLEngineResult result = engine.unwrap(in, out.clear());
      final int taken = in.position() - position;
      final int made = out.position();
      if (made > 0) {
        target.add(out, 0, made);
      }
      consumed += taken;
      produced += made;
      closed = result.getStatus() == SSLEngineResult.Status.CLOSED;
      again = result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW && taken + made > 0;
    } while (again);
    assert consumed <= record : consumed + " of " + record;
    source.drain(consumed);
  }

  /** Has the engine throw what its tasks have thrown: it takes no bytes, and gives none. */
  void throwFailures() throws SSLException {
    if (status() == HandshakeStatus.NEED_UNWRAP) {
      engine.unwrap(NOTHING[0].duplicate(), loop.scratch().plain.clear());
    }
  }

  /** Has the engine send what it has to, for its own purposes. */
  void wrap() throws SSLException {
    wrap(NOTHING, 1);
  }

  /** Encrypts the first bytes of a queue as one record, and removes them. */
  void wrap(final ByteQueue source) throws SSLException {
    final ByteBuffer[] views = loop.scratch().views;
    final int needed = source.peek(0, Math.min(Records.MAX_PLAINTEXT, source.length()), views);
    final int count = Math.min(needed, views.length);
    try {
      wrap(views, count);
    } finally {
      Arrays.fill(views, 0, count, null);
    }
    source.drain(consumed);
  }

  private void wrap(final ByteBuffer[] views, final int count) throws SSLException {
    ByteBuffer out = loop.scratch().encrypted.clear();
    reset();
    SSLEngineResult result = engine.wrap(views, 0, count, out);
    while (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW
        && result.bytesConsumed() == 0
        && out.position() == 0
        && out.capacity() < MAX_WRAPPED) {
      out = ByteBuffer.allocate(2 * out.capacity());
      result = engine.wrap(views, 0, count, out);
    }
    consumed = result.bytesConsumed();
    while (!Records.areWhole(out)) {
      out = wrapRestOfRecord(out);
    }
    produced = out.position();
    closed = result.getStatus() == SSLEngineResult.Status.CLOSED;
    hasSentData |= consumed > 0;
    behindData = consumed > 0 ? 0 : behindData + produced;
    if (produced > 0) {
      hasSent = true;
      out.flip();
      noteAlert(out);
      below.output().add(out);
    }
  }

  /**
   * Native engines may give the end of a record, behind tickets before it, only when asked again.
   */
  private ByteBuffer wrapRestOfRecord(final ByteBuffer out) throws SSLException {
    final int before = out.position();
    final SSLEngineResult result = engine.wrap(NOTHING, 0, 1, out);
    if (out.position() > before) {
      return out;
    }
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW
        && out.capacity() < MAX_WRAPPED) {
      return ByteBuffer.allocate(2 * out.capacity()).put(out.flip());
    }
    throw new SSLException("the engine gave " + before + " bytes, no whole records: " + result);
  }

  private void reset() {
    consumed = 0;
    produced = 0;
    closed = false;
  }

  private void noteAlert(final ByteBuffer record) {
    if (produced == ALERT_RECORD && record.get(0) == Records.ALERT) {
      alertSent = record.get(ALERT_RECORD - 1) & 0xff;
    }
  }

  /**
   * Has the engine end the connection with an alert, for what this library finds wrong and the
   * engine does not: only what it receives makes it send one.
   */
  void refuse() {
    final ByteBuffer record = ByteBuffer.wrap(isSun() ? ENDLESS_RECORD : SHORT_RECORD);
    try {
      engine.unwrap(record, loop.scratch().plain.clear());
    } catch (final SSLException | RuntimeException wanted) {
      assert wanted != null; // its alert is what it wraps next
    }
  }

  /** Sends {@code close_notify}, or what the engine has to say when it has failed. */
  void closeOutbound() throws SSLException {
    engine.closeOutbound();
    wrapRest();
  }

  /** Sends what the engine still has to, so that an alert leaves. */
  void wrapRest() throws SSLException {
    for (int i = 0; i < MAX_LAST_RECORDS; i++) {
      if (engine.isOutboundDone() || status() == HandshakeStatus.NEED_TASK) {
        return;
      }
      wrap();
      if (produced == 0) {
        return;
      }
    }
  }

  /**
   * Lets the engine go. Native ones free their memory when both directions are closed and nothing
   * waits to be sent; the JDK's would make the session useless for resumption.
   */
  void release() {
    if (isSun()) {
      return;
    }
    try {
      engine.closeOutbound();
      dropRest();
    } catch (final SSLException | RuntimeException again) {
      assert again != null; // what has failed before fails once more
    }
    try {
      engine.closeInbound();
    } catch (final SSLException | RuntimeException expected) {
      assert expected != null; // the peer's close_notify is missing, which is known
    }
  }

  private void dropRest() throws SSLException {
    final ByteBuffer nowhere = loop.scratch().encrypted;
    for (int i = 0; i < MAX_LAST_RECORDS && !engine.isOutboundDone(); i++) {
      if (engine.wrap(NOTHING[0], nowhere.clear()).bytesProduced() == 0) {
        return;
      }
    }
  }
}
