package org.jevent.sim.engine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;
import org.jevent.sim.core.Site;
import org.jevent.sim.kernel.DatagramSocket;
import org.jevent.sim.kernel.OpenFile;
import org.jevent.sim.kernel.Result;
import org.jevent.sim.kernel.StreamSocket;

/** The send of a slot, of which it has one at a time: ranges of memory, a datagram, or a file. */
final class SimSend {
  private static final int FILE_PART = 16 * 1024;

  private enum State {
    IDLE,
    ACTIVE,
    /** What does not leave at once leaves no more. */
    CANCELLED,
    /** All has left, which is reported when something else is. */
    DEFERRED,
    /** It has failed before the engine was entered, which reports that. */
    FAILED
  }

  private final SimSlot slot;
  private State state = State.IDLE;
  private Memory[] memories = new Memory[2];
  private int[] offsets = new int[2];
  private int[] lengths = new int[2];
  private Errno problem = Errno.NONE;
  private int size;

  /** How far the ranges have left: which is the next, and how much of that one has gone. */
  private int next;

  private int gone;

  /** Of all ranges, when the send began. */
  private final CRC32 checksum = new CRC32();

  private long expected;
  private boolean quietly;
  private long sent;
  private byte[] datagram;
  private SocketAddress to;
  private EngineFile file;
  private long filePosition;
  private long fileLeft;
  private ByteBuffer part;

  SimSend(final SimSlot slot) {
    this.slot = slot;
  }

  boolean isActive() {
    return state != State.IDLE;
  }

  /** It has to go on, or to report why it does not. */
  boolean isUnderWay() {
    return state != State.IDLE && state != State.DEFERRED;
  }

  boolean isDeferred() {
    return state == State.DEFERRED;
  }

  private void begin(final boolean quiet) {
    if (state != State.IDLE) {
      throw new IllegalStateException("a send is under way already");
    }
    state = State.ACTIVE;
    quietly = quiet;
    sent = 0;
  }

  /** Ranges of memory, which must not change until the send has ended. */
  void begin(final SendVector vector, final boolean quiet) {
    begin(quiet);
    take(vector);
  }

  private void take(final SendVector vector) {
    size = vector.size();
    next = 0;
    gone = 0;
    if (size > memories.length) {
      memories = new Memory[size];
      offsets = new int[size];
      lengths = new int[size];
    }
    for (int i = 0; i < size; i++) {
      memories[i] = vector.memory(i);
      offsets[i] = vector.offset(i);
      lengths[i] = vector.length(i);
    }
    expected = sum();
  }

  private long sum() {
    checksum.reset();
    for (int i = 0; i < size; i++) {
      checksum.update(memories[i].range(offsets[i], lengths[i]));
    }
    return checksum.getValue();
  }

  /** One datagram. */
  void begin(final SendVector vector, final SocketAddress target) {
    begin(false);
    final byte[] whole = new byte[(int) vector.bytes()];
    int done = 0;
    for (int i = 0; i < vector.size(); i++) {
      vector.memory(i).buffer().get(vector.offset(i), whole, done, vector.length(i));
      done += vector.length(i);
    }
    datagram = whole;
    to = target;
  }

  /** A range of a file. */
  void begin(final EngineFile source, final long position, final long count) {
    begin(false);
    file = source;
    filePosition = position;
    fileLeft = count;
  }

  void cancel() {
    if (state == State.ACTIVE) {
      state = State.CANCELLED;
    }
  }

  /** Sends as much as the file takes, and reports the end. */
  void goOn() {
    if (state == State.DEFERRED || state == State.FAILED) {
      end(problem);
      return;
    }
    final int result = step();
    if (result == Result.WOULD_WAIT) {
      if (state == State.CANCELLED) {
        end(Errno.ECANCELED);
      } else {
        waits();
      }
    } else if (result < 0) {
      end(Result.error(result));
    } else {
      succeed();
    }
  }

  /** It has not succeeded at once: its end is reported, as by the native engines. */
  private void waits() {
    quietly = false;
  }

  private void succeed() {
    if (quietly) {
      state = State.DEFERRED;
      slot.engine().defer(slot);
    } else {
      end(Errno.NONE);
    }
  }

  /** Sends before the engine is entered; false: it has to report how that ended. */
  boolean goOnQuietly() {
    if (state != State.ACTIVE) {
      return false;
    }
    final int result = step();
    if (result == Result.WOULD_WAIT) {
      waits();
      return true;
    }
    if (result < 0) {
      state = State.FAILED;
      problem = Result.error(result);
      return false;
    }
    succeed();
    return true;
  }

  /** 0: all has left. */
  private int step() {
    if (datagram != null) {
      if (!(slot.file() instanceof DatagramSocket socket)) {
        return Result.of(Errno.ENOTSOCK);
      }
      final int result = socket.send(datagram, to);
      sent = Math.max(result, 0);
      return Math.min(result, 0);
    }
    final OpenFile target = slot.file();
    if (!(target instanceof StreamSocket stream)) {
      return sendConnected(target);
    }
    return file != null ? sendFile(stream) : sendRanges(stream);
  }

  /** A stream of datagrams: all that is there is one. */
  private int sendConnected(final OpenFile target) {
    final byte[] whole = new byte[lengths[0]];
    memories[0].buffer().get(offsets[0], whole);
    final int result = ((DatagramSocket) target).send(whole, null);
    sent = Math.max(result, 0);
    return Math.min(result, 0);
  }

  private int sendRanges(final StreamSocket stream) {
    while (next < size) {
      final int left = lengths[next] - gone;
      if (left > 0) {
        final int count = stream.write(memories[next].buffer(), offsets[next] + gone, left);
        if (count < 0) {
          return count;
        }
        gone += count;
        sent += count;
        if (count < left) {
          return waitsForRoom(stream);
        }
      }
      next++;
      gone = 0;
    }
    return 0;
  }

  /** Fewer bytes were taken than offered: the rest goes when there is room. */
  private int waitsForRoom(final StreamSocket stream) {
    if ((stream.readiness() & OpenFile.WRITE) != 0) {
      slot.changed();
    }
    return Result.WOULD_WAIT;
  }

  private int sendFile(final StreamSocket stream) {
    if (slot.engine().scheduler().draws().happens(Site.FILE_EIO, slot.entity())) {
      return Result.of(Errno.EIO);
    }
    if (part == null) {
      part = ByteBuffer.allocate(FILE_PART);
    }
    while (fileLeft > 0) {
      part.clear().limit((int) Math.min(fileLeft, FILE_PART));
      final int read;
      try {
        read = file.read(filePosition, part);
      } catch (final ErrnoException e) {
        return Result.of(e.errno());
      }
      if (read <= 0) {
        return 0; // it has become shorter
      }
      final int count = stream.write(part, 0, read);
      if (count < 0) {
        return count;
      }
      filePosition += count;
      fileLeft -= count;
      sent += count;
      if (count < read) {
        return waitsForRoom(stream);
      }
    }
    return 0;
  }

  /** Reports the end. */
  void end(final Errno error) {
    if (size > 0 && sum() != expected) {
      slot.engine()
          .scheduler()
          .fail(
              new IllegalStateException(
                  "the bytes of a send were changed before it ended, on " + slot.file()));
    }
    state = State.IDLE;
    problem = Errno.NONE;
    final long bytes = sent;
    for (int i = 0; i < size; i++) {
      memories[i] = null;
    }
    size = 0;
    datagram = null;
    to = null;
    file = null;
    part = null;
    slot.engine().delivers(slot, bytes).sent(slot.attachment(), bytes, error);
  }
}
