package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jevent.CommonTimeout;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.endpoint.DatagramEvent;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that is exported, called with null, with numbers out of range, after closing and by a
 * foreign thread. Each call is refused at once, with an exception that its documentation names, and
 * the loop goes on.
 */
class MisuseTest {
  /** Parameters for which null means something, as call and index. */
  private static final Set<String> NULL_IS_MEANT =
      Set.of(
          "EventBase.once(Handle, int, Duration, EventCallback) 2",
          "Logging.setFatalCallback(Consumer) 0",
          "EventConfig.maxDispatchInterval(Duration, int, int) 0",
          "EventBuffer.addReference(ByteBuffer, Runnable) 1",
          "EventBuffer.addReference(byte[], int, int, Runnable) 3",
          "EventBuffer.addFormat(String, Object[]) 1",
          "BufferReader.peek(long, long, ByteBuffer[]) 2",
          "FileSegment.open(EventBase, Path, long, long, int) 0",
          "FileSegment.open(EventBase, Path) 0",
          "BufferEvent.filter(BufferEvent, StreamFilter, StreamFilter, int) 1",
          "BufferEvent.filter(BufferEvent, StreamFilter, StreamFilter, int) 2",
          "BufferEvent.filter(BufferEvent, StreamFilter, StreamFilter, EventFilter, int) 1",
          "BufferEvent.filter(BufferEvent, StreamFilter, StreamFilter, EventFilter, int) 2",
          "BufferEvent.filter(BufferEvent, StreamFilter, StreamFilter, EventFilter, int) 3",
          "BufferEvent.setCallbacks(DataCallback, DataCallback, EventCallback) 0",
          "BufferEvent.setCallbacks(DataCallback, DataCallback, EventCallback) 1",
          "BufferEvent.setCallbacks(DataCallback, DataCallback, EventCallback) 2",
          "BufferEvent.setTimeouts(Duration, Duration) 0",
          "BufferEvent.setTimeouts(Duration, Duration) 1",
          "SocketBufferEvent.connect(SocketAddress) 0",
          "SocketBufferEvent.setHandle(NetSocket) 0",
          "SocketBufferEvent.replaceHandle(NetSocket) 0",
          "RateLimits.set(TokenBucketConfig) 0",
          "ConnectionListener(EventBase, NetSocket, int, int, Callback) 4",
          "ConnectionListener.bind(EventBase, SocketAddress, int, int, Callback) 4",
          "ConnectionListener.setCallback(Callback) 0",
          "ConnectionListener.setErrorCallback(ErrorCallback) 0",
          "DatagramEvent.setErrorCallback(ErrorCallback) 0",
          "NetSocket.send(ByteBuffer, SocketAddress) 1",
          "EngineUnavailableException(String) 0",
          "EngineUnavailableException(String, Throwable) 0",
          "EngineUnavailableException(String, Throwable) 1",
          "ErrnoException(String, Errno, int, Throwable) 3",
          "EolMatch.equals(Object) 0",
          "MethodInfo.equals(Object) 0",
          "TokenBucketConfig.equals(Object) 0",
          "Address.equals(Object) 0",
          "Bytes.equals(Object) 0",
          "Caa.equals(Object) 0",
          "ConnectAttempt(InetSocketAddress, Duration, Duration, Outcome, String) 2",
          "ConnectAttempt.equals(Object) 0",
          "DnsAnswer.equals(Object) 0",
          "DnsMessage.equals(Object) 0",
          "DnsName.equals(Object) 0",
          "DnsQuestion.equals(Object) 0",
          "DnsRecord.equals(Object) 0",
          "DnsType.equals(Object) 0",
          "Edns.equals(Object) 0",
          "Hints.equals(Object) 0",
          "HostAddresses.equals(Object) 0",
          "Mx.equals(Object) 0",
          "Name.equals(Object) 0",
          "Option.equals(Object) 0",
          "Raw.equals(Object) 0",
          "Rcode.equals(Object) 0",
          "Soa.equals(Object) 0",
          "Srv.equals(Object) 0",
          "Svcb.equals(Object) 0",
          "Txt.equals(Object) 0",
          "DnsAnswer(DnsQuestion, List, List, boolean, boolean, Source, InetSocketAddress) 6",
          "DnsException(Kind, String) 1",
          "DnsFormatException(String) 0",
          "DnsResolver.addresses(String, Hints, DnsCallback) 0",
          "Builder.edns(Edns) 0",
          "Builder.files(Path, Path, Path) 0",
          "Builder.files(Path, Path, Path) 1",
          "Builder.files(Path, Path, Path) 2",
          "Builder.identity(Path, Path, char[]) 2",
          "Builder.tls(TlsContext, String) 1",
          "Conditions.of(HttpExchange, String, long) 1",
          "Cookies.parse(String) 0",
          "HttpAccess(SocketAddress, String, String, int, long, long, long, long, long,"
              + " HttpException) 0",
          "HttpAccess(SocketAddress, String, String, int, long, long, long, long, long,"
              + " HttpException) 1",
          "HttpAccess(SocketAddress, String, String, int, long, long, long, long, long,"
              + " HttpException) 2",
          "HttpAccess(SocketAddress, String, String, int, long, long, long, long, long,"
              + " HttpException) 9",
          "HttpAccess.equals(Object) 0",
          "HttpClientLimits.equals(Object) 0",
          "HttpException(Kind, Phase, Errno, String) 3",
          "HttpException(Kind, Phase, Errno, String, Throwable) 3",
          "HttpException(Kind, Phase, Errno, String, Throwable) 4",
          "HttpExchange.end(HttpHeaders) 0",
          "HttpExchange.inform(int, HttpHeaders) 1",
          "HttpExchange.onClose(HttpCloseHandler) 0",
          "HttpExchange.onWritable(HttpHandler) 0",
          "HttpExchange.takeOver(String) 0",
          "HttpExchange.takeOver(String, HttpUpgraded) 0",
          "HttpForwardHandler.onHead(HttpResponse, HttpHeaders) 0",
          "HttpForwardHandler.onHead(HttpResponse, HttpHeaders) 1",
          "HttpForwardHandler.onProblem(HttpException) 0",
          "HttpHost.fallback(HttpHandler) 0",
          "HttpResponseHandler.onHead(HttpCall, HttpResponse) 0",
          "HttpResponseHandler.onHead(HttpCall, HttpResponse) 1",
          "HttpResponseHandler.onInterim(HttpCall, int, HttpHeaders) 0",
          "HttpResponseHandler.onInterim(HttpCall, int, HttpHeaders) 2",
          "HttpServer.defaultContentType(String) 0",
          "HttpServer.errorPage(HttpErrorPage) 0",
          "HttpServer.onComplete(Consumer) 0",
          "HttpServer.onConnect(HttpHandler) 0",
          "HttpServer.onConnection(Predicate) 0",
          "HttpServer.onHead(HttpHandler) 0",
          "HttpTimeouts.withBody(Duration) 0",
          "HttpTimeouts.withConnect(Duration) 0",
          "HttpTimeouts.withContinue(Duration) 0",
          "HttpTimeouts.withHead(Duration) 0",
          "HttpTimeouts.withQueued(Duration) 0",
          "HttpTimeouts.withRequest(Duration) 0",
          "HttpTimeouts.withTls(Duration) 0",
          "HttpTimeouts.withTotal(Duration) 0",
          "HttpDate.parse(String) 0",
          "HttpDate.parse(String, long) 0",
          "HttpQuery.parse(String) 0",
          "HttpQuery.parseStrict(String) 0",
          "HttpUri.equals(Object) 0",
          "HttpUri.withFragment(String) 0",
          "HttpUri.withHost(String) 0",
          "HttpUri.withPath(String) 0",
          "HttpUri.withQuery(String) 0",
          "HttpUri.withScheme(String) 0",
          "HttpUri.withUserInfo(String) 0",
          "MediaType.equals(Object) 0",
          "QualityList.parse(String) 0",
          "StaticFiles.cacheControl(String) 0",
          "StaticFiles.index(String) 0",
          "TlsError(Kind, String, boolean, Exception) 1",
          "TlsError(Kind, String, boolean, Exception) 3",
          "TlsError.equals(Object) 0",
          "TlsLimits.equals(Object) 0",
          "WebSocket.attach(Object) 0",
          "WebSocket.onBinary(BinaryHandler) 0",
          "WebSocket.onClose(CloseHandler) 0",
          "WebSocket.onFragment(FragmentHandler) 0",
          "WebSocket.onMessage(MessageHandler) 0",
          "WebSocket.onPing(ControlHandler) 0",
          "WebSocket.onPong(ControlHandler) 0",
          "WebSocket.onText(TextHandler) 0",
          "WebSocket.onWritable(WritableHandler) 0",
          "WebSocketConfig.deflate(DeflateConfig) 0",
          "WebSocketException(String, int, HttpResponse, Throwable) 0",
          "WebSocketException(String, int, HttpResponse, Throwable) 2",
          "WebSocketException(String, int, HttpResponse, Throwable) 3");

  /** What a base can be asked for when it is closed. */
  private static final Set<String> STILL_THERE =
      Set.of(
          "FileSegment.open(EventBase, Path)",
          "FileSegment.open(EventBase, Path, long, long, int)",
          "Signals.number(EventBase)");

  @TempDir private Path directory;

  @EngineTest
  void nullIsRefusedUnlessItMeansSomething(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Samples samples = new Samples(bases, base, directory);
    final Set<String> meant = new HashSet<>();
    for (final Executable executable : PublicApi.calls()) {
      final Class<?>[] types = executable.getParameterTypes();
      for (int i = 0; i < types.length; i++) {
        final String parameter = PublicApi.text(executable) + " " + i;
        for (final Supplier<?> subject :
            types[i].isPrimitive()
                ? List.<Supplier<?>>of()
                : ApiCall.subjects(executable, samples)) {
          final ApiCall call = ApiCall.of(executable, subject, samples);
          call.arguments()[i] = null;
          final Throwable thrown = call.run(bases);
          if (NULL_IS_MEANT.contains(parameter)) {
            meant.add(parameter);
            call.assertRefused(thrown);
          } else {
            assertThat(thrown)
                .as("%s", call)
                .isInstanceOf(NullPointerException.class)
                .hasMessage(nameOf(executable, i));
          }
          Streams.assertUnharmed(bases, base, call);
        }
      }
    }
    assertThat(meant).isEqualTo(NULL_IS_MEANT);
  }

  @EngineTest
  void numbersOutOfRangeAreRefusedOrMeanSomething(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Samples samples = new Samples(bases, base, directory);
    for (final Executable executable : PublicApi.calls()) {
      final Class<?>[] types = executable.getParameterTypes();
      for (int i = 0; i < types.length; i++) {
        if (ApiCall.isNumber(types[i])) {
          final boolean wide = types[i] == long.class;
          for (final long value :
              new long[] {
                -1,
                wide ? Long.MIN_VALUE : Integer.MIN_VALUE,
                wide ? Long.MAX_VALUE : Integer.MAX_VALUE
              }) {
            for (final Supplier<?> subject : ApiCall.subjects(executable, samples)) {
              final ApiCall call = ApiCall.of(executable, subject, samples);
              call.arguments()[i] = ApiCall.number(types[i], value);
              call.assertRefused(call.run(bases));
            }
          }
          Streams.assertUnharmed(bases, base, PublicApi.text(executable));
        }
      }
    }
  }

  /** What an exception calls the argument; of enums the JDK decides. */
  private static String nameOf(final Executable call, final int parameter) {
    return call.getDeclaringClass().isEnum() && call.getName().equals("valueOf")
        ? "Name is null"
        : call.getParameters()[parameter].getName();
  }

  private static boolean isClosable(final Executable call) {
    return call instanceof Method
        && !Modifier.isStatic(call.getModifiers())
        && (AutoCloseable.class.isAssignableFrom(call.getDeclaringClass())
            || !Modifier.isPublic(call.getDeclaringClass().getModifiers()));
  }

  @EngineTest
  void whatIsClosedRefusesOrDoesNothing(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Samples samples = new Samples(bases, base, directory);
    for (final Executable executable : PublicApi.calls()) {
      if (isClosable(executable) && executable.getDeclaringClass() != EventBase.class) {
        for (final Supplier<?> subject : ApiCall.subjects(executable, samples)) {
          final ApiCall call = ApiCall.of(executable, subject, samples);
          ((AutoCloseable) call.subject()).close();
          call.assertRefused(call.run(bases));
        }
        Streams.assertUnharmed(bases, base, PublicApi.text(executable));
      }
    }
  }

  @EngineTest
  void aClosedBaseRefusesOrDoesNothing(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Samples samples = new Samples(bases, base, directory);
    final EventBase other = bases.base();
    final List<ApiCall> calls =
        PublicApi.calls().stream()
            .filter(call -> call.getDeclaringClass() == EventBase.class)
            .filter(call -> call instanceof Method)
            .map(call -> ApiCall.of(call, () -> base, samples))
            .toList();
    base.close();
    for (final ApiCall call : calls) {
      call.assertRefused(call.run(bases));
    }
    Streams.assertUnharmed(bases, other, base);
  }

  @EngineTest
  void whatAClosedBaseCannotMakeSaysSo(final Bases bases) throws Exception {
    final EventBase open = bases.base();
    final Samples samples = new Samples(bases, open, directory);
    final EventBase closed = bases.base();
    closed.close();
    for (final Executable executable : PublicApi.calls()) {
      final int base = List.of(executable.getParameterTypes()).indexOf(EventBase.class);
      if (base >= 0 && !STILL_THERE.contains(PublicApi.text(executable))) {
        for (final Supplier<?> subject : ApiCall.subjects(executable, samples)) {
          final ApiCall call = ApiCall.of(executable, subject, samples);
          call.arguments()[base] = closed;
          final Throwable thrown = call.run(bases);
          assertThat(thrown)
              .as("%s", call)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageMatching("[a-z -]+: the base is closed"); // and no class of the library
        }
      }
    }
    Streams.assertUnharmed(bases, open, closed);
  }

  @EngineTest
  void aForeignThreadIsRefusedWhileTheLoopRuns(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Samples samples = new Samples(bases, base, directory);
    final List<ApiCall> calls =
        PublicApi.calls().stream()
            .filter(call -> !Modifier.isStatic(call.getModifiers()) && call instanceof Method)
            .filter(
                call ->
                    call.getDeclaringClass() == BufferEvent.class
                        || call.getDeclaringClass() == DatagramEvent.class)
            .filter(call -> !call.getName().equals("lock") && !call.getName().equals("unlock"))
            .flatMap(
                call ->
                    ApiCall.subjects(call, samples).stream()
                        .map(kind -> ApiCall.of(call, kind, samples)))
            .toList();
    final CountDownLatch running = new CountDownLatch(1);
    base.execute(running::countDown);
    final Thread loop = new Thread(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY));
    loop.start();
    running.await();
    int refused = 0;
    for (final ApiCall call : calls) {
      final Throwable thrown = call.run(bases);
      call.assertRefused(thrown);
      refused += thrown instanceof IllegalStateException ? 1 : 0;
    }
    base.loopBreak();
    loop.join();
    assertThat(refused).isGreaterThan(calls.size() / 3);
    Streams.assertUnharmed(bases, base, "a foreign thread");
  }

  @EngineTest
  void aRefusedCallChangesNothing(final Bases bases) throws InterruptedException {
    final EventBase base = bases.base();
    final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.THREADSAFE);
    bases.later(stream);
    assertThatThrownBy(() -> stream.maxSingleRead(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stream.maxSingleWrite(-1))
        .isInstanceOf(IllegalArgumentException.class);
    final Thread other =
        new Thread(
            () -> {
              stream.lock();
              stream.unlock();
            });
    other.setDaemon(true);
    other.start();
    other.join(10_000);
    assertThat(other.isAlive()).as("still waits for the lock").isFalse();
    final BufferEvent reader = Streams.pair(bases, base, 0)[0];
    final List<Integer> recorded = new ArrayList<>();
    reader.setCallbacks(null, null, (self, what) -> recorded.add(what));
    reader.enable(Event.READ);
    assertThatThrownBy(() -> reader.setTimeouts(Duration.ofMillis(1), Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    Streams.runFor(base, 20);
    assertThat(recorded).isEmpty();
    assertThatThrownBy(() -> stream.connect("name", 1, null))
        .isInstanceOf(NullPointerException.class);
    final List<String> looked = new ArrayList<>();
    stream.connect(
        "name",
        1,
        (host, result) -> {
          looked.add(host);
          return null;
        });
    assertThat(looked).containsExactly("name");
  }

  @EngineTest
  void whatBelongsToAnotherBaseIsRefused(final Bases bases) {
    final EventBase base = bases.base();
    final EventBase other = bases.base();
    final Event event = bases.later(base.newTimer((self, what) -> fail("runs")));
    final CommonTimeout common = other.initCommonTimeout(Duration.ofMillis(1));
    assertThatThrownBy(() -> event.add(common)).isInstanceOf(IllegalArgumentException.class);
    final BufferEvent stream = Streams.pair(bases, base, 0)[0];
    final RateLimitGroup group =
        bases.later(new RateLimitGroup(other, new TokenBucketConfig(1, 1, 1, 1)));
    assertThatThrownBy(() -> stream.limits().join(group))
        .isInstanceOf(IllegalArgumentException.class);
    Streams.assertUnharmed(bases, base, group);
    Streams.assertUnharmed(bases, other, common);
  }

  @EngineTest
  void whatIsNotReentrantIsRefusedInsideACallback(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.pair(bases, base, 0);
    final AtomicInteger refused = new AtomicInteger();
    final List<Runnable> wrong =
        List.of(
            base::dispatch,
            () -> base.loop(EventBase.LOOP_NONBLOCK),
            base::close,
            base::closeNoFinalize,
            () -> base.priorities(3));
    ends[1].setCallbacks(
        stream -> {
          for (final Runnable call : wrong) {
            try {
              call.run();
            } catch (final IllegalStateException e) {
              refused.incrementAndGet();
            }
          }
        },
        null,
        null);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[1]);
    Streams.run(base, () -> refused.get() > 0);
    assertThat(refused).hasValue(wrong.size());
    assertThat(base.isClosed()).isFalse();
    Streams.assertUnharmed(bases, base, wrong);
  }
}
