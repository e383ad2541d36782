package org.jevent.bufferevent;

import org.jevent.error.Errno;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Memory;
import org.jevent.net.NetSocket;

/** The attachment of a socket, as long as a buffer event has the socket. */
final class SocketStream extends Attachment {
  private final SocketBufferEvent owner;
  private final Guard guard;
  int slot;

  /** The limit of receiving that was submitted last; 0: none is received. */
  private int limit;

  /** The socket that ends with this stream, or null. */
  NetSocket closes;

  SocketStream(final SocketBufferEvent owner) {
    this.owner = owner;
    guard = owner.guard;
  }

  boolean receives() {
    return limit > 0;
  }

  /** Submits how much to receive at most, if that has changed. */
  void receive(final int max) {
    if (max != limit) {
      owner.context.engine.receive(slot, max);
      limit = max;
    }
  }

  @Override
  public void received(final Memory memory, final int buffer, final int offset, final int length) {
    guard.enter();
    try {
      if (owner.isCurrent(this)) {
        owner.bytesReceived(memory, buffer, offset, length);
      }
    } finally {
      guard.exit();
    }
  }

  @Override
  public void receiveEnded(final Errno problem) {
    guard.enter();
    try {
      limit = 0;
      if (owner.isCurrent(this)) {
        owner.receivingEnded(problem);
      }
    } finally {
      guard.exit();
    }
  }

  @Override
  public void sent(final long bytes, final Errno problem) {
    guard.enter();
    try {
      if (owner.isCurrent(this)) {
        owner.bytesSent(bytes, problem);
      }
    } finally {
      guard.exit();
    }
  }

  @Override
  public void connected(final Errno problem) {
    guard.enter();
    try {
      if (owner.isCurrent(this)) {
        owner.connectEnded(problem);
      }
    } finally {
      guard.exit();
    }
  }

  @Override
  public void shut(final Errno problem) {}

  @Override
  public boolean completionFailed(final Throwable thrown) {
    return owner.fail(thrown);
  }

  @Override
  public void detached() {
    guard.enter();
    try {
      owner.detached(this);
    } finally {
      guard.exit();
    }
  }

  @Override
  public String toString() {
    return owner.toString();
  }
}
