package org.jevent.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.FileSegment;
import org.jevent.error.EngineUnavailableException;
import org.jevent.error.ErrnoException;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpResponseHandler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code http-fetch}: what a URL has, as curl does. */
@Command(
    name = "http-fetch",
    description = "Fetches a URL by HTTP/1.1 and writes what it has.",
    mixinStandardHelpOptions = true)
final class WebFetch implements Callable<Integer>, HttpResponseHandler {
  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "http, https, or http://unix:/path/of/socket:/path")
  private String url;

  @Option(names = "--method", paramLabel = "WORD", description = "default: GET, PUT with a file")
  private String method;

  @Option(names = "--header", paramLabel = "NAME:VALUE", description = "one more field")
  private List<String> fields = new ArrayList<>();

  @Option(names = "--send", paramLabel = "FILE", description = "the body of the request")
  private Path body;

  @Option(names = "--output", paramLabel = "FILE", description = "default: the standard output")
  private Path file;

  @Option(names = "--include", description = "writes the head of the response as well")
  private boolean includes;

  @Option(
      names = "--redirects",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many are followed; default: ${DEFAULT-VALUE}")
  private int redirects;

  @Option(names = "--compressed", description = "asks for gzip or deflate, and undoes it")
  private boolean compressed;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "the authorities to trust, PEM, for https; default: those of the JDK")
  private Path trust;

  @Option(names = "--engine", paramLabel = "NAME", description = "the engine of the loop")
  private String engine;

  private HttpClient client;
  private OutputStream out;
  private int status = 1;

  /** What the output was not taken for, or null. */
  private IOException unwritten;

  @Override
  public Integer call() {
    final EventConfig config = new EventConfig();
    if (engine != null) {
      config.method(engine);
    }
    try (EventBase base = new EventBase(config);
        OutputStream target = file == null ? new StandardOutput() : Files.newOutputStream(file);
        HttpClient made = client(base);
        FileSegment sent = body == null ? null : FileSegment.open(base, body)) {
      out = target;
      client = made;
      final String word = method != null ? method : body == null ? "GET" : "PUT";
      final HttpRequest request = client.request(word, url).followRedirects(redirects);
      for (final String field : fields) {
        final int colon = Math.max(0, field.indexOf(':'));
        request.header(field.substring(0, colon), field.substring(colon + 1).strip());
      }
      if (compressed) {
        request.decompress();
      }
      if (sent != null) {
        request.body(sent);
      }
      request.send(this);
      base.dispatch();
      if (unwritten != null) {
        throw unwritten;
      }
    } catch (final IOException
        | UncheckedIOException
        | IllegalArgumentException
        | ErrnoException
        | EngineUnavailableException e) {
      System.err.println("http-fetch: " + e.getMessage());
      return 1;
    }
    return status;
  }

  private HttpClient client(final EventBase base) throws IOException {
    final HttpClient.Builder builder = HttpClient.builder(base);
    return (trust == null ? builder : builder.tls(TlsClientOptions.context(trust))).build();
  }

  @Override
  public void onHead(final HttpCall call, final HttpResponse response) {
    if (includes) {
      write(
          call,
          (response + "\n" + response.headers() + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  @Override
  public void onBody(final HttpCall call, final EventBuffer bytes) {
    write(call, bytes.toByteArray());
  }

  private void write(final HttpCall call, final byte[] bytes) {
    try {
      out.write(bytes);
    } catch (final IOException e) {
      unwritten = e;
      call.cancel();
      closeClient();
    }
  }

  @Override
  public void onEnd(final HttpCall call, final HttpResponse response, final HttpException problem) {
    if (problem != null) {
      System.err.println("http-fetch: " + problem.getMessage());
    } else if (!response.isComplete()) {
      System.err.println("http-fetch: the end of the response may be missing");
    } else {
      status = response.status() < 400 ? 0 : 1;
    }
    closeClient();
  }

  /** Else the connection that is kept keeps the loop alive. */
  private void closeClient() {
    client.base().execute(client::close);
  }
}
