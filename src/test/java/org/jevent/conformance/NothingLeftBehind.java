package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.OpenDescriptors;
import org.jevent.internal.engine.ring.RingEngines;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Closes what a test has made, and fails it if a descriptor, a thread of the library or native
 * memory is left over.
 */
final class NothingLeftBehind implements InvocationInterceptor {
  static {
    useWhatTheJvmKeeps();
  }

  /** The JDK keeps an internal socket from the first time that a watched channel is closed. */
  private static void useWhatTheJvmKeeps() {
    try (EventBase base = new EventBase(new EventConfig().method("nio"))) {
      final NetSocket[] pair = base.sockets().pair();
      final Event event = base.newEvent(pair[0], Event.WRITE | Event.PERSIST, (self, what) -> {});
      event.add();
      base.loop(EventBase.LOOP_ONCE);
      pair[0].close();
      pair[1].close();
      event.close();
    }
  }

  @Override
  public void interceptTestTemplateMethod(
      final Invocation<Void> invocation,
      final ReflectiveInvocationContext<Method> context,
      final ExtensionContext extension)
      throws Throwable {
    final Bases bases = (Bases) context.getArguments().get(0);
    bases.requireRunnable(context.getExecutable());
    final Set<String> before = sockets();
    final long bytes = RingEngines.allocatedBytes();
    try (bases) {
      invocation.proceed();
    }
    Set<String> leaked = leaked(before);
    for (int tries = 0; !leaked.isEmpty() && tries < 20; tries++) {
      Thread.sleep(20);
      leaked = leaked(before);
    }
    assertThat(leaked).as("descriptors and threads left behind").isEmpty();
    assertThat(RingEngines.allocatedBytes()).as("bytes of native memory").isEqualTo(bytes);
  }

  private static Set<String> leaked(final Set<String> before) throws Exception {
    final Set<String> now = sockets();
    now.removeAll(before);
    return now;
  }

  /** Sockets, pipes and kernel objects, not the files that class loading opens; and our threads. */
  private static Set<String> sockets() throws Exception {
    final Set<String> found = OpenDescriptors.kernelObjects();
    for (final Thread thread : threads()) {
      if (thread.getName().startsWith("jevent-")) {
        found.add("thread " + thread.getName());
      }
    }
    return found;
  }

  /** Those that live, without walking their stacks. */
  private static List<Thread> threads() {
    ThreadGroup all = Thread.currentThread().getThreadGroup();
    while (all.getParent() != null) {
      all = all.getParent();
    }
    Thread[] threads = new Thread[64];
    int count;
    while ((count = all.enumerate(threads, true)) == threads.length) {
      threads = new Thread[2 * count];
    }
    return Arrays.asList(threads).subList(0, count);
  }
}
