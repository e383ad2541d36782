package org.jevent.dns;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.MessageWriter;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.loop.LoopServices;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/**
 * A name server, by UDP and by TCP; libevent's {@code evdns_server_port}. One handler answers what
 * comes by both. What is no query of one question it answers without asking the handler, and
 * replies are never answered. A query with a cookie gets one of the server's (RFC 7873); a client
 * that repeats it is not subject to {@link DnsServerLimits#repliesPerSecond}.
 *
 * <p>Threads: the loop's thread while the loop runs, any one thread while it does not. Requests may
 * be responded to by any thread.
 */
public final class DnsServer implements AutoCloseable {
  private static final int MAX_DATAGRAM = 4096;
  private static final int MAX_NSID = 128;

  /** To one network. */
  private static final int ERRORS_PER_SECOND = 10;

  /** How long replies by TCP that wait may take when the server is closed. */
  private static final long CLOSE_NANOS = 1_000_000_000L;

  private final EventBase base;
  private final LoopServices services;
  private final DnsServerLimits limits;
  private final DnsHandler handler;
  private final MessageWriter writer = new MessageWriter();
  private final ByteBuffer room = ByteBuffer.allocate(TcpClient.PREFIX + DnsMessage.MAX_SIZE);
  final List<DatagramEvent> ports = new ArrayList<>(1);
  private final List<ConnectionListener> listeners = new ArrayList<>(1);
  private final List<ConnectionListener> tlsListeners = new ArrayList<>(0);
  private final Set<TcpClient> clients = new HashSet<>();

  /** Requests that wait for the program, in the order of their deadlines. */
  private final Set<DnsServerRequest> waiting = new LinkedHashSet<>();

  private final ReplyRate rate;

  /** Of replies to what is no message. */
  private final ReplyRate errorRate = new ReplyRate(ERRORS_PER_SECOND);

  private final Cookies cookies;

  /** Which server this is, or null. */
  private final RData.Bytes nsid;

  private final Event oldest;
  private int requests;
  private long handled;
  private long dropped;
  private boolean closed;

  private DnsServer(final Builder builder) {
    base = builder.base;
    services = BaseAccess.services(base);
    services.requireOpen("make a name server");
    limits = builder.limits;
    handler = Objects.requireNonNull(builder.handler, "handler");
    nsid = builder.nsid;
    rate = new ReplyRate(limits.repliesPerSecond());
    cookies = new Cookies(services.engine().newUnpredictableRandom());
    oldest = base.newTimer((event, what) -> dropOverdue());
    try {
      builder.udp.forEach(this::openUdp);
      builder.tcp.forEach(address -> listen(address, null));
      builder.tls.forEach(each -> listen(each.address, each.contexts));
    } catch (final RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** One without an address yet. */
  public static Builder builder(final EventBase base) {
    return new Builder(Objects.requireNonNull(base, "base"));
  }

  private void openUdp(final SocketAddress address) {
    final NetSocket socket = base.sockets().datagram(address);
    final DatagramEvent port;
    try {
      ignorePathMtu(socket);
      port = new DatagramEvent(base, socket, MAX_DATAGRAM, this::received);
    } catch (final RuntimeException | Error e) {
      socket.close();
      throw e;
    }
    ports.add(port);
    port.reuseBuffers();
    port.setErrorCallback((self, problem) -> dropped++); // of a reply that cannot be sent
    port.enable();
  }

  /** Anybody could claim a short one, and have replies cut up that can be forged then. */
  private static void ignorePathMtu(final NetSocket socket) {
    try {
      socket.set(NetOption.PATH_MTU_DISCOVERY, 0);
    } catch (final UnsupportedOperationException notHere) {
      // Linux alone has it: elsewhere the size of replies is what keeps them whole
    }
  }

  /** For TCP, or for TLS with the context of each connection. */
  private void listen(final SocketAddress address, final Supplier<TlsContext> contexts) {
    final ConnectionListener listener =
        ConnectionListener.bind(
            base,
            address,
            ConnectionListener.CLOSE_ON_FREE | ConnectionListener.REUSEABLE,
            NetSocket.DEFAULT_BACKLOG,
            (self, socket, peer) -> connected(socket, peer, contexts));
    (contexts == null ? listeners : tlsListeners).add(listener);
  }

  // ---- what comes ----

  private void received(
      final DatagramEvent port,
      final ByteBuffer data,
      final SocketAddress from,
      final boolean truncated) {
    final InetSocketAddress client = (InetSocketAddress) from;
    if (truncated || client.getPort() == 0) {
      dropped++;
      return;
    }
    final QueryCheck.Checked checked = QueryCheck.check(data, false, limits.udpSize());
    if (checked.query() != null) {
      handle(
          new DnsServerRequest(
              checked.query(),
              client,
              false,
              limits.udpSize(),
              options(checked.query(), client),
              (request, reply) ->
                  inLoop(
                      () -> {
                        ended(request);
                        sendTo(port, client, request.query(), reply);
                      })));
    } else if (checked.reply() != null && mayAnswer(checked.reply(), client)) {
      sendTo(port, client, null, checked.reply());
    } else {
      dropped++;
    }
  }

  /** A forged sender gets few replies to what others send in its name. */
  private boolean mayAnswer(final DnsMessage reply, final InetSocketAddress client) {
    return !reply.rcode().equals(Rcode.FORMERR)
        || errorRate.next(client.getAddress(), services.engine().nanoTime())
            == ReplyRate.Verdict.SEND;
  }

  private void sendTo(
      final DatagramEvent port,
      final InetSocketAddress client,
      final DnsMessage query,
      final DnsMessage reply) {
    if (closed || reply == null) {
      dropped += closed ? 0 : 1;
      return;
    }
    final ReplyRate.Verdict verdict =
        query != null && cookies.isKnown(query, client.getAddress(), seconds())
            ? ReplyRate.Verdict.SEND // the address is its own
            : rate.next(client.getAddress(), services.engine().nanoTime());
    if (verdict == ReplyRate.Verdict.DROP) {
      dropped++;
      return;
    }
    final int offered =
        query == null || query.edns() == null
            ? DnsMessage.MAX_PLAIN_UDP
            : Math.max(DnsMessage.MAX_PLAIN_UDP, query.edns().udpSize());
    final DnsMessage sent = verdict == ReplyRate.Verdict.SEND ? reply : cut(reply);
    room.clear().limit(Math.min(offered, limits.udpSize()));
    writer.write(sent, room);
    if (!port.send(room.flip(), client)) {
      dropped++;
    }
  }

  private static DnsMessage cut(final DnsMessage reply) {
    final DnsMessage.Builder builder =
        new DnsMessage.Builder()
            .id(reply.id())
            .opcode(reply.opcode())
            .flags(reply.flags() | DnsMessage.TC)
            .rcode(reply.rcode())
            .edns(reply.edns());
    reply.questions().forEach(builder::question);
    return builder.build();
  }

  private void connected(
      final NetSocket socket, final SocketAddress peer, final Supplier<TlsContext> contexts) {
    if (clients.size() >= limits.clients()) {
      dropped++;
      socket.close();
      return;
    }
    final BufferEvent stream;
    try {
      stream = stream(socket, contexts);
    } catch (final RuntimeException | Error e) {
      dropped++;
      socket.close();
      throw e;
    }
    clients.add(new TcpClient(this, stream, (InetSocketAddress) peer));
  }

  private BufferEvent stream(final NetSocket socket, final Supplier<TlsContext> contexts) {
    final int options = BufferEvent.CLOSE_ON_FREE;
    return contexts == null
        ? BufferEvent.socket(base, socket, options)
        : Tls.socket(base, socket, contexts.get(), Tls.State.ACCEPTING, options);
  }

  // ---- requests ----

  private long seconds() {
    return services.engine().wallTime().getEpochSecond();
  }

  /** What the reply to a query of a client has beside its records. */
  List<Edns.Option> options(final DnsMessage query, final InetSocketAddress client) {
    final List<Edns.Option> cookie = cookies.reply(query, client.getAddress(), seconds());
    if (nsid == null || query.edns() == null || query.edns().option(Edns.NSID) == null) {
      return cookie;
    }
    final List<Edns.Option> both = new ArrayList<>(cookie);
    both.add(new Edns.Option(Edns.NSID, nsid));
    return both;
  }

  /** How many requests wait for the program. */
  int waiting() {
    return waiting.size();
  }

  DnsServerLimits limits() {
    return limits;
  }

  /** Where a reply is written, whose bytes are copied then. */
  ByteBuffer room() {
    return room.clear();
  }

  MessageWriter writer() {
    return writer;
  }

  /** Runs it now in the loop's thread, else later. */
  void inLoop(final Runnable task) {
    if (base.inLoop()) {
      task.run();
      return;
    }
    try {
      base.execute(task);
    } catch (final IllegalStateException e) {
      // the base is being closed: there is no client any more
    }
  }

  /** A request gets no reply. */
  void hasDropped() {
    dropped++;
  }

  void left(final TcpClient client) {
    clients.remove(client);
  }

  void handle(final DnsServerRequest request) {
    if (requests >= limits.requests()) {
      request.drop();
      return;
    }
    requests++;
    handled++;
    request.deadline = services.engine().nanoTime() + limits.reply().toNanos();
    try {
      handler.handle(request);
    } catch (final Exception e) {
      services.report(this, e);
      request.respondWithError();
    } catch (final Throwable e) { // the loop's handler decides about an Error
      request.respondWithError();
      throw e;
    }
    if (!request.hasEnded() && !closed) {
      waiting.add(request);
      if (waiting.size() == 1) {
        oldest.add(limits.reply());
      }
    }
  }

  void ended(final DnsServerRequest request) {
    if (request.deadline != 0) {
      request.deadline = 0;
      requests--;
      assert requests >= 0 : requests;
    }
    waiting.remove(request);
  }

  private void dropOverdue() {
    final long now = services.engine().nanoTime();
    while (!waiting.isEmpty()) {
      final DnsServerRequest first = waiting.iterator().next();
      if (first.deadline - now > 0) {
        oldest.addNanos(first.deadline - now);
        return;
      }
      first.drop();
      ended(first);
    }
  }

  // ---- for the program ----

  /** Where it is bound for UDP, or null. */
  public InetSocketAddress udpAddress() {
    return ports.isEmpty() ? null : (InetSocketAddress) ports.get(0).address();
  }

  /** Where it listens for TCP, or null. */
  public InetSocketAddress tcpAddress() {
    return listeners.isEmpty() ? null : (InetSocketAddress) listeners.get(0).address();
  }

  /** Where it listens for TLS, or null. */
  public InetSocketAddress tlsAddress() {
    return tlsListeners.isEmpty() ? null : (InetSocketAddress) tlsListeners.get(0).address();
  }

  /** How many requests the handler has got. */
  public long handled() {
    return handled;
  }

  /** How many requests, replies and connections were dropped. */
  public long dropped() {
    return dropped;
  }

  /** How many clients are connected, those included that only get their last replies. */
  public int clients() {
    return clients.size();
  }

  /** Closes its sockets. Replies by TCP that wait are sent before, for a second at most. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    services.requireLoopThread(this);
    closed = true;
    ports.forEach(DatagramEvent::close);
    listeners.forEach(ConnectionListener::close);
    tlsListeners.forEach(ConnectionListener::close);
    new ArrayList<>(clients).forEach(each -> each.closeAfterFlush(CLOSE_NANOS));
    waiting.clear();
    oldest.close();
  }

  @Override
  public String toString() {
    return "name server at " + udpAddress();
  }

  /** Makes servers. */
  public static final class Builder {
    private final EventBase base;
    private final List<SocketAddress> udp = new ArrayList<>(1);
    private final List<SocketAddress> tcp = new ArrayList<>(1);
    private final List<Secure> tls = new ArrayList<>(0);
    private DnsServerLimits limits = DnsServerLimits.DEFAULT;
    private DnsHandler handler;
    private RData.Bytes nsid;

    private Builder(final EventBase base) {
      BaseAccess.services(base).requireOpen("make a name server");
      this.base = base;
    }

    /** Receives datagrams at an address; {@code evdns_add_server_port}. */
    public Builder udp(final InetSocketAddress address) {
      udp.add(Objects.requireNonNull(address, "address"));
      return this;
    }

    /** Accepts connections at an address; {@code evdns_add_server_port_with_listener}. */
    public Builder tcp(final InetSocketAddress address) {
      tcp.add(Objects.requireNonNull(address, "address"));
      return this;
    }

    /**
     * Accepts connections of TLS at an address (RFC 7858), usually with port 853.
     *
     * @param contexts the context of the next connection, a server's: a certificate can be replaced
     */
    public Builder tls(final InetSocketAddress address, final Supplier<TlsContext> contexts) {
      tls.add(
          new Secure(
              Objects.requireNonNull(address, "address"),
              Objects.requireNonNull(contexts, "contexts")));
      return this;
    }

    /** An address for TLS, and the contexts of its connections. */
    private record Secure(InetSocketAddress address, Supplier<TlsContext> contexts) {}

    public Builder limits(final DnsServerLimits next) {
      limits = Objects.requireNonNull(next, "next");
      return this;
    }

    /**
     * The name of this server among those that serve one address, for queries that ask for it (RFC
     * 5001); {@code dig +nsid}.
     *
     * @param identifier 1 to 128 bytes
     */
    public Builder nsid(final byte[] identifier) {
      Objects.requireNonNull(identifier, "identifier");
      Arguments.within("the length of identifier", identifier.length, 1, MAX_NSID);
      nsid = RData.Bytes.of(identifier);
      return this;
    }

    public Builder handler(final DnsHandler next) {
      handler = Objects.requireNonNull(next, "next");
      return this;
    }

    /**
     * The server, which receives from now on.
     *
     * @throws org.jevent.error.ErrnoException if an address cannot be bound
     */
    public DnsServer open() {
      return new DnsServer(this);
    }
  }
}
