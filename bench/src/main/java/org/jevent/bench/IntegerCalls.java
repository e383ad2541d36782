package org.jevent.bench;

import io.netty.buffer.ByteBuf;
import java.nio.ByteOrder;
import java.util.List;
import org.jevent.buffer.EventBuffer;

/**
 * How a program reads and writes integers of one size: the size and the order are constants of the
 * call. Netty has no integers of five to seven bytes; a program puts them together.
 */
final class IntegerCalls {
  private interface Get<B> {
    long at(B buffer, int position);
  }

  private interface Read<B> {
    long from(B buffer);
  }

  private interface Add<B> {
    void to(B buffer, long value);
  }

  /** What is called for one library. */
  private record Calls<B>(Get<B> get, Read<B> read, Add<B> add) {}

  private static final List<Calls<EventBuffer>> OURS_BIG =
      List.of(
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 1),
              buffer -> buffer.readInteger(1),
              (buffer, value) -> buffer.addInteger(value, 1)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 2),
              buffer -> buffer.readInteger(2),
              (buffer, value) -> buffer.addInteger(value, 2)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 3),
              buffer -> buffer.readInteger(3),
              (buffer, value) -> buffer.addInteger(value, 3)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 4),
              buffer -> buffer.readInteger(4),
              (buffer, value) -> buffer.addInteger(value, 4)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 5),
              buffer -> buffer.readInteger(5),
              (buffer, value) -> buffer.addInteger(value, 5)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 6),
              buffer -> buffer.readInteger(6),
              (buffer, value) -> buffer.addInteger(value, 6)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 7),
              buffer -> buffer.readInteger(7),
              (buffer, value) -> buffer.addInteger(value, 7)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 8),
              buffer -> buffer.readInteger(8),
              (buffer, value) -> buffer.addInteger(value, 8)));

  private static final List<Calls<EventBuffer>> OURS_LITTLE =
      List.of(
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 1, ByteOrder.LITTLE_ENDIAN),
              buffer -> buffer.readInteger(1, ByteOrder.LITTLE_ENDIAN),
              (buffer, value) -> buffer.addInteger(value, 1, ByteOrder.LITTLE_ENDIAN)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 2, ByteOrder.LITTLE_ENDIAN),
              buffer -> buffer.readInteger(2, ByteOrder.LITTLE_ENDIAN),
              (buffer, value) -> buffer.addInteger(value, 2, ByteOrder.LITTLE_ENDIAN)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 3, ByteOrder.LITTLE_ENDIAN),
              buffer -> buffer.readInteger(3, ByteOrder.LITTLE_ENDIAN),
              (buffer, value) -> buffer.addInteger(value, 3, ByteOrder.LITTLE_ENDIAN)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 4, ByteOrder.LITTLE_ENDIAN),
              buffer -> buffer.readInteger(4, ByteOrder.LITTLE_ENDIAN),
              (buffer, value) -> buffer.addInteger(value, 4, ByteOrder.LITTLE_ENDIAN)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 5, ByteOrder.LITTLE_ENDIAN),
              buffer -> buffer.readInteger(5, ByteOrder.LITTLE_ENDIAN),
              (buffer, value) -> buffer.addInteger(value, 5, ByteOrder.LITTLE_ENDIAN)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 6, ByteOrder.LITTLE_ENDIAN),
              buffer -> buffer.readInteger(6, ByteOrder.LITTLE_ENDIAN),
              (buffer, value) -> buffer.addInteger(value, 6, ByteOrder.LITTLE_ENDIAN)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 7, ByteOrder.LITTLE_ENDIAN),
              buffer -> buffer.readInteger(7, ByteOrder.LITTLE_ENDIAN),
              (buffer, value) -> buffer.addInteger(value, 7, ByteOrder.LITTLE_ENDIAN)),
          new Calls<>(
              (buffer, at) -> buffer.getInteger(at, 8, ByteOrder.LITTLE_ENDIAN),
              buffer -> buffer.readInteger(8, ByteOrder.LITTLE_ENDIAN),
              (buffer, value) -> buffer.addInteger(value, 8, ByteOrder.LITTLE_ENDIAN)));

  private static final List<Calls<ByteBuf>> THEIRS_BIG =
      List.of(
          new Calls<>(
              (buffer, at) -> buffer.getByte(at),
              buffer -> buffer.readByte(),
              (buffer, value) -> buffer.writeByte((int) value)),
          new Calls<>(
              (buffer, at) -> buffer.getShort(at),
              buffer -> buffer.readShort(),
              (buffer, value) -> buffer.writeShort((int) value)),
          new Calls<>(
              (buffer, at) -> buffer.getMedium(at),
              buffer -> buffer.readMedium(),
              (buffer, value) -> buffer.writeMedium((int) value)),
          new Calls<>(
              (buffer, at) -> buffer.getInt(at),
              buffer -> buffer.readInt(),
              (buffer, value) -> buffer.writeInt((int) value)),
          new Calls<>(
              (buffer, at) -> ((long) buffer.getShort(at) << 24) | buffer.getUnsignedMedium(at + 2),
              buffer -> ((long) buffer.readShort() << 24) | buffer.readUnsignedMedium(),
              (buffer, value) -> buffer.writeShort((int) (value >> 24)).writeMedium((int) value)),
          new Calls<>(
              (buffer, at) -> ((long) buffer.getShort(at) << 32) | buffer.getUnsignedInt(at + 2),
              buffer -> ((long) buffer.readShort() << 32) | buffer.readUnsignedInt(),
              (buffer, value) -> buffer.writeShort((int) (value >> 32)).writeInt((int) value)),
          new Calls<>(
              (buffer, at) -> ((long) buffer.getMedium(at) << 32) | buffer.getUnsignedInt(at + 3),
              buffer -> ((long) buffer.readMedium() << 32) | buffer.readUnsignedInt(),
              (buffer, value) -> buffer.writeMedium((int) (value >> 32)).writeInt((int) value)),
          new Calls<>(
              (buffer, at) -> buffer.getLong(at),
              buffer -> buffer.readLong(),
              (buffer, value) -> buffer.writeLong(value)));

  private static final List<Calls<ByteBuf>> THEIRS_LITTLE =
      List.of(
          new Calls<>(
              (buffer, at) -> buffer.getByte(at),
              buffer -> buffer.readByte(),
              (buffer, value) -> buffer.writeByte((int) value)),
          new Calls<>(
              (buffer, at) -> buffer.getShortLE(at),
              buffer -> buffer.readShortLE(),
              (buffer, value) -> buffer.writeShortLE((int) value)),
          new Calls<>(
              (buffer, at) -> buffer.getMediumLE(at),
              buffer -> buffer.readMediumLE(),
              (buffer, value) -> buffer.writeMediumLE((int) value)),
          new Calls<>(
              (buffer, at) -> buffer.getIntLE(at),
              buffer -> buffer.readIntLE(),
              (buffer, value) -> buffer.writeIntLE((int) value)),
          new Calls<>(
              (buffer, at) ->
                  buffer.getUnsignedMediumLE(at) | ((long) buffer.getShortLE(at + 3) << 24),
              buffer -> buffer.readUnsignedMediumLE() | ((long) buffer.readShortLE() << 24),
              (buffer, value) ->
                  buffer.writeMediumLE((int) value).writeShortLE((int) (value >> 24))),
          new Calls<>(
              (buffer, at) ->
                  buffer.getUnsignedIntLE(at) | ((long) buffer.getShortLE(at + 4) << 32),
              buffer -> buffer.readUnsignedIntLE() | ((long) buffer.readShortLE() << 32),
              (buffer, value) -> buffer.writeIntLE((int) value).writeShortLE((int) (value >> 32))),
          new Calls<>(
              (buffer, at) ->
                  buffer.getUnsignedIntLE(at) | ((long) buffer.getMediumLE(at + 4) << 32),
              buffer -> buffer.readUnsignedIntLE() | ((long) buffer.readMediumLE() << 32),
              (buffer, value) -> buffer.writeIntLE((int) value).writeMediumLE((int) (value >> 32))),
          new Calls<>(
              (buffer, at) -> buffer.getLongLE(at),
              buffer -> buffer.readLongLE(),
              (buffer, value) -> buffer.writeLongLE(value)));

  private final Get<EventBuffer> get;
  private final Read<EventBuffer> read;
  private final Add<EventBuffer> add;
  private final Get<ByteBuf> theirGet;
  private final Read<ByteBuf> theirRead;
  private final Add<ByteBuf> theirAdd;

  private IntegerCalls(final Calls<EventBuffer> ours, final Calls<ByteBuf> theirs) {
    get = ours.get();
    read = ours.read();
    add = ours.add();
    theirGet = theirs.get();
    theirRead = theirs.read();
    theirAdd = theirs.add();
  }

  static IntegerCalls of(final int size, final boolean little) {
    return new IntegerCalls(
        (little ? OURS_LITTLE : OURS_BIG).get(size - 1),
        (little ? THEIRS_LITTLE : THEIRS_BIG).get(size - 1));
  }

  long get(final EventBuffer buffer, final int position) {
    return get.at(buffer, position);
  }

  long get(final ByteBuf buffer, final int position) {
    return theirGet.at(buffer, position);
  }

  long read(final EventBuffer buffer) {
    return read.from(buffer);
  }

  long read(final ByteBuf buffer) {
    return theirRead.from(buffer);
  }

  void add(final EventBuffer buffer, final long value) {
    add.to(buffer, value);
  }

  void add(final ByteBuf buffer, final long value) {
    theirAdd.to(buffer, value);
  }
}
