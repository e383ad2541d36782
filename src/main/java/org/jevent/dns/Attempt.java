package org.jevent.dns;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.RData;

/** One message to one server, until its reply comes or its exchange has ended. */
final class Attempt {
  private static final int PADDING = 12;
  private static final int OPTION_HEADER = 4;

  final Exchange exchange;
  final NameServer server;
  final DnsQuestion asked;
  final boolean tcp;
  final boolean extended;
  final long startedAt;

  /** It was sent again on a second connection already. */
  boolean repeated;

  /** Replies to it that were no messages. */
  int malformed;

  int id;

  /** What waits for its reply, or null. */
  Carrier carrier;

  /** A way to a server, which knows attempts by their ids. */
  interface Carrier {
    /** The attempt's reply is not needed any more. */
    void forget(Attempt attempt);
  }

  Attempt(
      final Exchange exchange,
      final NameServer server,
      final DnsName name,
      final boolean tcp,
      final boolean extended,
      final long startedAt) {
    this.exchange = exchange;
    this.server = server;
    this.tcp = tcp;
    this.extended = extended;
    this.startedAt = startedAt;
    final DnsQuestion question = exchange.question;
    asked =
        name.equalsExactly(question.name())
            ? question
            : new DnsQuestion(name, question.type(), question.dnsClass());
  }

  /** Writes the query. */
  void write(final Context context, final ByteBuffer target) {
    final DnsMessage.Builder query = new DnsMessage.Builder().id(id).flags(DnsMessage.RD);
    query.question(asked);
    final Edns extension = extended ? server.extension() : null;
    query.edns(extension);
    if (context.settings.trustAuthentic) {
      query.flag(DnsMessage.AD, true);
    }
    final int from = target.position();
    context.writer.write(query.build(), target);
    final int block = context.settings.paddingBlock;
    if (extended && block > 0) {
      final int length = target.position() - from + OPTION_HEADER;
      final List<Edns.Option> more = new ArrayList<>(extension.options());
      more.add(padding(-length & (block - 1)));
      query.edns(new Edns(extension.udpSize(), 0, false, more));
      context.writer.write(query.build(), target.position(from));
    }
  }

  /** Hides how long a name is (RFC 7830). */
  private static Edns.Option padding(final int length) {
    return new Edns.Option(PADDING, RData.Bytes.of(new byte[length]));
  }

  void end() {
    if (carrier != null) {
      final Carrier last = carrier;
      carrier = null;
      last.forget(this);
    }
  }

  /** How a reply relates to the question. */
  enum Match {
    YES,
    /** All but the case of the letters. */
    OTHER_CASE,
    NO
  }

  Match match(final DnsMessage reply) {
    if (!reply.has(DnsMessage.QR) || reply.opcode() != 0) {
      return Match.NO;
    }
    final DnsQuestion question = reply.question();
    if (question == null) {
      final int rcode = reply.rcode().code();
      final boolean refused = reply.questions().isEmpty() && (rcode == 1 || rcode == 4);
      return refused && extended ? Match.YES : Match.NO;
    }
    if (!question.equals(asked)) {
      return Match.NO;
    }
    return question.name().equalsExactly(asked.name()) ? Match.YES : Match.OTHER_CASE;
  }
}
