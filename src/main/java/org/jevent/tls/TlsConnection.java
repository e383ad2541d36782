package org.jevent.tls;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.Transport;
import org.jevent.tls.TlsError.Kind;

/**
 * What a TLS connection is in, and what passes its engine: records that arrive, the output, and
 * what the engine wants for its own purposes. {@link TlsTransport} calls it.
 */
abstract class TlsConnection implements Transport {
  /** Plaintext is encrypted only while less than this waits below. */
  static final int MAX_BELOW = 64 * 1024;

  /** Records of one connection in one iteration. */
  static final int MAX_RECORDS = 16;

  final StreamCore core;
  final StreamCore below;
  final BufferEvent lower;
  final boolean hidesLower;
  final TlsLoop loop;
  final TlsSettings settings;

  TlsPhase phase = TlsPhase.WAITING;
  TlsHalf in = TlsHalf.OPEN;
  TlsHalf out = TlsHalf.OPEN;

  /** From the beginning of the handshake on. */
  EngineDriver driver;

  HandshakeTasks tasks;
  HandshakeTimer timer;
  FloodGuard flood;
  ClientHello hello;
  String requestedName;
  TlsError error;

  /** The end of the stream below, which counts when all before it was decrypted; or null. */
  Errno endBelow;

  /** The bytes below are not a whole record. */
  boolean needsBytes = true;

  /** This end has asked for the negotiation that goes on. */
  boolean negotiates;

  int peerNegotiations;

  /** What is sent is not whole: there is no {@code close_notify} behind it. */
  boolean isBrokenOff;

  /** It goes on in the next iteration; guarded by the loop's object. */
  boolean isQueued;

  TlsConnection(
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

  /** The turn that was given up, or the engine, has come back. */
  abstract void goOn();

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

  /** In the handshake bytes are read whatever the program has enabled. */
  void updateReadingBelow() {
    final boolean reads =
        phase.isShakingHands() || (phase == TlsPhase.OPEN && in == TlsHalf.OPEN && core.mayRead());
    if (reads) {
      below.resumeReading(StreamCore.FILTER);
    } else {
      below.suspendReading(StreamCore.FILTER);
    }
  }

  void to(final TlsPhase next) {
    assert phase.leadsTo(next) : phase + " to " + next + ": " + this;
    phase = next;
  }

  void inIs(final TlsHalf next) {
    assert in.leadsTo(next) : in + " to " + next + ": " + this;
    in = next;
  }

  void outIs(final TlsHalf next) {
    assert out.leadsTo(next) : out + " to " + next + ": " + this;
    out = next;
  }

  void shakeHands(final SSLEngine engine, final TlsContext context) throws SSLException {
    driver = new EngineDriver(engine, loop, below);
    tasks = new HandshakeTasks(this, loop, context == null ? null : context.taskExecutor());
    flood =
        new FloodGuard(context == null ? TlsLimits.DEFAULT : context.limits(), settings.isOpen());
    peerNegotiations = context == null ? 0 : context.peerRenegotiations();
    to(TlsPhase.HANDSHAKE);
    needsBytes = false; // which is found out when the engine is given records
    if (settings.isOpen()) {
      opened(false);
    } else {
      engine.beginHandshake();
    }
    updateReadingBelow();
  }

  void opened(final boolean reported) {
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

  void stopTimer() {
    if (timer != null) {
      timer.close();
      timer = null;
    }
  }

  void runEngine() throws SSLException {
    int records = 0;
    while (!core.isClosed() && phase != TlsPhase.FAILED && !tasks.areOut()) {
      tasks.rethrow(driver);
      final HandshakeStatus status = driver.status();
      if (EngineDriver.isIdle(status)) {
        if (negotiates) {
          negotiates = false;
          core.schedulePrePoll(); // the output has waited
        }
        if (phase == TlsPhase.HANDSHAKE) {
          opened(true);
        }
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

  boolean mayDecrypt() {
    return in == TlsHalf.OPEN
        && (phase == TlsPhase.HANDSHAKE
            || !driver.isIdle()
            || (core.mayRead() && !core.inputIsFull()));
  }

  /** The engine has given nothing: that is right only when the direction has ended. */
  void requireOutboundDone() throws SSLException {
    if (!hasOutboundEnded()) {
      throw new SSLException("the engine wants to send, and gives no bytes");
    }
    if (phase == TlsPhase.HANDSHAKE) {
      throw new SSLException("the engine has closed the connection in the handshake");
    }
    noteOutboundEnd();
  }

  private boolean hasOutboundEnded() {
    return driver.foundClosed() || driver.engine.isOutboundDone();
  }

  /** Decrypts the first record below; false: there is none, or the direction has ended. */
  boolean decrypt() throws SSLException {
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
    final boolean mayNegotiate =
        below.received().get(0) == Records.HANDSHAKE
            && EngineDriver.isIdle(before)
            && isPeersNegotiation();
    if (mayNegotiate && peerNegotiations == 0) {
      refuseNegotiation();
      return false;
    }
    driver.unwrap(below.received(), length, core.requireReceived());
    if (mayNegotiate && !driver.isIdle()) { // the message is whole, which may take many records
      negotiates = true;
      peerNegotiations--;
    }
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

  boolean decrypted(final HandshakeStatus before, final int produced) throws SSLException {
    if (driver.foundClosed() || driver.engine.isInboundDone()) {
      inputEnded();
      return true;
    }
    if (driver.consumed() == 0 && produced == 0 && driver.status() == before) {
      throw new SSLException("the engine takes no bytes of a record, and gives none");
    }
    final boolean early = phase == TlsPhase.HANDSHAKE;
    if (early ? !flood.admitsOfHandshake(driver.consumed()) : !admitsRecord(produced)) {
      failWith(
          Kind.FLOOD,
          early
              ? "the peer has sent more records than a handshake needs"
              : "the peer goes on sending records without data");
      return false;
    }
    return true;
  }

  /**
   * A peer that takes nothing gets no credit for data: its records without data, which may have to
   * be answered, would fill the output below.
   */
  private void dataPassed() {
    if (!isFullBelow()) {
      flood.dataPassed();
    }
  }

  private boolean admitsRecord(final int produced) {
    if (produced > 0) {
      dataPassed();
      return true;
    }
    return flood.admitsEmpty(core.services().engine().nanoTime());
  }

  /** The peer's {@code close_notify} has come: what follows it is none of this connection's. */
  void inputEnded() throws SSLException {
    if (in == TlsHalf.ENDED) {
      return;
    }
    inIs(TlsHalf.ENDED);
    if (phase == TlsPhase.HANDSHAKE) {
      final SSLException early =
          new SSLException("the peer has closed the connection in the handshake");
      fail(new TlsError(Kind.HANDSHAKE, null, false, early), Errno.EPROTO);
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
  void noteOutboundEnd() {
    if (phase == TlsPhase.OPEN && out != TlsHalf.ENDED && driver.engine.isOutboundDone()) {
      endOutput();
    }
  }

  /** Encrypts one record of the output; false: the direction has ended. */
  private boolean encryptOne() throws SSLException {
    driver.wrap(core.toSend());
    if (driver.consumed() > 0 || driver.produced() > 0) {
      return true; // without output it was a message of the engine's
    }
    if (!hasOutboundEnded()) {
      throw new SSLException("the engine takes no output, and gives no bytes");
    }
    if (out != TlsHalf.ENDED) {
      endOutput();
    }
    return false;
  }

  /**
   * Whether a handshake record begins a negotiation of the peer's. It says so before the engine has
   * seen it; in TLS 1.3 there is no such record.
   */
  private boolean isPeersNegotiation() {
    return phase == TlsPhase.OPEN
        && !negotiates
        && !driver.engine.getSession().getProtocol().equals("TLSv1.3");
  }

  void refuseNegotiation() {
    failWith(Kind.RENEGOTIATION, "the peer wants to negotiate again");
  }

  boolean isFullBelow() {
    final long mark = below.bounds().writeHigh();
    return below.toSend().length() >= (mark > 0 ? Math.min(mark, MAX_BELOW) : MAX_BELOW);
  }

  boolean mayEncrypt() {
    return phase == TlsPhase.OPEN
        && out != TlsHalf.ENDED
        && core.mayWrite()
        && !tasks.areOut()
        && !below.isClosed();
  }

  void encrypt() {
    if (!mayEncrypt()) {
      refuseOutput();
      return;
    }
    boolean moved = false;
    try {
      while (core.toSend().length() > 0 && !isFullBelow() && driver.isIdle()) {
        if (!encryptOne()) {
          break;
        }
        moved |= driver.consumed() > 0;
      }
      if (moved) {
        dataPassed();
        core.settle(core.toSend());
      }
      if (!core.isClosed() && out == TlsHalf.ENDING && core.toSend().length() == 0) {
        if (!isBrokenOff) {
          driver.closeOutbound();
        }
        endOutput();
      }
      if (core.toSend().length() > 0 && driver.status() == HandshakeStatus.NEED_WRAP) {
        core.schedulePrePoll(); // a message of the engine's own goes first
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

  /** Bytes of the program were encrypted and have not left. */
  boolean hasUnsentData() {
    return driver.hasSentData() && below.waiting() > driver.behindData();
  }

  /** Nothing can be sent any more; what the program adds then fails. */
  void refuseOutput() {
    if (phase == TlsPhase.OPEN
        && out == TlsHalf.ENDED
        && core.mayWrite()
        && core.toSend().length() > 0) {
      core.disableFor(BufferEvent.WRITING);
      core.pendEvent(BufferEvent.WRITING | BufferEvent.ERROR, Errno.EPIPE);
    }
    core.closeIfFlushed();
  }

  /** {@code close_notify} is on its way. */
  void endOutput() {
    outIs(TlsHalf.ENDED);
    if (core.isOutputEnding()) {
      core.outputEnded();
    }
    if (core.isClosing() && !below.isClosed() && core.ownsBelow()) {
      below.transport().finishOutput();
    }
    refuseOutput();
  }

  /** The peer speaks something else; over a shown stream the bytes stay for the next user. */
  void refusePlaintext() {
    if (driver != null) {
      letEngineGo();
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

  void sendAlert(final int number) {
    try {
      below.output().add(new byte[] {Records.ALERT, 3, 3, 0, 2, 2, (byte) number});
    } catch (final RuntimeException noRoom) {
      assert noRoom != null; // the connection ends without it
    }
  }

  /** A fault that the engine has not found: the peer gets an alert nevertheless. */
  void failWith(final Kind kind, final String message) {
    String alert = null;
    if (driver.hasSent()) {
      driver.refuse();
    } else {
      final int number =
          kind == Kind.RECORD_OVERFLOW ? Alerts.RECORD_OVERFLOW : Alerts.UNEXPECTED_MESSAGE;
      alert = Alerts.name(number);
      sendAlert(number);
      letEngineGo();
    }
    fail(new TlsError(kind, alert, false, new SSLException(message)), Errno.EPROTO);
  }

  /** What it would say at the end is not for this peer. */
  private void letEngineGo() {
    driver.release();
    driver = null;
  }

  void failed(final Exception thrown) {
    final boolean early = phase != TlsPhase.OPEN;
    if (phase == TlsPhase.HELLO) {
      sendAlert(Alerts.INTERNAL_ERROR); // what the program chooses by has failed
    }
    lastRecords();
    if (thrown instanceof ErrnoException e) { // such as of no memory: nothing is wrong with TLS
      fail(null, e.errno());
    } else {
      fail(Failures.of(thrown, driver == null ? -1 : driver.alertSent(), early), Errno.EPROTO);
    }
  }

  void fail(final TlsError reason, final Errno number) {
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
  void end() {
    stopTimer();
    lastRecords();
    to(TlsPhase.FAILED);
    hello = null;
    if (!below.isClosed()) {
      updateReadingBelow();
    }
  }

  /**
   * An alert or {@code close_notify}, as the engine has it. After a {@code shutdownOutput} or a
   * closing flush {@code close_notify} says that all output has come: when some has not left, the
   * connection ends without it, and the peer sees that bytes are missing.
   */
  void lastRecords() {
    if (driver == null || tasks.areOut() || below.isClosed() || phase == TlsPhase.FAILED) {
      return;
    }
    final boolean breaksOff = isBrokenOff || (out == TlsHalf.ENDING && core.toSend().length() > 0);
    try {
      driver.wrapRest();
      if (!breaksOff) {
        driver.closeOutbound();
      }
    } catch (final SSLException | RuntimeException again) {
      assert again != null; // what has failed before fails once more
    }
  }
}
