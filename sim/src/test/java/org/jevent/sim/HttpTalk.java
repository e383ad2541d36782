package org.jevent.sim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;

/** A client of plain bytes: requests that leave together, in pieces that are cut anywhere. */
final class HttpTalk {
  private final Choices choices;
  private final SocketBufferEvent stream;
  private final List<HttpTask> tasks = new ArrayList<>();

  /** Where each request ends. */
  private final List<Integer> ends = new ArrayList<>();

  private final ByteArrayOutputStream came = new ByteArrayOutputStream();
  private final byte[] request;
  private final boolean halfCloses;

  /** How much of the requests is sent. */
  private final int cut;

  private int gone;
  private String end;

  HttpTalk(final EventBase base, final Choices choices, final int firstNumber) {
    this.choices = choices;
    final ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = choices.between("requests", 1, 8); i > 0; i--) {
      final HttpTask task =
          HttpTask.draw(choices, firstNumber + tasks.size(), HttpTask.WHOLE_KINDS);
      tasks.add(task);
      all.writeBytes(request(task));
    }
    halfCloses = choices.happens("half-closes", 0.7);
    request = all.toByteArray();
    cut = choices.happens("is cut", 0.3) ? choices.choose("cut", request.length) : request.length;
    stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    stream.setCallbacks(self -> take(), null, (self, what) -> happened(what));
    stream.enable(Event.READ | Event.WRITE);
    stream.connect("server", HttpService.PORT);
    send();
  }

  /** Chunks of a body, with extensions and a trailer. */
  private byte[] chunks(final HttpTask task) {
    final ByteArrayOutputStream made = new ByteArrayOutputStream();
    int from = 0;
    while (from < task.up()) {
      final int to = Math.min(task.up(), from + choices.between("chunk", 1, 40_000));
      made.writeBytes(ascii(Integer.toHexString(to - from) + ";a=b\r\n"));
      made.writeBytes(task.bytes(from, to));
      made.writeBytes(ascii("\r\n"));
      from = to;
    }
    made.writeBytes(ascii("0\r\nX-Last: 1\r\n\r\n"));
    return made.toByteArray();
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private byte[] request(final HttpTask task) {
    final ByteArrayOutputStream made = new ByteArrayOutputStream();
    final String tail = " " + task.path() + " HTTP/1.1\r\nHost: server\r\n";
    switch (choices.choose("framing", 3)) {
      case 0 -> made.writeBytes(ascii("GET" + tail + "\r\n"));
      case 1 -> {
        made.writeBytes(ascii("POST" + tail + "Content-Length: " + task.up() + "\r\n\r\n"));
        made.writeBytes(task.bytes(0, task.up()));
      }
      default -> {
        made.writeBytes(ascii("POST" + tail + "Transfer-Encoding: chunked\r\n\r\n"));
        made.writeBytes(chunks(task));
      }
    }
    ends.add(made.size() + (ends.isEmpty() ? 0 : ends.get(ends.size() - 1)));
    return made.toByteArray();
  }

  private void send() {
    if (end != null) {
      return;
    }
    final boolean tiny = choices.happens("tiny", 0.5);
    final int to = Math.min(cut, gone + choices.between("piece", 1, tiny ? 50 : 100_000));
    stream.write(Arrays.copyOfRange(request, gone, to));
    gone = to;
    final int left = cut - gone;
    if (left > 0) {
      stream
          .base()
          .once(
              null,
              Event.TIMEOUT,
              Duration.ofMillis(choices.choose("waits", 50)),
              (self, what) -> send());
    } else if (halfCloses) {
      stream.shutdownOutput();
    } else {
      closeIfAnswered();
    }
  }

  private void take() {
    came.writeBytes(stream.input().readBytes((int) stream.input().length()));
    closeIfAnswered();
  }

  private void closeIfAnswered() {
    if (!halfCloses && gone == cut && end == null && answers() == expected()) {
      end = "enough";
      stream.close();
    }
  }

  private void happened(final int what) {
    if (what != BufferEvent.CONNECTED) {
      came.writeBytes(stream.input().readBytes((int) stream.input().length()));
      end = "event " + Integer.toHexString(what);
      stream.close();
      require(answers() == expected(), this + ": " + answers() + " of " + expected());
    }
  }

  boolean isOver() {
    return end != null;
  }

  private static void require(final boolean holds, final Object found) {
    if (!holds) {
      throw new AssertionError("found " + found);
    }
  }

  /** How many requests were sent whole. */
  private int expected() {
    int count = 0;
    while (count < ends.size() && ends.get(count) <= cut) {
      count++;
    }
    return count;
  }

  /** How many whole answers have come; each one is the next, with the right bytes. */
  private int answers() {
    final byte[] all = came.toByteArray();
    int at = 0;
    int count = 0;
    while (at < all.length && count < tasks.size()) {
      final int next = answer(all, at, tasks.get(count));
      if (next < 0) {
        return count;
      }
      at = next;
      count++;
    }
    require(at == all.length, this + ": bytes behind the answers: " + text(all, at, all.length));
    return count;
  }

  private static String text(final byte[] all, final int from, final int to) {
    return new String(all, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Where the answer ends, or -1 if it is not whole. */
  private int answer(final byte[] all, final int from, final HttpTask task) {
    final String text = text(all, from, all.length);
    final int headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0) {
      return -1;
    }
    final String head = text.substring(0, headEnd + 2);
    final boolean moved = task.kind() == HttpTask.Kind.REDIRECT;
    require(head.startsWith(moved ? "HTTP/1.1 302 " : "HTTP/1.1 200 "), this + ": " + head);
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    int at = headEnd + 4;
    if (head.contains("Transfer-Encoding: chunked")) {
      int size;
      do {
        final int line = text.indexOf("\r\n", at);
        if (line < 0) {
          return -1;
        }
        size = Integer.parseInt(text.substring(at, line), 16);
        at = line + 2 + size + 2;
        if (at > text.length()) {
          return -1;
        }
        body.write(all, from + line + 2, size);
      } while (size > 0);
    } else {
      final int field = head.indexOf("Content-Length: ") + 16;
      final int size = Integer.parseInt(head.substring(field, head.indexOf("\r\n", field)));
      if (at + size > text.length()) {
        return -1;
      }
      body.write(all, from + at, size);
      at += size;
    }
    require(
        moved || Arrays.equals(body.toByteArray(), task.bytes(0, task.down())),
        this + ": other bytes in the answer of " + task);
    return from + at;
  }

  @Override
  public String toString() {
    return tasks + ", " + cut + " of " + request.length + " bytes, end " + end;
  }
}
