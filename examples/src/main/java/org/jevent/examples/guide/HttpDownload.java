package org.jevent.examples.guide;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpResponseHandler;
import org.jevent.http.HttpTimeouts;

/** Writes what a URL has to a file, in parts. */
public final class HttpDownload implements HttpResponseHandler {
  private static final long MAX_BODY = 1L << 32;

  private final OutputStream file;

  private HttpDownload(final OutputStream file) {
    this.file = file;
  }

  /** Needs a URL and a file. */
  public static void main(final String[] arguments) throws IOException {
    final HttpTimeouts times =
        HttpTimeouts.DEFAULT.withConnect(Duration.ofSeconds(3)).withTotal(Duration.ofMinutes(10));
    try (EventBase base = new EventBase();
        HttpClient client = HttpClient.builder(base).timeouts(times).followRedirects(5).build();
        OutputStream file = Files.newOutputStream(Path.of(arguments[1]))) {
      client
          .get(arguments[0])
          .decompress()
          .maxBody(MAX_BODY)
          .connectRetries(3, Duration.ofSeconds(1))
          .send(new HttpDownload(file));
      base.dispatch(); // until the last idle connection is closed
    }
  }

  @Override
  public void onHead(final HttpCall call, final HttpResponse response) {
    if (response.status() != 200) {
      System.err.println(response);
      call.cancel();
    }
  }

  @Override
  public void onBody(final HttpCall call, final EventBuffer bytes) {
    try {
      file.write(bytes.toByteArray());
    } catch (final IOException e) {
      throw new UncheckedIOException(e); // ends the call
    }
  }

  @Override
  public void onEnd(final HttpCall call, final HttpResponse response, final HttpException problem) {
    System.out.println(problem != null ? problem : response);
  }
}
