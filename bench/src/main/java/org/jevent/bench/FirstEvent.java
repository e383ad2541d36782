package org.jevent.bench;

import com.sun.jna.Native;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;

/**
 * The shortest program of each contestant of {@code startup}: one event, and the process ends. Each
 * has a separate class, so that a JVM verifies and loads nothing of the others'.
 */
public final class FirstEvent {
  /** Binds a function of the C library, and no more. */
  static final String JNA = "jna";

  static final String JEVENT = "jevent";
  static final String NETTY = "netty";

  private FirstEvent() {}

  /** Of a library and its engine; without arguments nothing happens at all. */
  public static void main(final String[] args) {
    if (args.length == 0) {
      return;
    }
    switch (args[0]) {
      case JNA -> OfJna.run();
      case JEVENT -> OfJevent.run(args[1]);
      default -> OfNetty.run(args[1]);
    }
  }

  private static final class OfJna {
    static native int abs(int number);

    static void run() {
      Native.register(OfJna.class, "c");
      Runtime.getRuntime().halt(abs(0));
    }
  }

  private static final class OfJevent {
    static void run(final String engine) {
      try (EventBase base = new EventBase(new EventConfig().method(engine))) {
        final Event event = base.newUserEvent((self, what) -> Runtime.getRuntime().halt(0));
        event.activate(Event.READ);
        base.dispatch();
      }
    }
  }

  private static final class OfNetty {
    static void run(final String engine) {
      final IoHandlerFactory handler =
          engine.equals("epoll") ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
      final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, handler);
      group.execute(() -> Runtime.getRuntime().halt(0));
    }
  }
}
