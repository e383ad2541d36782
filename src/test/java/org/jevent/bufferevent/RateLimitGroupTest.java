package org.jevent.bufferevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.internal.stream.StreamAccess;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which members a group notifies when its bucket has run empty and when it has filled. */
@Timeout(60)
class RateLimitGroupTest {
  private static final TokenBucketConfig NEVER_FILLS =
      new TokenBucketConfig(100, 100, 100, 100, Duration.ofHours(1));

  /** Counts the notifications that it may read or write, or no more. */
  private static final class Member implements Transport {
    private final StreamCore core;
    private int recorded;

    Member(final EventBase base) {
      core = new StreamCore(base, 0, null);
    }

    @Override
    public void readingChanged() {
      recorded++;
    }

    @Override
    public void writingChanged() {
      recorded++;
    }

    @Override
    public void outputAdded() {}

    @Override
    public boolean isReading() {
      return core.mayRead();
    }

    @Override
    public boolean isWriting() {
      return core.mayWrite();
    }

    @Override
    public boolean flush(final int mask, final int mode) {
      return false;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public boolean isFlushed() {
      return core.toSend().length() == 0;
    }

    @Override
    public void close() {
      core.closeOutput();
    }
  }

  private static List<Member> members(
      final EventBase base, final RateLimitGroup group, final int count) {
    final List<Member> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final Member member = new Member(base);
      final BufferEvent stream =
          (BufferEvent) StreamAccess.of(BufferEvent.class).start(member.core, member);
      stream.enable(Event.READ);
      stream.limits().join(group);
      member.recorded = 0;
      made.add(member);
    }
    return made;
  }

  @Test
  void membersThatMoveNothingAreNotNotifiedOfEachTick() {
    try (EventBase base = new EventBase();
        RateLimitGroup group = new RateLimitGroup(base, NEVER_FILLS)) {
      final List<Member> idle = members(base, group, 200);
      for (int i = 0; i < 50; i++) {
        group.decrementRead(100);
        group.decrementWrite(100);
        base.loop(EventBase.LOOP_NONBLOCK);
        group.decrementRead(-100);
        group.decrementWrite(-100);
        base.loop(EventBase.LOOP_NONBLOCK);
      }
      assertThat(idle).allSatisfy(member -> assertThat(member.recorded).isZero());
      idle.forEach(member -> member.core.close());
    }
  }

  @Test
  void whoFindsNothingIsSuspendedAndGoesOnWhenTheBucketHasFilled() {
    try (EventBase base = new EventBase();
        RateLimitGroup group = new RateLimitGroup(base, NEVER_FILLS)) {
      final List<Member> all = members(base, group, 3);
      group.decrementRead(150);
      assertThat(all.get(0).core.readAllowance()).isZero();
      assertThat(all.get(0).core.writeAllowance()).isPositive();
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).core.mayRead()).isFalse();
      assertThat(all.get(0).core.mayWrite()).isTrue();
      assertThat(all.get(1).core.mayRead()).as("has not asked").isTrue();
      group.decrementWrite(100);
      assertThat(all.get(0).core.writeAllowance()).isZero();
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).core.mayWrite()).isFalse();
      group.decrementRead(-100);
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).core.mayRead()).isTrue();
      assertThat(all.get(0).core.readAllowance()).isPositive();
      assertThat(all.get(0).core.mayWrite()).isFalse();
      group.decrementWrite(-1);
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).core.mayWrite()).isTrue();
      all.forEach(member -> member.core.close());
    }
  }

  @Test
  void whoWaitsAndLeavesIsNotHeldUp() {
    try (EventBase base = new EventBase();
        RateLimitGroup group = new RateLimitGroup(base, NEVER_FILLS)) {
      final List<Member> all = members(base, group, 2);
      group.decrementRead(100);
      all.forEach(member -> assertThat(member.core.readAllowance()).isZero());
      RateLimits.of(all.get(1).core).leave();
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).core.mayRead()).isFalse();
      assertThat(all.get(1).core.mayRead()).isTrue();
      RateLimits.of(all.get(0).core).leave();
      assertThat(all.get(0).core.mayRead()).isTrue();
      all.forEach(member -> member.core.close());
    }
  }

  /** With a smaller part of the bucket than a byte no member would ever go on. */
  @Test
  void aPartIsAtLeastAByte() {
    try (EventBase base = new EventBase();
        RateLimitGroup group = new RateLimitGroup(base, NEVER_FILLS)) {
      group.minShare(0);
      final List<Member> all = members(base, group, 200);
      assertThat(all.get(0).core.readAllowance()).isEqualTo(1);
      all.forEach(member -> member.core.close());
    }
  }
}
