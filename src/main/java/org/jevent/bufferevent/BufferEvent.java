package org.jevent.bufferevent;

import java.time.Duration;
import java.util.Objects;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.stream.PairTransport;
import org.jevent.internal.stream.StreamAccess;
import org.jevent.internal.stream.StreamCore;
import org.jevent.internal.stream.Timeouts;
import org.jevent.net.NetSocket;

/**
 * A stream with an input and an output buffer; libevent's {@code struct bufferevent}. Three kinds:
 * {@linkplain #socket on a socket}, {@linkplain #pair two ends in memory}, and {@linkplain #filter
 * filtering another one}.
 *
 * <p>A new one has {@link Event#WRITE} enabled and {@link Event#READ} disabled. Bytes added to the
 * output leave at the end of the loop's iteration; bytes that arrive are in the input when the read
 * callback runs. Callbacks run in the loop's thread.
 *
 * <p>Threads: with {@link #THREADSAFE} any thread; else only the loop's thread while the loop runs,
 * and any one thread while it does not.
 *
 * <p>Errors: wrong arguments are {@link IllegalArgumentException}s, a closed buffer event or a
 * foreign thread an {@link IllegalStateException}. Errors of the stream go to the event callback,
 * and {@link #error} names it.
 */
public class BufferEvent implements AutoCloseable {
  /** Closing it closes the socket, or the buffer event below; {@code BEV_OPT_CLOSE_ON_FREE}. */
  public static final int CLOSE_ON_FREE = StreamCore.CLOSE_ON_FREE;

  /**
   * Any thread may use it; {@code BEV_OPT_THREADSAFE}. Its callbacks run with its lock held: where
   * callbacks of two loops use each other's streams, each waits for the other's lock for ever. Add
   * {@link #UNLOCK_CALLBACKS} there, or use the other stream in a task of its base ({@link
   * EventBase#execute}).
   */
  public static final int THREADSAFE = StreamCore.THREADSAFE;

  /** Callbacks run from the loop, as deferred callbacks; {@code BEV_OPT_DEFER_CALLBACKS}. */
  public static final int DEFER_CALLBACKS = StreamCore.DEFER_CALLBACKS;

  /**
   * Callbacks run without the lock that {@link #THREADSAFE} gives it; needs {@link
   * #DEFER_CALLBACKS}; {@code BEV_OPT_UNLOCK_CALLBACKS}.
   */
  public static final int UNLOCK_CALLBACKS = StreamCore.UNLOCK_CALLBACKS;

  /** Something about reading; {@code BEV_EVENT_READING}. */
  public static final int READING = StreamCore.READING;

  /** Something about writing; {@code BEV_EVENT_WRITING}. */
  public static final int WRITING = StreamCore.WRITING;

  /** The stream has ended; {@code BEV_EVENT_EOF}. */
  public static final int EOF = StreamCore.EOF;

  /** The stream has failed; {@code BEV_EVENT_ERROR}. */
  public static final int ERROR = StreamCore.ERROR;

  /** Nothing has happened for too long; {@code BEV_EVENT_TIMEOUT}. */
  public static final int TIMEOUT = StreamCore.TIMEOUT;

  /** A connect has succeeded; {@code BEV_EVENT_CONNECTED}. */
  public static final int CONNECTED = StreamCore.CONNECTED;

  /** For {@link #trigger}: whatever the watermarks say; {@code BEV_TRIG_IGNORE_WATERMARKS}. */
  public static final int TRIGGER_IGNORE_WATERMARKS = 1 << 16;

  /** For {@link #trigger}: from the loop; {@code BEV_TRIG_DEFER_CALLBACKS}. */
  public static final int TRIGGER_DEFERRED = DEFER_CALLBACKS;

  /** How many bytes one read or write takes at most by default. */
  public static final int DEFAULT_MAX_SINGLE = StreamCore.DEFAULT_MAX_SINGLE;

  /** Bytes have arrived or left; {@code bufferevent_data_cb}. */
  @FunctionalInterface
  public interface DataCallback {
    void run(BufferEvent bufferEvent);
  }

  /** Something else has happened; {@code bufferevent_event_cb}. */
  @FunctionalInterface
  public interface EventCallback {
    /**
     * An event has happened. Each direction's end is a separate call. When a connection breaks in
     * both directions, reading comes first, after all that could be read; {@link BufferEvent#error}
     * is the error of the call that runs.
     *
     * @param what {@link #READING} or {@link #WRITING} with {@link #EOF}, {@link #ERROR} or {@link
     *     #TIMEOUT}; {@link #ERROR} alone when a connect has failed; or {@link #CONNECTED}
     */
    void run(BufferEvent bufferEvent, int what);
  }

  static {
    StreamAccess.set(new BufferEventAccess());
  }

  private final StreamCore core;

  BufferEvent(final StreamCore core) {
    this.core = core;
  }

  final StreamCore core() {
    return core;
  }

  // ---- making one ----

  /**
   * On a socket that {@link SocketBufferEvent#connect} will make; {@code
   * bufferevent_socket_new(base, -1, ...)}.
   */
  public static SocketBufferEvent socket(final EventBase base, final int options) {
    return SocketBufferEvent.make(base, null, StreamArguments.options(base, options));
  }

  /**
   * On a socket, a pipe end or whatever else a {@link NetSocket} may be; {@code
   * bufferevent_socket_new}.
   *
   * @param options a union of {@link #CLOSE_ON_FREE} and its relatives
   */
  public static SocketBufferEvent socket(
      final EventBase base, final NetSocket socket, final int options) {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(socket, "socket");
    return SocketBufferEvent.make(base, socket, StreamArguments.options(base, options));
  }

  /**
   * Two ends joined in memory: what one writes the other reads; {@code bufferevent_pair_new}. Their
   * callbacks are always deferred.
   */
  public static BufferEvent[] pair(final EventBase base, final int options) {
    final PairTransport[] ends = PairTransport.make(base, StreamArguments.options(base, options));
    return new BufferEvent[] {
      BufferEventAccess.started(ends[0].core(), ends[0]),
      BufferEventAccess.started(ends[1].core(), ends[1])
    };
  }

  /**
   * On top of another one, whose callbacks it takes over; {@code bufferevent_filter_new}.
   *
   * @param input turns what arrives; null passes it on
   * @param output turns what is to leave; null passes it on
   * @throws IllegalStateException if the one below is closed, or has a filter already
   */
  public static BufferEvent filter(
      final BufferEvent underlying,
      final StreamFilter input,
      final StreamFilter output,
      final int options) {
    return filter(underlying, input, output, null, options);
  }

  /**
   * As {@link #filter(BufferEvent, StreamFilter, StreamFilter, int)}, for a filter that also sees
   * the events of the stream below.
   *
   * @param events decides which of them are passed on; null passes all on
   */
  public static BufferEvent filter(
      final BufferEvent underlying,
      final StreamFilter input,
      final StreamFilter output,
      final EventFilter events,
      final int options) {
    Objects.requireNonNull(underlying, "underlying");
    final int required = StreamArguments.options(underlying.base(), options);
    return FilterTransport.make(underlying, input, output, events, required);
  }

  // ---- its parts ----

  /** What has arrived; it is frozen at the back. {@code bufferevent_get_input}. */
  public final EventBuffer input() {
    return core.input();
  }

  /** What is to leave; it is frozen at the front. {@code bufferevent_get_output}. */
  public final EventBuffer output() {
    return core.output();
  }

  /** The base whose loop runs it; {@code bufferevent_get_base}. */
  public final EventBase base() {
    return core.base();
  }

  /** The socket, or null; {@code bufferevent_getfd}. It must not be read, written or closed. */
  public NetSocket handle() {
    return null;
  }

  /** What a filter stands on, or null; {@code bufferevent_get_underlying}. */
  public final BufferEvent underlying() {
    return core.transport().carrier() == null
        ? BufferEventAccess.face(core.transport().below())
        : null;
  }

  /** The other end of a pair, or null; {@code bufferevent_pair_get_partner}. */
  public final BufferEvent partner() {
    return BufferEventAccess.face(core.transport().partner());
  }

  /**
   * Sets the callbacks, each of which may be null; {@code bufferevent_setcb}.
   *
   * @param read the input has reached its low watermark
   * @param write the output has been drained to its low watermark
   * @param event the end, an error, a time-out, or connected
   */
  public final void setCallbacks(
      final DataCallback read, final DataCallback write, final EventCallback event) {
    core.enter("setCallbacks");
    try {
      core.callbacks(read, write, event);
    } finally {
      core.exit();
    }
  }

  public final DataCallback readCallback() {
    return (DataCallback) core.readCallback();
  }

  public final DataCallback writeCallback() {
    return (DataCallback) core.writeCallback();
  }

  public final EventCallback eventCallback() {
    return (EventCallback) core.eventCallback();
  }

  // ---- bytes ----

  /** Adds a copy of the bytes to the output; {@code bufferevent_write}. */
  public final void write(final byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    core.output().add(bytes);
  }

  /** Moves everything of the buffer to the output; {@code bufferevent_write_buffer}. */
  public final void write(final EventBuffer buffer) {
    Objects.requireNonNull(buffer, "buffer");
    core.output().add(buffer);
  }

  /** Removes bytes from the input; how many; {@code bufferevent_read}. */
  public final int read(final byte[] target) {
    return core.input().remove(target);
  }

  /** Moves the whole input to the back of a buffer; {@code bufferevent_read_buffer}. */
  public final void read(final EventBuffer target) {
    Objects.requireNonNull(target, "target");
    target.add(core.input());
  }

  /** As {@link #pipeTo(BufferEvent, long)}, with {@link Pipe#DEFAULT_HIGH_MARK}. */
  public final Pipe pipeTo(final BufferEvent target) {
    return pipeTo(target, Pipe.DEFAULT_HIGH_MARK);
  }

  /**
   * Moves everything that arrives to another stream, or back to this one, as fast as that takes it.
   * What has arrived already is moved at once. Reading of this one and writing of the other are
   * enabled. When the program closes this one, the pipe ends, and the other one stays open.
   *
   * @param highMark more than 0: this one is not read while more bytes wait in the other one
   * @throws IllegalStateException if the other one is the target of a pipe already
   */
  public final Pipe pipeTo(final BufferEvent target, final long highMark) {
    Objects.requireNonNull(target, "target");
    Arguments.atLeast("highMark", highMark, 1);
    return Pipe.start(this, target, highMark);
  }

  // ---- control ----

  /**
   * Lets it read or write. When its input has ended, enabling reading reports that end once more:
   * the program's part that reads now may not know it.
   *
   * @param mask {@link Event#READ}, {@link Event#WRITE} or both; {@code bufferevent_enable}
   */
  public final void enable(final int mask) {
    change("enable", mask, mask, 0);
  }

  /** Lets it read or write no more; the output stays; {@code bufferevent_disable}. */
  public final void disable(final int mask) {
    change("disable", mask, 0, mask);
  }

  private void change(final String operation, final int mask, final int added, final int removed) {
    StreamArguments.directions(mask);
    core.enter(operation);
    try {
      core.enabled((core.enabled() | added) & ~removed, mask);
      if ((added & Event.READ) != 0) {
        core.transport().readingEnabled();
      }
    } finally {
      core.exit();
    }
  }

  /** What is enabled, whether or not it is suspended; {@code bufferevent_get_enabled}. */
  public final int enabled() {
    return core.enabled();
  }

  /**
   * Sets the time-outs, null for none; {@code bufferevent_set_timeouts}. When one has passed, its
   * direction is disabled and the event callback runs.
   *
   * @param read more than zero, without a byte read, while it may read
   * @param write more than zero, without a byte written, while there is something to write, or
   *     while a connect or the look-up before it goes on
   */
  public final void setTimeouts(final Duration read, final Duration write) {
    core.enter("setTimeouts");
    try {
      core.requireTimeouts().set(read, write);
      core.restartTimeouts();
      core.transport().progressWatched();
    } finally {
      core.exit();
    }
  }

  /**
   * Sets watermarks; {@code bufferevent_setwatermark}. READ: the read callback runs when the input
   * has {@code low} bytes or more, and reading pauses while it has {@code high} or more. WRITE: the
   * write callback runs when the output has {@code low} bytes or less; {@code high} holds a filter
   * above back.
   *
   * <p>A low mark for reading above a high one is never reached, as reading pauses before. Neither
   * the read callback nor EOF nor a read time-out comes then.
   *
   * @param mask READ, WRITE or both
   * @param low 0 or more
   * @param high 0: without limit, else more than that
   */
  public final void setWatermarks(final int mask, final long low, final long high) {
    StreamArguments.someDirections(mask);
    Arguments.atLeast("low", low, 0);
    Arguments.atLeast("high", high, 0);
    core.enter("setWatermarks");
    try {
      if ((mask & Event.READ) != 0) {
        core.readMarks(low, high);
      }
      if ((mask & Event.WRITE) != 0) {
        core.writeMarks(low, high);
      }
    } finally {
      core.exit();
    }
  }

  /** The low watermark of READ or WRITE; {@code bufferevent_getwatermark}. */
  public final long lowWatermark(final int direction) {
    return StreamArguments.direction(direction) == Event.READ
        ? core.bounds().readLow()
        : core.bounds().writeLow();
  }

  /** The high watermark of READ or WRITE, 0 when there is none. */
  public final long highWatermark(final int direction) {
    return StreamArguments.direction(direction) == Event.READ
        ? core.bounds().readHigh()
        : core.bounds().writeHigh();
  }

  /**
   * Runs the read or write callback as if bytes had moved, if the watermarks allow; {@code
   * bufferevent_trigger}.
   *
   * @param mask READ, WRITE or both
   * @param options {@link #TRIGGER_IGNORE_WATERMARKS}, {@link #TRIGGER_DEFERRED}
   */
  public final void trigger(final int mask, final int options) {
    StreamArguments.directions(mask);
    StreamArguments.triggers(options);
    core.enter("trigger");
    try {
      final boolean always = (options & TRIGGER_IGNORE_WATERMARKS) != 0;
      if ((mask & Event.READ) != 0 && (always || input().length() >= core.bounds().readLow())) {
        core.pendRead();
      }
      if ((mask & Event.WRITE) != 0 && (always || output().length() <= core.bounds().writeLow())) {
        core.pendWrite();
      }
      core.runPending((options & TRIGGER_DEFERRED) != 0);
    } finally {
      core.exit();
    }
  }

  /**
   * Runs the event callback with these bits; {@code bufferevent_trigger_event}.
   *
   * @param what a union of {@link #READING} and its relatives, not 0
   * @param options {@link #TRIGGER_DEFERRED} or 0
   */
  public final void triggerEvent(final int what, final int options) {
    StreamArguments.event(what);
    StreamArguments.triggers(options);
    core.enter("triggerEvent");
    try {
      core.pendEvent(what, core.error());
      core.runPending((options & TRIGGER_DEFERRED) != 0);
    } finally {
      core.exit();
    }
  }

  /**
   * Insists on moving bytes; {@code bufferevent_flush}. It means something for pairs and filters.
   *
   * @param mask READ, WRITE or both
   * @return whether anything was moved
   */
  public final boolean flush(final int mask, final FlushMode mode) {
    StreamArguments.directions(mask);
    Objects.requireNonNull(mode, "mode");
    core.enter("flush");
    try {
      return core.transport().flush(mask, mode.number());
    } finally {
      core.exit();
    }
  }

  /**
   * Ends the stream for the peer once the output has left: the peer reads EOF, and this end goes on
   * reading. It means nothing to a pipe, which has one direction: {@link #closeAfterFlush} ends
   * that.
   */
  public final void shutdownOutput() {
    core.enter("shutdownOutput");
    try {
      core.shutdownOutput();
    } finally {
      core.exit();
    }
  }

  /** Whether the peer has ended its side: all that will ever come is in the input. */
  public final boolean hasEnded() {
    return core.hasInputEnded();
  }

  /** The error of the last ERROR event. */
  public final Errno error() {
    return core.error();
  }

  /** The priority of its callbacks; {@code bufferevent_get_priority}. */
  public int priority() {
    return core.base().priorities() / 2;
  }

  // ---- rate limits ----

  /** The rate limits of this one alone; made when it is first asked for. */
  public final RateLimits limits() {
    core.enter("limits");
    try {
      return RateLimits.of(BufferEventAccess.carrier(core));
    } finally {
      core.exit();
    }
  }

  /**
   * Bytes that one read takes at most, 0 for the default of 16,384; engines take no more than 128
   * KiB. {@code bufferevent_set_max_single_read}.
   *
   * @param bytes 0 or more
   */
  public final void maxSingleRead(final int bytes) {
    final int max = StreamArguments.single(bytes);
    core.enter("maxSingleRead");
    try {
      BufferEventAccess.carrier(core).maxSingleRead(max);
    } finally {
      core.exit();
    }
  }

  public final int maxSingleRead() {
    return BufferEventAccess.carrier(core).maxSingleRead();
  }

  /**
   * Bytes that one write takes at most, 0 for the default of 16,384; it takes no more than 1 MiB. A
   * part of a file that the system sends is cut only by less than the default. {@code
   * bufferevent_set_max_single_write}.
   *
   * @param bytes 0 or more
   */
  public final void maxSingleWrite(final int bytes) {
    final int max = StreamArguments.single(bytes);
    core.enter("maxSingleWrite");
    try {
      BufferEventAccess.carrier(core).maxSingleWrite(max);
    } finally {
      core.exit();
    }
  }

  public final int maxSingleWrite() {
    return BufferEventAccess.carrier(core).maxSingleWrite();
  }

  // ---- locking and the end ----

  /** Keeps other threads out until {@link #unlock}; {@code bufferevent_lock}. */
  public final void lock() {
    core.guard().enter();
  }

  public final void unlock() {
    core.guard().exit();
  }

  /**
   * Sends what is in the output and closes then; what arrives is ignored, no callback runs any
   * more. It closes at once if sending fails or is impossible: no socket, a connect that has
   * failed, a partner that is closed. What waits when the base is closed is closed with it. Set a
   * write time-out to bound the wait.
   *
   * <p>On a filter it waits until the bytes have left all that is below. A filter that keeps bytes
   * back is called with {@link FlushMode#FINISHED} first. With {@link #CLOSE_ON_FREE} what is below
   * is closed then; without, what is below goes on.
   *
   * <p>Bytes that the peer sends after the close are answered by a reset. The reset may discard
   * what the peer has not read yet. Where peers go on sending, use {@link #closeGracefully}.
   */
  public final void closeAfterFlush() {
    core.enter("closeAfterFlush");
    try {
      core.closeAfterFlush(-1);
    } finally {
      core.exit();
    }
  }

  /**
   * As {@link #closeAfterFlush}, but a peer that goes on sending loses nothing. When the output has
   * left, the stream is ended for the peer, and read on until the peer ends it, too. What arrives
   * is dropped. A filter or TLS without {@link #CLOSE_ON_FREE} closes when its output has left, as
   * what is below goes on.
   *
   * @param deadline more than zero: when it has passed, the stream is closed in any case
   */
  public final void closeGracefully(final Duration deadline) {
    final long nanos = Timeouts.nanos("deadline", Objects.requireNonNull(deadline, "deadline"));
    core.enter("closeGracefully");
    try {
      core.closeAfterFlush(nanos);
    } finally {
      core.exit();
    }
  }

  /**
   * Stops the callbacks at once, drops the output and lets the socket go, closing it with {@link
   * #CLOSE_ON_FREE}; {@code bufferevent_free}. A second call does nothing. From another thread it
   * waits until a running callback has returned. A socket that was used is closed when the loop
   * waits next; where no loop runs, that is in the next one or when the base is closed.
   */
  @Override
  public final void close() {
    core.close();
  }

  public final boolean isClosed() {
    return core.isClosed();
  }

  @Override
  public final String toString() {
    return core.toString();
  }
}
