package org.jevent.examples;

import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jevent.Event;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;

/**
 * What one says in a line all others hear. A line is kept once, however many it is sent to; who
 * does not read what is said is dropped without a word.
 */
final class ChatServer extends LoopServer {
  private static final int MAX_LINE = 1024;
  private static final int MAX_WAITING = 256 * 1024;
  static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_-]{1,24}");

  private final Map<BufferEvent, String> names = new LinkedHashMap<>();
  private int guests;

  ChatServer(final String method) {
    super(method);
  }

  @Override
  void connected(final BufferEvent client, final SocketAddress peer) {
    final String name = "guest" + ++guests;
    client.setCallbacks(this::heard, null, this::left);
    client.setWatermarks(Event.READ, 0, 4L * MAX_LINE);
    sendLine(client, "* you are " + name + "; /nick NAME changes that, /who lists who is here");
    say(client, "* " + name + " has come");
    names.put(client, name);
    client.enable(Event.READ);
  }

  private void heard(final BufferEvent client) {
    final EventBuffer input = client.input();
    String line;
    while (!client.isClosed() && (line = input.readLine(Eol.CRLF)) != null) {
      lines++;
      bytesIn += line.length() + 1;
      if (line.length() > MAX_LINE) {
        sendAway(client, "the line is too long");
      } else if (line.startsWith("/nick ")) {
        rename(client, line.substring("/nick ".length()).trim());
      } else if (line.equals("/who")) {
        sendLine(client, "* " + String.join(", ", names.values()));
      } else if (!line.isBlank()) {
        say(client, names.get(client) + ": " + line);
      }
    }
    if (!client.isClosed() && input.length() > MAX_LINE) {
      sendAway(client, "the line is too long");
    }
  }

  private void rename(final BufferEvent client, final String wanted) {
    if (!NAME.matcher(wanted).matches() || names.containsValue(wanted)) {
      sendLine(client, "* that is no name, or it is taken");
    } else {
      final String former = names.put(client, wanted);
      say(client, "* " + former + " is " + wanted + " now");
      sendLine(client, "* you are " + wanted);
    }
  }

  /** To all but the speaker. */
  private void say(final BufferEvent speaker, final String line) {
    try (EventBuffer said = new EventBuffer(base)) {
      said.add(bytes(line));
      for (final BufferEvent listener : names.keySet().toArray(BufferEvent[]::new)) {
        if (listener != speaker && !listener.isClosed()) {
          bytesOut += said.length();
          listener.output().addBufferReference(said);
          dropUnlessItReads(listener);
        }
      }
    }
  }

  private void sendLine(final BufferEvent client, final String line) {
    if (!client.isClosed()) {
      final byte[] bytes = bytes(line);
      bytesOut += bytes.length;
      client.write(bytes);
      dropUnlessItReads(client);
    }
  }

  private void dropUnlessItReads(final BufferEvent client) {
    if (client.output().length() > MAX_WAITING) {
      names.remove(client);
      close(client);
    }
  }

  private static byte[] bytes(final String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void sendAway(final BufferEvent client, final String why) {
    sendLine(client, "* good-bye: " + why);
    final String name = names.remove(client);
    if (name != null) {
      closeWhenSent(client);
      say(client, "* " + name + " was sent away");
    }
  }

  /** What was said to a client that only sends no more still reaches it. */
  private void left(final BufferEvent client, final int what) {
    final String name = names.remove(client);
    if ((what & BufferEvent.EOF) != 0) {
      closeWhenSent(client);
    } else {
      close(client);
    }
    say(client, "* " + name + " has left");
  }
}
