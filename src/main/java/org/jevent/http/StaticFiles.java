package org.jevent.http;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.jevent.EventBase;
import org.jevent.buffer.FileSegment;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.http.h1.FieldRules;
import org.jevent.internal.access.BaseAccess;

/**
 * Serves the files below a directory to GET and HEAD, sent by the system where it can. Answers have
 * an entity tag, the time of the last change and ranges (RFC 9110, sections 13 and 14).
 *
 * <p>A file is served only if it is a regular one whose path without links is below the directory,
 * as it was when it was looked up. Who may change links there at that moment can lead it elsewhere.
 * A path of a directory serves its index, or is redirected to the same with a slash; there are no
 * listings. Names that begin with a dot are not there, but for {@code .well-known}.
 *
 * <p>Files are looked up and opened in the loop's thread: a file system that hangs stops the loop.
 * When a file becomes shorter while it is sent, the connection is cut.
 *
 * <p>Settings come first; then it may serve any number of servers, in any threads.
 */
public final class StaticFiles implements HttpHandler {
  /** What the system says when it has no more descriptors. */
  private static final Set<Errno> EXHAUSTED = Set.of(Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM);

  /** How often a file may change between looking it up and opening it. */
  private static final int MAX_TRIES = 3;

  private final Path root;
  private final FileTypes types = new FileTypes();
  private FileLookup lookup;
  private String prefix = "";
  private String index = "index.html";
  private String cacheControl;
  private boolean precompressed = true;

  /**
   * Serves the files below a directory.
   *
   * @param root a directory, or a link to one, which may be changed to lead to another
   */
  public StaticFiles(final Path root) {
    this.root = Objects.requireNonNull(root, "root");
    lookup = new FileLookup(root, false);
  }

  // ---- settings ----

  /**
   * Takes the beginning of paths away before a file is looked up: with {@code /static} the path
   * {@code /static/a.png} is the file {@code a.png}. Other paths have no files.
   *
   * @throws IllegalArgumentException if it does not begin with a slash, or ends with one
   */
  public StaticFiles prefix(final String path) {
    if (!Objects.requireNonNull(path, "path").startsWith("/") || path.endsWith("/")) {
      throw new IllegalArgumentException(
          "prefix \"" + path + "\" does not begin with a slash, or ends with one");
    }
    prefix = path;
    return this;
  }

  /** The file that is served for a directory, {@code index.html} unless set; null: none. */
  public StaticFiles index(final String name) {
    if (name != null && (name.isEmpty() || name.indexOf('/') >= 0 || name.startsWith("."))) {
      throw new IllegalArgumentException("index \"" + name + "\" is not the name of a file");
    }
    index = name;
    return this;
  }

  /**
   * The content type of files with that suffix, without its dot.
   *
   * @throws IllegalArgumentException if it is no media type
   */
  public StaticFiles type(final String suffix, final String type) {
    types.put(Objects.requireNonNull(suffix, "suffix"), Objects.requireNonNull(type, "type"));
    return this;
  }

  /** What the field {@code cache-control} says; null: it is not sent. */
  public StaticFiles cacheControl(final String value) {
    if (value != null) {
      FieldRules.checkValue("cache-control", value);
    }
    cacheControl = value;
    return this;
  }

  /** Serves names that begin with a dot as well. */
  public StaticFiles hidden(final boolean served) {
    lookup = new FileLookup(root, served);
    return this;
  }

  /**
   * Serves the file whose name has {@code .gz} added, if it is not older, to clients that accept
   * it; it does unless set to false.
   */
  public StaticFiles precompressed(final boolean used) {
    precompressed = used;
    return this;
  }

  // ---- serving ----

  @Override
  public void handle(final HttpExchange exchange) {
    final String method = Objects.requireNonNull(exchange, "exchange").method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.header("Allow", "GET, HEAD");
      refuse(exchange, 405, "Method Not Allowed");
      return;
    }
    final FileLookup.Found found = find(exchange.path());
    if (found == null) {
      refuse(exchange, 404, "Not Found");
    } else if (!found.isDirectory()) {
      answer(exchange, found);
    } else if (!exchange.path().endsWith("/")) {
      redirect(exchange);
    } else {
      final FileLookup.Found page = index == null ? null : lookup.findIn(found, index);
      if (page == null) {
        refuse(exchange, 404, "Not Found");
      } else {
        answer(exchange, page);
      }
    }
  }

  private FileLookup.Found find(final String path) {
    final boolean below =
        path != null
            && path.startsWith(prefix)
            && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    return below ? lookup.find(path.substring(prefix.length())) : null;
  }

  private static void refuse(final HttpExchange exchange, final int status, final String reason) {
    exchange.error(status, reason);
  }

  /**
   * To the same path with a slash. The reference is relative, so that no path can name another
   * host, and a proxy may have changed what is before it.
   */
  private static void redirect(final HttpExchange exchange) {
    final String path = exchange.rawPath();
    final String query = exchange.query();
    final String name = path.substring(path.lastIndexOf('/') + 1);
    exchange.header("Location", "./" + name + "/" + (query == null ? "" : "?" + query));
    refuse(exchange, 301, "Moved Permanently");
  }

  private void answer(final HttpExchange exchange, final FileLookup.Found file) {
    final FileLookup.Found zipped = precompressed ? lookup.beside(file, ".gz") : null;
    final boolean usable = zipped != null && !zipped.modified().isBefore(file.modified());
    final boolean wanted = usable && acceptsGzip(exchange);
    final EventBase base = exchange.connection().stream().base();
    final FileAnswer answer =
        new FileAnswer(
            exchange,
            types.of(file.path().getFileName().toString()),
            cacheControl,
            usable,
            wanted,
            base.cachedTime().getEpochSecond());
    send(answer, exchange, base, wanted ? zipped : file);
  }

  private static boolean acceptsGzip(final HttpExchange exchange) {
    final String accepted = Conditions.value(exchange, "accept-encoding");
    return accepted != null && QualityList.parse(accepted).chooseCoding("gzip").equals("gzip");
  }

  /** Opens it if bytes are needed; it has to be the same before and after that. */
  private void send(
      final FileAnswer answer,
      final HttpExchange exchange,
      final EventBase base,
      final FileLookup.Found first) {
    FileLookup.Found file = first;
    int tries = 0;
    while (file != null) {
      if (!answer.begin(file)) {
        return;
      }
      if (++tries > MAX_TRIES) {
        refuse(exchange, 503, "Service Unavailable");
        return;
      }
      final FileSegment opened;
      try {
        opened = FileSegment.open(base, file.path());
      } catch (final ErrnoException e) {
        if (EXHAUSTED.contains(e.errno())) {
          refuse(exchange, 503, "Service Unavailable");
          return;
        }
        break;
      }
      try (opened) {
        final FileLookup.Found again = lookup.again(file);
        if (file.equals(again) && opened.length() == file.size()) {
          answer.send(file, opened, BaseAccess.loop(base).engine().random().nextLong());
          return;
        }
        file = again;
      }
    }
    refuse(exchange, 404, "Not Found");
  }
}
