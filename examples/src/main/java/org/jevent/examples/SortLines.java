package org.jevent.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.ProcessSockets;

/** Has the program {@code sort} put its arguments in order. */
public final class SortLines {
  public static void main(String[] arguments) throws IOException {
    try (EventBase base = new EventBase()) {
      ProcessBuilder sort =
          new ProcessBuilder("sort").redirectError(ProcessBuilder.Redirect.INHERIT);
      ProcessSockets child = base.sockets().ofProcess(sort);
      SocketBufferEvent output =
          BufferEvent.socket(base, child.stdout(), BufferEvent.CLOSE_ON_FREE);
      output.setCallbacks(null, null, SortLines::ended);
      output.enable(Event.READ);
      SocketBufferEvent input = BufferEvent.socket(base, child.stdin(), BufferEvent.CLOSE_ON_FREE);
      for (String line : arguments) {
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
      input.closeAfterFlush(); // the end of the program's input
      base.dispatch();
      System.out.println("status " + child.process().onExit().join().exitValue());
    }
  }

  private static void ended(BufferEvent output, int what) {
    byte[] lines = new byte[(int) output.input().length()];
    output.read(lines);
    System.out.print(new String(lines, StandardCharsets.UTF_8));
    output.close();
  }
}
