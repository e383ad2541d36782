package org.jevent.internal.engine.ring;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.ChannelBridge;
import org.jevent.internal.engine.Completions;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.internal.engine.EngineFile;
import org.jevent.internal.engine.EngineSockets;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;
import org.jevent.internal.engine.SignalSink;
import org.jevent.internal.engine.SlotTable;

/**
 * Every engine of the shim: one block of memory that both languages share, one crossing for each
 * {@link #enter}. Channels, whose descriptors Java keeps to itself, are watched by a {@link
 * ChannelBridge}.
 */
public final class RingEngine implements Engine {
  private static final int ENTRIES = 4096;
  private static final int DATAGRAMS_AT_ONCE = 64;
  private static final int BUFFERS = Retention.MAX_BUFFERS;
  private static final int BUFFER_SIZE = 16 * 1024;

  private final String name;
  private final int code;
  private final int features;
  private final Ring ring;
  private final ByteBuffer block;
  private final Submissions submissions;
  private final SlotTable slots = new SlotTable();

  /** Slots whose descriptors the library closes, until they are detached. */
  private final BitSet closing = new BitSet();

  private final Memory slab;
  private final int slabOffset;
  private final int completionsOffset;
  private final Retention retention;
  private final QuietSends quietSends = new QuietSends();
  private final Completions completions = new Completions();
  private final EngineSockets sockets = new ShimSockets(this);
  private SignalSink signals;
  private ChannelBridge bridge;
  private boolean more;
  private Runnable beforeReenter = () -> {};
  private boolean deferredFlushRequested;
  private long crossings;
  private EngineCounters last;

  RingEngine(final String name, final int code) {
    this.name = name;
    this.code = code;
    features = Shim.engineFeatures(code);
    ring = Ring.create(this, name, code, ENTRIES, BUFFERS, BUFFER_SIZE);
    block = ring.block();
    submissions = new Submissions(block);
    retention = new Retention(submissions);
    completionsOffset = block.getInt(Layout.HEADER_COMPLETIONS_OFFSET);
    slabOffset = block.getInt(Layout.HEADER_SLAB_OFFSET);
    slab = new Slab();
  }

  /**
   * The block as memory of segments. It refers to the engine, so that the block stays as long as a
   * segment uses it.
   */
  private final class Slab extends Memory {
    Slab() {
      super(block, ring.blockAddress());
    }

    @Override
    public void close() {}
  }

  @Override
  public String nameConfiguration() {
    return ShimNames.configuration();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int features() {
    return features;
  }

  @Override
  public String binding() {
    return ShimLoader.status().binding();
  }

  @Override
  public boolean watchesDescriptors() {
    return true;
  }

  @Override
  public void check(final int descriptor) {
    final int result = Shim.check(code, descriptor);
    Errnos.check(result, "watch fd " + descriptor + why(Errnos.of(result)));
  }

  /** What the error of the system does not say. */
  private String why(final Errno error) {
    return error == Errno.EPERM
        ? ", a file that is always ready, which method "
            + name
            + " cannot watch: read it with a BufferEvent, send it with EventBuffer.addFile, or take"
            + " a method with FEATURE_FDS"
        : "";
  }

  // ---- operations ----

  @Override
  public int attach(final Attachment attachment, final int descriptor) {
    final int slot = slots.take(attachment);
    try {
      submissions.add(Layout.OP_ATTACH, 0, slot, descriptor);
    } catch (final Throwable e) {
      slots.free(slot);
      throw e;
    }
    return slot;
  }

  @Override
  public int attach(final Attachment attachment, final SelectableChannel channel) {
    if (bridge == null) {
      bridge = new ChannelBridge(this::wakeup);
    }
    final int slot = slots.take(attachment);
    try {
      bridge.attach(slot, channel);
    } catch (final Throwable e) {
      slots.free(slot);
      throw e;
    }
    return slot;
  }

  @Override
  public void redirect(final int slot, final Attachment next) {
    slots.replace(slot, next);
  }

  private boolean bridged(final int slot) {
    return bridge != null && bridge.has(slot);
  }

  @Override
  public void poll(final int slot, final int mask, final boolean renew) {
    if (bridged(slot)) {
      bridge.poll(slot, mask);
    } else {
      submissions.add(Layout.OP_POLL, renew ? Layout.FLAG_RENEW : 0, slot, mask);
    }
  }

  @Override
  public void receive(final int slot, final int limit) {
    submissions.add(Layout.OP_RECEIVE, 0, slot, limit);
  }

  @Override
  public void receiveFrom(final int slot, final int limit) {
    submissions.add(Layout.OP_RECEIVE_FROM, 0, slot, limit);
  }

  @Override
  public void send(final int slot, final SendVector vector, final boolean quietly) {
    if (quietly) {
      quietSends.makeRoom(slot);
    }
    send(Layout.OP_SEND, quietly ? Layout.FLAG_QUIET : 0, slot, vector, 0);
    if (quietly) {
      quietSends.add(slot, vector.bytes());
    }
  }

  @Override
  public void cancelSend(final int slot) {
    if (!cancelsSends()) {
      throw new UnsupportedOperationException("method " + name + " cannot cancel a send");
    }
    submissions.add(Layout.OP_CANCEL_SEND, 0, slot, 0);
  }

  /** A completion port cannot say how much of a cancelled send has left. */
  @Override
  public boolean cancelsSends() {
    return code != Layout.ENGINE_IOCP;
  }

  @Override
  public void flushDeferredCompletions() {
    deferredFlushRequested = true;
  }

  @Override
  public void sendTo(final int slot, final SendVector vector, final SocketAddress to) {
    send(Layout.OP_SEND_TO, 0, slot, vector, submissions.address(to));
  }

  @Override
  public int datagramsAtOnce() {
    return DATAGRAMS_AT_ONCE;
  }

  private void send(
      final int op, final int flags, final int slot, final SendVector vector, final long to) {
    if (vector.size() == 1) {
      final long address = vector.memory(0).address() + vector.offset(0);
      submissions.add(op, flags, slot, address, vector.length(0), to);
    } else {
      final long records = submissions.vector(vector);
      submissions.add(op, flags | Layout.FLAG_VECTOR, slot, records, vector.size(), to);
    }
  }

  @Override
  public void sendFile(
      final int slot, final EngineFile file, final long position, final long count) {
    if (!(file instanceof ShimFile own)) {
      throw new IllegalArgumentException("the file was not opened by this engine");
    }
    submissions.add(Layout.OP_SEND_FILE, 0, slot, own.descriptor(), position, count);
  }

  @Override
  public void accept(final int slot, final boolean on) {
    submissions.add(Layout.OP_ACCEPT, 0, slot, on ? 1 : 0);
  }

  @Override
  public void connect(final int slot, final SocketAddress address) {
    submissions.add(Layout.OP_CONNECT, 0, slot, submissions.address(address));
  }

  @Override
  public void shutdown(final int slot, final int how) {
    submissions.add(Layout.OP_SHUTDOWN, 0, slot, how);
  }

  @Override
  public void detach(final int slot, final boolean close) {
    if (close) {
      closing.set(slot);
    }
    if (bridged(slot)) {
      bridge.detach(slot, close);
    } else {
      submissions.add(Layout.OP_DETACH, close ? Layout.FLAG_CLOSE : 0, slot, 0);
    }
  }

  @Override
  public boolean isClosing() {
    return !closing.isEmpty();
  }

  @Override
  public void signal(final int number, final boolean on) {
    Errnos.check(
        ring.watchSignal(number, on), (on ? "watch" : "stop watching") + " signal " + number);
  }

  @Override
  public int signalNumber(final String signal) {
    return Shim.signalNumber(SignalIndex.of(signal.toUpperCase(Locale.ROOT)));
  }

  @Override
  public void signalSink(final SignalSink sink) {
    signals = sink;
  }

  @Override
  public void retain(final int buffer) {
    retention.retain(buffer);
  }

  @Override
  public void release(final int buffer) {
    retention.release(buffer);
  }

  @Override
  public boolean sends(final EngineFile file) {
    return file instanceof ShimFile;
  }

  @Override
  public EngineFile openFile(final Path path) {
    return ShimFile.open(path);
  }

  @Override
  public boolean needsAddresses() {
    return true;
  }

  @Override
  public Memory view(final ByteBuffer bytes) {
    return bytes.isDirect() ? Memory.of(bytes, NativeMemory.address(bytes)) : null;
  }

  @Override
  public Memory allocate(final int size) {
    return ShimMemory.allocate(size);
  }

  @Override
  public EngineSockets sockets() {
    return sockets;
  }

  // ---- entering ----

  @Override
  public void onThrown(final Completions.ThrownSink sink) {
    completions.onThrown(sink);
  }

  @Override
  public void onReenter(final Runnable action) {
    beforeReenter = action;
  }

  @Override
  public int enter(final long timeoutNanos) {
    ring.requireOpen();
    assert submissions.entering.enter() : "enter within enter";
    try {
      return deliverAll(timeoutNanos);
    } finally {
      assert submissions.entering.leave();
    }
  }

  private int deliverAll(final long timeoutNanos) {
    int delivered = 0;
    final int quietCount = quietSends.size();
    final boolean reports = bridgeReports();
    boolean again;
    do {
      // Submissions without room in the ring must not wait for the end of this wait.
      retention.publish();
      final boolean overflowed = submissions.publish();
      crossings++;
      final boolean nonBlocking =
          more || overflowed || reports || deferredFlushRequested || delivered > 0;
      final int count = ring.enter(nonBlocking ? 0 : timeoutNanos);
      submissions.reclaim();
      final boolean left =
          submissions.pending(); // not the sends that are submitted during delivery
      if (count < 0) {
        throw Errnos.exception("wait for events with " + name, count);
      }
      more = block.getInt(Layout.HEADER_MORE) != 0;
      assert count <= block.getInt(Layout.HEADER_COMPLETIONS_CAPACITY) : count;
      delivered += count;
      deliver(count);
      again = overflowed || (more && left);
      if (again) {
        beforeReenter.run();
      }
    } while (again);
    deferredFlushRequested = false;
    if (quietCount > 0) {
      deliverQuietSends(quietCount);
    }
    if (bridge != null) {
      delivered += bridge.drain(this::bridgeReady, this::bridgeDetached);
    }
    completions.rethrow();
    return delivered;
  }

  private boolean bridgeReports() {
    return bridge != null && bridge.prepare();
  }

  private void bridgeReady(final int slot, final int mask, final Errno error) {
    completions.ready(slots.get(slot), mask, error);
  }

  private void bridgeDetached(final int slot) {
    final Attachment attachment = slots.get(slot);
    assert !bridge.has(slot) : "slot " + slot + " is bridged still";
    closing.clear(slot);
    slots.free(slot);
    completions.detached(attachment);
  }

  /** Quiet sends of this call without a completion have succeeded. */
  private void deliverQuietSends(final int count) {
    for (int i = 0; i < count; i++) {
      final int slot = quietSends.take(i);
      if (slot >= 0) {
        assert slots.get(slot) != null : "a quiet send of slot " + slot + ", which is free";
        completions.sent(slots.get(slot), quietSends.length(i), Errno.NONE);
      }
    }
    quietSends.remove(count);
  }

  private void deliver(final int count) {
    for (int i = 0; i < count; i++) {
      final int at = completionsOffset + i * Layout.COMPLETION_SIZE;
      try {
        deliverOne(at);
      } catch (final Throwable e) {
        completions.failed(slots.get(block.getInt(at + Layout.COMPLETION_SLOT)), e);
      }
    }
  }

  private void deliverOne(final int at) {
    final int op = block.getShort(at + Layout.COMPLETION_OP);
    final int slot = block.getInt(at + Layout.COMPLETION_SLOT);
    final int result = block.getInt(at + Layout.COMPLETION_RESULT);
    if (op == Layout.SIGNALLED) {
      completions.signalled(signals, slot, result);
    } else if (op == Layout.FAILED) {
      deliverRefusal(at, slot, result);
    } else {
      deliverTo(slot, op, at, result);
    }
  }

  /** The operation ends with the error, by the completion that answers it otherwise. */
  private void deliverRefusal(final int at, final int slot, final int result) {
    final int answer = block.getShort(at + Layout.COMPLETION_FLAGS);
    if (answer == 0 || answer == Layout.DETACHED) {
      final int refused = block.getInt(at + Layout.COMPLETION_AUX);
      throw new IllegalStateException(
          "the shim refused operation " + refused + " on slot " + slot + ": " + Errnos.of(result));
    }
    deliverTo(slot, answer, at, result);
  }

  private void deliverTo(final int slot, final int op, final int at, final int result) {
    final Attachment attachment = slots.get(slot);
    assert attachment != null : "completion " + op + " of slot " + slot + ", which is free";
    assert op != Layout.READY || result != 0 : "slot " + slot + " is ready for nothing";
    switch (op) {
      case Layout.READY -> completions.ready(attachment, Math.max(result, 0), Errnos.of(result));
      case Layout.RECEIVED -> received(attachment, at, result);
      case Layout.RECEIVED_FROM -> receivedFrom(attachment, at, result);
      case Layout.SENT -> sent(attachment, slot, at, result);
      case Layout.ACCEPTED -> accepted(attachment, at, result);
      case Layout.CONNECTED -> ended(attachment, result, Attachment::connected);
      case Layout.SHUT -> ended(attachment, result, Attachment::shut);
      case Layout.DETACHED -> {
        quietSends.forget(slot);
        closing.clear(slot);
        slots.free(slot);
        completions.detached(attachment);
      }
      default -> throw new IllegalStateException("unknown completion " + op);
    }
  }

  private void ended(
      final Attachment attachment, final int result, final Completions.Outcome outcome) {
    completions.ended(attachment, Errnos.of(result), outcome);
  }

  private void sent(final Attachment attachment, final int slot, final int at, final int result) {
    quietSends.forget(slot);
    final Errno error = Errnos.of(result);
    if (error != Errno.EINPROGRESS) {
      completions.sent(attachment, block.getLong(at + Layout.COMPLETION_VALUE), error);
    }
  }

  private void received(final Attachment attachment, final int at, final int result) {
    if (result <= 0) {
      ended(attachment, result, Attachment::receiveEnded);
      return;
    }
    final int offset = slabOffset + (int) block.getLong(at + Layout.COMPLETION_VALUE);
    final int buffer = block.getInt(at + Layout.COMPLETION_AUX);
    assert isInBuffer(at, result) : buffer + " has not " + result + " bytes at " + offset;
    completions.received(attachment, slab, buffer, offset, result);
  }

  private void receivedFrom(final Attachment attachment, final int at, final int result) {
    if (result < 0) {
      ended(attachment, result, Attachment::receiveEnded);
      return;
    }
    final int offset = slabOffset + (int) block.getLong(at + Layout.COMPLETION_VALUE);
    assert result == 0 || isInBuffer(at, result) : result + " bytes at " + offset;
    final boolean truncated =
        (block.getShort(at + Layout.COMPLETION_FLAGS) & Layout.COMP_TRUNCATED) != 0;
    completions.receivedFrom(
        attachment,
        AddressCodec.readSender(block, offset - AddressCodec.SIZE),
        slab,
        block.getInt(at + Layout.COMPLETION_AUX),
        offset,
        result,
        truncated);
  }

  /** For assertions: the bytes of a completion are in the buffer that it names. */
  private boolean isInBuffer(final int at, final int count) {
    final long offset = block.getLong(at + Layout.COMPLETION_VALUE);
    final int buffer = block.getInt(at + Layout.COMPLETION_AUX);
    return buffer >= 0
        && buffer < BUFFERS
        && offset / BUFFER_SIZE == buffer
        && (offset + count - 1) / BUFFER_SIZE == buffer;
  }

  private void accepted(final Attachment attachment, final int at, final int result) {
    if (result < 0) {
      completions.accepted(attachment, null, null, Errnos.of(result));
      return;
    }
    final int offset = slabOffset + (int) block.getLong(at + Layout.COMPLETION_VALUE);
    assert isInBuffer(at, AddressCodec.SIZE) : "an address at " + offset;
    final DescriptorSocket socket = new DescriptorSocket(result);
    final SocketAddress peer;
    try {
      peer = AddressCodec.read(block, offset);
    } catch (final Throwable e) {
      socket.close();
      throw e;
    }
    completions.accepted(attachment, socket, peer, Errno.NONE);
  }

  @Override
  public void wakeup() {
    ring.wakeup();
  }

  @Override
  public EngineCounters counters() {
    synchronized (ring) {
      return last != null ? last : count();
    }
  }

  private EngineCounters count() {
    return new EngineCounters(
        crossings,
        block.getLong(Layout.HEADER_ENTERS),
        block.getLong(Layout.HEADER_WAITS),
        block.getLong(Layout.HEADER_SYSCALLS),
        block.getLong(Layout.HEADER_POSTED),
        block.getLong(Layout.HEADER_PACKETS),
        block.getLong(Layout.HEADER_RECREATIONS));
  }

  @Override
  public void close() {
    if (bridge != null) {
      bridge.close();
    }
    synchronized (ring) {
      if (last == null) {
        last = count();
        submissions.close();
        ring.close(!retention.isEmpty());
      }
    }
  }
}
