package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError;

/** What a program may rely on: no check is left out in silence, and no connection stops another. */
class TlsCareTest {
  private static final int RECORDS = 40;

  /** The JDK would use the first of two managers alone. */
  @EngineTest
  void twoManagersOfAKindAreRefused(final Bases bases) {
    assertThatThrownBy(
            () ->
                TlsContext.client()
                    .trust(TlsKit.AUTHORITY_FILE)
                    .trust(TlsKit.AUTHORITY_FILE)
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("trust");
    assertThatThrownBy(
            () ->
                TlsContext.server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("identity");
  }

  /** A ClientHello with one name, and another number for what that name is. */
  private static byte[] helloWithNameOfType(final int type) throws SSLException {
    final SSLEngine engine = TlsKit.SUN_13.trusting().sslContext().createSSLEngine();
    engine.setUseClientMode(true);
    final SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("name.test")));
    engine.setSSLParameters(parameters);
    final ByteBuffer flight = ByteBuffer.allocate(40_000);
    engine.wrap(ByteBuffer.allocate(0), flight);
    final byte[] hello = Arrays.copyOf(flight.array(), flight.position());
    final byte[] name = TlsKit.bytes("name.test");
    int at = 0;
    while (!Arrays.equals(hello, at, at + name.length, name, 0, name.length)) {
      at++;
    }
    hello[at - 3] = (byte) type;
    return hello;
  }

  /** Where names choose contexts, a hello that says none in a way that is known chooses none. */
  @EngineTest
  void noHelloGetsPastTheChoiceByName(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    for (int type = 0; type < 2; type++) {
      final List<String> asked = new ArrayList<>();
      final TlsContext server =
          TlsKit.made(
              () ->
                  TlsKit.SUN_13
                      .server()
                      .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                      .sni(
                          name -> {
                            asked.add(name);
                            return null;
                          })
                      .build());
      final BufferEvent[] pair = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
      final BufferEvent stream =
          bases.later(Tls.filter(pair[0], server, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE));
      final List<String> events = new ArrayList<>();
      stream.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
      stream.enable(Event.READ | Event.WRITE);
      pair[1].enable(Event.READ | Event.WRITE);
      pair[1].write(helloWithNameOfType(type));
      Streams.run(base, () -> !events.isEmpty() && pair[1].input().length() > 0);
      assertThat(events).containsExactly("ERROR");
      assertThat(pair[1].input().getUnsigned(0, 1)).as("an alert").isEqualTo(21);
      assertThat(asked)
          .as("%s", Tls.of(stream).error())
          .containsExactly(type == 0 ? "name.test" : null);
    }
  }

  /** A peer that takes none of the answers gets no credit for its data. */
  @EngineTest
  void keyUpdatesBetweenDataOfAPeerThatDoesNotRead(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] below = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    final TlsKit.Ends ends = TlsKit.over(bases, below[0], below[1], TlsKit.SUN_13);
    ends.open(base);
    Streams.runFor(base, 20);
    ends.client.disable(Event.READ);
    below[0].setWatermarks(Event.READ, 0, 1);
    ends.server.setCallbacks(
        self -> self.input().drain(self.input().length()),
        null,
        (self, what) -> ends.serverEvents.add(Streams.text(what)));
    for (int i = 0; i < 500 && ends.serverEvents.isEmpty(); i++) {
      ends.client.write(new byte[1]);
      for (int k = 0; k < 31; k++) {
        Tls.of(ends.client).renegotiate();
      }
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(ends.serverEvents).isNotEmpty();
    assertThat(Tls.of(ends.server).error().kind()).isEqualTo(TlsError.Kind.FLOOD);
  }

  /** Records of one connection that a callback fails for are no reason to forget another's. */
  @EngineTest
  void anExceptionTakesNoTurnOfOthers(final Bases bases) {
    final EventBase base = bases.base();
    final List<TlsKit.Ends> all = new ArrayList<>();
    final int[] got = new int[2];
    for (int i = 0; i < 2; i++) {
      final int number = i;
      final TlsKit.Ends ends = TlsKit.open(bases, base, TlsKit.SUN_13);
      ends.server.disable(Event.READ);
      ends.server.setCallbacks(
          self -> {
            got[number] += (int) self.input().length();
            self.input().drain(self.input().length());
            if (got[number] > 16) {
              throw new IllegalStateException("a callback throws");
            }
          },
          null,
          null);
      all.add(ends);
    }
    for (int i = 0; i < RECORDS; i++) {
      all.forEach(each -> each.client.write(new byte[1]));
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    Streams.runFor(base, 20);
    all.forEach(each -> each.server.enable(Event.READ));
    Streams.run(base, () -> got[0] == RECORDS && got[1] == RECORDS);
    assertThat(bases.exceptions).isNotEmpty();
    bases.exceptions.clear();
  }

  /** What is cut does not look whole where it is passed on. */
  @TlsEngineTest
  void aPipePassesOnThatBytesAreMissing(final Bases bases, final TlsKit.Kind kind) {
    passesOn(bases, kind, client -> client);
    passesOn(
        bases, kind, client -> BufferEvent.filter(client, null, null, BufferEvent.CLOSE_ON_FREE));
  }

  private static void passesOn(
      final Bases bases, final TlsKit.Kind kind, final UnaryOperator<BufferEvent> above) {
    final EventBase base = bases.base();
    final BufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TlsKit.Ends one = TlsKit.over(bases, below[0], below[1], kind);
    one.open(base);
    final TlsKit.Ends other = TlsKit.open(bases, base, kind);
    final BufferEvent to = bases.later(above.apply(other.client));
    one.server.pipeTo(to);
    one.client.write(TlsKit.bytes("some of it"));
    Streams.run(base, () -> other.server.input().length() == 10);
    below[0].close();
    Streams.run(base, () -> !other.serverEvents.isEmpty());
    assertThat(other.serverEvents).containsExactly("READING|ERROR");
    assertThat(Tls.of(other.server).error().kind()).isEqualTo(TlsError.Kind.TRUNCATED);
  }

  /** TLS cannot say such a name, and the certificate cannot have it. */
  @EngineTest
  void aNameWithAnUnderscore(final Bases bases) {
    final EventBase base = bases.base();
    final TlsContext trusting =
        TlsKit.made(
            () ->
                TlsKit.SUN_13
                    .client()
                    .trust(TlsKit.AUTHORITY_FILE)
                    .withoutHostnameVerification()
                    .build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, trusting, TlsKit.SUN_13.localhost());
    Tls.of(ends.client).peer("my_service", 443);
    ends.open(base);
    final TlsKit.Ends checked =
        TlsKit.ends(bases, base, TlsKit.SUN_13.trusting(), TlsKit.SUN_13.localhost());
    Tls.of(checked.client).peer("my_service", 443);
    Streams.run(base, () -> !checked.clientEvents.isEmpty());
    assertThat(checked.clientEvents).containsExactly("ERROR");
  }
}
