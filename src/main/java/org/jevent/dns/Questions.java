package org.jevent.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jevent.Event;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;

/**
 * Answers questions of full names: from the cache, by joining an equal one that is under way, or by
 * asking servers. Only what belongs to the question counts: the chain of CNAMEs that begins with
 * it, and the records of the last name.
 */
final class Questions {
  private static final int MAX_CHAIN = 16;
  private static final int MAX_QUERIES = 8;

  /** After this time without a reply a stale answer is given (RFC 8767, section 5). */
  private static final long PATIENCE = 1_800_000_000L;

  /** One who waits for an answer. */
  static final class Waiter {
    private final DnsCallback<DnsAnswer> callback;
    private final long deadline;
    private Running running;

    /** For its deadline, where the question that it has joined may take longer; or null. */
    private Event timer;

    private boolean ended;

    private Waiter(final long deadline, final DnsCallback<DnsAnswer> callback) {
      this.deadline = deadline;
      this.callback = callback;
    }

    private void done(final DnsAnswer answer, final DnsException problem) {
      if (!ended) {
        end();
        callback.done(answer, problem);
      }
    }

    private void end() {
      ended = true;
      if (timer != null) {
        timer.close();
      }
    }

    /** Nothing is wanted any more; the last one ends the question. */
    void cancel() {
      end();
      if (running != null) {
        running.leave(this);
      }
    }
  }

  private final Context context;
  private final Servers servers;
  private final DnsCache cache;
  private final LocalAnswers local;
  private final Map<DnsQuestion, Running> running = new HashMap<>();

  Questions(
      final Context context,
      final Servers servers,
      final DnsCache cache,
      final LocalAnswers local) {
    this.context = context;
    this.servers = servers;
    this.cache = cache;
    this.local = local;
  }

  /**
   * Asks for records.
   *
   * @param callback may be called before this returns
   */
  Waiter ask(
      final DnsName name,
      final DnsType type,
      final boolean useCache,
      final long deadline,
      final DnsCallback<DnsAnswer> callback) {
    context.counters.lookUps++;
    final Waiter waiter = new Waiter(deadline, callback);
    final DnsCache.Found found = useCache ? cache.find(name, type, context.now()) : null;
    if (found != null) {
      context.counters.cacheHits++;
      context.trace(
          new DnsQuestion(name, type),
          DnsTrace.Step.CACHE,
          found.answer() == null ? null : found.answer().server(),
          found.answer() == null ? found.problem().kind().toString() : "");
      if (found.due()) {
        renew(new DnsQuestion(name, type));
      }
      waiter.done(found.answer(), found.problem());
      return waiter;
    }
    final DnsQuestion question = new DnsQuestion(name, type);
    final Running same = running.get(question);
    if (same != null) {
      context.counters.joined++;
      context.trace(question, DnsTrace.Step.JOINED, null, "");
      same.join(waiter);
      same.startPatience(); // a renewal has begun without
      return waiter;
    }
    final Running made = new Running(question, deadline);
    made.join(waiter);
    running.put(question, made);
    made.startPatience();
    made.next(name);
    return waiter;
  }

  /** Asks for what the cache has, before its time is over; the program does not wait for it. */
  private void renew(final DnsQuestion question) {
    if (!running.containsKey(question)) {
      final Running made = new Running(question, context.now() + context.settings.deadlineNanos);
      context.trace(question, DnsTrace.Step.PREFETCH, null, "");
      // The renewal has a waiter that stays: callers that join it and leave do not end it.
      made.join(new Waiter(made.deadline, (answer, problem) -> {}));
      running.put(question, made);
      made.next(question.name());
    }
  }

  private final class Running {
    private final DnsQuestion question;
    private final long deadline;
    private final List<Waiter> waiters = new ArrayList<>(1);
    private List<DnsRecord> chain = List.of();

    /** The names that are aliases, and the last one; null where there is none. */
    private Set<DnsName> seen;

    private Exchange exchange;
    private DnsName asked;
    private int queries;

    /** Each reply that counts was said to be authentic. */
    private boolean authentic = true;

    /** Until an answer whose time is over is given; null: there is none. */
    private Event patience;

    Running(final DnsQuestion question, final long deadline) {
      this.question = question;
      this.deadline = deadline;
    }

    /** Asks for a name: the question's, or the one at the end of its aliases. */
    void next(final DnsName name) {
      asked = name;
      try {
        final LocalAnswers.Local found = local.find(name, question.type());
        if (found != null) {
          end(found.answer(question, chain), found.exception(question));
          return;
        }
        queries++;
        exchange = servers.ask(new DnsQuestion(name, question.type()), deadline, this::ended);
      } catch (final RuntimeException | Error e) {
        running.remove(question, this); // others would wait for it
        throw e;
      }
    }

    /** Gives an answer whose time is over, if there is one. */
    private boolean answerStale() {
      final DnsAnswer stale = cache.stale(question.name(), question.type(), context.now());
      if (stale == null) {
        return false;
      }
      cache.rest(question.name(), question.type(), context.now());
      context.trace(question, DnsTrace.Step.STALE, stale.server(), "");
      final List<Waiter> all = new ArrayList<>(waiters);
      waiters.clear();
      all.forEach(each -> each.done(stale, null));
      return true;
    }

    /** The servers have not answered for a while: an old answer is better than none. */
    private void startPatience() {
      if (patience == null
          && context.settings.staleNanos > 0
          && cache.stale(question.name(), question.type(), context.now()) != null) {
        patience = context.base.newTimer((event, what) -> answerStale());
        patience.addNanos(Math.min(PATIENCE, context.settings.deadlineNanos));
      }
    }

    private void endPatience() {
      if (patience != null) {
        patience.close();
        patience = null;
      }
    }

    /** Adds one who waits, until its own deadline if that is over before the question's. */
    void join(final Waiter waiter) {
      waiters.add(waiter);
      waiter.running = this;
      if (waiter.deadline - deadline < 0) {
        waiter.timer = context.base.newTimer((event, what) -> overdue(waiter));
        waiter.timer.addNanos(Math.max(0, waiter.deadline - context.now()));
      }
    }

    /** The time of the first to ask is over: those who have come later ask once more. */
    private void handOver() {
      final List<Waiter> others = new ArrayList<>(waiters);
      others.removeIf(each -> Exchange.isOver(each.deadline, deadline));
      if (others.isEmpty()) {
        return;
      }
      waiters.removeAll(others);
      long latest = deadline;
      for (final Waiter each : others) {
        latest = Math.max(latest - deadline, each.deadline - deadline) + deadline;
      }
      final Running made = new Running(question, latest);
      others.forEach(made::join);
      running.put(question, made);
      made.startPatience();
      made.next(question.name());
    }

    private void overdue(final Waiter waiter) {
      leave(waiter);
      waiter.done(null, new DnsException(Kind.TIMEOUT, question + ": no reply in time"));
    }

    void leave(final Waiter waiter) {
      waiters.remove(waiter);
      if (waiters.isEmpty() && running.remove(question, this)) {
        endPatience();
        exchange.stop();
      }
    }

    private void ended(
        final DnsMessage reply,
        final NameServer server,
        final boolean partial,
        final DnsException problem) {
      if (problem != null) {
        context.trace(question, DnsTrace.Step.FAILED, null, problem.kind().toString());
        if (answerStale()) {
          end(null, problem); // of those who do not take one
          return;
        }
        if (problem.kind() != Kind.TIMEOUT && !isLocal(problem.kind())) {
          cache.putFailure(question.name(), question.type(), problem, context.now());
        }
        try {
          if (problem.kind() == Kind.TIMEOUT && Exchange.isOver(deadline, context.now())) {
            endPatience();
            handOver();
          }
        } finally {
          end(null, problem);
        }
        return;
      }
      read(reply, server, partial);
    }

    /** Whether it says nothing of the name, as no server was asked. */
    private static boolean isLocal(final Kind kind) {
      return kind == Kind.NO_SERVERS || kind == Kind.QUEUE_FULL;
    }

    private void read(final DnsMessage reply, final NameServer server, final boolean partial) {
      authentic &= reply.has(DnsMessage.AD) && !partial;
      DnsName name = asked;
      DnsRecord alias;
      final boolean follows = !question.type().equals(DnsType.CNAME);
      while (follows && (alias = find(reply, name)) != null) {
        if (seen == null) {
          chain = new ArrayList<>();
          seen = new HashSet<>();
          seen.add(question.name());
        }
        chain.add(alias.withName(name));
        if (context.isTraced()) {
          context.trace(question, DnsTrace.Step.ALIAS, server.address, alias.target().toString());
        }
        name = alias.target();
        if (!seen.add(name)) {
          fail(Kind.LOOP, "its names refer to each other, as " + server + " said");
          return;
        }
        if (chain.size() > MAX_CHAIN) {
          fail(Kind.LOOP, "more than " + MAX_CHAIN + " aliases, as " + server + " said");
          return;
        }
      }
      final List<DnsRecord> records = records(reply, name);
      if (!records.isEmpty()) {
        answer(records, server, partial);
      } else if (reply.rcode().equals(Rcode.NXDOMAIN)) {
        nothing(reply, name, Kind.NXDOMAIN, "no such name, as " + server + " said");
      } else if (!name.equals(asked) && !hasSoa(reply, name) && queries < MAX_QUERIES) {
        next(name);
      } else {
        nothing(reply, name, Kind.NODATA, "no such records, as " + server + " said");
      }
    }

    /** Those of the name and the type; a server repeats the case of the query's letters. */
    private List<DnsRecord> records(final DnsMessage reply, final DnsName name) {
      final List<DnsRecord> all = reply.answers();
      if (all.size() == 1) {
        return isAbout(all.get(0), name) ? List.of(all.get(0).withName(name)) : List.of();
      }
      final List<DnsRecord> found = new ArrayList<>(all.size());
      for (final DnsRecord each : all) {
        if (isAbout(each, name)) {
          found.add(each.withName(name));
        }
      }
      return found;
    }

    private boolean isAbout(final DnsRecord record, final DnsName name) {
      return record.dnsClass() == DnsRecord.IN
          && isWanted(record.type())
          && record.name().equals(name);
    }

    private boolean isWanted(final DnsType type) {
      return type.equals(question.type()) || question.type().equals(DnsType.ANY);
    }

    private DnsRecord find(final DnsMessage reply, final DnsName name) {
      for (final DnsRecord each : reply.answers()) {
        if (each.type().equals(DnsType.CNAME)
            && each.dnsClass() == DnsRecord.IN
            && each.name().equals(name)) {
          return each;
        }
      }
      return null;
    }

    /** The zone of the last name was reached: there is nothing to ask on for. */
    private boolean hasSoa(final DnsMessage reply, final DnsName name) {
      return reply.authority().stream()
          .anyMatch(each -> each.type().equals(DnsType.SOA) && name.isWithin(each.name()));
    }

    private void answer(
        final List<DnsRecord> records, final NameServer server, final boolean partial) {
      final DnsAnswer answer =
          new DnsAnswer(
              question,
              records,
              chain,
              context.settings.trustAuthentic && authentic,
              partial,
              DnsAnswer.Source.SERVER,
              server.address);
      cache.put(answer, context.now());
      end(answer, null);
    }

    /**
     * There is nothing.
     *
     * @param last the end of the chain, whose zone says for how long that holds
     */
    private void nothing(
        final DnsMessage reply, final DnsName last, final Kind kind, final String why) {
      int seconds = 0;
      for (final DnsRecord each : reply.authority()) {
        if (each.data() instanceof RData.Soa start && last.isWithin(each.name())) {
          seconds = (int) Math.min(each.ttl(), start.minimum());
        }
      }
      for (final DnsRecord each : chain) {
        seconds = Math.min(seconds, each.ttl());
      }
      final DnsException problem = new DnsException(kind, question + ": " + why);
      cache.putNegative(
          question.name(), question.type(), problem, !chain.isEmpty(), seconds, context.now());
      end(null, problem);
    }

    void fail(final Kind kind, final String why) {
      end(null, new DnsException(kind, question + ": " + why));
    }

    private void end(final DnsAnswer answer, final DnsException problem) {
      running.remove(question, this);
      endPatience();
      final List<Waiter> all = new ArrayList<>(waiters);
      waiters.clear();
      all.forEach(each -> each.done(answer, problem));
    }
  }
}
