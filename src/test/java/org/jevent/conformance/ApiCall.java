package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.LineTooLongException;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.ErrnoException;
import org.jevent.tls.TlsContext;

/** A call of the public API on one kind of subject, with arguments that a test may change. */
record ApiCall(Executable executable, Object subject, Object[] arguments) {
  /** Where the usual 2 is no valid number: all numbers of the call. */
  private static final Map<String, int[]> NUMBERS =
      Map.of(
          "HttpExchange.respond(int, FileSegment, long, long)", new int[] {200, 0, 2},
          "HttpExchange.inform(int, HttpHeaders)", new int[] {103},
          "HttpClientLimits.withHead(int, int)", new int[] {256, 2},
          "HttpClientLimits(int, int, int, Duration, int, int, long)",
              new int[] {2, 2, 2, 256, 2, 2},
          "EventBase.newSignal(int, int, EventCallback)", new int[] {2, Event.PERSIST},
          "BufferEvent.trigger(int, int)", new int[] {2, 0},
          "BufferEvent.triggerEvent(int, int)", new int[] {2, 0},
          "FileSegment.open(EventBase, Path, long, long, int)", new int[] {2, 2, 0},
          "TokenBucketConfig(long, long, long, long, Duration)", new int[] {2, 2, 2, 2});

  /** Where the usual sample of a type is the wrong one: what is for servers, in a client's call. */
  private static final Map<String, Class<?>> LAST_SAMPLES =
      Map.of(
          "HttpDate.write(byte[], int, long)", byte[].class,
          "Conditions.of(HttpExchange, String, long)", String.class,
          "Tls.socket(EventBase, TlsContext, int)", TlsContext.class,
          "Builder.tls(TlsContext, String)", TlsContext.class);

  /** What a call may answer to a wrong number, a closed object or a foreign thread. */
  private static final List<Class<? extends Exception>> REFUSALS =
      List.of(
          IllegalArgumentException.class,
          IndexOutOfBoundsException.class,
          IllegalStateException.class,
          UnsupportedOperationException.class,
          LineTooLongException.class,
          GeneralSecurityException.class,
          ErrnoException.class);

  static ApiCall of(final Executable executable, final Supplier<?> subject, final Samples samples) {
    final int[] numbers = NUMBERS.get(PublicApi.text(executable));
    final Class<?>[] types = executable.getParameterTypes();
    final Object[] arguments = new Object[types.length];
    for (int i = 0, number = 0; i < types.length; i++) {
      if (numbers != null && isNumber(types[i])) {
        arguments[i] = number(types[i], numbers[number++]);
      } else if (types[i] == LAST_SAMPLES.get(PublicApi.text(executable))) {
        arguments[i] = samples.last(types[i]);
      } else {
        arguments[i] = samples.one(types[i]);
      }
    }
    return new ApiCall(executable, subject.get(), arguments);
  }

  /** One of each kind that the call can be made on. */
  static List<Supplier<?>> subjects(final Executable call, final Samples samples) {
    if (call instanceof Constructor || Modifier.isStatic(call.getModifiers())) {
      return List.of(() -> null);
    }
    final Class<?> type = call.getDeclaringClass();
    return samples.kinds(Modifier.isPublic(type.getModifiers()) ? type : EventBuffer.class);
  }

  static boolean isNumber(final Class<?> type) {
    return type == int.class || type == long.class;
  }

  static Object number(final Class<?> type, final long value) {
    return type == long.class ? (Object) value : (Object) (int) value;
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
    } else if (made instanceof ConnectionListener listener) {
      bases.later(listener.handle()); // which it closes only on request
      bases.later(listener);
    } else if (made instanceof AutoCloseable resource && !isPartOfAStream(made)) {
      bases.later(resource);
    }
  }

  /** Its stream closes it, and nothing else may. */
  private boolean isPartOfAStream(final Object made) {
    return made instanceof EventBuffer && subject instanceof BufferEvent;
  }

  /** Checks that it was one of the exceptions that the documentation names, if any. */
  void assertRefused(final Throwable thrown) {
    if (thrown != null) {
      assertThat(thrown)
          .as("%s", this)
          .isInstanceOfAny(REFUSALS.toArray(Class<?>[]::new))
          .isNotInstanceOf(ArrayIndexOutOfBoundsException.class); // a check that was forgotten
    }
  }

  @Override
  public String toString() {
    return PublicApi.text(executable) + " on " + subject + " with " + Arrays.asList(arguments);
  }
}
