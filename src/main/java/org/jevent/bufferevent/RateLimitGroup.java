package org.jevent.bufferevent;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.PrePollTask;
import org.jevent.internal.stream.StreamCore;

/**
 * Buffer events of one base that share a bucket; {@code struct bufferevent_rate_limit_group}. Each
 * may move its part of what the bucket holds at a time, but at least {@link #minShare}. A member
 * that finds the bucket empty is suspended; when it has filled those go on, beginning with a random
 * one. Members that have nothing to move cost nothing, however many there are.
 *
 * <p>Any thread.
 */
public final class RateLimitGroup implements AutoCloseable {
  /** What a member may move at least by default. */
  public static final long DEFAULT_MIN_SHARE = 64;

  /** Members that have found the bucket empty for one direction. */
  private static final class Waiting {
    private final Set<StreamCore> members = new LinkedHashSet<>();

    /** Those that have not been suspended yet. */
    private final Set<StreamCore> refused = new LinkedHashSet<>();

    /** The bucket was empty at the last check. */
    private boolean nothing;

    /** Returns true when the member was not waiting before. */
    boolean add(final StreamCore member) {
      assert refused.size() <= members.size() : refused;
      return members.add(member) && refused.add(member);
    }

    void remove(final StreamCore member) {
      members.remove(member);
      refused.remove(member);
    }

    /** Returns true when the waiting members can continue. */
    boolean look(final long held) {
      nothing = held <= 0;
      return !nothing && !members.isEmpty();
    }

    /** The members to notify of the bucket's state; all waiting ones if it is not empty. */
    List<StreamCore> take() {
      final List<StreamCore> taken = List.copyOf(nothing ? refused : members);
      refused.clear();
      if (!nothing) {
        members.clear();
      }
      return taken;
    }
  }

  private final EventBase base;
  private final Event refill;
  private final TokenBucket bucket;
  private final PrePollTask prePollTask = this::notifyWaiting;

  private final Waiting readers = new Waiting();
  private final Waiting writers = new Waiting();
  private int members;
  private long configuredMinShare = DEFAULT_MIN_SHARE;
  private long minShare;
  private long totalRead;
  private long totalWritten;
  private boolean prePollScheduled;
  private boolean closed;

  /** {@code bufferevent_rate_limit_group_new}. */
  public RateLimitGroup(final EventBase base, final TokenBucketConfig config) {
    BaseAccess.services(base).requireOpen("make a rate-limit group");
    this.base = base;
    bucket = new TokenBucket(Objects.requireNonNull(config, "config"), base.cachedNanos());
    refill = base.newTimer((event, what) -> update());
    minShare(DEFAULT_MIN_SHARE);
  }

  // ---- settings and figures ----

  /** Changes the limit; {@code bufferevent_rate_limit_group_set_cfg}. */
  public synchronized void config(final TokenBucketConfig config) {
    Objects.requireNonNull(config, "config");
    bucket.configure(config, base.cachedNanos());
    minShare(configuredMinShare);
    refill.deleteNoBlock();
    update();
  }

  public synchronized TokenBucketConfig config() {
    return bucket.config();
  }

  /**
   * What a member may move at least, but never more than a tick's rate; {@code
   * bufferevent_rate_limit_group_set_min_share}.
   *
   * @param bytes 0 or more
   */
  public synchronized void minShare(final long bytes) {
    configuredMinShare = Arguments.atLeast("bytes", bytes, 0);
    minShare = Math.min(bytes, Math.min(bucket.config().readRate(), bucket.config().writeRate()));
  }

  public synchronized long minShare() {
    return minShare;
  }

  /** Bytes that all members have read; {@code bufferevent_rate_limit_group_get_totals}. */
  public synchronized long totalRead() {
    return totalRead;
  }

  /** Bytes that all members have written. */
  public synchronized long totalWritten() {
    return totalWritten;
  }

  /** {@code bufferevent_rate_limit_group_reset_totals}. */
  public synchronized void resetTotals() {
    totalRead = 0;
    totalWritten = 0;
  }

  /** What the bucket allows to be read; {@code bufferevent_rate_limit_group_get_read_limit}. */
  public synchronized long readLimit() {
    bucket.fill(base.cachedNanos());
    return bucket.read;
  }

  /** {@code bufferevent_rate_limit_group_get_write_limit}. */
  public synchronized long writeLimit() {
    bucket.fill(base.cachedNanos());
    return bucket.write;
  }

  /** As {@link RateLimits#decrementRead}; {@code bufferevent_rate_limit_group_decrement_read}. */
  public synchronized void decrementRead(final long bytes) {
    bucket.take(bytes, 0);
    update();
  }

  /** As {@link RateLimits#decrementRead}; {@code bufferevent_rate_limit_group_decrement_write}. */
  public synchronized void decrementWrite(final long bytes) {
    bucket.take(0, bytes);
    update();
  }

  /** How many members there are. */
  public synchronized int size() {
    return members;
  }

  // ---- members ----

  void requireBase(final StreamCore member) {
    if (member.base() != base) {
      throw new IllegalArgumentException("the group is another base's");
    }
    if (closed) {
      throw new IllegalStateException("the group is closed");
    }
  }

  synchronized void add() {
    members++;
  }

  synchronized void remove(final StreamCore member) {
    members--;
    assert members >= 0 : members;
    readers.remove(member);
    writers.remove(member);
  }

  /** What a member may read now; at 0 the member waits from then on for the bucket to fill. */
  synchronized long readShare(final StreamCore member) {
    bucket.fill(base.cachedNanos());
    return share(bucket.read, readers, member);
  }

  /** The same of writing. */
  synchronized long writeShare(final StreamCore member) {
    bucket.fill(base.cachedNanos());
    return share(bucket.write, writers, member);
  }

  private long share(final long held, final Waiting waiting, final StreamCore member) {
    assert Thread.holdsLock(this) && members > 0 : members;
    if (held > 0) {
      return Math.max(1, Math.max(held / Math.max(1, members), minShare));
    }
    if (waiting.add(member)) {
      schedulePrePoll();
      update();
    }
    return 0;
  }

  synchronized void charge(final long read, final long written) {
    assert read >= 0 && written >= 0 && members > 0 : read + " " + written;
    totalRead += read;
    totalWritten += written;
    bucket.take(read, written);
    update();
  }

  /**
   * Checks whether the bucket has run empty or has filled, and then notifies the waiting members.
   */
  private synchronized void update() {
    bucket.fill(base.cachedNanos());
    final boolean readersGoOn = readers.look(bucket.read);
    final boolean writersGoOn = writers.look(bucket.write);
    if (readersGoOn || writersGoOn) {
      schedulePrePoll();
    }
    if ((readers.nothing || writers.nothing) && !closed && !refill.isPending()) {
      BaseAccess.services(base).startTimer(refill, bucket.untilNextTick(base.cachedNanos()));
    }
  }

  private void schedulePrePoll() {
    assert Thread.holdsLock(this) : this;
    if (!prePollScheduled) {
      prePollScheduled = true;
      BaseAccess.services(base).beforeNextPoll(prePollTask);
    }
  }

  /** Notifies members in the loop, without the group's lock, as members have separate locks. */
  private void notifyWaiting() {
    assert prePollScheduled && BaseAccess.services(base).inLoop() : this;
    final List<StreamCore> toRead;
    final List<StreamCore> toWrite;
    final boolean noReading;
    final boolean noWriting;
    synchronized (this) {
      prePollScheduled = false;
      noReading = readers.nothing;
      noWriting = writers.nothing;
      toRead = readers.take();
      toWrite = writers.take();
    }
    final Cleanup all = new Cleanup();
    notifyMembers(toRead, member -> notifyReader(member, noReading), all);
    notifyMembers(toWrite, member -> notifyWriter(member, noWriting), all);
    all.rethrow();
  }

  /** Notifies all, beginning with a random one, even if one of them throws. */
  private void notifyMembers(
      final List<StreamCore> notified, final Consumer<StreamCore> action, final Cleanup each) {
    final int start =
        notified.isEmpty()
            ? 0
            : BaseAccess.services(base).engine().random().nextInt(notified.size());
    for (int i = 0; i < notified.size(); i++) {
      final StreamCore member = notified.get((start + i) % notified.size());
      each.run(() -> notifyMember(member, action));
    }
  }

  private void notifyMember(final StreamCore member, final Consumer<StreamCore> action) {
    member.guard().enter();
    try {
      if (!member.isClosed() && RateLimits.of(member).group() == this) {
        action.accept(member);
      }
    } finally {
      member.guard().exit();
    }
  }

  private static void notifyReader(final StreamCore member, final boolean nothing) {
    if (nothing) {
      member.suspendReading(StreamCore.GROUP_BANDWIDTH);
    } else {
      member.resumeReading(StreamCore.GROUP_BANDWIDTH);
      member.transport().readingChanged(); // if the bucket has filled before it could be suspended
    }
  }

  private static void notifyWriter(final StreamCore member, final boolean nothing) {
    if (nothing) {
      member.suspendWriting(StreamCore.GROUP_BANDWIDTH);
    } else {
      member.resumeWriting(StreamCore.GROUP_BANDWIDTH);
      member.transport().writingChanged();
    }
  }

  /**
   * Ends the group; {@code bufferevent_rate_limit_group_free}.
   *
   * @throws IllegalStateException while it has members
   */
  @Override
  public synchronized void close() {
    if (members > 0) {
      throw new IllegalStateException("the group has " + members + " members still");
    }
    closed = true;
    refill.deleteNoBlock();
  }
}
