package org.jevent.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;

/** Bytes of a hostile peer, to both ends of a connection. */
class TlsRecordsFuzzTest {
  private static final int ITERATIONS = 50;
  private static final TlsContext CLIENT = context(TlsContext.client());
  private static final TlsContext ANONYMOUS = context(TlsContext.server().sni(name -> null));
  private static final TlsContext SERVER = context(TlsContext.server().sni(name -> ANONYMOUS));

  private static TlsContext context(final TlsContext.Builder builder) {
    try {
      return builder.build();
    } catch (final GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest
  void bothEnds(final byte[] bytes) {
    for (final TlsContext context : List.of(CLIENT, SERVER)) {
      final List<Exception> thrown = new ArrayList<>();
      try (EventBase base =
          new EventBase(
              new EventConfig()
                  .method("nio")
                  .exceptionHandler((source, exception) -> thrown.add(exception)))) {
        meet(base, context, bytes);
      }
      assertThat(thrown).isEmpty();
    }
  }

  private static void meet(final EventBase base, final TlsContext context, final byte[] bytes) {
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    final int[] events = new int[1];
    try (BufferEvent peer = pair[0];
        BufferEvent end =
            Tls.filter(
                pair[1],
                context,
                context.isClient() ? Tls.State.CONNECTING : Tls.State.ACCEPTING,
                BufferEvent.CLOSE_ON_FREE)) {
      Tls.of(end).peer("localhost", -1);
      end.setCallbacks(null, null, (self, what) -> events[0]++);
      end.enable(Event.READ);
      peer.write(bytes);
      peer.shutdownOutput();
      for (int i = 0; i < ITERATIONS && events[0] == 0; i++) {
        base.loop(EventBase.LOOP_NONBLOCK);
      }
      assertThat(events[0]).as("one event").isEqualTo(1);
    }
  }
}
