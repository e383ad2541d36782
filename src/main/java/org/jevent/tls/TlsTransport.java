package org.jevent.tls;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.Errno;
import org.jevent.internal.loop.Masks;
import org.jevent.internal.stream.DrainListener;
import org.jevent.internal.stream.StreamBounds;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.UpperLayer;
import org.jevent.tls.TlsError.Kind;

/**
 * Encrypts what leaves and decrypts what arrives over the stream below, whose lock it shares.
 *
 * <p>What arrives is decrypted as it comes, record by record, while the program takes it. What
 * leaves is encrypted once before the loop waits, so that many small writes become one record.
 */
final class TlsTransport extends TlsConnection implements UpperLayer, DrainListener {
  /** How long what was encrypted before a close may take to leave. */
  private static final long CLOSE_NANOS = 2_000_000_000L;

  private final BufferEvent.DataCallback onRead = self -> onReadBelow();

  /** What the stream below had before: its watermarks of reading. */
  private StreamBounds former;

  TlsTransport(
      final StreamCore core,
      final BufferEvent lower,
      final StreamCore below,
      final boolean hidesLower,
      final TlsSettings settings) {
    super(core, lower, below, hidesLower, settings);
  }

  /** Takes over the callbacks below, once its stream has been started. */
  void open() {
    lower.setCallbacks(onRead, null, (self, what) -> onEventBelow(what));
    below.upper(this);
    below.drainListener(this);
    former = below.bounds();
    below.readMarks(0, MAX_BELOW);
    if (hidesLower) {
      below.maxSingleRead(MAX_BELOW);
      below.maxSingleWrite(MAX_BELOW / 2); // with room for a whole record, which 16 KiB have not
    }
    below.suspendReading(StreamCore.FILTER);
    lower.enable(Event.READ | Event.WRITE);
    core.schedulePrePoll();
  }

  // ---- for the public object ----

  TlsSettings settings() {
    return settings;
  }

  SSLEngine engine() {
    return driver == null ? null : driver.engine;
  }

  TlsError error() {
    return error;
  }

  boolean isOpen() {
    return phase == TlsPhase.OPEN;
  }

  /** The name that the client has asked for, or that this client asks for; null: none. */
  String requestedName() {
    return requestedName;
  }

  /** Negotiates again, or replaces the keys. */
  void negotiate() {
    if (phase != TlsPhase.OPEN) {
      throw new IllegalStateException("negotiate: " + this + " is not open");
    }
    if (!driver.isSun()) {
      throw new UnsupportedOperationException(
          "negotiate: the engine " + driver.engine.getClass().getName() + " does not offer it");
    }
    try {
      driver.engine.beginHandshake();
    } catch (final SSLException e) {
      throw new IllegalStateException("negotiate: " + this + ": " + e.getMessage(), e);
    }
    negotiates = true;
    flood.expectAnswer();
    core.schedulePrePoll();
  }

  // ---- what is wanted ----

  @Override
  public void readingChanged() {
    core.updateTimeouts();
    if (!below.isClosed()) {
      updateReadingBelow();
      core.schedulePrePoll();
    }
  }

  @Override
  public void readingEnabled() {
    final boolean failed = phase == TlsPhase.FAILED && in != TlsHalf.ENDED;
    if (core.hasInputEnded() && (failed || in == TlsHalf.ENDED)) {
      core.reportEndAgain(
          BufferEvent.READING | (failed ? BufferEvent.ERROR : BufferEvent.EOF),
          failed ? core.error() : Errno.NONE);
    }
  }

  @Override
  public void writingChanged() {
    core.updateTimeouts();
    core.schedulePrePoll();
  }

  @Override
  public void outputAdded() {
    core.updateTimeouts();
    core.schedulePrePoll();
  }

  @Override
  public boolean isReading() {
    return core.mayRead() && in == TlsHalf.OPEN && isConnected();
  }

  @Override
  public boolean isWriting() {
    return core.mayWrite()
        && (core.toSend().length() > 0
            || phase.isShakingHands()
            || !isConnected()
            || (core.isClosing() && !isFlushed()));
  }

  @Override
  public void beforePoll() {
    if (core.isClosed()) {
      return;
    }
    advance();
    encrypt();
    core.runPending(true);
  }

  @Override
  void goOn() {
    core.guard().enter();
    try {
      if (!core.isClosed()) {
        advance();
        core.schedulePrePoll();
        core.runPending(false);
      }
    } finally {
      core.guard().exit();
    }
  }

  @Override
  public boolean flush(final int mask, final int mode) {
    final long before = core.received().length() - core.toSend().length();
    if ((mask & Masks.READ) != 0) {
      advance();
    }
    if ((mask & Masks.WRITE) != 0 && !core.isClosed()) {
      encrypt();
    }
    core.runPending(true);
    return core.received().length() - core.toSend().length() != before;
  }

  // ---- the stream below ----

  private void onReadBelow() {
    core.guard().enter();
    try {
      if (!core.isClosed()) {
        advance();
        core.runPending(false);
      }
    } finally {
      core.guard().exit();
    }
  }

  private void onEventBelow(final int what) {
    core.guard().enter();
    try {
      if (!core.isClosed()) {
        eventBelow(what, below.error());
        core.runPending(false);
      }
    } finally {
      core.guard().exit();
    }
  }

  private void eventBelow(final int what, final Errno reason) {
    if ((what & BufferEvent.CONNECTED) != 0) {
      connectedBelow();
    } else if ((what & BufferEvent.TIMEOUT) != 0) {
      core.pendEvent(what, Errno.NONE);
    } else if ((what & BufferEvent.READING) != 0) {
      endBelow = (what & BufferEvent.ERROR) != 0 ? reason : Errno.NONE;
      advance();
    } else if ((what & BufferEvent.WRITING) != 0) {
      writingFailedBelow(reason);
    } else {
      restart(); // each connect that fails is reported
      fail(null, reason);
    }
  }

  private void connectedBelow() {
    restart();
    core.restartTimeouts();
    core.schedulePrePoll();
  }

  /**
   * After a failure before the handshake the program connects again, or goes on with another
   * socket. What it has asked for meanwhile, such as the end of the output, still holds.
   */
  private void restart() {
    if (phase == TlsPhase.FAILED && mayRestart()) {
      assert in == TlsHalf.OPEN && out != TlsHalf.ENDED : in + " " + out;
      to(TlsPhase.WAITING);
      requestedName = null;
      endBelow = null;
      error = null;
      needsBytes = true;
    }
  }

  /** What was received before may have the alert that says why. */
  private void writingFailedBelow(final Errno reason) {
    advance();
    if (core.isClosing()) {
      core.pendEvent(BufferEvent.WRITING | BufferEvent.ERROR, reason); // it closes
    } else if (phase == TlsPhase.OPEN) {
      outputLost(reason);
    } else if (phase.isShakingHands() && !below.transport().isReading()) {
      fail(null, reason);
    }
  }

  private void outputLost(final Errno reason) {
    final boolean losesData = core.toSend().length() > 0 || hasUnsentData();
    final boolean goesOn = in == TlsHalf.OPEN && out != TlsHalf.ENDED;
    if (out != TlsHalf.ENDED) {
      outIs(TlsHalf.ENDED);
    }
    if (losesData || goesOn) { // else only messages of the protocol are lost, which say the end
      core.disableFor(BufferEvent.WRITING);
      core.pendEvent(BufferEvent.WRITING | BufferEvent.ERROR, reason, isReading());
    }
  }

  @Override
  public boolean isWaiting() {
    return out == TlsHalf.ENDING
        || core.isClosing()
        || isFullBelow()
        || (core.drainListener() != null && core.drainListener().isWaiting())
        || (core.upper() != null && core.upper().awaitsDrain());
  }

  @Override
  public boolean awaitsDrain() {
    return isWaiting();
  }

  @Override
  public void progressWatched() {
    below.transport().progressWatched();
  }

  @Override
  public void breakOff() {
    isBrokenOff = true;
  }

  @Override
  public void drained() {
    core.outputProgressed();
    if (core.toSend().length() > 0) {
      core.schedulePrePoll();
    }
  }

  @Override
  public void closed() {
    core.closeIfFlushed();
  }

  @Override
  public void belowProgressed() {
    if (core.isClosing()) {
      core.closeIfFlushed();
    } else if (core.upper() != null) {
      core.upper().belowProgressed();
    }
  }

  @Override
  public void belowNeedsMore() {
    core.schedulePrePoll();
  }

  @Override
  public void belowReopened() {
    if (mayRestart()) {
      stopTimer();
      restart();
      out = TlsHalf.OPEN;
      isBrokenOff = false;
    }
    core.reopened();
    core.schedulePrePoll();
  }

  /** Nothing has passed that depends on keys, and no byte of a former connection is left. */
  private boolean mayRestart() {
    return phase == TlsPhase.WAITING
        || (phase == TlsPhase.FAILED
            && driver == null
            && below.received().length() == 0
            && below.toSend().length() == 0);
  }

  /** Both ends of a connection that has begun depend on its keys. */
  @Override
  public void requireReplaceable(final String operation) {
    if (!mayRestart()) {
      throw new IllegalStateException(
          operation
              + ": "
              + this
              + " has begun its handshake; another socket needs another stream");
    }
  }

  @Override
  public void belowInputEnded() {
    if (core.discards()) {
      core.discardedInputEnded();
    }
  }

  // ---- moving on ----

  /** Begins when there is a connection and the program wants to use it. */
  private void begin() throws SSLException {
    if (below.isClosed() || !below.transport().isConnected()) {
      return;
    }
    if (timer == null) {
      timer = HandshakeTimer.start(core, settings.handshakeNanos(), this::handshakeTimedOut);
    }
    if (core.enabled() != 0) {
      TlsBeginning.begin(this);
    }
  }

  private void handshakeTimedOut() {
    if (phase == TlsPhase.OPEN || phase == TlsPhase.FAILED) {
      return;
    }
    end();
    core.pendEvent(BufferEvent.TIMEOUT, Errno.NONE);
    core.runPending(false);
  }

  /** Moves on as far as what has arrived, the engine and the program allow. */
  private void advance() {
    try {
      if (phase == TlsPhase.WAITING) {
        begin();
      }
      if (phase == TlsPhase.HELLO) {
        TlsBeginning.readHello(this);
      }
      if (phase == TlsPhase.HANDSHAKE || phase == TlsPhase.OPEN) {
        runEngine();
      }
      deliverEnd();
    } catch (final SSLException | RuntimeException e) {
      failed(e);
    }
  }

  /** The end of the stream below counts when all before it was decrypted. */
  private void deliverEnd() {
    final boolean decrypted =
        phase == TlsPhase.WAITING
            || phase == TlsPhase.FAILED
            || in == TlsHalf.ENDED
            || (needsBytes && (tasks == null || !tasks.areOut()));
    if (endBelow == null || core.isClosed() || !decrypted || (tasks != null && tasks.areOut())) {
      return;
    }
    final Errno found = endBelow;
    endBelow = null;
    if (phase == TlsPhase.FAILED || in == TlsHalf.ENDED) {
      return;
    }
    final boolean clean = phase == TlsPhase.OPEN && settings.allowsDirtyShutdown();
    if (clean && found == Errno.NONE) {
      inIs(TlsHalf.ENDED);
      core.disableFor(BufferEvent.READING);
      core.pendEvent(BufferEvent.READING | BufferEvent.EOF, Errno.NONE, true);
    } else {
      fail(
          new TlsError(
              Kind.TRUNCATED,
              null,
              false,
              new SSLException("the connection has ended without close_notify")),
          found == Errno.NONE ? Errno.EPROTO : found);
    }
  }

  // ---- the end ----

  /** {@code close_notify} follows the output; the stream below goes on. */
  @Override
  public void shutdownOutput() {
    if (core.isClosing() && out == TlsHalf.ENDED && !below.isClosed()) {
      if (core.isOutputEnding()) {
        core.outputEnded();
      }
      below.shutdownOutput(); // a peer that gives no close_notify ends its connection now
    } else {
      finishOutput();
    }
  }

  @Override
  public void finishOutput() {
    if (out == TlsHalf.OPEN) {
      outIs(TlsHalf.ENDING);
      core.schedulePrePoll();
    }
    if (!below.isClosed()) {
      below.transport().progressWatched();
    }
  }

  @Override
  public boolean isFlushed() {
    return out == TlsHalf.ENDED && core.isFlushedBelow();
  }

  @Override
  public boolean isDrained() {
    return core.toSend().length() == 0 && (below.isClosed() || below.transport().isDrained());
  }

  @Override
  public boolean isHopeless() {
    return phase == TlsPhase.FAILED
        || below.isClosed()
        || below.transport().isHopeless()
        || (out == TlsHalf.ENDED && core.toSend().length() > 0);
  }

  @Override
  public void discardInput() {
    if (phase == TlsPhase.OPEN && core.ownsBelow() && !below.isClosed()) {
      below.discardInput();
    }
  }

  @Override
  public void enableWritingBelow() {
    if (!below.isClosed()) {
      below.enabled(below.enabled() | Masks.WRITE, Masks.WRITE);
      below.transport().enableWritingBelow();
    }
  }

  @Override
  public void close() {
    stopTimer();
    if (below.upper() == this) {
      below.upper(null);
      below.drainListener(null);
    }
    if (!below.isClosed()) {
      closeBelow();
    }
    core.closeOutput(); // the last records depend on what it still holds
    final boolean keepsEngine = phase == TlsPhase.OPEN && !core.ownsBelow();
    if (driver != null && !tasks.areOut() && !keepsEngine) {
      driver.release();
    }
  }

  /** The next user of the stream below waits for more than a record, unless it says otherwise. */
  private void restoreMarks() {
    final StreamBounds now = below.bounds();
    if (former != null && now.readLow() == 0 && now.readHigh() == MAX_BELOW) {
      below.readMarks(former.readLow(), former.readHigh());
    }
  }

  private void closeBelow() {
    if (!core.ownsBelow()) {
      if (hidesLower) {
        lower.close();
      } else {
        if (lower.readCallback() == onRead) {
          lower.setCallbacks(null, null, null);
        }
        restoreMarks();
        below.resumeReading(StreamCore.FILTER);
      }
      return;
    }
    lastRecords();
    if (below.toSend().length() > 0 && !core.services().isClosed()) {
      if (below.limits() != null) {
        lower.limits().leave(); // a program that has closed the stream may close its group
      }
      below.closeWithin(CLOSE_NANOS);
    } else {
      lower.close();
    }
  }

  @Override
  public String toString() {
    return "TLS on " + lower;
  }
}
