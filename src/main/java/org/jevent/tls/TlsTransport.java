package org.jevent.tls;

import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.Errno;
import org.jevent.internal.loop.Masks;
import org.jevent.internal.stream.DrainListener;
import org.jevent.internal.stream.SocketTransport;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.Transport;
import org.jevent.internal.stream.UpperLayer;
import org.jevent.tls.TlsError.Kind;

/**
 * Encrypts what leaves and decrypts what arrives over the stream below, whose lock it shares.
 *
 * <p>What arrives is decrypted as it comes, record by record, while the program takes it. What
 * leaves is encrypted once before the loop waits, so that many small writes become one record.
 */
final class TlsTransport implements Transport, UpperLayer, DrainListener {
  /** Plaintext is encrypted only while less than this waits below. */
  private static final int MAX_BELOW = 64 * 1024;

  /** Records of one connection in one iteration. */
  private static final int MAX_RECORDS = 16;

  /** How long what was encrypted before a close may take to leave. */
  private static final long CLOSE_NANOS = 2_000_000_000L;

  private final StreamCore core;
  private final StreamCore below;
  private final BufferEvent lower;
  private final boolean hidesLower;
  private final TlsLoop loop;
  private final TlsSettings settings;
  private final BufferEvent.DataCallback onRead = self -> onReadBelow();

  private TlsPhase phase = TlsPhase.WAITING;
  private TlsHalf in = TlsHalf.OPEN;
  private TlsHalf out = TlsHalf.OPEN;

  /** From the beginning of the handshake on. */
  private EngineDriver driver;

  private HandshakeTasks tasks;
  private HandshakeTimer timer;
  private FloodGuard flood;
  private ClientHello hello;
  private String requestedName;
  private TlsError error;

  /** The end of the stream below, which counts when all before it was decrypted; or null. */
  private Errno endBelow;

  /** The bytes below are not a whole record. */
  private boolean needsBytes = true;

  /** This end has asked for the negotiation that goes on. */
  private boolean negotiates;

  private int peerNegotiations;

  /** The program's bytes were encrypted. */
  private boolean hasSentData;

  TlsTransport(
      final StreamCore core,
      final BufferEvent lower,
      final StreamCore below,
      final boolean hidesLower,
      final TlsSettings settings) {
    this.core = core;
    this.lower = lower;
    this.below = below;
    this.hidesLower = hidesLower;
    this.settings = settings;
    loop = TlsLoop.of(core.services());
  }

  /** Takes over the callbacks below, once its stream has been started. */
  void open() {
    lower.setCallbacks(onRead, null, (self, what) -> onEventBelow(what));
    below.upper(this);
    below.drainListener(this);
    below.readMarks(0, MAX_BELOW);
    if (hidesLower) {
      below.maxSingleRead(MAX_BELOW);
    }
    below.suspendReading(StreamCore.FILTER);
    lower.enable(Event.READ | Event.WRITE);
    core.schedulePrePoll();
  }

  StreamCore core() {
    return core;
  }

  @Override
  public StreamCore below() {
    return below;
  }

  @Override
  public StreamCore carrier() {
    return hidesLower ? below : null;
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

  /** In the handshake bytes are read whatever the program has enabled. */
  private void updateReadingBelow() {
    final boolean reads =
        phase.isShakingHands() || (phase == TlsPhase.OPEN && in == TlsHalf.OPEN && core.mayRead());
    if (reads) {
      below.resumeReading(StreamCore.FILTER);
    } else {
      below.suspendReading(StreamCore.FILTER);
    }
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

  /** The turn that was given up, or the engine, has come back. */
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
    if (phase == TlsPhase.OPEN && out != TlsHalf.ENDED) {
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
    return out == TlsHalf.ENDING || core.isClosing() || isFullBelow();
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

  private void to(final TlsPhase next) {
    assert phase.leadsTo(next) : phase + " to " + next + ": " + this;
    phase = next;
  }

  private void outIs(final TlsHalf next) {
    assert out.leadsTo(next) : out + " to " + next + ": " + this;
    out = next;
  }

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
    } else if (settings.context().contextOfName() != null) {
      hello = new ClientHello();
      to(TlsPhase.HELLO);
      updateReadingBelow();
    } else {
      shakeHands(settings.context().engine(null, -1), settings.context());
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
    shakeHands(settings.context().engine(host, port), settings.context());
  }

  private void shakeHands(final SSLEngine engine, final TlsContext context) throws SSLException {
    driver = new EngineDriver(engine, loop, below);
    tasks = new HandshakeTasks(this, loop, context == null ? null : context.taskExecutor());
    flood =
        new FloodGuard(
            context == null ? TlsLimits.DEFAULT : context.limits(), settings.isOpen());
    peerNegotiations = context == null ? 0 : context.peerRenegotiations();
    to(TlsPhase.HANDSHAKE);
    if (settings.isOpen()) {
      opened(false);
    } else {
      engine.beginHandshake();
    }
    updateReadingBelow();
  }

  /** Chooses the context by the name in the ClientHello. */
  private boolean readHello() throws SSLException {
    final ClientHello.Result result = hello.read(below.received());
    switch (result) {
      case INCOMPLETE -> {
        needsBytes = true;
        return false;
      }
      case NOT_TLS -> {
        refusePlaintext();
        return false;
      }
      case TOO_LONG -> {
        fail(
            new TlsError(
                Kind.HANDSHAKE,
                null,
                false,
                new SSLException("the ClientHello is longer than " + ClientHello.MAX + " bytes")),
            Errno.EPROTO);
        return false;
      }
      default -> requestedName = hello.name();
    }
    hello = null;
    final Function<String, TlsContext> choice = settings.context().contextOfName();
    final TlsContext chosen =
        result == ClientHello.Result.MALFORMED ? settings.context() : choice.apply(requestedName);
    if (chosen == null) {
      sendAlert(Alerts.UNRECOGNIZED_NAME);
      fail(
          new TlsError(
              Kind.HANDSHAKE,
              Alerts.name(Alerts.UNRECOGNIZED_NAME),
              false,
              new SSLException("no context is chosen for the name " + requestedName)),
          Errno.EPROTO);
      return false;
    }
    shakeHands(chosen.engine(null, -1), chosen);
    return true;
  }

  private void handshakeTimedOut() {
    if (phase == TlsPhase.OPEN || phase == TlsPhase.FAILED) {
      return;
    }
    end();
    core.pendEvent(BufferEvent.TIMEOUT, Errno.NONE);
    core.runPending(false);
  }

  private void opened(final boolean reported) {
    to(TlsPhase.OPEN);
    stopTimer();
    if (core.discards()) {
      discardInput();
    }
    updateReadingBelow();
    if (reported) {
      core.pendConnected();
    }
    core.restartTimeouts();
    core.schedulePrePoll();
  }

  private void stopTimer() {
    if (timer != null) {
      timer.close();
      timer = null;
    }
  }

  // ---- decrypting, and what the engine wants ----

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

  private void runEngine() throws SSLException {
    int records = 0;
    tasks.rethrow();
    while (!core.isClosed() && phase != TlsPhase.FAILED && !tasks.areOut()) {
      final HandshakeStatus status = driver.status();
      if (EngineDriver.isIdle(status)) {
        if (negotiates) {
          negotiates = false;
          core.schedulePrePoll(); // the output has waited
        }
        if (phase == TlsPhase.HANDSHAKE) {
          opened(true);
        }
      } else if (phase == TlsPhase.OPEN && isUnwanted()) {
        refuseNegotiation();
        return;
      }
      if (status == HandshakeStatus.NEED_TASK) {
        if (!tasks.run(driver)) {
          return;
        }
      } else if (status == HandshakeStatus.NEED_WRAP && !driver.engine.isOutboundDone()) {
        driver.wrap();
        if (driver.produced() == 0 && driver.status() == status) {
          requireOutboundDone();
          return;
        }
      } else if (!mayDecrypt()) {
        return;
      } else if (records == MAX_RECORDS) {
        loop.later(this);
        return;
      } else {
        records++;
        if (!decrypt()) {
          return;
        }
      }
      noteOutboundEnd();
    }
  }

  private boolean mayDecrypt() {
    return in == TlsHalf.OPEN
        && (phase == TlsPhase.HANDSHAKE
            || !driver.isIdle()
            || (core.mayRead() && !core.inputIsFull()));
  }

  private void requireOutboundDone() throws SSLException {
    if (!driver.engine.isOutboundDone() && !driver.foundClosed()) {
      throw new SSLException("the engine wants to send, and gives no bytes");
    }
    noteOutboundEnd();
  }

  /** Decrypts the first record below; false: there is none, or the direction has ended. */
  private boolean decrypt() throws SSLException {
    final int body = Records.body(below.received(), !flood.hasRecords());
    needsBytes = body == Records.INCOMPLETE;
    if (needsBytes) {
      return false;
    }
    if (body == Records.NOT_TLS && !flood.hasRecords()) {
      refusePlaintext();
      return false;
    }
    if (body < 0) {
      failWith(
          body == Records.OVERFLOW ? Kind.RECORD_OVERFLOW : Kind.NOT_TLS,
          "a record has a header that none may have");
      return false;
    }
    final int length = Records.HEADER + body;
    if (below.received().length() < length) {
      needsBytes = true;
      return false;
    }
    final HandshakeStatus before = driver.status();
    driver.unwrap(below.received(), length, core.requireReceived());
    below.settle(below.received());
    final int produced = driver.produced();
    if (produced > 0) {
      core.settle(core.received());
      if (!core.isClosed()) {
        core.readProgress();
      }
    }
    return !core.isClosed() && decrypted(before, produced);
  }

  private boolean decrypted(final HandshakeStatus before, final int produced) throws SSLException {
    if (driver.foundClosed() || driver.engine.isInboundDone()) {
      inputEnded();
      return true;
    }
    if (driver.consumed() == 0 && produced == 0 && driver.status() == before) {
      throw new SSLException("the engine takes no bytes of a record, and gives none");
    }
    final boolean early = phase == TlsPhase.HANDSHAKE;
    if (!flood.admits(driver.consumed(), produced, early)) {
      failWith(
          Kind.FLOOD,
          early
              ? "the peer has sent more records than a handshake needs"
              : "the peer goes on sending records without data");
      return false;
    }
    return true;
  }

  /** The peer's {@code close_notify} has come: what follows it is none of this connection's. */
  private void inputEnded() throws SSLException {
    if (in == TlsHalf.ENDED) {
      return;
    }
    in = TlsHalf.ENDED;
    if (phase == TlsPhase.HANDSHAKE) {
      failWith(Kind.HANDSHAKE, "the peer has closed the connection in the handshake");
      return;
    }
    updateReadingBelow();
    if (driver.status() == HandshakeStatus.NEED_WRAP) {
      driver.wrapRest(); // the answer, where the engine closes both directions
    }
    noteOutboundEnd();
    if (core.discards()) {
      core.discardedInputEnded();
    } else {
      core.disableFor(BufferEvent.READING);
      core.pendEvent(BufferEvent.READING | BufferEvent.EOF, Errno.NONE, true);
    }
  }

  /** The engine may have ended the output with the input. */
  private void noteOutboundEnd() {
    if (phase == TlsPhase.OPEN && out != TlsHalf.ENDED && driver.engine.isOutboundDone()) {
      endOutput();
    }
  }

  /** The end of the stream below counts when all before it was decrypted. */
  private void deliverEnd() {
    final boolean decrypted =
        phase != TlsPhase.OPEN || in == TlsHalf.ENDED || (needsBytes && !tasks.areOut());
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
      in = TlsHalf.ENDED;
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

  private boolean isUnwanted() {
    if (negotiates
        || in == TlsHalf.ENDED
        || out == TlsHalf.ENDED
        || driver.engine.isInboundDone()
        || driver.engine.getSession().getProtocol().equals("TLSv1.3")) {
      return false;
    }
    negotiates = peerNegotiations > 0;
    peerNegotiations--;
    return !negotiates;
  }

  private void refuseNegotiation() {
    failWith(Kind.RENEGOTIATION, "the peer wants to negotiate again");
  }

  // ---- encrypting ----

  private boolean isFullBelow() {
    final long mark = below.bounds().writeHigh();
    return below.toSend().length() >= (mark > 0 ? Math.min(mark, MAX_BELOW) : MAX_BELOW);
  }

  private boolean mayEncrypt() {
    return phase == TlsPhase.OPEN
        && out != TlsHalf.ENDED
        && core.mayWrite()
        && !tasks.areOut()
        && !below.isClosed();
  }

  private void encrypt() {
    if (!mayEncrypt()) {
      refuseOutput();
      return;
    }
    boolean moved = false;
    try {
      while (core.toSend().length() > 0 && !isFullBelow() && driver.isIdle()) {
        driver.wrap(core.toSend());
        moved |= driver.consumed() > 0;
        if (driver.consumed() == 0) {
          noteOutboundEnd();
          break;
        }
      }
      if (moved) {
        hasSentData = true;
        core.settle(core.toSend());
      }
      if (!core.isClosed() && out == TlsHalf.ENDING && core.toSend().length() == 0) {
        driver.closeOutbound();
        endOutput();
      }
    } catch (final SSLException | RuntimeException e) {
      failed(e);
    }
    if (moved && !core.isClosed()) {
      core.writeProgress();
    }
    if (!core.isClosed()) {
      core.closeIfFlushed();
    }
  }

  /** Nothing can be sent any more; what the program adds then fails. */
  private void refuseOutput() {
    if (phase == TlsPhase.OPEN && out == TlsHalf.ENDED && core.mayWrite() && core.toSend().length() > 0) {
      core.disableFor(BufferEvent.WRITING);
      core.pendEvent(BufferEvent.WRITING | BufferEvent.ERROR, Errno.EPIPE);
    }
    core.closeIfFlushed();
  }

  // ---- the end ----

  /** {@code close_notify} is on its way. */
  private void endOutput() {
    outIs(TlsHalf.ENDED);
    if (core.isOutputEnding()) {
      core.outputEnded();
    }
    if (core.isClosing() && !below.isClosed() && core.has(BufferEvent.CLOSE_ON_FREE)) {
      below.transport().finishOutput();
    }
    refuseOutput();
  }

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

  /** The peer speaks something else; over a shown stream the bytes stay for the next user. */
  private void refusePlaintext() {
    if (driver != null) {
      driver.release(); // its close_notify is none to such a peer
      driver = null;
    }
    if (hidesLower) {
      sendAlert(Alerts.UNEXPECTED_MESSAGE);
    }
    fail(
        new TlsError(
            Kind.NOT_TLS,
            hidesLower ? Alerts.name(Alerts.UNEXPECTED_MESSAGE) : null,
            false,
            new SSLException("the first bytes are no record of TLS")),
        Errno.EPROTO);
  }

  private void sendAlert(final int number) {
    below.output().add(new byte[] {Records.ALERT, 3, 3, 0, 2, 2, (byte) number});
  }

  private void failWith(final Kind kind, final String message) {
    fail(new TlsError(kind, null, false, new SSLException(message)), Errno.EPROTO);
  }

  private void failed(final Exception thrown) {
    final boolean early = phase != TlsPhase.OPEN;
    lastRecords();
    fail(
        Failures.of(thrown, driver == null ? -1 : driver.alertSent(), early),
        Errno.EPROTO);
  }

  private void fail(final TlsError reason, final Errno number) {
    if (phase == TlsPhase.FAILED) {
      return;
    }
    final boolean early = phase != TlsPhase.OPEN;
    final boolean reports = early || in == TlsHalf.OPEN;
    error = reason;
    end();
    if (early) {
      core.pendEvent(BufferEvent.ERROR, number);
    } else if (reports) {
      core.disableFor(BufferEvent.READING);
      core.pendEvent(BufferEvent.READING | BufferEvent.ERROR, number, true);
    } else {
      core.disableFor(BufferEvent.WRITING);
      core.pendEvent(BufferEvent.WRITING | BufferEvent.ERROR, number);
    }
    if (!core.isClosed()) {
      core.updateTimeouts();
      core.closeIfFlushed();
    }
  }

  /** Nothing passes from now on; the engine's last words are on their way. */
  private void end() {
    stopTimer();
    lastRecords();
    to(TlsPhase.FAILED);
    hello = null;
    if (!below.isClosed()) {
      updateReadingBelow();
    }
  }

  /** An alert or {@code close_notify}, as the engine has it. */
  private void lastRecords() {
    if (driver == null || tasks.areOut() || below.isClosed() || phase == TlsPhase.FAILED) {
      return;
    }
    try {
      driver.wrapRest();
      driver.closeOutbound();
    } catch (final SSLException | RuntimeException again) {
      assert again != null; // what has failed before fails once more
    }
  }

  @Override
  public void close() {
    stopTimer();
    core.closeOutput();
    if (below.upper() == this) {
      below.upper(null);
      below.drainListener(null);
    }
    if (!below.isClosed()) {
      closeBelow();
    }
    if (driver != null && !tasks.areOut()) {
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
