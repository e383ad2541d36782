package org.jevent.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jevent.CommonTimeout;
import org.jevent.DeferredCallback;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventCallback;
import org.jevent.EventConfig;
import org.jevent.ExceptionHandler;
import org.jevent.LogCallback;
import org.jevent.MethodInfo;
import org.jevent.Signals;
import org.jevent.TestSystem;
import org.jevent.Watcher;
import org.jevent.buffer.BufferCallback;
import org.jevent.buffer.BufferPosition;
import org.jevent.buffer.ByteView;
import org.jevent.buffer.CallbackEntry;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EolMatch;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.buffer.Reservation;
import org.jevent.buffer.SegmentVisitor;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.EventFilter;
import org.jevent.bufferevent.FlushMode;
import org.jevent.bufferevent.Pipe;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.RateLimits;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.StreamFilter;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.EngineUnavailableException;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.Handle;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.jevent.net.ProcessSockets;
import org.jevent.net.Resolver;
import org.jevent.net.Sockets;
import org.jevent.util.MonotonicTimer;

/** A new, usable object of every type that the public API takes or has methods of. */
final class Samples {
  private static final TokenBucketConfig LIMIT = new TokenBucketConfig(100, 100, 100, 100);

  private final Bases bases;
  private final EventBase base;
  private final Path file;
  private final Map<Class<?>, List<Supplier<?>>> all = new HashMap<>();

  Samples(final Bases bases, final EventBase base, final Path directory) throws IOException {
    this.bases = bases;
    this.base = base;
    file = Files.write(directory.resolve("sample"), new byte[16]);
    values();
    callbacks();
    objects();
    DnsSamples.put(bases, base, this::put);
    TlsSamples.put(bases, base, this::put);
    HttpTextSamples.put(this::put, directory);
    HttpSamples.put(bases, base, this::put);
    WebSocketSamples.put(bases, base, this::put);
  }

  /** One kind more of that type. */
  private <T> void put(final Class<T> type, final Supplier<? extends T> kind) {
    all.computeIfAbsent(type, none -> new ArrayList<>()).add(kind);
  }

  private void values() {
    put(int.class, () -> 2);
    put(long.class, () -> 2L);
    put(byte.class, () -> (byte) 2);
    put(boolean.class, () -> true);
    put(String.class, () -> "text");
    put(Object.class, Object::new);
    put(Object[].class, () -> new Object[0]);
    put(byte[].class, () -> new byte[8]);
    put(ByteBuffer.class, () -> ByteBuffer.allocate(8));
    put(ByteBuffer[].class, () -> new ByteBuffer[] {ByteBuffer.allocate(8)});
    put(Duration.class, () -> Duration.ofMillis(2));
    put(Instant.class, () -> Instant.EPOCH);
    put(Path.class, () -> file);
    put(Appendable.class, StringBuilder::new);
    put(Throwable.class, IllegalStateException::new);
    put(InetAddress.class, InetAddress::getLoopbackAddress);
    put(SocketAddress.class, () -> Streams.ANY_PORT);
    put(Errno.class, () -> Errno.EIO);
    put(Eol.class, () -> Eol.LF);
    put(ByteOrder.class, () -> ByteOrder.LITTLE_ENDIAN);
    put(EolMatch.class, () -> new EolMatch(0, 1));
    put(FlushMode.class, () -> FlushMode.FLUSH);
    put(NetOption.class, () -> NetOption.SEND_BUFFER);
    put(Signals.class, () -> Signals.INT);
    put(MethodInfo.class, () -> EventBase.supportedMethods().get(0));
    put(TokenBucketConfig.class, () -> LIMIT);
    put(MonotonicTimer.class, MonotonicTimer::new);
    put(ErrnoException.class, () -> new ErrnoException("try", Errno.EIO, 5));
    put(EngineUnavailableException.class, () -> new EngineUnavailableException("none"));
  }

  private void callbacks() {
    put(Runnable.class, () -> () -> {});
    put(Predicate.class, () -> event -> true);
    put(EventCallback.class, () -> (event, what) -> {});
    put(ExceptionHandler.class, () -> (source, e) -> bases.exceptions.add(e));
    put(Consumer.class, () -> argument -> {});
    put(LogCallback.class, () -> (severity, message, cause) -> {});
    put(Watcher.Prepare.class, () -> (watcher, timeout) -> {});
    put(Watcher.Check.class, () -> watcher -> {});
    put(BufferCallback.class, () -> (buffer, before, added, removed) -> {});
    put(SegmentVisitor.class, () -> bytes -> true);
    put(LongUnaryOperator.class, () -> word -> word + 1);
    put(LongBinaryOperator.class, () -> (word, argument) -> word ^ argument);
    put(BufferEvent.DataCallback.class, () -> stream -> {});
    put(BufferEvent.EventCallback.class, () -> (stream, what) -> {});
    put(Resolver.class, () -> (host, result) -> null);
    put(StreamFilter.class, () -> (source, target, limit, mode) -> StreamFilter.Result.NEED_MORE);
    put(EventFilter.class, () -> (stream, what) -> what);
    put(ConnectionListener.Callback.class, () -> (listener, socket, peer) -> socket.close());
    put(ConnectionListener.ErrorCallback.class, () -> (listener, problem) -> {});
    put(DatagramEvent.Callback.class, () -> (event, data, from, truncated) -> {});
    put(DatagramEvent.ErrorCallback.class, () -> (event, problem) -> {});
  }

  private void objects() {
    put(EventConfig.class, bases::config);
    put(EventBase.class, () -> base);
    put(Event.class, () -> bases.later(base.newTimer((event, what) -> {})));
    put(CommonTimeout.class, () -> base.initCommonTimeout(Duration.ofSeconds(3)));
    put(DeferredCallback.class, () -> base.newDeferred(() -> {}));
    put(Watcher.class, () -> bases.later(base.watchCheck(watcher -> {})));
    put(Handle.class, this::socket);
    put(SelectableChannel.class, this::channel);
    put(ProcessBuilder.class, () -> new ProcessBuilder(List.of("no-such-program")));
    put(EventBuffer.class, this::buffer);
    put(EventBuffer.class, () -> bases.later(new EventBuffer(base)).add(new byte[16]));
    put(BufferPosition.class, () -> buffer().position(2));
    put(CallbackEntry.class, () -> buffer().addCallback((buffer, before, added, removed) -> {}));
    put(ByteView.class, this::visited);
    put(FileSegment.class, () -> bases.later(FileSegment.open(base, file)));
    put(Reservation.class, () -> buffer().reserve(2, 1));
    put(BufferEvent.class, this::stream);
    put(SocketBufferEvent.class, this::stream);
    put(BufferEvent.class, this::pairEnd);
    put(BufferEvent.class, this::filter);
    put(Pipe.class, () -> bases.later(stream().pipeTo(stream())));
    put(RateLimits.class, () -> stream().limits());
    put(RateLimitGroup.class, () -> bases.later(new RateLimitGroup(base, LIMIT)));
    put(ProcessSockets.class, this::process);
    put(Sockets.class, base::sockets);
    put(NetSocket.class, this::socket);
    put(NetSocket.class, () -> bases.later(base.sockets().stream(Streams.ANY_PORT)));
    put(ConnectionListener.class, this::listener);
    put(DatagramEvent.class, this::datagrams);
  }

  private NetSocket socket() {
    return bases.pair(base)[0];
  }

  private ProcessSockets process() {
    final List<String> nothing =
        TestSystem.WINDOWS ? List.of("cmd", "/c", "exit") : List.of("true");
    try {
      return bases.later(base.sockets().ofProcess(new ProcessBuilder(nothing)));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SelectableChannel channel() {
    try {
      final SocketChannel channel = bases.later(SocketChannel.open());
      channel.configureBlocking(false);
      return channel;
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EventBuffer buffer() {
    return bases.later(new EventBuffer()).add(new byte[16]);
  }

  private ByteView visited() {
    final ByteView[] seen = new ByteView[1];
    buffer()
        .forEachSegment(
            0,
            -1,
            view -> {
              seen[0] = view;
              return true;
            });
    return seen[0];
  }

  private SocketBufferEvent stream() {
    return bases.later(BufferEvent.socket(base, socket(), 0));
  }

  private BufferEvent pairEnd() {
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[1]);
    return bases.later(pair[0]);
  }

  private BufferEvent filter() {
    return bases.later(BufferEvent.filter(pairEnd(), null, null, BufferEvent.CLOSE_ON_FREE));
  }

  private ConnectionListener listener() {
    return bases.later(
        ConnectionListener.bind(
            base,
            Streams.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> socket.close()));
  }

  private DatagramEvent datagrams() {
    return bases.later(
        DatagramEvent.bind(base, Streams.ANY_PORT, (self, data, from, truncated) -> {}));
  }

  /** One of each kind that the type has. */
  List<Supplier<?>> kinds(final Class<?> type) {
    final List<Supplier<?>> found = all.get(type);
    if (found != null) {
      return found;
    }
    if (type.isEnum()) {
      return List.of(() -> type.getEnumConstants()[0]);
    }
    throw new AssertionError("no sample of " + type + ": add one, so that its misuse is tested");
  }

  /** The usual argument of a type. */
  Object one(final Class<?> type) {
    return kinds(type).get(0).get();
  }

  /** The argument where the usual one does not fit. */
  Object last(final Class<?> type) {
    final List<Supplier<?>> found = kinds(type);
    return found.get(found.size() - 1).get();
  }
}
