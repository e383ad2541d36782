package org.jevent.examples.guide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** One loop accepts, several serve: each connection belongs to one loop and needs no lock. */
public final class SeveralLoops {
  private static final int WORKERS = 2;

  private final List<EventBase> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private int next;

  public static void main(String[] arguments) throws InterruptedException {
    new SeveralLoops().run();
  }

  private void run() throws InterruptedException {
    for (int i = 0; i < WORKERS; i++) {
      EventBase worker = new EventBase();
      worker.addVirtual(); // it runs though it has nothing to wait for
      workers.add(worker);
      Thread thread = new Thread(worker::dispatch, "worker " + i);
      thread.start();
      threads.add(thread);
    }
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (EventBase base = new EventBase();
        ConnectionListener listener =
            ConnectionListener.bind(
                base,
                anyPort,
                ConnectionListener.CLOSE_ON_FREE,
                NetSocket.DEFAULT_BACKLOG,
                (self, socket, peer) -> handOver(socket))) {
      Thread client = new Thread(() -> ask((InetSocketAddress) listener.address(), base));
      client.start();
      base.dispatch();
      client.join();
    }
    for (int i = 0; i < WORKERS; i++) {
      workers.get(i).removeVirtual();
      threads.get(i).join();
      workers.get(i).close();
    }
  }

  private void handOver(NetSocket socket) {
    EventBase worker = workers.get(next++ % WORKERS);
    worker.execute(
        () -> {
          BufferEvent client = BufferEvent.socket(worker, socket, BufferEvent.CLOSE_ON_FREE);
          client.pipeTo(client);
        });
  }

  private static void ask(InetSocketAddress address, EventBase base) {
    for (int i = 0; i < 4; i++) {
      try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
        socket.getOutputStream().write('0' + i);
        System.out.println((char) socket.getInputStream().read());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    base.loopExit();
  }
}
