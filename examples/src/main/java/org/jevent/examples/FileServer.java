package org.jevent.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.RateLimitGroup;
import org.jevent.bufferevent.TokenBucketConfig;

/**
 * Serves the files below a directory, each connection one, to clients that say {@code GET} as in
 * HTTP/1.0. The system sends the bytes without copying where it can. Each connection and all
 * together may be held to a rate.
 */
final class FileServer extends LoopServer {
  private static final int MAX_REQUEST = 8192;
  private static final Duration TICK = Duration.ofMillis(50);
  private static final int TICKS_PER_SECOND = (int) (Duration.ofSeconds(1).toMillis() / 50);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path root;
  private final TokenBucketConfig each;
  private final RateLimitGroup all;

  /**
   * @param rate bytes a second for each connection, 0: without limit
   * @param totalRate the same for all together
   */
  FileServer(final String method, final Path root, final long rate, final long totalRate) {
    super(method);
    try {
      this.root = root.toRealPath();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    each = rate == 0 ? null : sending(rate);
    all = totalRate == 0 ? null : new RateLimitGroup(base, sending(totalRate));
  }

  private static TokenBucketConfig sending(final long rate) {
    final long perTick = Math.max(1, rate / TICKS_PER_SECOND);
    final long free = TokenBucketConfig.UNLIMITED;
    return new TokenBucketConfig(free, free, perTick, perTick, TICK);
  }

  @Override
  void connected(final BufferEvent client, final SocketAddress peer) {
    client.setCallbacks(this::asked, null, (self, what) -> close(self));
    client.setWatermarks(Event.READ, 0, MAX_REQUEST);
    client.setTimeouts(PATIENCE, PATIENCE);
    if (each != null) {
      client.limits().set(each);
    }
    if (all != null) {
      client.limits().join(all);
    }
    client.enable(Event.READ);
  }

  /** The request is whole when an empty line has come. */
  private void asked(final BufferEvent client) {
    final EventBuffer input = client.input();
    if (input.search("\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) >= 0) {
      bytesIn += input.length();
      lines++;
      answer(client, input.readLine(Eol.CRLF_STRICT).split(" "));
      closeWhenSent(client);
    } else if (input.length() >= MAX_REQUEST) {
      refuse(client, "431 Request Header Fields Too Large");
      closeWhenSent(client);
    }
  }

  private void answer(final BufferEvent client, final String[] words) {
    if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      refuse(client, "400 Bad Request");
    } else if (!words[0].equals("GET")) {
      refuse(client, "501 Not Implemented");
    } else {
      try {
        final Path file = find(words[1]);
        if (file == null) {
          refuse(client, "404 Not Found");
        } else {
          send(client, file);
        }
      } catch (final IOException | IllegalArgumentException e) {
        refuse(client, "404 Not Found");
      }
    }
  }

  /** The file of that path, or null if there is none below the root, whatever links say. */
  private Path find(final String path) throws IOException {
    final String name = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    if (!name.startsWith("/")) {
      return null;
    }
    final Path file = root.resolve("." + name).toRealPath();
    return file.startsWith(root) && Files.isRegularFile(file) ? file : null;
  }

  private void send(final BufferEvent client, final Path file) throws IOException {
    final long size = Files.size(file);
    head(client, "200 OK", "application/octet-stream", size);
    if (size > 0) {
      client.output().addFile(file, 0, size);
      bytesOut += size;
    }
  }

  private void refuse(final BufferEvent client, final String status) {
    final byte[] text = (status + "\n").getBytes(StandardCharsets.US_ASCII);
    head(client, status, "text/plain", text.length);
    client.write(text);
  }

  private void head(
      final BufferEvent client, final String status, final String type, final long length) {
    final String head =
        String.join(
            "\r\n",
            "HTTP/1.0 " + status,
            "Content-Type: " + type,
            "Content-Length: " + length,
            "Connection: close",
            "\r\n");
    client.write(head.getBytes(StandardCharsets.US_ASCII));
  }
}
