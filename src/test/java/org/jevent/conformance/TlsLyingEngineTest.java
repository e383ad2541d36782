package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import javax.net.ssl.SSLEngine;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;

/** Engines that claim progress and make none: an error each time, and never a spin. */
class TlsLyingEngineTest {
  /** The maximum of wrong answers until the connection has failed and is closed. */
  private static final int MAX_LIES = 40;

  /** How many calls are answered truly at first: in the handshake, and behind it. */
  private static final int[] TRUTHS = {0, 1, 2, 3, 5, 8};

  private static LyingEngine engine(
      final TlsKit.Kind kind, final LyingEngine.Lie lie, final int truths) {
    final SSLEngine truth = kind.trusting().sslContext().createSSLEngine("localhost", 443);
    truth.setUseClientMode(true);
    truth.setEnabledProtocols(new String[] {kind.protocol()});
    return new LyingEngine(truth, lie, truths);
  }

  private static void liesFrom(
      final Bases bases,
      final TlsKit.Kind kind,
      final LyingEngine.Lie lie,
      final int truths,
      final boolean filter) {
    final EventBase base = bases.latest();
    final NetSocket[] pair = bases.pair(base);
    final LyingEngine engine = engine(kind, lie, truths);
    final int options = BufferEvent.CLOSE_ON_FREE;
    final BufferEvent client =
        bases.later(
            filter
                ? Tls.filter(
                    bases.later(BufferEvent.socket(base, pair[0], options)),
                    engine,
                    Tls.State.CONNECTING,
                    options)
                : Tls.socket(base, pair[0], engine, Tls.State.CONNECTING, options));
    final TlsKit.Ends ends =
        new TlsKit.Ends(
            client,
            bases.later(Tls.socket(base, pair[1], kind.localhost(), Tls.State.ACCEPTING, options)));
    ends.client.write(new byte[40_000]);
    ends.server.write(new byte[40_000]);
    final String what = lie + " after " + truths + " calls";
    final int[] turns = new int[1];
    Streams.run(base, () -> turns[0]++ > 40 || engine.lies > 0);
    Streams.runFor(base, 5);
    if (engine.lies == 0) {
      ends.client.close();
      ends.server.close();
      TlsKit.release(engine.truth());
      return; // the connection has not needed as many calls
    }
    final List<String> ended =
        ends.clientEvents.stream().filter(event -> !event.equals("CONNECTED")).toList();
    assertThat(ended).as(what).hasSizeBetween(1, 2);
    assertThat(ended).as(what).allSatisfy(e -> assertThat(e).containsAnyOf("ERROR", "EOF"));
    final int lies = engine.lies;
    assertThat(lies).as(what).isLessThanOrEqualTo(MAX_LIES);
    for (int i = 0; i < 20; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(engine.lies).as("nothing is tried again: %s", what).isEqualTo(lies);
    ends.client.close();
    ends.server.close();
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(engine.lies).as(what).isLessThanOrEqualTo(MAX_LIES);
    assertThat(bases.exceptions).isEmpty();
    TlsKit.release(engine.truth());
  }

  private static void liesAnywhere(
      final Bases bases, final TlsKit.Kind kind, final LyingEngine.Lie... lies) {
    bases.base();
    for (final LyingEngine.Lie lie : lies) {
      for (final int truths : TRUTHS) {
        liesFrom(bases, kind, lie, truths, truths % 2 == 0);
      }
    }
  }

  @TlsEngineTest
  void okWithoutProgress(final Bases bases, final TlsKit.Kind kind) {
    liesAnywhere(bases, kind, LyingEngine.Lie.OK_WITHOUT_PROGRESS);
  }

  @TlsEngineTest
  void overflowForEver(final Bases bases, final TlsKit.Kind kind) {
    liesAnywhere(bases, kind, LyingEngine.Lie.WRAP_OVERFLOWS, LyingEngine.Lie.UNWRAP_OVERFLOWS);
  }

  @TlsEngineTest
  void underflowForEver(final Bases bases, final TlsKit.Kind kind) {
    liesAnywhere(bases, kind, LyingEngine.Lie.UNWRAP_UNDERFLOWS);
  }

  @TlsEngineTest
  void closedWhereItIsNot(final Bases bases, final TlsKit.Kind kind) {
    liesAnywhere(bases, kind, LyingEngine.Lie.WRAP_CLOSED, LyingEngine.Lie.UNWRAP_CLOSED);
  }

  @TlsEngineTest
  void exceptions(final Bases bases, final TlsKit.Kind kind) {
    liesAnywhere(
        bases,
        kind,
        LyingEngine.Lie.WRAP_THROWS,
        LyingEngine.Lie.UNWRAP_THROWS,
        LyingEngine.Lie.WRAP_THROWS_UNCHECKED,
        LyingEngine.Lie.UNWRAP_THROWS_UNCHECKED);
  }

  /** Only the JDK's engines have tasks. */
  @EngineTest
  void tasksThatAreNone(final Bases bases) {
    liesAnywhere(bases, TlsKit.SUN_13, LyingEngine.Lie.TASK_THROWS, LyingEngine.Lie.NO_TASK);
  }
}
