package org.jevent.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jevent.http.HttpExchange;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/**
 * A chat for browsers: a page, and a WebSocket for each that is open. What is said is framed once,
 * however many hear it. Who does not read is dropped.
 *
 * <p>A message is a word and what belongs to it. A page sends {@code name NAME} and {@code say
 * TEXT}. It gets {@code you NAME}, {@code here NAME...}, {@code came NAME}, {@code left NAME},
 * {@code renamed OLD NEW}, {@code said NAME TEXT} and {@code error TEXT}.
 */
final class WebChat extends WebServer {
  /** The subprotocol, so that a page of another version is refused. */
  static final String PROTOCOL = "chat.v1";

  private static final int MAX_TEXT = 2000;

  /** As much may wait for a page, and the longest list of names. */
  private static final int MAX_WAITING = 256 * 1024;

  private static final int MAX_GUESTS = 1000;

  private static final WebSocketConfig CONFIG =
      WebSocketConfig.DEFAULT
          .protocols(PROTOCOL)
          .requireProtocol(true)
          .maxMessage(4L * MAX_TEXT)
          .maxQueued(MAX_WAITING);

  private final Map<WebSocket, String> names = new LinkedHashMap<>();
  private final byte[] page = page();
  private final String policy = policy(new String(page, StandardCharsets.UTF_8));
  private int guests;

  WebChat(final String method) {
    super(method, false);
    http.handle("/", this::page, "GET");
    http.handle("/chat", WebSocket.accept(CONFIG, this::came), "GET");
  }

  // ---- the page ----

  private static byte[] page() {
    try (InputStream file = WebChat.class.getResourceAsStream("chat.html")) {
      return file.readAllBytes();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page may run its script, use its style, and talk to this server; nothing else. */
  private static String policy(final String page) {
    return "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'; script-src "
        + hash(page, "script")
        + "; style-src "
        + hash(page, "style");
  }

  private static String hash(final String page, final String element) {
    final String begin = "<" + element + ">";
    final String content =
        page.substring(page.indexOf(begin) + begin.length(), page.indexOf("</" + element + ">"));
    try {
      final byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void page(final HttpExchange exchange) {
    if (!exchange.path().equals("/")) {
      exchange.error(404, "there is the chat alone");
      return;
    }
    exchange.header("content-type", "text/html; charset=utf-8");
    exchange.header("content-security-policy", policy);
    exchange.header("x-content-type-options", "nosniff");
    exchange.header("cache-control", "no-cache");
    exchange.respond(200, page);
  }

  // ---- the chat ----

  private void came(final WebSocket guest) {
    if (names.size() == MAX_GUESTS) {
      guest.close(1013, "the room is full"); // try again later
      return;
    }
    String name;
    do {
      name = "guest" + ++guests;
    } while (names.containsValue(name));
    guest.onText(this::heard);
    guest.onClose((self, code, reason, clean) -> left(self));
    guest.send("you " + name);
    sendToAll("came " + name);
    names.put(guest, name);
    guest.send("here " + String.join(" ", names.values()));
  }

  private void heard(final WebSocket guest, final String message) {
    if (message.startsWith("say ")) {
      say(guest, message.substring("say ".length()).strip());
    } else if (message.startsWith("name ")) {
      rename(guest, message.substring("name ".length()));
    } else {
      guest.close(WebSocket.UNSUPPORTED, "say or name is expected");
    }
  }

  private void say(final WebSocket guest, final String text) {
    if (text.length() > MAX_TEXT) {
      guest.send("error more than " + MAX_TEXT + " characters are too many");
    } else if (!text.isEmpty()) {
      sendToAll("said " + names.get(guest) + " " + text);
    }
  }

  private void rename(final WebSocket guest, final String wanted) {
    final String former = names.get(guest);
    if (wanted.equals(former)) {
      return;
    }
    if (!ChatServer.NAME.matcher(wanted).matches() || names.containsValue(wanted)) {
      guest.send("error that is no name, or it is taken");
      return;
    }
    names.put(guest, wanted);
    guest.send("you " + wanted);
    sendToAll("renamed " + former + " " + wanted);
  }

  private void left(final WebSocket guest) {
    final String name = names.remove(guest);
    if (name != null) {
      sendToAll("left " + name);
    }
  }

  /** Sends it to all. One that takes its messages too slowly leaves meanwhile. */
  private void sendToAll(final String text) {
    final PreparedMessage message = PreparedMessage.text(text);
    for (final WebSocket each : names.keySet().toArray(WebSocket[]::new)) {
      each.send(message);
    }
  }
}
