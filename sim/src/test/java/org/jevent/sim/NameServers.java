package org.jevent.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsServerRequest;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/**
 * Name servers of a world. Their answers can be checked: the records of {@code n7.example} have the
 * 7 and the second in which they were made in them.
 */
final class NameServers {
  static final int PORT = 53;
  static final int NAMES = 12;

  /** A name whose answer does not fit into a datagram. */
  static final int LARGE = 10;

  /** A name that is another one's alias. */
  static final int ALIAS = 11;

  private static final int MANY = 120;
  private static final int LIES = 5;

  /** How many wrong ids make a query go on over TCP. */
  private static final int GUESSES = 8;

  private static final int MAX_STARTS = 100;

  private NameServers() {}

  /** The text of a name; those from {@link #NAMES} on are not there. */
  static String name(final int number) {
    return "n" + number + ".example";
  }

  /** Which name a name is, or -1. */
  private static int number(final DnsName name) {
    final String text = name.toString();
    return text.matches("(?i)n[0-9]+\\.example\\.?")
        ? Integer.parseInt(text.substring(1, text.indexOf('.')))
        : -1;
  }

  /** How long the records of a name may be kept. */
  static int ttl(final int number) {
    return number % 4 == 0 ? 0 : number * 3;
  }

  /** The name whose addresses are given for a name. */
  static int target(final int number) {
    return number == ALIAS ? 3 : number;
  }

  static InetAddress address(final int number, final int item, final long second) {
    try {
      return InetAddress.getByAddress(
          new byte[] {10, (byte) (100 + number), (byte) (second >> 8 << 7 | item), (byte) second});
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Which name an address is of. */
  static int numberOf(final InetAddress address) {
    return (address.getAddress()[1] & 0xff) - 100;
  }

  /** The lowest 8 bits of the second in which an address was made. */
  static int secondOf(final InetAddress address) {
    return address.getAddress()[3] & 0xff;
  }

  // ---- servers ----

  /** Starts a server again while its host has no descriptor for it, as a supervisor does. */
  private static void start(final Runnable server) {
    for (int attempt = 1; ; attempt++) {
      try {
        server.run();
        return;
      } catch (final ErrnoException e) {
        if (e.errno() != Errno.EMFILE || attempt == MAX_STARTS) {
          throw e;
        }
      }
    }
  }

  /** A server of the library, which takes its time. */
  static void open(final Host host, final World world) {
    final EventBase base = // which may have no descriptor for a connection
        new EventBase(new EventConfig().exceptionHandler((source, problem) -> {}));
    final Choices choices = world.choices();
    final String delay = "delay of " + host;
    final int slowest = choices.between(delay, 0, 3) * 1500;
    final DnsServer.Builder server =
        DnsServer.builder(base)
            .udp(new InetSocketAddress(host.address(), PORT))
            .tcp(new InetSocketAddress(host.address(), PORT))
            .handler(
                request -> {
                  final int millis = slowest == 0 ? 0 : choices.choose(delay, slowest);
                  if (millis == 0) {
                    answer(request, world);
                  } else {
                    base.once(
                        null,
                        Event.TIMEOUT,
                        Duration.ofMillis(millis),
                        (self, what) -> answer(request, world));
                  }
                });
    start(server::open);
  }

  private static void answer(final DnsServerRequest request, final World world) {
    final int number = number(request.name());
    if (number < 0 || number >= NAMES) {
      request.respond(Rcode.NXDOMAIN);
      return;
    }
    DnsName name = request.name();
    if (number == ALIAS) {
      final DnsName target = DnsName.parse(name(target(number)));
      request.answer(DnsRecord.cname(name, ttl(number), target));
      name = target;
    }
    if (request.type().equals(DnsType.A)) {
      final int items = number == LARGE ? MANY : 1;
      for (int i = 0; i < items; i++) {
        request.answer(record(name, number, i, world));
      }
    }
    request.respond(Rcode.NOERROR);
  }

  private static DnsRecord record(
      final DnsName name, final int number, final int item, final World world) {
    return DnsRecord.address(
        name, ttl(number), address(target(number), item, world.now().toSeconds()));
  }

  /** A server whose replies are wrong, in ways that can be seen. */
  static void lie(final Host host, final World world) {
    lie(host, world, LIES);
  }

  /** The same, which does not say that there is nothing. */
  static void lieAboutOthers(final Host host, final World world) {
    lie(host, world, LIES - 1);
  }

  private static void lie(final Host host, final World world, final int kinds) {
    final EventBase base = new EventBase();
    start(() -> openLiar(base, host, kinds, world));
  }

  private static void openLiar(
      final EventBase base, final Host host, final int kinds, final World world) {
    final Choices choices = world.choices();
    final DatagramEvent socket =
        DatagramEvent.bind(
            base,
            new InetSocketAddress(host.address(), PORT),
            (self, data, from, truncated) -> {
              final DnsMessage query = DnsMessage.read(data);
              for (int i = choices.between("lies of " + host, 1, 3); i > 0; i--) {
                reply(self, from, lie(query, choices.choose("lie of " + host, kinds), world));
              }
            });
    socket.setErrorCallback((self, problem) -> {});
    socket.enable();
  }

  /**
   * A server by TCP, whose datagrams are those of one who guesses ids: few before a right reply, or
   * many and then nothing.
   */
  static void guess(final Host host, final World world) {
    final EventBase base = new EventBase();
    final InetSocketAddress address = new InetSocketAddress(host.address(), PORT);
    DnsServer.builder(base).tcp(address).handler(request -> answer(request, world)).open();
    final Choices choices = world.choices();
    final DatagramEvent socket =
        DatagramEvent.bind(
            base,
            address,
            (self, data, from, truncated) -> {
              final DnsMessage query = DnsMessage.read(data);
              final DnsName name = query.question().name();
              final int guesses = choices.between("guesses of " + host, 0, 2 * GUESSES);
              for (int i = 1; i <= guesses; i++) {
                final DnsMessage.Builder wrong =
                    DnsMessage.reply(query).id(query.id() + i & 0xffff);
                wrong.answer(DnsRecord.address(name, 60, address(50, 0, 0)));
                reply(self, from, wrong.build().toBytes());
              }
              if (guesses < GUESSES) {
                final DnsRecord right = record(name, number(name), 0, world);
                reply(self, from, DnsMessage.reply(query).answer(right).build().toBytes());
              }
            });
    socket.setErrorCallback((self, problem) -> {});
    socket.enable();
  }

  private static void reply(final DatagramEvent self, final SocketAddress to, final byte[] bytes) {
    self.send(ByteBuffer.wrap(bytes), to);
  }

  private static byte[] lie(final DnsMessage query, final int kind, final World world) {
    final DnsName asked = query.question().name();
    final DnsName other = DnsName.parse(name(number(asked) == 1 ? 2 : 1));
    final DnsRecord wrong = DnsRecord.address(asked, 60, address(50, 0, world.now().toSeconds()));
    return switch (kind) {
      case 0 -> // another id
          DnsMessage.reply(query).id(query.id() ^ 1).answer(wrong).build().toBytes();
      case 1 -> // another question
          DnsMessage.reply(DnsMessage.query(DnsName.parse(name(50)), DnsType.A).build())
              .id(query.id())
              .answer(wrong)
              .build()
              .toBytes();
      case 2 -> new byte[] {(byte) (query.id() >> 8), (byte) query.id(), -1, -1, 9, 9, 9, 9, 9};
      case 3 -> DnsMessage.reply(query).rcode(Rcode.SERVFAIL).build().toBytes();
      default -> // records of another name, which the query has not asked for
          DnsMessage.reply(query)
              .answer(DnsRecord.address(other, 60, address(50, 0, 0)))
              .build()
              .toBytes();
    };
  }
}
