package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jevent.CommonTimeout;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.error.ErrnoException;
import org.jevent.net.DatagramEvent;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that is exported, called with null, with numbers out of range, after closing and by a
 * foreign thread: it is refused at once, with an exception that its documentation names, and the
 * loop goes on unharmed.
 */
class MisuseTest {
  /** Parameters for which null means something, as call and index. */
  private static final Set<String> NULL_IS_MEANT =
      Set.of(
          "EventBase.once(Handle, int, Duration, EventCallback) 2",
          "EventConfig.maxDispatchInterval(Duration, int, int) 0",
          "EventBuffer.addReference(ByteBuffer, Runnable) 1",
          "EventBuffer.addReference(byte[], int, int, Runnable) 3",
          "EventBuffer.addFormat(String, Object[]) 1",
          "BufferReader.peek(long, long, ByteBuffer[]) 2",
          "FileSegment.open(EventBase, Path, long, long, int) 0",
          "FileSegment.open(EventBase, Path) 0",
          "BufferEvent.filter(BufferEvent, StreamFilter, StreamFilter, int) 1",
          "BufferEvent.filter(BufferEvent, StreamFilter, StreamFilter, int) 2",
          "BufferEvent.setCallbacks(DataCallback, DataCallback, EventCallback) 0",
          "BufferEvent.setCallbacks(DataCallback, DataCallback, EventCallback) 1",
          "BufferEvent.setCallbacks(DataCallback, DataCallback, EventCallback) 2",
          "BufferEvent.setTimeouts(Duration, Duration) 0",
          "BufferEvent.setTimeouts(Duration, Duration) 1",
          "BufferEvent.connect(SocketAddress) 0",
          "BufferEvent.setHandle(NetSocket) 0",
          "BufferEvent.replaceHandle(NetSocket) 0",
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
          "TokenBucketConfig.equals(Object) 0");

  /** Where the usual 2 is no valid number: all numbers of the call. */
  private static final Map<String, int[]> NUMBERS =
      Map.of(
          "EventBase.newSignal(int, int, EventCallback)", new int[] {2, Event.PERSIST},
          "FileSegment.open(EventBase, Path, long, long, int)", new int[] {2, 2, 0},
          "TokenBucketConfig(long, long, long, long, Duration)", new int[] {2, 2, 2, 2});

  /** What a call may answer to a wrong number, a closed object or a foreign thread. */
  private static final List<Class<? extends Exception>> REFUSALS =
      List.of(
          IllegalArgumentException.class,
          IndexOutOfBoundsException.class,
          IllegalStateException.class,
          UnsupportedOperationException.class,
          ErrnoException.class);

  @TempDir private Path directory;

  /** A call on one kind of subject. */
  private record Call(Executable executable, Object subject, Object[] arguments) {
    static Call of(final Executable executable, final Supplier<?> subject, final Samples samples) {
      final int[] numbers = NUMBERS.get(PublicApi.text(executable));
      final Class<?>[] types = executable.getParameterTypes();
      final Object[] arguments = new Object[types.length];
      for (int i = 0, number = 0; i < types.length; i++) {
        if (numbers != null && isNumber(types[i])) {
          arguments[i] = number(types[i], numbers[number++]);
        } else {
          arguments[i] = samples.one(types[i]);
        }
      }
      return new Call(executable, subject.get(), arguments);
    }

    /** What it threw, or null; what it made is closed with the test. */
    Throwable run(final Bases bases) {
      executable.setAccessible(true); // inherited from a class that is not public
      try {
        keep(
            bases,
            executable instanceof Method method
                ? method.invoke(subject, arguments)
                : ((Constructor<?>) executable).newInstance(arguments));
        return null;
      } catch (final InvocationTargetException e) {
        return e.getCause();
      } catch (final ReflectiveOperationException e) {
        throw new AssertionError(this + " cannot be called", e);
      }
    }

    private void keep(final Bases bases, final Object made) {
      if (made instanceof Object[] several) {
        Arrays.stream(several).forEach(one -> keep(bases, one));
      } else if (made instanceof AutoCloseable resource && !isPartOfAStream(made)) {
        bases.later(resource);
      }
    }

    /** Its stream closes it, and nothing else may. */
    private boolean isPartOfAStream(final Object made) {
      return made instanceof EventBuffer && subject instanceof BufferEvent;
    }

    @Override
    public String toString() {
      return PublicApi.text(executable) + " on " + subject + " with " + Arrays.asList(arguments);
    }
  }

  private static boolean isNumber(final Class<?> type) {
    return type == int.class || type == long.class;
  }

  private static Object number(final Class<?> type, final long value) {
    return type == long.class ? (Object) value : (Object) (int) value;
  }

  private static List<Supplier<?>> subjects(final Executable call, final Samples samples) {
    if (call instanceof Constructor || Modifier.isStatic(call.getModifiers())) {
      return List.of(() -> null);
    }
    final Class<?> type = call.getDeclaringClass();
    return samples.kinds(Modifier.isPublic(type.getModifiers()) ? type : EventBuffer.class);
  }

  private static void assertRefused(final Call call, final Throwable thrown) {
    if (thrown != null) {
      assertThat(thrown).as("%s", call).isInstanceOfAny(REFUSALS.toArray(Class<?>[]::new));
    }
  }

  /** A timer fires, and an echo comes back over a pair of sockets. */
  private static void assertUnharmed(final Bases bases, final EventBase base, final Object after) {
    final AtomicInteger fired = new AtomicInteger();
    final ByteBuffer came = ByteBuffer.allocate(8);
    final NetSocket[] pair = NetSocket.pair(base);
    try (NetSocket near = pair[0];
        NetSocket far = pair[1];
        Event timer = base.newTimer((event, what) -> fired.incrementAndGet());
        Event echo =
            base.newEvent(near, Event.READ | Event.PERSIST, (event, what) -> near.read(came))) {
      timer.addNanos(1);
      echo.add();
      far.write(ByteBuffer.allocate(3));
      Streams.run(base, () -> fired.get() == 1 && came.position() == 3);
    }
    assertThat(bases.exceptions).as("after %s", after).isEmpty();
  }

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
            types[i].isPrimitive() ? List.<Supplier<?>>of() : subjects(executable, samples)) {
          final Call call = Call.of(executable, subject, samples);
          call.arguments()[i] = null;
          final Throwable thrown = call.run(bases);
          if (NULL_IS_MEANT.contains(parameter)) {
            meant.add(parameter);
            assertRefused(call, thrown);
          } else if (!(thrown instanceof UnsupportedOperationException)) {
            assertThat(thrown).as("%s", call).isInstanceOf(NullPointerException.class);
          }
          assertUnharmed(bases, base, call);
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
        if (isNumber(types[i])) {
          final boolean wide = types[i] == long.class;
          for (final long value :
              new long[] {
                -1,
                wide ? Long.MIN_VALUE : Integer.MIN_VALUE,
                wide ? Long.MAX_VALUE : Integer.MAX_VALUE
              }) {
            for (final Supplier<?> subject : subjects(executable, samples)) {
              final Call call = Call.of(executable, subject, samples);
              call.arguments()[i] = number(types[i], value);
              assertRefused(call, call.run(bases));
            }
          }
          assertUnharmed(bases, base, PublicApi.text(executable));
        }
      }
    }
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
        for (final Supplier<?> subject : subjects(executable, samples)) {
          final Call call = Call.of(executable, subject, samples);
          ((AutoCloseable) call.subject()).close();
          assertRefused(call, call.run(bases));
        }
        assertUnharmed(bases, base, PublicApi.text(executable));
      }
    }
  }

  @EngineTest
  void aClosedBaseRefusesOrDoesNothing(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Samples samples = new Samples(bases, base, directory);
    final EventBase other = bases.base();
    final List<Call> calls =
        PublicApi.calls().stream()
            .filter(call -> call.getDeclaringClass() == EventBase.class)
            .filter(call -> call instanceof Method)
            .map(call -> Call.of(call, () -> base, samples))
            .toList();
    base.close();
    for (final Call call : calls) {
      assertRefused(call, call.run(bases));
    }
    assertUnharmed(bases, other, base);
  }

  @EngineTest
  void aForeignThreadIsRefusedWhileTheLoopRuns(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Samples samples = new Samples(bases, base, directory);
    final List<Call> calls =
        PublicApi.calls().stream()
            .filter(call -> !Modifier.isStatic(call.getModifiers()) && call instanceof Method)
            .filter(
                call ->
                    call.getDeclaringClass() == BufferEvent.class
                        || call.getDeclaringClass() == DatagramEvent.class)
            .filter(call -> !call.getName().equals("lock") && !call.getName().equals("unlock"))
            .flatMap(
                call -> subjects(call, samples).stream().map(kind -> Call.of(call, kind, samples)))
            .toList();
    final CountDownLatch running = new CountDownLatch(1);
    base.execute(running::countDown);
    final Thread loop = new Thread(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY));
    loop.start();
    running.await();
    int refused = 0;
    for (final Call call : calls) {
      final Throwable thrown = call.run(bases);
      assertRefused(call, thrown);
      refused += thrown instanceof IllegalStateException ? 1 : 0;
    }
    base.loopBreak();
    loop.join();
    assertThat(refused).isGreaterThan(calls.size() / 3);
    assertUnharmed(bases, base, "a foreign thread");
  }

  @EngineTest
  void aRefusedCallChangesNothing(final Bases bases) throws InterruptedException {
    final EventBase base = bases.base();
    final BufferEvent stream = BufferEvent.socket(base, BufferEvent.THREADSAFE);
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
    final List<Integer> told = new ArrayList<>();
    reader.setCallbacks(null, null, (self, what) -> told.add(what));
    reader.enable(Event.READ);
    assertThatThrownBy(() -> reader.setTimeouts(Duration.ofMillis(1), Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    Streams.runFor(base, 20);
    assertThat(told).isEmpty();
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
    assertUnharmed(bases, base, group);
    assertUnharmed(bases, other, common);
  }

  @EngineTest
  void whatIsNotReentrantIsRefusedInsideACallback(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] ends = Streams.pair(bases, base, 0);
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
    assertUnharmed(bases, base, wrong);
  }
}
