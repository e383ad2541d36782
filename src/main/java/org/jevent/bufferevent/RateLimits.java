package org.jevent.bufferevent;

import java.util.Objects;
import org.jevent.Event;
import org.jevent.internal.stream.Limits;
import org.jevent.internal.stream.StreamCore;

/**
 * How fast one buffer event may read and write: by its bucket, by its group's, or both. With both,
 * the smaller one holds. A direction whose bucket is empty is suspended until it has filled again.
 * Sockets only; pairs and filters are not limited.
 *
 * <p>Threads: as its buffer event.
 */
public final class RateLimits {
  /** What the stream sees of them. */
  private final class Checked implements Limits {
    @Override
    public int readAllowance(final int single) {
      return RateLimits.this.readAllowance(single);
    }

    @Override
    public int writeAllowance(final int single) {
      return RateLimits.this.writeAllowance(single);
    }

    @Override
    public void charge(final long read, final long written) {
      RateLimits.this.charge(read, written);
    }

    @Override
    public void priority(final int value) {
      if (refill != null) {
        owner.services().priority(refill, value);
      }
    }

    @Override
    public void close() {
      RateLimits.this.close();
    }

    private RateLimits limits() {
      return RateLimits.this;
    }
  }

  private final StreamCore owner;
  private TokenBucket bucket;
  private RateLimitGroup group;
  private Event refill;

  private RateLimits(final StreamCore owner) {
    this.owner = owner;
  }

  /** The limits of a stream, which has some from now on. */
  static RateLimits of(final StreamCore core) {
    if (core.limits() == null) {
      core.limits(new RateLimits(core).new Checked());
    }
    return ((Checked) core.limits()).limits();
  }

  // ---- settings ----

  /** Sets the limit, or with null lifts it; {@code bufferevent_set_rate_limit}. */
  public void set(final TokenBucketConfig config) {
    owner.enter("set a rate limit");
    try {
      if (config == null) {
        bucket = null;
        stopRefill();
        owner.resumeReading(StreamCore.BANDWIDTH);
        owner.resumeWriting(StreamCore.BANDWIDTH);
      } else if (bucket == null) {
        bucket = new TokenBucket(config, now());
      } else {
        bucket.configure(config, now());
        stopRefill();
        suspendOrResume();
      }
      changed();
    } finally {
      owner.exit();
    }
  }

  /** The limit, or null; {@code bufferevent_get_token_bucket_cfg}. */
  public TokenBucketConfig config() {
    return bucket == null ? null : bucket.config();
  }

  /**
   * Makes it a member of a group of the same base, leaving the former one; {@code
   * bufferevent_add_to_rate_limit_group}.
   *
   * @throws IllegalArgumentException if the group is another base's
   * @throws IllegalStateException if the group is closed
   */
  public void join(final RateLimitGroup next) {
    Objects.requireNonNull(next, "next");
    owner.enter("join a group");
    try {
      next.requireBase(owner);
      leave();
      group = next;
      next.add();
      changed();
    } finally {
      owner.exit();
    }
  }

  /** Leaves its group, if it has one; {@code bufferevent_remove_from_rate_limit_group}. */
  public void leave() {
    owner.enter("leave a group");
    try {
      if (group != null) {
        final RateLimitGroup former = group;
        group = null;
        former.remove(owner);
        owner.resumeReading(StreamCore.GROUP_BANDWIDTH);
        owner.resumeWriting(StreamCore.GROUP_BANDWIDTH);
        changed();
      }
    } finally {
      owner.exit();
    }
  }

  /** Its group, or null. */
  public RateLimitGroup group() {
    return group;
  }

  // ---- figures ----

  /** What its own bucket allows to be read now; {@code bufferevent_get_read_limit}. */
  public long readLimit() {
    fill();
    return bucket == null ? TokenBucketConfig.UNLIMITED : bucket.read;
  }

  /** {@code bufferevent_get_write_limit}. */
  public long writeLimit() {
    fill();
    return bucket == null ? TokenBucketConfig.UNLIMITED : bucket.write;
  }

  /** What one read may take now, by all limits; {@code bufferevent_get_max_to_read}. */
  public int maxToRead() {
    return owner.readAllowance();
  }

  /** {@code bufferevent_get_max_to_write}. */
  public int maxToWrite() {
    return owner.writeAllowance();
  }

  /**
   * Takes bytes from its bucket, or gives them back; {@code bufferevent_decrement_read_limit}.
   *
   * @param bytes below 0: are given back. What the bucket holds or owes ends at {@link
   *     TokenBucketConfig#UNLIMITED}
   * @throws IllegalStateException if it has no individual limit
   */
  public void decrementRead(final long bytes) {
    owner.enter("decrement");
    try {
      requireBucket();
      bucket.take(bytes, 0);
      suspendOrResume();
    } finally {
      owner.exit();
    }
  }

  /** As {@link #decrementRead}, for writing; {@code bufferevent_decrement_write_limit}. */
  public void decrementWrite(final long bytes) {
    owner.enter("decrement");
    try {
      requireBucket();
      bucket.take(0, bytes);
      suspendOrResume();
    } finally {
      owner.exit();
    }
  }

  private void requireBucket() {
    if (bucket == null) {
      throw new IllegalStateException(owner + " has no rate limit set");
    }
  }

  // ---- for the buffer event ----

  private int readAllowance(final int single) {
    fill();
    long max = bucket == null ? single : Math.min(single, bucket.read);
    if (group != null) {
      max = Math.min(max, group.readShare(owner));
    }
    return (int) Math.max(0, max);
  }

  private int writeAllowance(final int single) {
    fill();
    long max = bucket == null ? single : Math.min(single, bucket.write);
    if (group != null) {
      max = Math.min(max, group.writeShare(owner));
    }
    return (int) Math.max(0, max);
  }

  private void charge(final long read, final long written) {
    assert read >= 0 && written >= 0 : read + " " + written;
    if (bucket != null) {
      bucket.take(read, written);
      suspendOrResume();
    }
    if (group != null) {
      group.charge(read, written);
    }
  }

  /** An empty bucket suspends its direction and waits for the next tick. */
  private void suspendOrResume() {
    fill();
    if (bucket.read <= 0) {
      owner.suspendReading(StreamCore.BANDWIDTH);
    } else {
      owner.resumeReading(StreamCore.BANDWIDTH);
    }
    if (bucket.write <= 0) {
      owner.suspendWriting(StreamCore.BANDWIDTH);
    } else {
      owner.resumeWriting(StreamCore.BANDWIDTH);
    }
    if (bucket.read <= 0 || bucket.write <= 0) {
      startRefill();
    }
  }

  private void startRefill() {
    if (refill == null) {
      refill = owner.newTimer((event, what) -> refilled());
    }
    if (!refill.isPending()) {
      owner.services().startTimer(refill, bucket.untilNextTick(now()));
    }
  }

  private void refilled() {
    owner.guard().enter();
    try {
      if (bucket != null && !owner.isClosed()) {
        suspendOrResume();
      }
    } finally {
      owner.guard().exit();
    }
  }

  private void stopRefill() {
    if (refill != null) {
      refill.deleteNoBlock();
    }
  }

  private void fill() {
    if (bucket != null) {
      bucket.fill(now());
    }
  }

  private long now() {
    return owner.base().cachedNanos();
  }

  /** Re-evaluates what it may move now. */
  private void changed() {
    owner.transport().readingChanged();
    owner.transport().writingChanged();
  }

  private void close() {
    stopRefill();
    if (group != null) {
      group.remove(owner);
      group = null;
    }
  }
}
