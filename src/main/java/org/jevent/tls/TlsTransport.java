package org.jevent.tls;

import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.Errno;
import org.jevent.internal.loop.Masks;
import org.jevent.internal.stream.DrainListener;
import org.jevent.internal.stream.SocketTransport;
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
      fail(null, reason);
    }
  }

  /** Also after a failure: the program may have connected again. */
  private void connectedBelow() {
    if (phase == TlsPhase.FAILED) {
      to(TlsPhase.WAITING);
      in = TlsHalf.OPEN;
      out = TlsHalf.OPEN;
      endBelow = null;
      error = null;
    }
    core.restartTimeouts();
    core.schedulePrePoll();
  }

  /** What was received before may have the alert that says why. */
  private void writingFailedBelow(final Errno reason) {
    advance();
    if (core.isClosing()) {
      core.pendEvent(BufferEvent.WRITING | BufferEvent.ERROR, reason); // it closes
    } else if (phase == TlsPhase.OPEN && out != TlsHalf.ENDED) {
      outIs(TlsHalf.ENDED);
      if (in == TlsHalf.ENDED && !hasSentData && core.toSend().length() == 0) {
        return; // only messages of the protocol are lost, to a peer that has said that it goes
      }
      core.disableFor(BufferEvent.WRITING);
      core.pendEvent(BufferEvent.WRITING | BufferEvent.ERROR, reason, isReading());
    } else if (phase.isShakingHands() && !below.transport().isReading()) {
      fail(null, reason);
    }
  }

  @Override
  public boolean isWaiting() {
    return out == TlsHalf.ENDING
        || core.isClosing()
        || isFullBelow()
        || (core.drainListener() != null && core.drainListener().isWaiting());
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
  public void failed() {
    // the event callback below has said so
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
  public void belowInputEnded() {
    if (core.discards()) {
      core.discardedInputEnded();
    }
  }

  // ---- the beginning ----

  /** Begins when there is a connection and the program wants to use it. */
  private void begin() throws SSLException {
    if (below.isClosed() || !below.transport().isConnected()) {
      return;
    }
    if (timer == null) {
      timer = HandshakeTimer.start(core, settings.handshakeNanos(), this::handshakeTimedOut);
    }
    if (core.enabled() == 0) {
      return;
    }
    if (settings.engine() != null) {
      shakeHands(settings.engine(), settings.context());
    } else if (settings.isClient()) {
      beginClient();
    } else if (settings.context().readsHello()) {
      hello = new ClientHello();
      to(TlsPhase.HELLO);
      updateReadingBelow();
    } else {
      shakeHands(settings.context().serverEngine(""), settings.context());
    }
  }

  private void beginClient() throws SSLException {
    String host = settings.host();
    int port = settings.port();
    if (host == null && below.transport() instanceof SocketTransport socket) {
      host = socket.connector().host();
      port = socket.connector().port();
    }
    if (host == null && settings.context().checksHost()) {
      fail(
          new TlsError(
              Kind.HOSTNAME,
              null,
              false,
              new SSLException(
                  "no host is known to compare with the certificate of the peer of "
                      + lower
                      + ": connect by name, or give one to Tls.peer")),
          Errno.EINVAL);
      return;
    }
    requestedName = host;
    shakeHands(settings.context().clientEngine(host, port), settings.context());
  }

  /** Chooses the context and the application protocol by the ClientHello. */
  private void readHello() throws SSLException {
    switch (hello.read(below.received())) {
      case INCOMPLETE -> needsBytes = true;
      case NOT_TLS -> refusePlaintext();
      case TOO_LONG ->
          refuseHello(
              Alerts.DECODE_ERROR, "the ClientHello is longer than " + ClientHello.MAX + " bytes");
      case MALFORMED -> {
        if (Records.body(below.received(), true) >= 0) {
          refuseHello(Alerts.DECODE_ERROR, "the ClientHello cannot be read");
          return;
        }
        hello = null; // the header of the record is refused as any other one
        shakeHands(settings.context().serverEngine(""), settings.context());
      }
      default -> answerHello();
    }
  }

  private void answerHello() throws SSLException {
    requestedName = hello.name();
    final Function<String, TlsContext> choice = settings.context().contextOfName();
    final TlsContext chosen = choice == null ? settings.context() : choice.apply(requestedName);
    if (chosen == null) {
      refuseHello(Alerts.UNRECOGNIZED_NAME, "no context is chosen for the name " + requestedName);
      return;
    }
    if (chosen.isClient()) {
      throw new IllegalStateException(
          "the context chosen for the name " + requestedName + " is a client's");
    }
    final List<String> offered = hello.protocols();
    final String protocol = chosen.protocolFor(offered);
    if (protocol == null) {
      refuseHello(
          Alerts.NO_APPLICATION_PROTOCOL, "no application protocol is chosen of " + offered);
      return;
    }
    hello = null;
    shakeHands(chosen.serverEngine(protocol), chosen);
  }

  private void refuseHello(final int alert, final String reason) {
    sendAlert(alert);
    fail(
        new TlsError(Kind.HANDSHAKE, Alerts.name(alert), false, new SSLException(reason)),
        Errno.EPROTO);
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
        readHello();
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
    return out == TlsHalf.ENDED && (below.isClosed() || below.transport().isFlushed());
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
    if (phase == TlsPhase.OPEN && core.has(BufferEvent.CLOSE_ON_FREE) && !below.isClosed()) {
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
    final boolean keepsEngine = phase == TlsPhase.OPEN && !core.has(BufferEvent.CLOSE_ON_FREE);
    if (driver != null && !tasks.areOut() && !keepsEngine) {
      driver.release();
    }
  }

  private void closeBelow() {
    if (!core.has(BufferEvent.CLOSE_ON_FREE)) {
      if (hidesLower) {
        lower.close();
      } else {
        if (lower.readCallback() == onRead) {
          lower.setCallbacks(null, null, null);
        }
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
