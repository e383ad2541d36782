package org.jevent.internal.engine.ring;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.internal.engine.EnteringThread;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;

/**
 * The submission side of a ring. Records go into the shared block while there is room. The others
 * go into a queue of Java, which moves over as the shim takes records. Vectors and addresses that
 * records point to stay in native memory until all records have been taken.
 */
final class Submissions implements AutoCloseable {
  private static final int AREA_SIZE = 64 * 1024;
  private static final int RESERVED = Retention.MAX_BUFFERS;
  private static final int LONGS = Layout.SUBMISSION_SIZE / Long.BYTES;

  final EnteringThread entering = new EnteringThread();
  private final ByteBuffer block;
  private final int offset;
  private int capacity;
  private int count;
  private long[] waiting = new long[64 * LONGS];
  private int waitingFirst;
  private int waitingEnd;
  private final List<ShimMemory> areas = new ArrayList<>();
  private int area;
  private int areaUsed;

  Submissions(final ByteBuffer block) {
    this.block = block;
    offset = block.getInt(Layout.HEADER_SUBMISSIONS_OFFSET);
    capacity = block.getInt(Layout.HEADER_SUBMISSIONS_CAPACITY);
    areas.add(ShimMemory.allocatePart(AREA_SIZE));
  }

  void add(final int op, final int flags, final int slot, final long a) {
    add(op, flags, slot, a, 0, 0);
  }

  void add(
      final int op, final int flags, final int slot, final long a, final long b, final long c) {
    assert entering.maySubmit() : "another thread is in enter";
    assert slot >= 0 && op > 0 && op <= 0xffff && flags >= 0 && flags <= 0xffff : op + " " + flags;
    if (count < capacity - RESERVED && waitingFirst == waitingEnd) {
      write(offset + count++ * Layout.SUBMISSION_SIZE, op, flags, slot, a, b, c);
    } else {
      enqueue(op | (long) flags << 16 | (long) slot << 32, a, b, c);
    }
  }

  /**
   * Adds a record that the next batch must hold; there are never more of these than reserved
   * places.
   */
  void addReserved(final int op, final long a) {
    assert count < capacity || capacity == 0 : "the next batch has no place for " + op;
    if (count < capacity) {
      write(offset + count++ * Layout.SUBMISSION_SIZE, op, 0, 0, a, 0, 0);
    }
  }

  private void write(
      final int at,
      final int op,
      final int flags,
      final int slot,
      final long a,
      final long b,
      final long c) {
    assert at >= offset && at < offset + capacity * Layout.SUBMISSION_SIZE : at;
    block.putShort(at + Layout.SUBMISSION_OP, (short) op);
    block.putShort(at + Layout.SUBMISSION_FLAGS, (short) flags);
    block.putInt(at + Layout.SUBMISSION_SLOT, slot);
    block.putLong(at + Layout.SUBMISSION_A, a);
    block.putLong(at + Layout.SUBMISSION_B, b);
    block.putLong(at + Layout.SUBMISSION_C, c);
  }

  private void enqueue(final long head, final long a, final long b, final long c) {
    if (waitingEnd == waiting.length) {
      waiting = Arrays.copyOf(waiting, waiting.length * 2);
    }
    waiting[waitingEnd] = head;
    waiting[waitingEnd + 1] = a;
    waiting[waitingEnd + 2] = b;
    waiting[waitingEnd + 3] = c;
    waitingEnd += LONGS;
  }

  /**
   * Publishes the number of records to the shim.
   *
   * @return there are more than the ring has room for
   */
  boolean publish() {
    while (count < capacity - RESERVED && waitingFirst < waitingEnd) {
      final long head = waiting[waitingFirst];
      write(
          offset + count++ * Layout.SUBMISSION_SIZE,
          (int) (head & 0xffff),
          (int) (head >>> 16 & 0xffff),
          (int) (head >>> 32),
          waiting[waitingFirst + 1],
          waiting[waitingFirst + 2],
          waiting[waitingFirst + 3]);
      waitingFirst += LONGS;
    }
    assert waitingFirst <= waitingEnd && count <= capacity : waitingFirst;
    if (waitingFirst == waitingEnd) {
      waitingFirst = 0;
      waitingEnd = 0;
    }
    block.putInt(Layout.HEADER_SUBMITTED, count);
    return waitingFirst < waitingEnd;
  }

  /** Reclaims the places of the records that the shim has taken. */
  void reclaim() {
    assert block.getInt(Layout.HEADER_SUBMITTED) <= count : "the shim left more than it was given";
    count = block.getInt(Layout.HEADER_SUBMITTED);
    if (!pending()) {
      area = 0;
      areaUsed = 0;
    }
  }

  /** Some records have not been taken yet. */
  boolean pending() {
    return count > 0 || waitingFirst < waitingEnd;
  }

  /** Native room for {@code size} bytes; it ends where {@code areaUsed} says. */
  private void reserve(final int size) {
    if (areaUsed + size > areas.get(area).size()) {
      final int next = area + 1; // which is set when there is memory for it
      if (next == areas.size()) {
        areas.add(ShimMemory.allocatePart(Math.max(size, AREA_SIZE)));
      } else if (size > areas.get(next).size()) {
        areas.add(next, ShimMemory.allocatePart(size));
      }
      area = next;
      areaUsed = 0;
    }
    areaUsed += size;
    assert areaUsed <= areas.get(area).size() : size;
  }

  /** Writes the ranges as {@code jev_vec}s; returns their address. */
  long vector(final SendVector ranges) {
    final int size = ranges.size() * Layout.VEC_SIZE;
    reserve(size);
    final Memory target = areas.get(area);
    int at = areaUsed - size;
    final long address = target.address() + at;
    for (int i = 0; i < ranges.size(); i++) {
      target
          .buffer()
          .putLong(at + Layout.VEC_ADDRESS, ranges.memory(i).address() + ranges.offset(i));
      target.buffer().putLong(at + Layout.VEC_LENGTH, ranges.length(i));
      at += Layout.VEC_SIZE;
    }
    return address;
  }

  /** Writes a socket address; returns its place, 0 for null. */
  long address(final java.net.SocketAddress address) {
    if (address == null) {
      return 0;
    }
    reserve(AddressCodec.SIZE);
    final Memory target = areas.get(area);
    final int at = areaUsed - AddressCodec.SIZE;
    AddressCodec.write(address, target.buffer(), at);
    return target.address() + at;
  }

  /** The block is freed with the ring: from now on records do not go into it. */
  @Override
  public void close() {
    capacity = 0;
    count = 0;
    areas.forEach(ShimMemory::close);
    areas.clear();
  }
}
