package org.jevent.bufferevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which members a group notifies when its bucket has run empty and when it has filled. */
@Timeout(60)
class RateLimitGroupTest {
  private static final TokenBucketConfig NEVER_FILLS =
      new TokenBucketConfig(100, 100, 100, 100, Duration.ofHours(1));

  /** Counts the notifications that it may read or write, or no more. */
  private static final class Member extends BufferEvent {
    private int recorded;

    Member(final EventBase base) {
      super(base, 0, null);
    }

    @Override
    void readingChanged() {
      recorded++;
    }

    @Override
    void writingChanged() {
      recorded++;
    }

    @Override
    void outputAdded() {}

    @Override
    void unlink() {
      closeBuffer(toSend, output);
    }

    @Override
    public boolean flush(final int mask, final FlushMode mode) {
      return false;
    }
  }

  private static List<Member> members(
      final EventBase base, final RateLimitGroup group, final int count) {
    final List<Member> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final Member member = new Member(base);
      member.enable(Event.READ);
      member.limits().join(group);
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
      idle.forEach(BufferEvent::close);
    }
  }

  @Test
  void whoFindsNothingIsSuspendedAndGoesOnWhenTheBucketHasFilled() {
    try (EventBase base = new EventBase();
        RateLimitGroup group = new RateLimitGroup(base, NEVER_FILLS)) {
      final List<Member> all = members(base, group, 3);
      group.decrementRead(150);
      assertThat(all.get(0).readAllowance()).isZero();
      assertThat(all.get(0).writeAllowance()).isPositive();
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).mayRead()).isFalse();
      assertThat(all.get(0).mayWrite()).isTrue();
      assertThat(all.get(1).mayRead()).as("has not asked").isTrue();
      group.decrementWrite(100);
      assertThat(all.get(0).writeAllowance()).isZero();
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).mayWrite()).isFalse();
      group.decrementRead(-100);
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).mayRead()).isTrue();
      assertThat(all.get(0).readAllowance()).isPositive();
      assertThat(all.get(0).mayWrite()).isFalse();
      group.decrementWrite(-1);
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).mayWrite()).isTrue();
      all.forEach(BufferEvent::close);
    }
  }

  @Test
  void whoWaitsAndLeavesIsNotHeldUp() {
    try (EventBase base = new EventBase();
        RateLimitGroup group = new RateLimitGroup(base, NEVER_FILLS)) {
      final List<Member> all = members(base, group, 2);
      group.decrementRead(100);
      all.forEach(member -> assertThat(member.readAllowance()).isZero());
      all.get(1).limits().leave();
      base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(all.get(0).mayRead()).isFalse();
      assertThat(all.get(1).mayRead()).isTrue();
      all.get(0).limits().leave();
      assertThat(all.get(0).mayRead()).isTrue();
      all.forEach(BufferEvent::close);
    }
  }

  /** With a smaller part of the bucket than a byte no member would ever go on. */
  @Test
  void aPartIsAtLeastAByte() {
    try (EventBase base = new EventBase();
        RateLimitGroup group = new RateLimitGroup(base, NEVER_FILLS)) {
      group.minShare(0);
      final List<Member> all = members(base, group, 200);
      assertThat(all.get(0).readAllowance()).isEqualTo(1);
      all.forEach(BufferEvent::close);
    }
  }
}
