package org.jevent.sim.engine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.ReceiveSlab;
import org.jevent.net.NetSocket;
import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Site;
import org.jevent.sim.kernel.DatagramSocket;
import org.jevent.sim.kernel.OpenFile;
import org.jevent.sim.kernel.Result;
import org.jevent.sim.kernel.StreamSocket;

/**
 * One watched descriptor and the operations under way on it. It goes on when its file reports a
 * change, and as long as there is something to do.
 */
@SuppressWarnings("EnumOrdinal") // places of arrays, and orders of states
final class SimSlot implements OpenFile.Watcher {
  private static final int MIN_RECEIVE = 512;
  private static final int BULK = 2048;
  private static final int MAX_ACCEPTS = 256;

  private enum Life {
    ATTACHED,
    /** It is detached by the next {@code enter}. */
    DETACHING,
    /** The same, and its descriptor is closed. */
    CLOSING,
    DETACHED
  }

  private enum Connect {
    NONE,
    /** It is submitted. */
    ASKED,
    /** It has begun, and its end is reported. */
    BEGUN
  }

  /** What was submitted since the engine has carried the last submissions out. */
  private enum Submitted {
    NOTHING,
    /** Only a send whose success need not be reported: it may leave at the end of the turn. */
    QUIET_SEND,
    MORE
  }

  private final SimEngine engine;
  private final int number;
  private final int descriptor;
  private Attachment attachment;
  private OpenFile file;
  private Life life = Life.ATTACHED;

  /** Unless it is nothing, the slot is in the engine's list of those with submissions. */
  private Submitted submitted = Submitted.NOTHING;

  /** Is in the engine's list of slots with something to report. */
  private boolean queued;

  private int polled;

  /** Something has changed since readiness was reported last. */
  private boolean news;

  private int receiveLimit;
  private boolean datagrams;

  /** The number of the {@code enter} in which it has received last. */
  private long receivedIn;

  private boolean bulk;
  private boolean accepting;
  private Connect connect = Connect.NONE;
  private SocketAddress connectTo;
  private SimSend send;
  private int shutHow;

  SimSlot(
      final SimEngine engine, final int number, final Attachment attachment, final int descriptor) {
    this.engine = engine;
    this.number = number;
    this.attachment = attachment;
    this.descriptor = descriptor;
    watch(engine.file(descriptor));
  }

  private void watch(final OpenFile next) {
    if (file != null) {
      file.unwatch(this);
    }
    file = next;
    if (file != null) {
      file.watch(this);
    }
  }

  int number() {
    return number;
  }

  Attachment attachment() {
    return attachment;
  }

  Entity entity() {
    return file == null ? engine.entity() : file.entity();
  }

  OpenFile file() {
    return file;
  }

  SimEngine engine() {
    return engine;
  }

  private Draws draws() {
    return engine.scheduler().draws();
  }

  private void to(final Life next) {
    assert next.ordinal() > life.ordinal() : life + " to " + next;
    life = next;
  }

  // ---- submitted ----

  /** Something is submitted, maybe a quiet send; true: the engine does not know yet. */
  boolean submitted(final boolean quietSend) {
    assert life == Life.ATTACHED : "slot " + number + " is " + life;
    final boolean first = submitted == Submitted.NOTHING;
    submitted = first && quietSend ? Submitted.QUIET_SEND : Submitted.MORE;
    return first;
  }

  void redirect(final Attachment next) {
    attachment = next;
  }

  void poll(final int mask, final boolean renew) {
    polled = mask;
    news = true;
    if (renew) {
      watch(engine.file(descriptor));
    }
  }

  void receive(final int limit, final boolean asDatagrams) {
    receiveLimit = limit;
    datagrams = asDatagrams;
  }

  void accept(final boolean on) {
    accepting = on;
  }

  void connect(final SocketAddress address) {
    assert connect == Connect.NONE : "a connect is under way";
    connectTo = address;
    connect = Connect.ASKED;
  }

  SimSend send() {
    if (send == null) {
      send = new SimSend(this);
    }
    return send;
  }

  void shutdown(final int how) {
    shutHow |= how;
  }

  void detach(final boolean close) {
    to(close ? Life.CLOSING : Life.DETACHING);
  }

  // ---- carried out ----

  @Override
  public void changed() {
    news = true;
    if (!queued && life == Life.ATTACHED) {
      queued = true;
      engine.ready(this);
    }
  }

  /** Carries out a quiet send, if nothing else was submitted; false: {@link #submit} has to. */
  boolean sendQuietly() {
    if (submitted != Submitted.QUIET_SEND
        || queued
        || life != Life.ATTACHED
        || isConnecting()
        || engine.file(descriptor) != file
        || !send.goOnQuietly()) {
      return false;
    }
    submitted = Submitted.NOTHING;
    return true;
  }

  /** Draws whether the report of a deferred send waits for another wait to end. */
  boolean isReportedLate() {
    return send.isDeferred() && draws().happens(Site.LATE_SENT, entity());
  }

  /** A send has ended before. */
  void reportDeferred() {
    if (send.isDeferred()) {
      send.goOn();
    }
  }

  /** Carries out what was submitted, within {@code enter}. */
  void submit() {
    submitted = Submitted.NOTHING;
    if (life == Life.ATTACHED) {
      goOn();
      return;
    }
    if (life == Life.DETACHED) {
      return;
    }
    if (draws().happens(Site.LATE_DETACH, entity())) {
      queued = true;
      engine.ready(this);
    } else {
      release();
    }
  }

  /** The file has reported a change, or has not been read to its end. */
  void deliver() {
    queued = false;
    if (life == Life.ATTACHED) {
      goOn();
    } else if (life != Life.DETACHED && submitted == Submitted.NOTHING) {
      release();
    }
  }

  private void release() {
    if (send != null && send.isActive()) {
      send.end(send.isDeferred() ? Errno.NONE : Errno.ECANCELED);
    }
    final boolean closes = life == Life.CLOSING;
    to(Life.DETACHED);
    final boolean open = engine.file(descriptor) == file;
    if (file != null) {
      file.unwatch(this);
    }
    if (closes && open) {
      engine.machine().close(descriptor);
    }
    engine.detached(this);
  }

  private void goOn() {
    if (engine.file(descriptor) != file) {
      closedByProgram();
      return;
    }
    if (polled != 0) {
      reportReadiness();
    }
    if (connect != Connect.NONE) {
      connectOn();
    }
    if (send != null && send.isUnderWay() && !isConnecting()) {
      send.goOn();
    }
    if (shutHow != 0) {
      shut();
    }
    if (receiveLimit > 0 && !isConnecting()) {
      receive();
    }
    if (accepting) {
      acceptAll();
    }
    if (!queued && life == Life.ATTACHED && hasMore()) {
      queued = true;
      engine.ready(this);
    }
  }

  private boolean isConnecting() {
    return connect != Connect.NONE
        || (file instanceof StreamSocket stream && stream.isConnecting());
  }

  /** Level-triggered: what is still there is reported by the next call. */
  private boolean hasMore() {
    if (file == null) {
      return false;
    }
    int wanted = (polled & Engine.ET) != 0 ? 0 : polled & (Engine.READ | Engine.WRITE);
    if (!isConnecting()) {
      wanted |= receiveLimit > 0 || accepting ? Engine.READ : 0;
    }
    if ((polled & Engine.ET) == 0) {
      wanted |= polled & Engine.CLOSED;
    }
    return wanted != 0 && (file.readiness() & wanted) != 0;
  }

  /** An operation under way cannot go on; a poll gets no report, as on epoll. */
  private void closedByProgram() {
    if (send != null && send.isUnderWay()) {
      send.end(Errno.EBADF);
    }
    if (receiveLimit > 0) {
      endReceiving(Errno.EBADF);
    }
    if (accepting) {
      accepting = false;
      engine.delivers(this, 0).accepted(attachment, null, null, Errno.EBADF);
    }
    if (connect != Connect.NONE) {
      endConnect(Errno.EBADF);
    }
    if (shutHow != 0) {
      shutHow = 0;
      engine.delivers(this, 0).ended(attachment, Errno.EBADF, Attachment::shut);
    }
  }

  private void reportReadiness() {
    int mask = file.readiness() & polled;
    if ((polled & Engine.ET) != 0 && !news) {
      mask = 0;
    }
    if (mask == 0 && draws().happens(Site.SPURIOUS_READY, entity())) {
      mask = polled & (Engine.READ | Engine.WRITE);
    }
    news = false;
    if (mask != 0) {
      engine.delivers(this, mask).ready(attachment, mask, Errno.NONE);
    }
  }

  private void connectOn() {
    final StreamSocket stream = (StreamSocket) file;
    if (connect == Connect.ASKED) {
      connect = Connect.BEGUN;
      if (connectTo != null) {
        final int result = stream.connect(connectTo);
        if (result == 0 || Result.error(result) != Errno.EINPROGRESS) {
          endConnect(Result.error(result));
        }
        return;
      }
    }
    final Errno outcome = Result.error(stream.finishConnect());
    if (outcome != Errno.EALREADY) {
      endConnect(outcome);
    }
  }

  private void endConnect(final Errno error) {
    connect = Connect.NONE;
    engine.delivers(this, error.ordinal()).ended(attachment, error, Attachment::connected);
  }

  private void shut() {
    if ((send != null && send.isUnderWay() && (shutHow & Engine.SHUT_WRITE) != 0)
        || connect != Connect.NONE) {
      return;
    }
    final int how = shutHow;
    shutHow = 0;
    final int result =
        file instanceof StreamSocket stream
            ? stream.shutdown((how & Engine.SHUT_READ) != 0, (how & Engine.SHUT_WRITE) != 0)
            : Result.of(Errno.ENOTSOCK);
    engine.delivers(this, how).ended(attachment, Result.error(result), Attachment::shut);
  }

  // ---- receiving ----

  /** Once in each {@code enter}, as the limit is that of one. */
  private void receive() {
    if (receivedIn == engine.enters()) {
      return;
    }
    if (datagrams) {
      receiveDatagram();
    } else {
      receiveBytes();
    }
  }

  private void receiveBytes() {
    final ReceiveSlab slab = engine.slab();
    int left = receiveLimit;
    boolean filled;
    do {
      int room = slab.reserve(bulk ? left : MIN_RECEIVE, left);
      if (room > 1 && draws().happens(Site.RECEIVE_CUT, entity())) {
        room = 1 + draws().choose(Site.RECEIVE_CUT, entity(), room);
      }
      final int offset = slab.offset();
      final int count = read(slab.memory().buffer(), offset, room);
      if (count <= 0) {
        if (count != Result.WOULD_WAIT) {
          endReceiving(Result.error(count));
        }
        return;
      }
      left -= count;
      slab.commit(count);
      filled = count == room;
      bulk = filled || receiveLimit - left >= BULK;
      receivedIn = engine.enters();
      engine
          .delivers(this, count)
          .received(attachment, slab.memory(), slab.buffer(), offset, count);
    } while (filled && left > 0 && receiveLimit > 0 && life == Life.ATTACHED);
  }

  private int read(final ByteBuffer target, final int offset, final int room) {
    if (file instanceof StreamSocket stream) {
      return stream.read(target, offset, room);
    }
    final DatagramSocket socket = (DatagramSocket) file;
    final DatagramSocket.Datagram datagram = socket.receive();
    if (datagram == null) {
      final Errno error = socket.takeError();
      return error == Errno.NONE ? Result.WOULD_WAIT : Result.of(error);
    }
    final int count = Math.min(room, datagram.bytes().length);
    target.put(offset, datagram.bytes(), 0, count);
    return count;
  }

  private void endReceiving(final Errno error) {
    receiveLimit = 0;
    engine.delivers(this, error.ordinal()).ended(attachment, error, Attachment::receiveEnded);
  }

  private void receiveDatagram() {
    if (!(file instanceof DatagramSocket socket)) {
      endReceiving(Errno.ENOTSOCK);
      return;
    }
    final DatagramSocket.Datagram datagram = socket.receive();
    if (datagram == null) {
      final Errno error = socket.takeError();
      if (error != Errno.NONE) {
        endReceiving(error);
      }
      return;
    }
    final ReceiveSlab slab = engine.slab();
    final byte[] bytes = datagram.bytes();
    final int wanted = Math.min(bytes.length, receiveLimit);
    final int room = slab.reserve(Math.max(1, wanted), Math.max(1, wanted));
    final int done = Math.min(room, wanted);
    slab.memory().buffer().put(slab.offset(), bytes, 0, done);
    final int offset = slab.offset();
    slab.commit(done);
    engine
        .delivers(this, done)
        .receivedFrom(
            attachment,
            datagram.from(),
            slab.memory(),
            slab.buffer(),
            offset,
            done,
            bytes.length > done);
  }

  // ---- accepting ----

  private void acceptAll() {
    for (int i = 0; i < MAX_ACCEPTS && accepting && life == Life.ATTACHED; i++) {
      final int result =
          file instanceof StreamSocket listener
              ? engine.machine().accept(listener)
              : Result.of(Errno.EOPNOTSUPP);
      if (result == Result.WOULD_WAIT) {
        return;
      }
      if (result < 0) {
        accepting = false;
        engine.delivers(this, result).accepted(attachment, null, null, Result.error(result));
        return;
      }
      final NetSocket socket = new SimSocket(engine.host(), result);
      engine
          .delivers(this, result)
          .accepted(attachment, socket, socket.remoteAddress(), Errno.NONE);
    }
  }

  /** The host has crashed. */
  void abandon() {
    if (life != Life.DETACHED) {
      life = Life.DETACHED;
      if (file != null) {
        file.unwatch(this);
      }
    }
  }
}
