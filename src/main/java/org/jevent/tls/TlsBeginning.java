package org.jevent.tls;

import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jevent.error.Errno;
import org.jevent.internal.stream.SocketTransport;
import org.jevent.tls.TlsError.Kind;

/**
 * Chooses the engine of a connection: a client's by the host that it connects to, a server's by
 * what the ClientHello asks for.
 */
final class TlsBeginning {
  private TlsBeginning() {}

  /** Starts the handshake, or the reading of the ClientHello that decides about it. */
  static void begin(final TlsConnection made) throws SSLException {
    final TlsSettings settings = made.settings;
    if (settings.engine() != null) {
      made.shakeHands(settings.engine(), settings.context());
    } else if (settings.isClient()) {
      beginClient(made);
    } else if (settings.context().readsHello()) {
      made.hello = new ClientHello();
      made.to(TlsPhase.HELLO);
      made.updateReadingBelow();
    } else {
      made.shakeHands(settings.context().serverEngine(""), settings.context());
    }
  }

  private static void beginClient(final TlsConnection made) throws SSLException {
    final TlsContext context = made.settings.context();
    String host = made.settings.host();
    int port = made.settings.port();
    if (host == null && made.below.transport() instanceof SocketTransport socket) {
      host = socket.connector().host();
      port = socket.connector().port();
    }
    if (host == null && context.checksHost()) {
      final SSLException unknown =
          new SSLException(
              "no host is known to compare with the certificate of the peer of "
                  + made.lower
                  + ": connect by name, or give one to Tls.peer");
      made.fail(new TlsError(Kind.HOSTNAME, null, false, unknown), Errno.EINVAL);
      return;
    }
    made.requestedName = host;
    made.shakeHands(context.clientEngine(host, port), context);
  }

  /** Chooses the context and the application protocol by the ClientHello. */
  static void readHello(final TlsConnection made) throws SSLException {
    final ClientHello.Result result = made.hello.read(made.below.received());
    if (!made.hello.isWithin(made.settings.context().limits())) { // the engine's guard counts anew
      refuse(
          made,
          Kind.FLOOD,
          Alerts.UNEXPECTED_MESSAGE,
          "the peer has sent more records than a ClientHello needs");
      return;
    }
    switch (result) {
      case INCOMPLETE -> made.needsBytes = true;
      case NOT_TLS -> made.refusePlaintext();
      case TOO_LONG ->
          refuse(
              made,
              Alerts.DECODE_ERROR,
              "the ClientHello is longer than " + ClientHello.MAX + " bytes");
      case MALFORMED -> {
        if (Records.body(made.below.received(), true) >= 0) {
          refuse(made, Alerts.DECODE_ERROR, "the ClientHello cannot be read");
          return;
        }
        final TlsContext context = made.settings.context();
        made.hello = null; // the header of the record is refused as any other one
        made.shakeHands(context.serverEngine(""), context);
      }
      default -> answer(made);
    }
  }

  private static void answer(final TlsConnection made) throws SSLException {
    final TlsContext context = made.settings.context();
    final String name = made.hello.name();
    made.requestedName = name;
    final Function<String, TlsContext> choice = context.contextOfName();
    final TlsContext chosen = choice == null ? context : choice.apply(name);
    if (chosen == null) {
      refuse(made, Alerts.UNRECOGNIZED_NAME, "no context is chosen for the name " + name);
      return;
    }
    if (chosen.isClient()) {
      throw new IllegalStateException("the context chosen for the name " + name + " is a client's");
    }
    final List<String> offered = made.hello.protocols();
    final String protocol = chosen.protocolFor(offered);
    if (protocol == null) {
      refuse(
          made, Alerts.NO_APPLICATION_PROTOCOL, "no application protocol is chosen of " + offered);
      return;
    }
    made.hello = null;
    made.shakeHands(chosen.serverEngine(protocol), chosen);
  }

  private static void refuse(final TlsConnection made, final int alert, final String reason) {
    refuse(made, Kind.HANDSHAKE, alert, reason);
  }

  private static void refuse(
      final TlsConnection made, final Kind kind, final int alert, final String reason) {
    made.sendAlert(alert);
    made.fail(
        new TlsError(kind, Alerts.name(alert), false, new SSLException(reason)), Errno.EPROTO);
  }
}
