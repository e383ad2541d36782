package org.jevent.websocket;

import java.net.SocketAddress;
import java.util.Objects;
import java.util.function.Consumer;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.ErrnoException;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpHandler;
import org.jevent.http.HttpHeaders;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.PackedAddress;
import org.jevent.net.NetSocket;

/**
 * An open WebSocket (RFC 6455), of a server or of a client; libevent's {@code struct
 * evws_connection}.
 *
 * <pre>{@code
 * server.handle("/echo", WebSocket.accept(
 *     socket -> socket.onMessage((self, message) -> self.send(message))));
 * }</pre>
 *
 * <p>A message goes to the first of these handlers that is set and fits: that of fragments, of text
 * or of binary messages, of messages. Without one it is dropped. {@link #onClose} is called exactly
 * once, and as the last. What a handler throws goes to the base's handler, and the connection ends
 * with code 1011.
 *
 * <p>Methods that send return false when the socket is closing or closed: a program that races with
 * the peer's end needs no check. Arguments that are wrong throw.
 *
 * <p>Threads: the loop's, which calls the handlers; other threads come by {@code
 * EventBase.execute}.
 *
 * <p>Memory: what waits to be sent is bounded by {@link WebSocketConfig#maxQueued}, what has come
 * by {@link WebSocketConfig#maxMessage}.
 */
public final class WebSocket implements AutoCloseable {
  /** The conversation is over. */
  public static final int NORMAL = 1000;

  /** The server goes down, or the page was left. */
  public static final int GOING_AWAY = 1001;

  /** The peer has broken the protocol. Only the library sends it. */
  public static final int PROTOCOL_ERROR = 1002;

  /** A message of a kind that is not understood. */
  public static final int UNSUPPORTED = 1003;

  /** The close frame had no code. Never sent. */
  public static final int NO_CODE = 1005;

  /** There was no close frame. Never sent. */
  public static final int ABNORMAL = 1006;

  /** Text that is not UTF-8, or a message that cannot be decompressed. */
  public static final int NOT_UTF8 = 1007;

  /** A rule of the program's, or a limit without a code, does not allow it. */
  public static final int POLICY = 1008;

  /** The message is too long. */
  public static final int TOO_BIG = 1009;

  /** A handler has failed. */
  public static final int INTERNAL_ERROR = 1011;

  /** How many bytes a ping, a pong or a close frame has at most. */
  public static final int MAX_CONTROL = 125;

  /** How many bytes of UTF-8 the reason of a close frame has at most. */
  public static final int MAX_REASON = MAX_CONTROL - 2;

  /** Gets whole messages. */
  @FunctionalInterface
  public interface MessageHandler {
    /**
     * A message has come.
     *
     * @param message valid until this method returns
     */
    void message(WebSocket self, WebSocketMessage message);
  }

  /** Gets texts. */
  @FunctionalInterface
  public interface TextHandler {
    void text(WebSocket self, String text);
  }

  /** Gets binary messages. */
  @FunctionalInterface
  public interface BinaryHandler {
    /**
     * A binary message has come.
     *
     * @param bytes which may be moved; what is left of them is dropped
     */
    void binary(WebSocket self, EventBuffer bytes);
  }

  /** Gets messages in parts, as they come. */
  @FunctionalInterface
  public interface FragmentHandler {
    /**
     * A part of a message has come.
     *
     * @param bytes what has come; they may end within a character. What is left of them is dropped
     * @param text whether the message is text
     * @param last whether the message ends here
     */
    void fragment(WebSocket self, EventBuffer bytes, boolean text, boolean last);
  }

  /** Gets the payloads of pings or pongs. */
  @FunctionalInterface
  public interface ControlHandler {
    void control(WebSocket self, byte[] payload);
  }

  /** Is called when a socket is writable. */
  @FunctionalInterface
  public interface WritableHandler {
    void writable(WebSocket self);
  }

  /** Is called once, when a socket is closed. */
  @FunctionalInterface
  public interface CloseHandler {
    /**
     * The socket is closed.
     *
     * @param code of the peer's close frame, {@link #NO_CODE} if it had none; else why this end has
     *     ended it, {@link #ABNORMAL} if the connection was lost
     * @param reason the peer's, or what this end says
     * @param clean whether both have sent a close frame
     */
    void closed(WebSocket self, int code, String reason, boolean clean);
  }

  /** Gets the end of a client's handshake: exactly one of socket and problem is null. */
  @FunctionalInterface
  public interface ConnectCallback {
    /**
     * The handshake has ended.
     *
     * @param socket which is open. Its handlers are to be set before this method returns
     */
    void ended(WebSocket socket, WebSocketException problem);
  }

  private final Session session;
  private final Agreement agreement;
  private final HttpHeaders handshake;

  /** The peer's address as a number, or 0. */
  private final long packedPeer;

  /** An address that is not packed, or null. */
  private final SocketAddress otherPeer;

  private MessageWriter writer;
  private Object attachment;

  private WebSocket(
      final BufferEvent stream,
      final Role role,
      final WebSocketConfig config,
      final Agreement agreement,
      final HttpHeaders handshake,
      final SocketAddress peer,
      final Runnable gone) {
    this.agreement = agreement;
    this.handshake = handshake;
    packedPeer = PackedAddress.pack(peer);
    otherPeer = packedPeer == 0 ? peer : null;
    session = new Session(this, stream, role, config, agreement, gone);
  }

  /**
   * A socket on a stream whose handshake was made elsewhere. The handlers are to be set in the same
   * callback; what is in the stream's input already is read later.
   *
   * @param stream which belongs to the socket from now on, and was made with CLOSE_ON_FREE
   */
  public static WebSocket over(
      final BufferEvent stream, final Role role, final WebSocketConfig config) {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(config, "config");
    final NetSocket handle = stream.handle();
    final SocketAddress peer = handle == null || !handle.isOpen() ? null : handle.remoteAddress();
    return over(stream, role, config, Agreement.PLAIN, new HttpHeaders(), peer, () -> {});
  }

  /**
   * The same after a handshake of this library's.
   *
   * @param gone runs once, when the stream is closed, or is about to close itself
   */
  static WebSocket over(
      final BufferEvent stream,
      final Role role,
      final WebSocketConfig config,
      final Agreement agreement,
      final HttpHeaders handshake,
      final SocketAddress peer,
      final Runnable gone) {
    final WebSocket made = new WebSocket(stream, role, config, agreement, handshake, peer, gone);
    made.session.start();
    return made;
  }

  /**
   * A handler for {@code HttpServer.handle} that accepts WebSockets; {@code evws_new_session}.
   *
   * @param open called with each, which is to be given its handlers then
   */
  public static HttpHandler accept(final Consumer<WebSocket> open) {
    return accept(WebSocketConfig.DEFAULT, open);
  }

  /** The same with other limits and settings. */
  public static HttpHandler accept(final WebSocketConfig config, final Consumer<WebSocket> open) {
    return new ServerHandshake(
        Objects.requireNonNull(config, "config"), Objects.requireNonNull(open, "open"));
  }

  /**
   * Connects to a server, by the client's proxy, certificates and resolver.
   *
   * @param uri {@code ws://host:port/path?query}, {@code wss:}, or {@code ws://unix:/path:/path}
   * @param callback called later, once, unless the call is cancelled
   * @return the call of the handshake, which may be cancelled
   * @throws IllegalArgumentException if no WebSocket can be there
   */
  public static HttpCall connect(
      final HttpClient client,
      final String uri,
      final WebSocketConfig config,
      final ConnectCallback callback) {
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(uri, "uri");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(callback, "callback");
    return ClientHandshake.send(client, uri, config, callback);
  }

  /** Calls the program with the new socket; what it throws ends that. */
  void open(final Consumer<WebSocket> program) {
    session.handlers().guarded(() -> program.accept(this));
  }

  // ---- handlers ----

  /** Sets the handler of whole messages, null for none. */
  public WebSocket onMessage(final MessageHandler handler) {
    session.handlers().onMessage = handler;
    return this;
  }

  /** Sets the handler of texts, null for none; the callback of {@code evws_new_session}. */
  public WebSocket onText(final TextHandler handler) {
    session.handlers().onText = handler;
    return this;
  }

  /** Sets the handler of binary messages, null for none. */
  public WebSocket onBinary(final BinaryHandler handler) {
    session.handlers().onBinary = handler;
    return this;
  }

  /** Sets the handler of messages in parts, which gets all of them; null for none. */
  public WebSocket onFragment(final FragmentHandler handler) {
    session.handlers().onFragment = handler;
    return this;
  }

  /** Sets the handler of pings, which are answered in any case; null for none. */
  public WebSocket onPing(final ControlHandler handler) {
    session.handlers().onPing = handler;
    return this;
  }

  /** Sets the handler of pongs, null for none. */
  public WebSocket onPong(final ControlHandler handler) {
    session.handlers().onPong = handler;
    return this;
  }

  /**
   * Sets the handler that is called when less than 64 KiB wait to be sent, after {@link
   * #isWritable} was false; null for none.
   */
  public WebSocket onWritable(final WritableHandler handler) {
    session.handlers().onWritable = handler;
    return this;
  }

  /** Sets the handler of the end, null for none; {@code evws_connection_set_closecb}. */
  public WebSocket onClose(final CloseHandler handler) {
    session.handlers().onClose = handler;
    return this;
  }

  // ---- sending ----

  /**
   * Sends a text; {@code evws_send_text}.
   *
   * @return false if the socket is closing or closed, or too much waits, which closes it: {@link
   *     #onClose} is called later then
   * @throws IllegalArgumentException if it has half of a surrogate pair
   * @throws ErrnoException with ENOMEM if the buffers of the base have no room; nothing is sent
   */
  public boolean send(final String text) {
    return send(Opcode.TEXT, Texts.encode(text));
  }

  /** Sends a binary message with a copy of these bytes; {@code evws_send_binary}. */
  public boolean send(final byte[] bytes) {
    return send(Opcode.BINARY, Objects.requireNonNull(bytes, "bytes"));
  }

  private boolean send(final int opcode, final byte[] payload) {
    if (!mayBegin(payload.length)) {
      return false;
    }
    session.sender().message(opcode, payload);
    session.sent();
    return true;
  }

  /**
   * Sends all bytes of a buffer as a binary message; they are moved, and dropped if it returns
   * false. What runs when the buffer releases them may send other messages before this one.
   */
  public boolean send(final EventBuffer bytes) {
    return send(Opcode.BINARY, Objects.requireNonNull(bytes, "bytes"));
  }

  /** Sends a message that has come, of the same kind; its bytes are moved. */
  public boolean send(final WebSocketMessage received) {
    Objects.requireNonNull(received, "received");
    return send(received.isText() ? Opcode.TEXT : Opcode.BINARY, received.data());
  }

  private boolean send(final int opcode, final EventBuffer bytes) {
    if (!mayBegin(bytes.length())) {
      bytes.drain(bytes.length());
      return false;
    }
    if (!session.sender().message(opcode, bytes)) {
      return false;
    }
    session.sent();
    return true;
  }

  /** Sends a message that many sockets get. */
  public boolean send(final PreparedMessage prepared) {
    Objects.requireNonNull(prepared, "prepared");
    if (session.role() == Role.CLIENT) {
      return send(prepared.opcode(), prepared.payload());
    }
    if (!mayBegin(prepared.length())) {
      return false;
    }
    session.sender().prepared(prepared);
    session.sent();
    return true;
  }

  private boolean mayBegin(final long count) {
    if (writer != null && session.isOpen()) {
      throw new IllegalStateException("a message is being written: " + this);
    }
    return mayQueue(count);
  }

  /** Whether so much may be queued; if it is too much, the connection is dropped. */
  boolean mayQueue(final long count) {
    requireLoopThread();
    if (!session.isOpen()) {
      return false;
    }
    if (session.sender().hasRoom(count)) {
      return true;
    }
    session.drop();
    return false;
  }

  private void requireLoopThread() {
    session.loop().services.requireLoopThread(this);
  }

  /**
   * Begins a message that is sent in parts. No other message may be sent before it has ended.
   *
   * @param text whether it is text, whose parts together must be UTF-8
   * @throws IllegalStateException if another one is being written
   */
  public MessageWriter startMessage(final boolean text) {
    if (writer != null && session.isOpen()) {
      throw new IllegalStateException("a message is being written: " + this);
    }
    requireLoopThread();
    writer = new MessageWriter(this, text);
    return writer;
  }

  Session session() {
    return session;
  }

  void messageEnded() {
    writer = null;
  }

  /**
   * Sends a ping; {@link #onPong} gets the answer.
   *
   * @param payload {@link #MAX_CONTROL} bytes at most
   */
  public boolean ping(final byte[] payload) {
    Objects.requireNonNull(payload, "payload");
    Arguments.within("the length of payload", payload.length, 0, MAX_CONTROL);
    if (!mayQueue(payload.length)) {
      return false;
    }
    session.ping(payload);
    return true;
  }

  /** Whether less than 256 KiB wait to be sent: else the program should wait as well. */
  public boolean isWritable() {
    return session.isOpen() && session.sender().isWritable();
  }

  /** How many bytes wait to be sent, the heads of frames included. */
  public long queued() {
    return session.state() == SocketState.CLOSED ? 0 : session.sender().queued();
  }

  // ---- receiving ----

  /**
   * Reads no more until {@link #resume}: the peer is held back. Pings are not answered meanwhile,
   * and the peer's silence is not counted. An output of which the peer takes nothing is: the
   * connection is lost after three times {@link WebSocketConfig#pingInterval}.
   */
  public void pause() {
    requireLoopThread();
    session.pause();
  }

  /** Reads on; handlers are called later. */
  public void resume() {
    requireLoopThread();
    session.resume();
  }

  // ---- the end ----

  /**
   * Begins the end: a close frame follows what waits to be sent, and messages of the peer are
   * dropped from now on. {@link #onClose} is called when the peer has answered, or {@link
   * WebSocketConfig#closeTimeout} has passed. {@code evws_close}.
   *
   * @param code 1000, 1001, 1003, 1007 to 1014, 3000 to 4999
   * @param reason {@link #MAX_REASON} bytes of UTF-8 at most
   * @return false if it is closing or closed already
   */
  public boolean close(final int code, final String reason) {
    Objects.requireNonNull(reason, "reason");
    if (!CloseCodes.mayBeSent(code)) {
      throw new IllegalArgumentException(
          "code "
              + code
              + " is other than 1000, 1001, 1003, 1007 to 1014 and 3000 to 4999, which may be"
              + " sent");
    }
    final byte[] encoded = Texts.encode(reason);
    Arguments.within("the length of reason", encoded.length, 0, MAX_REASON);
    requireLoopThread();
    if (!session.isOpen()) {
      return false;
    }
    session.close(code, encoded);
    return true;
  }

  /** Drops the connection at once; {@link #onClose} is called with {@link #ABNORMAL}. */
  @Override
  public void close() {
    requireLoopThread();
    session.lose(ABNORMAL, "closed by the program");
  }

  // ---- what it is ----

  public SocketState state() {
    return session.state();
  }

  public Role role() {
    return session.role();
  }

  /** The subprotocol that was agreed on, or null. */
  public String protocol() {
    return agreement.protocol();
  }

  /** The extensions that were agreed on, as the field of the handshake has them, or null. */
  public String extensions() {
    return agreement.extensions();
  }

  /** The fields of the request to a server, of the response to a client. */
  public HttpHeaders handshake() {
    return handshake;
  }

  /** The peer's address when the socket was opened, or null if the stream had none. */
  public SocketAddress peer() {
    return packedPeer == 0 ? otherPeer : PackedAddress.unpack(packedPeer);
  }

  /**
   * The stream, for what its kind knows, such as {@code Tls.of}; {@code
   * evws_connection_get_bufferevent}. Its callbacks, buffers and marks belong to the socket.
   */
  public BufferEvent stream() {
    return session.stream();
  }

  public EventBase base() {
    return session.stream().base();
  }

  /** What the program has attached, or null. */
  public Object attachment() {
    return attachment;
  }

  /** Attaches an object of the program's in place of the one before. */
  public WebSocket attach(final Object object) {
    attachment = object;
    return this;
  }

  @Override
  public String toString() {
    return "WebSocket, " + session;
  }
}
