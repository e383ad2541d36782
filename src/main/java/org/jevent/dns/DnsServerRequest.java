package org.jevent.dns;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.Rcode;

/**
 * A question of a client; libevent's {@code evdns_server_request}. One thread at a time adds
 * records; {@link #respond} and {@link #drop} may be called by any thread. The first of these calls
 * counts; later ones, and those after the client has left, do nothing.
 */
public final class DnsServerRequest {
  /** Takes the reply; null drops the request. Any thread, once. */
  @FunctionalInterface
  interface Reply {
    void send(DnsServerRequest request, DnsMessage reply);
  }

  /** A larger code needs a record of EDNS. */
  private static final int MAX_PLAIN_RCODE = 15;

  private final DnsMessage query;
  private final InetSocketAddress client;
  private final boolean tcp;
  private final Reply reply;
  private final DnsMessage.Builder builder;
  private boolean ended;

  /** When it is dropped; the server's thread. */
  long deadline;

  DnsServerRequest(
      final DnsMessage query,
      final InetSocketAddress client,
      final boolean tcp,
      final int udpSize,
      final List<Edns.Option> options,
      final Reply reply) {
    this.query = query;
    this.client = client;
    this.tcp = tcp;
    this.reply = reply;
    builder = DnsMessage.reply(query);
    if (query.edns() != null) {
      builder.edns(new Edns(udpSize, 0, query.edns().dnssecOk(), options));
    }
  }

  /** What has come. */
  public DnsMessage query() {
    return query;
  }

  public DnsQuestion question() {
    return query.question();
  }

  public DnsName name() {
    return question().name();
  }

  public DnsType type() {
    return question().type();
  }

  /** Who asks; {@code evdns_server_request_get_requesting_addr}. */
  public InetSocketAddress client() {
    return client;
  }

  /** Whether it came by TCP. */
  public boolean isTcp() {
    return tcp;
  }

  /** Adds a record to the answer; {@code evdns_server_request_add_reply}. */
  public DnsServerRequest answer(final DnsRecord record) {
    builder.answer(Objects.requireNonNull(record, "record"));
    return this;
  }

  public DnsServerRequest authority(final DnsRecord record) {
    builder.authority(Objects.requireNonNull(record, "record"));
    return this;
  }

  public DnsServerRequest additional(final DnsRecord record) {
    builder.additional(Objects.requireNonNull(record, "record"));
    return this;
  }

  /** Sets {@link DnsMessage#AA}; {@code evdns_server_request_set_flags}. */
  public DnsServerRequest authoritative(final boolean on) {
    builder.flag(DnsMessage.AA, on);
    return this;
  }

  /** Sets {@link DnsMessage#RA}. */
  public DnsServerRequest recursionAvailable(final boolean on) {
    builder.flag(DnsMessage.RA, on);
    return this;
  }

  /**
   * Sends the reply; {@code evdns_server_request_respond}. One that is too long for a datagram goes
   * without its records and says so, so that the client asks by TCP. A code above 15 has no place
   * in a reply to a client without EDNS, which gets SERVFAIL.
   */
  public void respond(final Rcode rcode) {
    Objects.requireNonNull(rcode, "rcode");
    final boolean fits = rcode.code() <= MAX_PLAIN_RCODE || query.edns() != null;
    final DnsMessage made = builder.rcode(fits ? rcode : Rcode.SERVFAIL).build();
    if (end()) {
      reply.send(this, made);
    }
  }

  /** The handler has failed; what it has built may be of no use. */
  void respondWithError() {
    if (end()) {
      reply.send(this, DnsMessage.reply(query).rcode(Rcode.SERVFAIL).build());
    }
  }

  /** Sends no reply; {@code evdns_server_request_drop}. */
  public void drop() {
    if (end()) {
      reply.send(this, null);
    }
  }

  private synchronized boolean end() {
    final boolean first = !ended;
    ended = true;
    return first;
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  @Override
  public String toString() {
    return question() + " of " + client + (tcp ? " by TCP" : "");
  }
}
