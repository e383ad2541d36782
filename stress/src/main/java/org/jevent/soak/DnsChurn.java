package org.jevent.soak;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsRequest;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsServerRequest;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;

/**
 * Look-ups by UDP and TCP, of names that are there and not, from servers that answer, answer late,
 * or not at all; cancelled ones; servers that are set anew. The name {@code n7.test} has addresses
 * whose last byte is 7.
 */
final class DnsChurn extends Churn {
  private static final int NAMES = 200;
  private static final int MANY = 100;

  /** How many of a hundred queries get no answer, and a late one. */
  private static final int DROPPED = 2;

  private static final int LATE = 5;

  private static final int TRIES = 20;
  private static final String ZONE = ".test";

  private final DnsServer server;
  private final DnsResolver resolver;

  DnsChurn(final Ground ground) {
    super(ground);
    server = opened();
    resolver =
        DnsResolver.builder(base)
            .servers(server.udpAddress())
            .options("timeout:1 attempts:5")
            .cache(NAMES / 4, 1 << 16)
            .deadline(Duration.ofSeconds(30))
            .build();
  }

  /** By UDP and TCP at one port, which connections of others may have taken. */
  private DnsServer opened() {
    for (int i = 1; ; i++) {
      final InetSocketAddress address;
      try (NetSocket free = base.sockets().datagram(Ground.ANY_PORT)) {
        address = (InetSocketAddress) free.localAddress();
      }
      try {
        return DnsServer.builder(base).udp(address).tcp(address).handler(this::answer).open();
      } catch (final ErrnoException e) {
        if (e.errno() != Errno.EADDRINUSE || i == TRIES) {
          throw e;
        }
      }
    }
  }

  private void answer(final DnsServerRequest request) {
    final int luck = random.nextInt(100);
    if (luck < DROPPED) {
      request.drop();
    } else if (luck < DROPPED + LATE) {
      base.newTimer((event, what) -> respond(request)).addNanos(some(50_000_000));
    } else {
      respond(request);
    }
  }

  private void respond(final DnsServerRequest request) {
    final int number = number(request.name().toString());
    if (number >= NAMES) {
      request.respond(Rcode.NXDOMAIN);
      return;
    }
    for (int i = number % 10 == 9 ? MANY : 1; i > 0; i--) {
      request.answer(DnsRecord.address(request.name(), number % 3, address(number, i)));
    }
    request.respond(Rcode.NOERROR);
  }

  private static int number(final String name) {
    return Integer.parseInt(name.substring(1, name.indexOf('.')));
  }

  private static InetAddress address(final int number, final int item) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, (byte) item, (byte) number});
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e); // four bytes are an address
    }
  }

  @Override
  void round() {
    final int number = random.nextInt(NAMES + NAMES / 10);
    final boolean[] ended = {false};
    final DnsRequest request =
        resolver.lookup(
            "n" + number + ZONE,
            DnsType.A,
            (answer, problem) -> {
              if (ended[0]) {
                fail("an answer after the end");
                return;
              }
              ended[0] = true;
              check(number, answer, problem);
              over();
            });
    if (random.nextInt(10) == 0) {
      base.newTimer(
              (event, what) -> {
                if (!ended[0]) {
                  ended[0] = true;
                  request.cancel();
                  over();
                }
              })
          .addNanos(some(2_000_000));
    }
    if (random.nextInt(1000) == 0) {
      resolver.servers(List.of(server.udpAddress()));
    }
  }

  private void check(final int number, final DnsAnswer answer, final DnsException problem) {
    if (number >= NAMES ? problem == null || problem.kind() != Kind.NXDOMAIN : answer == null) {
      fail("n" + number + ": " + answer + " " + problem);
    } else if (answer != null) {
      final List<InetAddress> found = answer.addresses();
      final boolean right =
          found.size() == (number % 10 == 9 ? MANY : 1)
              && found.stream().allMatch(each -> (each.getAddress()[3] & 0xff) == number);
      if (!right) {
        fail("n" + number + ": " + found);
      }
      checked(found.size() * Integer.BYTES);
    }
  }

  @Override
  void close() {
    resolver.close();
    server.close();
  }
}
