package org.jevent.soak;

import org.jevent.Event;
import org.jevent.buffer.FileSegment;
import org.jevent.bufferevent.BufferEvent;

/** Ranges of a file, sent by the system or read, between other bytes. */
final class FileChurn extends Churn {
  FileChurn(final Ground ground) {
    super(ground);
  }

  @Override
  void round() {
    final int offset = random.nextInt(Ground.FILE_SIZE);
    final int count = 1 + random.nextInt(Ground.FILE_SIZE - offset);
    final BufferEvent[] ends = Ends.joined(this, 0);
    new Arrival(ends, offset, count).begin();
    if (random.nextBoolean()) {
      ends[0].output().addFile(ground.file(), offset, count);
    } else {
      final int flags = random.nextBoolean() ? FileSegment.DISABLE_SENDFILE : 0;
      try (FileSegment segment = FileSegment.open(base, ground.file(), offset, count, flags)) {
        final int half = count / 2;
        ends[0].output().addFileSegment(segment, 0, half);
        ends[0].output().addFileSegment(segment, half, -1);
      }
    }
    ends[0].write(Pattern.bytes(Ground.FILE_SEED, offset + count, 1));
    ends[0].shutdownOutput();
  }

  private final class Arrival {
    private final BufferEvent[] ends;
    private final long end;
    private final byte[] scratch = new byte[4096];
    private long position;

    Arrival(final BufferEvent[] ends, final int offset, final int count) {
      this.ends = ends;
      position = offset;
      end = (long) offset + count + 1;
    }

    void begin() {
      ends[0].setCallbacks(null, null, (self, what) -> fail(Ends.text(what, self)));
      ends[1].setCallbacks(self -> take(), null, (self, what) -> end(what));
      ends[1].enable(Event.READ);
    }

    private void take() {
      int count = ends[1].read(scratch);
      while (count > 0) {
        if (Pattern.mismatch(Ground.FILE_SEED, position, scratch, count) >= 0) {
          fail("wrong bytes at " + position);
        }
        position += count;
        checked(count);
        count = ends[1].read(scratch);
      }
    }

    private void end(final int what) {
      if (what != (BufferEvent.READING | BufferEvent.EOF) || position != end) {
        fail(Ends.text(what, ends[1]) + " at " + position + " instead of " + end);
      }
      ends[0].close();
      ends[1].close();
      over();
    }
  }
}
