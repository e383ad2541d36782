package org.jevent.dns;

import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.Rcode;
import org.jevent.error.ErrnoException;

/**
 * One question to the servers, until one of them has answered or the deadline is over. Each attempt
 * waits for its own time; an earlier one stays open, and its late reply counts.
 */
final class Exchange {
  /**
   * How many datagrams that are no reply, to a query or on its socket, send it on over TCP: replies
   * are guessed, it seems, and over a connection there is nothing to guess. By then one who guesses
   * ids has had a chance of this number in 65,536.
   */
  static final int MAX_MISMATCHES = 8;

  private static final int MAX_MALFORMED = 2;

  /** With less than this until the deadline no reply is hoped for, and it counts as over. */
  private static final long LAST_MOMENT = 1_000_000;

  /** The end of an exchange: a reply of a server, or a problem. */
  @FunctionalInterface
  interface Ended {
    void ended(DnsMessage reply, NameServer server, boolean partial, DnsException problem);
  }

  private enum State {
    QUEUED,
    ASKING,
    ENDED;

    boolean leadsTo(final State next) {
      return this != ENDED && next != QUEUED;
    }
  }

  final DnsQuestion question;
  private final Servers servers;
  private final Context context;
  private final Ended whenEnded;
  private final Event timer;
  private final long deadline;
  private List<NameServer> order = List.of();
  private final List<Attempt> open = new ArrayList<>(2);

  /** Those that have said something that is no answer. */
  private final List<NameServer> refusing = new ArrayList<>(0);

  private State state = State.QUEUED;
  private int tries;
  private int mismatches;
  private Attempt latest;
  private boolean tcp;
  private boolean askedForCookie;

  /** The reply of a datagram that was cut. */
  private DnsMessage cut;

  private NameServer cutBy;
  private Kind lastKind = Kind.TIMEOUT;
  private String lastProblem = "no reply";

  Exchange(
      final Servers servers, final DnsQuestion question, final long deadline, final Ended ended) {
    this.servers = servers;
    this.question = question;
    this.deadline = deadline;
    whenEnded = ended;
    context = servers.context();
    tcp = context.settings.tcpOnly;
    timer = context.base.newTimer((event, what) -> timedOut());
  }

  private void become(final State next) {
    assert state.leadsTo(next) : state + " to " + next;
    state = next;
  }

  /** It has to wait until others have ended. */
  void queued() {
    timer.addNanos(Math.max(0, deadline - context.now()));
  }

  /** Asks. */
  void start() {
    become(State.ASKING);
    final long now = context.now();
    order = servers.order(question.name());
    servers.probe(question, now);
    next();
  }

  /** Asks one server, once. */
  void start(final NameServer only) {
    become(State.ASKING);
    order = List.of(only);
    tries = context.settings.rounds - 1;
    next();
  }

  boolean uses(final NameServer server) {
    return order.contains(server);
  }

  boolean isQueued() {
    return state == State.QUEUED;
  }

  // ---- the attempts ----

  private void timedOut() {
    final long now = context.now();
    if (latest != null && open.contains(latest)) {
      context.counters.timeouts++;
      context.trace(latest.asked, DnsTrace.Step.TIMEOUT, latest.server.address, "");
      latest.server.failed(now);
      if (!refusing.contains(latest.server)) {
        note(Kind.TIMEOUT, "no reply from " + latest.server);
      }
      if (latest.server.tcp.isSilentFor(latest)) {
        latest.server.replaceConnection(latest); // its next try is below
      }
    }
    if (isOver(deadline, now) || isQueued()) {
      note(
          isQueued() ? Kind.TIMEOUT : lastKind, isQueued() ? "its turn did not come" : lastProblem);
      fail();
    } else {
      next();
    }
  }

  /** Whether a deadline is over: timers may fire a moment before it. */
  static boolean isOver(final long deadline, final long now) {
    return deadline - now <= LAST_MOMENT;
  }

  private void note(final Kind kind, final String problem) {
    if (kind != Kind.TIMEOUT || lastKind == Kind.TIMEOUT || lastKind == Kind.NO_SERVERS) {
      lastKind = kind;
    }
    lastProblem = problem;
  }

  /** The next server that may answer. */
  private void next() {
    final int most = order.size() * context.settings.rounds;
    while (state == State.ASKING && tries < most) {
      final NameServer server = order.get(tries % order.size());
      final int round = tries / order.size();
      tries++;
      if (!refusing.contains(server) && ask(server, round, tcp)) {
        return;
      }
    }
    if (state == State.ASKING) {
      fail(); // every server had its turns
    }
  }

  private boolean ask(final NameServer server, final int round, final boolean byTcp) {
    final long now = context.now();
    final DnsName name = byTcp ? question.name() : nameFor(server, now);
    final boolean extended =
        context.settings.udpSize > DnsMessage.MAX_PLAIN_UDP && server.takesExtension(now);
    return send(new Attempt(this, server, name, byTcp, extended, now), round);
  }

  /** The name as a datagram has it: one who guesses has to guess the case of its letters, too. */
  private DnsName nameFor(final NameServer server, final long now) {
    if (!server.keepsCase(now)) {
      return question.name().toLowerCase(); // it may have no TCP, and writes small letters
    }
    return context.settings.randomCase
        ? question.name().withCase(context.random64())
        : question.name();
  }

  private boolean send(final Attempt attempt, final int round) {
    try {
      if (attempt.tcp) {
        attempt.server.tcp.send(attempt);
      } else {
        attempt.server.udp.send(attempt);
      }
    } catch (final ErrnoException e) {
      attempt.end();
      rejected(attempt, e.getMessage());
      note(Kind.NO_SERVERS, attempt.server + ": " + e.getMessage());
      return false;
    }
    open.add(attempt);
    latest = attempt;
    if (context.isTraced()) {
      context.trace(
          attempt.asked,
          attempt.tcp ? DnsTrace.Step.TCP : DnsTrace.Step.UDP,
          attempt.server.address,
          "try " + tries);
    }
    final long patience =
        attempt.tcp ? context.settings.timeoutNanos : attempt.server.patience(round);
    timer.addNanos(Math.max(0, Math.min(patience, deadline - context.now())));
    return true;
  }

  private void rejected(final Attempt attempt, final String why) {
    context.trace(attempt.asked, DnsTrace.Step.REJECTED, attempt.server.address, why);
  }

  private void drop(final Attempt attempt) {
    open.remove(attempt);
    attempt.end();
  }

  // ---- what comes ----

  /** A reply that matches. */
  void replied(final Attempt attempt, final DnsMessage reply) {
    if (state != State.ASKING) {
      return;
    }
    final NameServer server = attempt.server;
    final boolean cookie =
        !attempt.extended || !context.settings.cookies || server.takesCookie(reply);
    if (!cookie && !attempt.tcp) {
      cookieChanged(attempt);
      return;
    }
    context.counters.replies++;
    if (context.isTraced()) {
      context.trace(
          attempt.asked,
          DnsTrace.Step.REPLY,
          server.address,
          reply.rcode() + (reply.has(DnsMessage.TC) ? ", cut" : ""));
    }
    server.answered(context.now() - attempt.startedAt);
    drop(attempt);
    if (reply.has(DnsMessage.TC) && !context.settings.ignoreTruncation) {
      truncated(attempt, reply);
      return;
    }
    final Rcode rcode = reply.rcode();
    if (rcode.equals(Rcode.NOERROR) || rcode.equals(Rcode.NXDOMAIN)) {
      end(reply, server, false, null);
      return;
    }
    final int code = rcode.code();
    if (code == Rcode.BADCOOKIE.code() && !askedForCookie) {
      askedForCookie = true; // the reply had the cookie that the server wants
      if (ask(server, 0, attempt.tcp)) {
        return;
      }
    }
    final boolean plain =
        code == Rcode.FORMERR.code() || code == Rcode.NOTIMP.code() || code == Rcode.BADVERS.code();
    if (plain && attempt.extended && (reply.edns() == null || code == Rcode.BADVERS.code())) {
      server.refusesExtension(context.now());
      if (ask(server, 0, attempt.tcp)) {
        return;
      }
    }
    refusing.add(server);
    final Kind kind =
        switch (code) {
          case 1 -> Kind.FORMERR;
          case 4 -> Kind.NOTIMP;
          case 5 -> Kind.REFUSED;
          default -> Kind.SERVFAIL;
        };
    note(lastKind == Kind.SERVFAIL ? Kind.SERVFAIL : kind, server + " said " + rcode);
    next();
  }

  private void truncated(final Attempt attempt, final DnsMessage reply) {
    if (attempt.tcp) {
      refusing.add(attempt.server);
      note(Kind.MALFORMED, attempt.server + " cut a reply over TCP");
      next();
      return;
    }
    cut = reply;
    cutBy = attempt.server;
    note(Kind.TRUNCATED, "the reply of " + attempt.server + " was cut, and TCP has failed");
    byTcp(attempt.server);
  }

  private void byTcp(final NameServer server) {
    if (!ask(server, 0, true)) {
      next();
    }
  }

  /** Something with the id of an attempt that is not its reply. */
  void mismatch(final Attempt attempt) {
    if (state != State.ASKING) {
      return;
    }
    mismatches++;
    rejected(attempt, "another question");
    if (mismatches == MAX_MISMATCHES) {
      drop(attempt);
      byTcp(attempt.server);
    }
  }

  /** The socket of an attempt has got so much that is no reply that it was closed. */
  void guessed(final Attempt attempt) {
    if (state != State.ASKING) {
      return;
    }
    rejected(attempt, "too many wrong replies");
    drop(attempt);
    if (open.stream().noneMatch(each -> each.tcp && each.server == attempt.server)) {
      byTcp(attempt.server);
    }
  }

  /** A reply whose name has another case: forged, or of a server that changes it. */
  void caseChanged(final Attempt attempt) {
    if (state != State.ASKING) {
      return;
    }
    rejected(attempt, "letters of another case");
    attempt.server.changesCase(context.now());
    drop(attempt);
    byTcp(attempt.server);
  }

  /** A reply without the cookie that it should have: forged, or of a server that has none now. */
  private void cookieChanged(final Attempt attempt) {
    context.counters.mismatches++;
    rejected(attempt, "without its cookie");
    attempt.server.forgetCookie();
    drop(attempt);
    byTcp(attempt.server);
  }

  /** A reply that is no message. */
  void malformed(final Attempt attempt, final String why) {
    if (state != State.ASKING) {
      return;
    }
    attempt.malformed++;
    rejected(attempt, why);
    if (attempt.malformed >= MAX_MALFORMED) {
      note(Kind.MALFORMED, attempt.server + ": " + why);
      refusing.add(attempt.server);
      drop(attempt);
      next();
    }
  }

  /** The server cannot be reached by UDP. */
  void unreachable(final Attempt attempt, final String why) {
    if (state != State.ASKING) {
      return;
    }
    attempt.server.failed(context.now());
    rejected(attempt, why);
    note(Kind.NO_SERVERS, attempt.server + ": " + why);
    drop(attempt);
    if (attempt == latest) {
      next();
    }
  }

  /** Nothing comes over the attempt's connection: it goes out over the next one, too, but once. */
  void silent(final Attempt attempt) {
    if (state == State.ASKING && !attempt.repeated) {
      repeat(attempt);
    }
  }

  /** Sends it again, over a connection that is made anew. */
  private boolean repeat(final Attempt attempt) {
    final Attempt again =
        new Attempt(
            this, attempt.server, attempt.asked.name(), true, attempt.extended, context.now());
    again.repeated = true;
    return send(again, 0);
  }

  /** A connection that was silent has ended: later attempts are under way. */
  void lost(final Attempt attempt) {
    open.remove(attempt);
  }

  /** The connection has ended before the reply came. */
  void disconnected(final Attempt attempt, final String why) {
    open.remove(attempt);
    if (state != State.ASKING) {
      return;
    }
    rejected(attempt, why);
    if (cutBy == attempt.server && !cut.answers().isEmpty()) {
      end(cut, cutBy, true, null);
      return;
    }
    if (!attempt.repeated && repeat(attempt)) {
      return;
    }
    attempt.server.failed(context.now());
    note(Kind.NO_SERVERS, attempt.server + " by TCP: " + why);
    next();
  }

  // ---- the end ----

  private void fail() {
    if (cut != null && !cut.answers().isEmpty()) {
      end(cut, cutBy, true, null);
      return;
    }
    fail(lastKind, lastProblem);
  }

  /** Ends it with a problem. */
  void fail(final Kind kind, final String why) {
    end(null, null, false, new DnsException(kind, question + ": " + why));
  }

  private void end(
      final DnsMessage reply,
      final NameServer server,
      final boolean partial,
      final DnsException problem) {
    if (state == State.ENDED) {
      return;
    }
    stop();
    whenEnded.ended(reply, server, partial, problem);
  }

  /** Ends it without a word. */
  void stop() {
    if (state == State.ENDED) {
      return;
    }
    final boolean asking = state == State.ASKING;
    become(State.ENDED);
    timer.close();
    final List<Attempt> left = new ArrayList<>(open);
    open.clear();
    left.forEach(Attempt::end);
    servers.ended(this, asking);
  }
}
