package org.jevent.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A client's and a server's engine, and memory between them; what the server's takes is counted.
 */
final class TlsEngines {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int PLAINTEXT = 16_384;

  final SSLEngine client;
  final SSLEngine server;
  private final ByteBuffer toServer;
  private final ByteBuffer toClient;
  private final ByteBuffer received;
  private long nanos;

  /**
   * @param direct the buffers that the provider likes better
   * @param capacity of the memory in each direction
   */
  TlsEngines(
      final SSLEngine client, final SSLEngine server, final boolean direct, final int capacity) {
    this.client = client;
    this.server = server;
    client.setUseClientMode(true);
    server.setUseClientMode(false);
    toServer = memory(direct, capacity);
    toClient = memory(direct, capacity);
    received = memory(direct, server.getSession().getApplicationBufferSize());
    toServer.flip();
    toClient.flip();
  }

  static ByteBuffer memory(final boolean direct, final int capacity) {
    return direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
  }

  /** The processor time of this thread in the server's engine. */
  long nanos() {
    return nanos;
  }

  /** Until neither has anything to send. */
  void shakeHands() throws SSLException {
    client.beginHandshake();
    boolean moved = true;
    while (moved) {
      moved = step(client, toClient, toServer);
      final long begun = THREADS.getCurrentThreadCpuTime();
      while (step(server, toServer, toClient)) {
        moved = true;
      }
      nanos += THREADS.getCurrentThreadCpuTime() - begun;
    }
    if (client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
        || server.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      throw new SSLException("a handshake in memory does not end");
    }
  }

  private boolean step(final SSLEngine engine, final ByteBuffer in, final ByteBuffer out)
      throws SSLException {
    final HandshakeStatus status = engine.getHandshakeStatus();
    if (status == HandshakeStatus.NEED_TASK) {
      engine.getDelegatedTask().run();
      return true;
    }
    if (status == HandshakeStatus.NEED_WRAP) {
      out.compact();
      engine.wrap(ByteBuffer.allocate(0), out);
      out.flip();
      return true;
    }
    if (!in.hasRemaining()) {
      return false;
    }
    final SSLEngineResult result = engine.unwrap(in, received.clear());
    return result.bytesConsumed() > 0 || result.getHandshakeStatus() != status;
  }

  /** Some exchanges: requests are encrypted first, and then the server's engine has its turn. */
  void exchange(final int times, final ByteBuffer request, final ByteBuffer answer)
      throws SSLException {
    toServer.clear();
    for (int i = 0; i < times; i++) {
      wrap(client, request.duplicate(), toServer);
    }
    toServer.flip();
    toClient.clear();
    final long begun = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < times; i++) {
      unwrap(server, toServer, request.remaining());
      wrap(server, answer.duplicate(), toClient);
    }
    nanos += THREADS.getCurrentThreadCpuTime() - begun;
    toClient.flip();
    for (int i = 0; i < times; i++) {
      unwrap(client, toClient, answer.remaining());
    }
  }

  private static void wrap(final SSLEngine engine, final ByteBuffer plain, final ByteBuffer out)
      throws SSLException {
    final int end = plain.limit();
    while (plain.position() < end) {
      plain.limit(Math.min(end, plain.position() + PLAINTEXT));
      check(engine.wrap(plain, out));
      plain.limit(end);
    }
  }

  private void unwrap(final SSLEngine engine, final ByteBuffer in, final int size)
      throws SSLException {
    int left = size;
    while (left > 0) {
      final SSLEngineResult result = engine.unwrap(in, received.clear());
      check(result);
      left -= result.bytesProduced();
    }
  }

  private static void check(final SSLEngineResult result) throws SSLException {
    if (result.getStatus() != SSLEngineResult.Status.OK) {
      throw new SSLException("an engine in memory: " + result);
    }
  }

  /** Of the client only, so that what is left is a server's connection. */
  void dropClient() {
    client.closeOutbound();
    try {
      client.closeInbound();
    } catch (final SSLException expected) {
      assert expected != null; // the JDK's misses the close_notify; Conscrypt's frees its memory
    }
  }
}
