package org.jevent.bench.rivals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.Callable;
import org.jevent.EventBase;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsServerRequest;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.Rcode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a server of names that has one address for each. */
@Command(
    name = "dns-rival",
    description = "A server of DNS to compare with, at a free port of 127.0.0.1.",
    mixinStandardHelpOptions = true)
public final class DnsRival implements Callable<Integer> {
  private static final int MAX_MESSAGE = 1232;
  private static final byte[] ADDRESS = {(byte) 192, 0, 2, 1};

  private enum Style {
    JEVENT,
    NIO
  }

  @Option(names = "--style", required = true, description = "jevent or nio.")
  private Style style;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_MESSAGE);

  private DnsRival() {}

  /** Serves until the process is ended. */
  public static void main(final String[] args) {
    final CommandLine command = new CommandLine(new DnsRival());
    System.exit(command.setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    final InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (style == Style.JEVENT) {
      serveByJevent(anyPort);
    } else {
      serveByHand(anyPort);
    }
    return 0;
  }

  /** By UDP and TCP at the same port. */
  private void serveByJevent(final InetSocketAddress anyPort) throws IOException {
    final InetAddress address = InetAddress.getByAddress(ADDRESS);
    try (EventBase base = new EventBase();
        DnsServer tcp = builder(base, address).tcp(anyPort).open();
        DnsServer udp =
            builder(base, address)
                .udp(new InetSocketAddress(anyPort.getAddress(), tcp.tcpAddress().getPort()))
                .open()) {
      Rival.announce(udp.udpAddress().getPort(), "jevent", base.method());
      base.dispatch();
    }
  }

  private static DnsServer.Builder builder(final EventBase base, final InetAddress address) {
    return DnsServer.builder(base).handler(request -> answer(request, address));
  }

  private static void answer(final DnsServerRequest request, final InetAddress address) {
    request
        .answer(DnsRecord.address(request.name(), 0, address))
        .authoritative(true)
        .respond(Rcode.NOERROR);
  }

  private void serveByHand(final InetSocketAddress anyPort) throws IOException {
    try (Selector selector = Selector.open();
        DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(anyPort).configureBlocking(false).register(selector, SelectionKey.OP_READ);
      Rival.announce(((InetSocketAddress) channel.getLocalAddress()).getPort(), "nio", "nio");
      while (true) {
        selector.select();
        selector.selectedKeys().clear();
        answerAll(channel);
      }
    }
  }

  private void answerAll(final DatagramChannel channel) throws IOException {
    for (var client = channel.receive(buffer.clear());
        client != null;
        client = channel.receive(buffer.clear())) {
      buffer.flip();
      DnsBytes.answer(buffer);
      channel.send(buffer, client);
    }
  }
}
