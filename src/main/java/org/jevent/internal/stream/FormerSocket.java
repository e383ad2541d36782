package org.jevent.internal.stream;

import org.jevent.error.Errno;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.Memory;
import org.jevent.net.NetSocket;

/** A socket that its stream has left, until the engine has ended its operations. */
final class FormerSocket extends Attachment {
  private final SocketTransport transport;
  private final int slot;

  /** The socket to close, or null. */
  private final NetSocket closes;

  private final boolean usesOutput;
  private final FormerSocket next;

  /**
   * @param usesOutput its last send uses the output
   * @param next the one that the stream left before, or null
   */
  FormerSocket(
      final SocketTransport transport,
      final int slot,
      final NetSocket closes,
      final boolean usesOutput,
      final FormerSocket next) {
    this.transport = transport;
    this.slot = slot;
    this.closes = closes;
    this.usesOutput = usesOutput;
    this.next = next;
  }

  FormerSocket next() {
    return next;
  }

  /** Takes over the completions, and detaches; the loop's thread. */
  void detach(final StreamContext context) {
    context.engine.redirect(slot, this);
    detach(context, slot, closes);
  }

  /**
   * Detaches a socket; the loop's thread. The reference on the loop ends with the completion.
   *
   * @param closes the socket if it is closed by that, or null
   */
  static void detach(final StreamContext context, final int slot, final NetSocket closes) {
    // The program may have closed the socket meanwhile, and its descriptor may be another's.
    final boolean closesDescriptor = closes != null && EngineSocket.of(closes).detachDescriptor();
    try {
      context.engine.detach(slot, closesDescriptor);
    } catch (final Throwable e) {
      if (closesDescriptor) {
        EngineSocket.of(closes).closeDetached();
      }
      throw e;
    }
    context.services.ref();
  }

  @Override
  public void received(final Memory memory, final int buffer, final int offset, final int length) {}

  @Override
  public void receiveEnded(final Errno problem) {}

  @Override
  public void sent(final long bytes, final Errno problem) {}

  @Override
  public void connected(final Errno problem) {}

  @Override
  public void shut(final Errno problem) {}

  @Override
  public void detached() {
    transport.formerDetached(usesOutput);
  }

  @Override
  public String toString() {
    return "a former socket of the " + transport;
  }
}
