package org.jevent.bench;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;

/** The shortest program of each contestant of {@code startup}: one event, and the process ends. */
public final class FirstEvent {
  private FirstEvent() {}

  /** Of a library and its engine; without arguments nothing happens at all. */
  public static void main(final String[] args) {
    if (args.length == 0) {
      return;
    }
    if (args[0].equals("jevent")) {
      jevent(args[1]);
    } else {
      netty(args[1]);
    }
  }

  private static void jevent(final String engine) {
    try (EventBase base = new EventBase(new EventConfig().method(engine))) {
      final Event event = base.newUserEvent((self, what) -> Runtime.getRuntime().halt(0));
      event.activate(Event.READ);
      base.dispatch();
    }
  }

  private static void netty(final String engine) {
    final IoHandlerFactory handler =
        engine.equals("epoll") ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, handler);
    group.execute(() -> Runtime.getRuntime().halt(0));
  }
}
