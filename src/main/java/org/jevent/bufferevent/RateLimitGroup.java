package org.jevent.bufferevent;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.engine.Arguments;
import org.jevent.loop.Step;

/**
 * Buffer events of one base that share a bucket; {@code struct bufferevent_rate_limit_group}. Each
 * may move its part of what the bucket holds at a time, but at least {@link #minShare}. When the
 * bucket is empty all are suspended; when it has filled they go on, beginning with a random one.
 *
 * <p>Any thread.
 */
public final class RateLimitGroup implements AutoCloseable {
  /** What a member may move at least, unless told otherwise. */
  public static final long DEFAULT_MIN_SHARE = 64;

  private final EventBase base;
  private final Event refill;
  private final Set<BufferEvent> members = new LinkedHashSet<>();
  private final TokenBucket bucket;
  private final Step step = this::tellMembers;
  private long configuredMinShare = DEFAULT_MIN_SHARE;
  private long minShare;
  private long totalRead;
  private long totalWritten;
  private boolean readSuspended;
  private boolean writeSuspended;
  private boolean stepWanted;
  private boolean closed;

  /** {@code bufferevent_rate_limit_group_new}. */
  public RateLimitGroup(final EventBase base, final TokenBucketConfig config) {
    Objects.requireNonNull(base, "base").backstage().requireOpen("make a rate-limit group");
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
    return members.size();
  }

  // ---- members ----

  void requireBase(final BufferEvent member) {
    if (member.base() != base) {
      throw new IllegalArgumentException("the group is another base's");
    }
    if (closed) {
      throw new IllegalStateException("the group is closed");
    }
  }

  synchronized void add(final BufferEvent member) {
    members.add(member);
    if (readSuspended) {
      member.suspendReading(StreamState.GROUP_BANDWIDTH);
    }
    if (writeSuspended) {
      member.suspendWriting(StreamState.GROUP_BANDWIDTH);
    }
  }

  synchronized void remove(final BufferEvent member) {
    members.remove(member);
  }

  synchronized long readShare() {
    bucket.fill(base.cachedNanos());
    return share(bucket.read);
  }

  synchronized long writeShare() {
    bucket.fill(base.cachedNanos());
    return share(bucket.write);
  }

  private long share(final long held) {
    return held <= 0 ? 0 : Math.max(held / Math.max(1, members.size()), minShare);
  }

  synchronized void charge(final long read, final long written) {
    totalRead += read;
    totalWritten += written;
    bucket.take(read, written);
    update();
  }

  /** Looks whether the bucket has run empty or has filled; the members hear of it in a step. */
  private synchronized void update() {
    bucket.fill(base.cachedNanos());
    final boolean noReading = bucket.read <= 0;
    final boolean noWriting = bucket.write <= 0;
    if (noReading != readSuspended || noWriting != writeSuspended) {
      readSuspended = noReading;
      writeSuspended = noWriting;
      if (!stepWanted) {
        stepWanted = true;
        base.backstage().later(step);
      }
    }
    if ((noReading || noWriting) && !closed && !refill.isPending()) {
      base.backstage().startTimer(refill, bucket.untilNextTick(base.cachedNanos()));
    }
  }

  /** In the loop, without the group's lock: members have locks of their own. */
  private void tellMembers() {
    final List<BufferEvent> all;
    final boolean noReading;
    final boolean noWriting;
    synchronized (this) {
      stepWanted = false;
      all = List.copyOf(members);
      noReading = readSuspended;
      noWriting = writeSuspended;
    }
    final int start = all.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(all.size());
    for (int i = 0; i < all.size(); i++) {
      tell(all.get((start + i) % all.size()), noReading, noWriting);
    }
  }

  private void tell(final BufferEvent member, final boolean noReading, final boolean noWriting) {
    member.lock();
    try {
      if (member.isClosed() || member.limits.group() != this) {
        return;
      }
      if (noReading) {
        member.suspendReading(StreamState.GROUP_BANDWIDTH);
      } else {
        member.resumeReading(StreamState.GROUP_BANDWIDTH);
      }
      if (noWriting) {
        member.suspendWriting(StreamState.GROUP_BANDWIDTH);
      } else {
        member.resumeWriting(StreamState.GROUP_BANDWIDTH);
      }
      // It may have been refused while the bucket was empty, and not have been told of that.
      member.limits.changed();
    } finally {
      member.unlock();
    }
  }

  /**
   * Ends the group; {@code bufferevent_rate_limit_group_free}.
   *
   * @throws IllegalStateException while it has members
   */
  @Override
  public synchronized void close() {
    if (!members.isEmpty()) {
      throw new IllegalStateException("the group has " + members.size() + " members still");
    }
    closed = true;
    refill.deleteNoBlock();
  }
}
