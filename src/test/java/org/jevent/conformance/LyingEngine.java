package org.jevent.conformance;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** An engine that breaks its contract from some call on, and is a true one before that. */
final class LyingEngine extends SSLEngine {
  /** What it does instead of its duty. */
  enum Lie {
    OK_WITHOUT_PROGRESS,
    WRAP_OVERFLOWS,
    UNWRAP_OVERFLOWS,
    UNWRAP_UNDERFLOWS,
    WRAP_CLOSED,
    UNWRAP_CLOSED,
    /** New keys go before each record with data, which is no breach of the contract. */
    KEYS_FIRST,
    WRAP_THROWS,
    UNWRAP_THROWS,
    WRAP_THROWS_UNCHECKED,
    UNWRAP_THROWS_UNCHECKED,
    TASK_THROWS,
    NO_TASK
  }

  private final SSLEngine truth;
  private final Lie lie;
  private int truths;
  private boolean areKeysSent;

  /** How many calls were answered with a lie. */
  int lies;

  /** Lies from the first call on after as many true ones. */
  LyingEngine(final SSLEngine truth, final Lie lie, final int truths) {
    this.truth = truth;
    this.lie = lie;
    this.truths = truths;
  }

  /** The true engine, for its release: a native one has descriptors. */
  SSLEngine truth() {
    return truth;
  }

  private boolean areKeysDue(final ByteBuffer[] sources, final int from, final int count) {
    boolean hasData = false;
    for (int i = from; i < from + count; i++) {
      hasData |= sources[i].hasRemaining();
    }
    areKeysSent = hasData && !areKeysSent;
    return areKeysSent && lies(Lie.KEYS_FIRST);
  }

  private boolean lies(final Lie... those) {
    for (final Lie each : those) {
      if (each == lie) {
        if (truths > 0) {
          truths--;
          return false;
        }
        lies++;
        return true;
      }
    }
    return false;
  }

  private SSLEngineResult nothing(final Status status) {
    return new SSLEngineResult(status, truth.getHandshakeStatus(), 0, 0);
  }

  private SSLEngineResult overflow() {
    return nothing(Status.BUFFER_OVERFLOW);
  }

  @Override
  public SSLEngineResult wrap(
      final ByteBuffer[] sources, final int from, final int count, final ByteBuffer target)
      throws SSLException {
    if (lies(
        Lie.OK_WITHOUT_PROGRESS,
        Lie.WRAP_OVERFLOWS,
        Lie.WRAP_CLOSED,
        Lie.WRAP_THROWS,
        Lie.WRAP_THROWS_UNCHECKED)) {
      return switch (lie) {
        case OK_WITHOUT_PROGRESS -> nothing(Status.OK);
        case WRAP_OVERFLOWS -> overflow();
        case WRAP_CLOSED -> nothing(Status.CLOSED);
        case WRAP_THROWS -> throw new SSLException("wrap is broken");
        default -> throw new IllegalStateException("wrap is broken, unchecked");
      };
    }
    if (areKeysDue(sources, from, count)) {
      truth.beginHandshake();
    }
    return truth.wrap(sources, from, count, target);
  }

  @Override
  public SSLEngineResult unwrap(
      final ByteBuffer source, final ByteBuffer[] targets, final int from, final int count)
      throws SSLException {
    if (lies(
        Lie.OK_WITHOUT_PROGRESS,
        Lie.UNWRAP_OVERFLOWS,
        Lie.UNWRAP_UNDERFLOWS,
        Lie.UNWRAP_CLOSED,
        Lie.UNWRAP_THROWS,
        Lie.UNWRAP_THROWS_UNCHECKED)) {
      return switch (lie) {
        case OK_WITHOUT_PROGRESS -> nothing(Status.OK);
        case UNWRAP_OVERFLOWS -> overflow();
        case UNWRAP_UNDERFLOWS -> nothing(Status.BUFFER_UNDERFLOW);
        case UNWRAP_CLOSED -> nothing(Status.CLOSED);
        case UNWRAP_THROWS -> throw new SSLException("unwrap is broken");
        default -> throw new IllegalStateException("unwrap is broken, unchecked");
      };
    }
    return truth.unwrap(source, targets, from, count);
  }

  @Override
  public Runnable getDelegatedTask() {
    final Runnable task = truth.getDelegatedTask();
    if (task == null || !lies(Lie.NO_TASK, Lie.TASK_THROWS)) {
      return task;
    }
    return lie == Lie.NO_TASK
        ? null
        : () -> {
          throw new IllegalStateException("the task is broken");
        };
  }

  @Override
  public void closeInbound() throws SSLException {
    truth.closeInbound();
  }

  @Override
  public boolean isInboundDone() {
    return truth.isInboundDone();
  }

  @Override
  public void closeOutbound() {
    truth.closeOutbound();
  }

  @Override
  public boolean isOutboundDone() {
    return truth.isOutboundDone();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return truth.getSupportedCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return truth.getEnabledCipherSuites();
  }

  @Override
  public void setEnabledCipherSuites(final String[] suites) {
    truth.setEnabledCipherSuites(suites);
  }

  @Override
  public String[] getSupportedProtocols() {
    return truth.getSupportedProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return truth.getEnabledProtocols();
  }

  @Override
  public void setEnabledProtocols(final String[] protocols) {
    truth.setEnabledProtocols(protocols);
  }

  @Override
  public SSLSession getSession() {
    return truth.getSession();
  }

  @Override
  public void beginHandshake() throws SSLException {
    truth.beginHandshake();
  }

  @Override
  public HandshakeStatus getHandshakeStatus() {
    return truth.getHandshakeStatus();
  }

  @Override
  public void setUseClientMode(final boolean mode) {
    truth.setUseClientMode(mode);
  }

  @Override
  public boolean getUseClientMode() {
    return truth.getUseClientMode();
  }

  @Override
  public void setNeedClientAuth(final boolean need) {
    truth.setNeedClientAuth(need);
  }

  @Override
  public boolean getNeedClientAuth() {
    return truth.getNeedClientAuth();
  }

  @Override
  public void setWantClientAuth(final boolean want) {
    truth.setWantClientAuth(want);
  }

  @Override
  public boolean getWantClientAuth() {
    return truth.getWantClientAuth();
  }

  @Override
  public void setEnableSessionCreation(final boolean flag) {
    truth.setEnableSessionCreation(flag);
  }

  @Override
  public boolean getEnableSessionCreation() {
    return truth.getEnableSessionCreation();
  }
}
