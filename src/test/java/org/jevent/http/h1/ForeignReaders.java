package org.jevent.http.h1;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/**
 * What readers of other projects make of the bytes of a connection: a line for each message that
 * was read whole, of its method or status and its body, and "refused" if they refuse what follows.
 */
final class ForeignReaders {
  static final String REFUSED = "refused";

  private ForeignReaders() {}

  static List<String> nettyRequests(final byte[] bytes) {
    return netty(bytes, new EmbeddedChannel(new HttpRequestDecoder(strict())));
  }

  static List<String> nettyResponses(final byte[] bytes) {
    return netty(bytes, new EmbeddedChannel(new HttpResponseDecoder(strict())));
  }

  private static HttpDecoderConfig strict() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(8192)
        .setMaxHeaderSize(32_768)
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true)
        .setAllowDuplicateContentLengths(false);
  }

  private static List<String> netty(final byte[] bytes, final EmbeddedChannel channel) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    channel.finish();
    final List<String> lines = new ArrayList<>();
    String first = "";
    final StringBuilder body = new StringBuilder();
    for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
      try {
        if (((HttpObject) read).decoderResult().isFailure()) {
          lines.add(REFUSED);
          break;
        }
        if (read instanceof HttpMessage) {
          body.setLength(0);
          first =
              read instanceof HttpRequest
                  ? ((HttpRequest) read).method().name()
                  : Integer.toString(((HttpResponse) read).status().code());
        }
        if (read instanceof HttpContent) {
          body.append(((HttpContent) read).content().toString(StandardCharsets.ISO_8859_1));
        }
        if (read instanceof LastHttpContent) {
          lines.add(first + " [" + body + "]");
        }
      } finally {
        ReferenceCountUtil.release(read);
      }
    }
    channel.releaseInbound();
    return lines;
  }

  static List<String> jettyRequests(final byte[] bytes) {
    final Collector collector = new Collector();
    final HttpParser parser = new HttpParser(collector, 32_768, HttpCompliance.STRICT);
    final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (!collector.refused) {
      final int before = buffer.remaining();
      collector.ended = false;
      parser.parseNext(buffer);
      if (collector.ended) {
        parser.reset();
      } else if (buffer.remaining() == before || !buffer.hasRemaining()) {
        break;
      }
    }
    if (collector.refused) {
      collector.lines.add(REFUSED);
    }
    return collector.lines;
  }

  /** Gathers what Jetty's parser reports of requests. */
  private static final class Collector implements HttpParser.RequestHandler {
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private String method;
    private boolean ended;
    private boolean refused;

    @Override
    public void startRequest(final String name, final String uri, final HttpVersion version) {
      method = name;
      body.setLength(0);
    }

    @Override
    public boolean content(final ByteBuffer content) {
      body.append(StandardCharsets.ISO_8859_1.decode(content));
      return false;
    }

    @Override
    public boolean headerComplete() {
      return false;
    }

    @Override
    public boolean contentComplete() {
      return false;
    }

    @Override
    public boolean messageComplete() {
      lines.add(method + " [" + body + "]");
      ended = true;
      return true;
    }

    @Override
    public void parsedHeader(final HttpField field) {}

    @Override
    public void earlyEOF() {
      refused = true;
    }

    @Override
    public void badMessage(final HttpException failure) {
      refused = true;
    }
  }
}
