package org.jevent.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.internal.stream.StreamAccess;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A transport of another package is a buffer event like any other. */
@Timeout(60)
class TransportTest {
  /** Only encodes: what is written leaves as hexadecimal digits, into a buffer of the test. */
  private static final class Encoding implements Transport {
    private final StringBuilder encoded = new StringBuilder();
    private final StreamCore core;
    private boolean ended;

    Encoding(final EventBase base, final int options) {
      core = new StreamCore(base, options, null);
    }

    BufferEvent start() {
      return (BufferEvent) StreamAccess.of(BufferEvent.class).start(core, this);
    }

    @Override
    public void readingChanged() {
      core.updateTimeouts();
    }

    @Override
    public void writingChanged() {
      core.schedulePrePoll();
    }

    @Override
    public void outputAdded() {
      core.updateTimeouts();
      core.schedulePrePoll();
    }

    @Override
    public void beforePoll() {
      if (core.isClosed() || !core.mayWrite()) {
        return;
      }
      while (core.toSend().length() > 0) {
        encoded.append(HexFormat.of().toHexDigits(core.toSend().get(0)));
        core.toSend().drain(1);
      }
      core.settle(core.toSend());
      core.writeProgress();
      core.closeIfFlushed();
      core.runPending(false);
    }

    @Override
    public boolean isReading() {
      return false;
    }

    @Override
    public boolean isWriting() {
      return core.mayWrite() && core.toSend().length() > 0;
    }

    @Override
    public boolean flush(final int mask, final int mode) {
      return false;
    }

    @Override
    public void shutdownOutput() {
      ended = true;
    }

    @Override
    public boolean isFlushed() {
      return core.toSend().length() == 0;
    }

    @Override
    public void close() {
      core.closeOutput();
    }

    @Override
    public String toString() {
      return "encoder";
    }
  }

  @Test
  void itsOutputIsEncodedAndItsCallbacksRun() {
    try (EventBase base = new EventBase()) {
      final Encoding transport = new Encoding(base, 0);
      final List<Long> left = new ArrayList<>();
      try (BufferEvent stream = transport.start()) {
        stream.setCallbacks(null, self -> left.add(self.output().length()), null);
        stream.write("abc".getBytes(StandardCharsets.US_ASCII));
        base.loop(EventBase.LOOP_NONBLOCK);
        assertThat(transport.encoded).hasToString("616263");
        assertThat(left).containsExactly(0L);
        stream.disable(Event.WRITE);
        stream.write(new byte[2]);
        base.loop(EventBase.LOOP_NONBLOCK);
        assertThat(stream.output().length()).isEqualTo(2);
        stream.enable(Event.WRITE);
        stream.shutdownOutput();
        assertThat(transport.ended).isTrue();
        stream.closeAfterFlush();
        assertThat(stream.isClosed()).isFalse();
        base.loop(EventBase.LOOP_NONBLOCK);
        assertThat(stream.isClosed()).isTrue();
        assertThat(transport.encoded).hasToString("6162630000");
        assertThat(stream).hasToString("encoder");
      }
    }
  }

  @Test
  void itsEventsAndTimeOutsReachTheProgram() {
    try (EventBase base = new EventBase()) {
      final Encoding transport = new Encoding(base, 0);
      try (BufferEvent stream = transport.start()) {
        final List<Integer> events = new ArrayList<>();
        stream.setCallbacks(null, null, (self, what) -> events.add(what));
        stream.disable(Event.WRITE);
        stream.setTimeouts(null, Duration.ofMillis(1));
        stream.write(new byte[1]);
        base.loop(EventBase.LOOP_NONBLOCK);
        assertThat(events).as("nothing may be written").isEmpty();
        transport.core.pendConnected();
        transport.core.runPending(true);
        base.loop(EventBase.LOOP_NONBLOCK);
        assertThat(events).containsExactly(BufferEvent.CONNECTED);
      }
    }
  }
}
