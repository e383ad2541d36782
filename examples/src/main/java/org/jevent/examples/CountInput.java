package org.jevent.examples;

import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;

/** Counts the bytes of standard input, whatever that is. */
public final class CountInput {
  private static long bytes;

  public static void main(String[] arguments) {
    try (EventBase base = new EventBase()) {
      NetSocket socket = base.sockets().standardInput();
      SocketBufferEvent input = BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
      input.setCallbacks(CountInput::received, null, CountInput::ended);
      input.enable(Event.READ);
      base.dispatch();
    }
  }

  private static void received(BufferEvent input) {
    bytes += input.input().length();
    input.input().drain(input.input().length());
  }

  private static void ended(BufferEvent input, int what) {
    if ((what & BufferEvent.EOF) != 0) {
      System.out.println(bytes + " bytes");
    } else {
      System.err.println("standard input: " + input.error()); // such as EISDIR
    }
    input.close();
  }
}
